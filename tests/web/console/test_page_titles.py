"""The title of a console page is its heading, and begins with "Error" after a mistake."""

import re

from flask.testing import FlaskClient

from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.web.console.pages import post


def title_of(page: str) -> str:
    """Return the title of the page, without the party."""
    found = re.search(r"<title>(.*?) – [^–]*</title>", page, re.DOTALL)
    assert found is not None
    return " ".join(found[1].split())


def test_the_title_is_the_heading(owner_client: FlaskClient) -> None:
    assert title_of(owner_client.get("/console/lists").text) == "Listes"


def test_a_heading_that_somebody_wrote_is_escaped_once(owner_client: FlaskClient) -> None:
    campaign = make_campaign(make_list(), "Toi & <moi>")
    page = owner_client.get(f"/console/campaigns/{campaign.id}").text
    assert title_of(page) == "Toi &amp; &lt;moi&gt;"


def test_an_error_is_said_before_the_title(owner_client: FlaskClient) -> None:
    page = post(owner_client, "/console/lists/new", name="").text
    assert title_of(page) == "Erreur : Créer une liste"
