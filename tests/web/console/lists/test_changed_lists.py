"""Owners change the meaning, the sender, the places and the thanks of a list."""

import html
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters.audit_log.audit_events import find_newest_act
from supporters.consent.queries import list_wordings
from supporters.lists.acts import ListAct
from supporters.lists.list_territories import find_territory
from supporters.lists.list_thanks import ThanksText, find_thanks
from supporters.lists.models import MailingList
from supporters.lists.queries import get_list, list_purpose_counts
from tests.factories.accounts import make_owner, sign_in
from tests.factories.approvals import make_ready
from tests.factories.consent.reconfirmation import change_meaning
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.web.console.pages import followed, speak_english
from tests.web.public.pages import press

NEW = "/console/campaigns/new"
SENDER = {"sender_name": "Camille Dupont", "reply_to": "lyon@parti.example"}


@pytest.fixture
def changed(owner_client: FlaskClient) -> MailingList:
    """Return a list whose text changed its meaning after two people agreed to the first."""
    speak_english(owner_client)
    mailing_list = make_list()
    for address in ("anna@example.org", "boris@example.org"):
        make_subscriber(address, mailing_list)
    change_meaning(mailing_list)
    return mailing_list


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    """Return the browser of an owner who reads English."""
    signed_in = sign_in(app, make_owner())
    speak_english(signed_in)
    return signed_in


def test_after_a_change_the_form_begins_with_those_who_can_be_reached(
    owner_client: FlaskClient, changed: MailingList
) -> None:
    page = owner_client.get(f"{NEW}?list={changed.id}").text
    chosen = re.search(
        r"<input checked [^>]*name=.mailing_list_id[^>]*>\s*<label[^>]*>([^<]*)", page
    )
    assert chosen is not None
    assert "2 people" in chosen[1]


def test_after_a_change_the_launch_does_not_say_that_nobody_confirmed(
    owner_client: FlaskClient, changed: MailingList
) -> None:
    page = owner_client.get(f"/console/campaigns/{make_campaign(changed).id}/decision").text
    assert "has no subscribers" not in page
    assert "2 people on" in page
    assert f"/console/consents/{changed.purpose_id}/ask" in page


def test_after_a_change_the_list_shows_both_texts_and_whom_each_reaches(
    owner_client: FlaskClient, changed: MailingList
) -> None:
    assert "0 of them for the current text" in owner_client.get(f"/console/lists/{changed.id}").text
    page = html.unescape(owner_client.get(f"/console/lists/{changed.id}?tab=consent").text)
    first = list_purpose_counts(changed.id)[-1].purpose_id
    for wording in (*list_wordings(first), *list_wordings(changed.purpose_id)):
        assert wording.text in page


def test_the_sender_is_changed_once_recorded_and_shown_before_a_launch(
    owner_client: FlaskClient,
) -> None:
    mailing_list = make_list()
    make_subscriber("anna@example.org", mailing_list)
    campaign_id = make_campaign(mailing_list).id
    place = f"/console/lists/{mailing_list.id}/sender"
    assert "Camille Dupont" in followed(owner_client, press(owner_client, place, **SENDER))
    found = find_newest_act(ListAct.SENDER_CHANGED, mailing_list.id)
    assert found is not None
    assert "lyon@" not in found.details  # the log is sealed: it holds no address
    followed(owner_client, press(owner_client, place, **SENDER))
    assert find_newest_act(ListAct.SENDER_CHANGED, mailing_list.id) == found
    make_ready(campaign_id)
    for page in ("preview", "decision", "edit"):
        html = owner_client.get(f"/console/campaigns/{campaign_id}/{page}").text
        assert "Camille Dupont" in html, page


def test_a_bad_sender_is_explained_and_nothing_typed_is_lost(owner_client: FlaskClient) -> None:
    list_id = make_list().id
    cases = [
        ("sender_name", "impots@gouv.fr"),
        ("sender_name", "x" * 71),
        ("reply_to", "Lyon <lyon@parti.example>"),
        ("reply_to", "noreply@parti.example"),
    ]
    for field, value in cases:
        answer = press(owner_client, f"/console/lists/{list_id}/sender", **{**SENDER, field: value})
        assert answer.status_code == 422
        assert f'href="#{field}"' in answer.text
        kept = {name: typed for name, typed in SENDER.items() if name != field}
        assert all(f'value="{typed}"' in answer.text for typed in kept.values())
        assert get_list(list_id).sender_name == ""


def test_a_territory_is_saved_shown_and_recorded(owner_client: FlaskClient) -> None:
    list_id = make_list().id
    place = f"/console/lists/{list_id}/territory"
    page = followed(owner_client, press(owner_client, place, departements="69", communes="Bron"))
    assert ("Rhône (69)" in page, "Bron (69)" in page) == (True, True)
    found = find_newest_act(ListAct.TERRITORY_CHANGED, list_id)
    assert found is not None
    assert 'value="69"' in owner_client.get(place).text
    assert "Bron (69)" in owner_client.get(place).text


def test_an_unclear_place_is_explained_and_nothing_typed_is_lost(owner_client: FlaskClient) -> None:
    list_id = make_list().id
    place = f"/console/lists/{list_id}/territory"
    typed = {"departements": "69", "communes": "Saint-Denis\nNulle-Part"}
    answer = press(owner_client, place, **typed)
    assert answer.status_code == 422
    assert "Saint-Denis (93)" in answer.text
    assert 'href="#communes"' in answer.text
    assert ("Nulle-Part" in answer.text, 'value="69"' in answer.text) == (True, True)
    assert find_territory(list_id).is_empty


def test_an_owner_writes_the_words_and_switches_the_welcome_on(browser: FlaskClient) -> None:
    mailing_list = make_list()
    page = f"/console/lists/{mailing_list.id}/thanks"
    typed = {
        "next_email_fr": "En  décembre.",
        "welcome_fr": "Un.\r\n\r\n\r\nDeux.",
        "sends_welcome_fr": "y",
    }
    answer = press(browser, page, **typed)
    assert "People who confirm from now on see these words." in followed(browser, answer)
    assert find_thanks(mailing_list.id)["fr"] == ThanksText(
        next_email="En décembre.", welcome="Un.\n\nDeux.", sends_welcome=True
    )
    assert find_newest_act(ListAct.THANKS_CHANGED, mailing_list.id) is not None
    assert "Nothing was changed." in followed(browser, press(browser, page, **typed))


def test_a_welcome_without_words_says_what_to_do_and_keeps_what_was_typed(
    browser: FlaskClient,
) -> None:
    mailing_list = make_list()
    answer = press(
        browser,
        f"/console/lists/{mailing_list.id}/thanks",
        next_email_fr="En décembre.",
        sends_welcome_fr="y",
    )
    assert answer.status_code == 422
    assert "Write the welcome email, or untick" in answer.text
    assert "En décembre." in answer.text
    assert find_thanks(mailing_list.id) == {}
