"""The history of a draft: what was saved, what differs, and how an earlier text comes back."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters.campaigns.history.queries import list_saved_texts
from supporters.campaigns.history.rules import MOST_NAMED
from supporters.campaigns.text_restore import name_text
from tests.factories.accounts import make_organiser
from tests.factories.approvals import launch_ready, make_request
from tests.factories.campaigns import reload
from tests.factories.drafts import make_campaign, rewrite
from tests.factories.lists import make_list
from tests.factories.signups import ADDRESS, make_subscriber
from tests.machinery.prepared_states import begins_with
from tests.web.public.pages import hidden_values, press


def write_twice(_app: Flask) -> int:
    """Make a draft with two saved texts; return its id."""
    mailing_list = make_list()
    make_subscriber(ADDRESS, mailing_list)
    draft = make_campaign(mailing_list, "Samedi, au marché", "Nous serons *tous* au marché.")
    rewrite(draft, "Nous serons tous à la mairie.")
    return draft.id


pytestmark = begins_with(write_twice)


@pytest.fixture
def history(prepared: int) -> str:
    """Return the address of the history."""
    return f"/console/campaigns/{prepared}/history"


def test_the_history_leads_to_each_text_and_to_its_differences(
    organiser_client: FlaskClient, history: str, prepared: int
) -> None:
    for page in (f"/console/campaigns/{prepared}", f"/console/campaigns/{prepared}/edit"):
        assert f'href="{history}"' in organiser_client.get(page).text
    listed = organiser_client.get(history).text
    assert all(f'href="{history}/{number}"' in listed for number in (1, 2))
    page = organiser_client.get(f"{history}/1").text
    assert "<del>" in page
    assert "à la mairie." in page
    mail = organiser_client.get(f"{history}/1/preview.html")
    assert "<em>tous</em>" in mail.text
    assert "sandbox" in mail.headers["Content-Security-Policy"]
    assert reload(prepared).revision == 2


def test_a_text_comes_back_and_the_next_page_undoes_it(
    organiser_client: FlaskClient, history: str, prepared: int
) -> None:
    opened = hidden_values(organiser_client.get(f"{history}/1").text)
    page = organiser_client.post(f"{history}/1/restore", data=opened)
    assert page.location == f"{history}?replaced=2"
    assert reload(prepared).body == "Nous serons *tous* au marché."
    organiser_client.post(
        f"{history}/2/restore", data=hidden_values(organiser_client.get(page.location).text)
    )
    assert reload(prepared).body == "Nous serons tous à la mairie."


def test_a_stale_page_restores_nothing_and_shows_the_new_differences(
    organiser_client: FlaskClient, history: str, prepared: int
) -> None:
    opened = hidden_values(organiser_client.get(f"{history}/1").text)
    rewrite(reload(prepared), "Nous serons à la gare.")
    refused = organiser_client.post(f"{history}/1/restore", data=opened)
    assert (refused.status_code, "à la gare" in refused.text) == (409, True)
    assert reload(prepared).body == "Nous serons à la gare."
    organiser_client.post(f"{history}/1/restore", data=hidden_values(refused.text))
    assert reload(prepared).body == "Nous serons *tous* au marché."


def test_texts_get_and_lose_their_names(
    organiser_client: FlaskClient, history: str, prepared: int
) -> None:
    assert press(organiser_client, history, name=" ").status_code == 422
    press(organiser_client, history, name="Avant Paul")
    press(organiser_client, f"{history}/1", name="Le marché")
    assert [each.name for each in list_saved_texts(prepared)] == ["Avant Paul", "Le marché"]
    press(organiser_client, f"{history}/1", name="")
    assert [each.name for each in list_saved_texts(prepared)] == ["Avant Paul", ""]
    for number in range(MOST_NAMED - 1):
        rewrite(reload(prepared), f"Texte {number}.")
        name_text(prepared, None, f"Nom {number}")
    refused = press(organiser_client, f"{history}/1", name="Un de trop")
    assert (refused.status_code, "Un de trop" in refused.text) == (422, True)


def test_restoring_says_that_an_approval_ends_and_is_refused_after_the_launch(
    organiser_client: FlaskClient, history: str, prepared: int
) -> None:
    button = f'action="{history}/1/restore"'
    make_request(prepared, make_organiser("paul@parti.example"))
    assert "message-warn" in organiser_client.get(f"{history}/1").text
    opened = hidden_values(organiser_client.get(f"{history}/1").text)
    rewrite(reload(prepared), "Nous serons tous à la gare.")
    launch_ready(prepared)
    page = organiser_client.get(f"{history}/1").text
    assert (button in page, "au marché" in page) == (False, True)
    answer = organiser_client.post(f"{history}/1/restore", data=opened)
    assert answer.location == f"/console/campaigns/{prepared}"
    assert "à la gare" in reload(prepared).body


@pytest.mark.parametrize("page", ["/77", "/77/preview.html"])
def test_an_unknown_text_is_not_found(
    organiser_client: FlaskClient, history: str, page: str
) -> None:
    assert organiser_client.get(history + page).status_code == 404
