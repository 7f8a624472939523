"""The editor learns doubts, weight and sender after each save; the team's name is shown."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.machinery.prepared_states import begins_with
from tests.web.console.campaigns.test_document_pages import ID, document, save


def make_draft(_app: Flask) -> int:
    return make_campaign(make_list()).id


pytestmark = begins_with(make_draft)


@pytest.fixture
def place(app: Flask, prepared: int) -> str:
    """Return the address of the draft's document."""
    app.config["WTF_CSRF_ENABLED"] = False
    return f"/console/campaigns/{prepared}/document"


def test_a_save_tells_faults_and_the_page_asks_for_doubts_weight_and_sender(
    organiser_client: FlaskClient, place: str
) -> None:
    link = {"type": "link", "attrs": {"href": "http://example.org/"}}
    saved = save(organiser_client, place, document=document("Venez !!", **link))
    assert (saved.json or {})["faults"] == []
    body = organiser_client.get(place.replace("/document", "/findings")).json or {}
    found = [(each["block_id"], each["kind"]) for each in body["doubts"]]
    assert found == [(ID, "exclaims"), (ID, "not_secure")]
    assert body["faults"] == []
    assert 4_000 < body["weight"] < 50_000
    assert body["sender"] == "Parti de l’Exemple"


def test_the_name_for_the_team_is_saved_and_shown_in_place_of_the_subject(
    organiser_client: FlaskClient, place: str
) -> None:
    save(organiser_client, place, internal_name="Appel de janvier")
    save(organiser_client, place, 2, subject="Nouvel objet")  # without the field: it stays
    read = organiser_client.get(place).json or {}
    assert (read["internal_name"], read["subject"]) == ("Appel de janvier", "Nouvel objet")
    for page in ("/console/campaigns", place.removesuffix("/document")):
        html = organiser_client.get(page).text
        assert "Appel de janvier" in html
        assert "Nouvel objet" in html
