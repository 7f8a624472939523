"""Another meaning and its mailing wait for a second person and the number of people."""

from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters import clock
from supporters.consent.models import Method, Purpose, PurposeKind
from supporters.consent.queries import find_successor
from supporters.lists.list_thanks import ThanksText, change_thanks
from supporters.lists.models import MailingList
from supporters.lists.purpose_changes import create_optional_purpose
from supporters.lists.subscriptions import unsubscribe_from_list
from supporters.mail.models import EmailKind
from supporters.reconfirmation.queries import find_reconfirmation, find_waiting_change
from supporters.reconfirmation.reconfirmation_rounds import (
    PeopleCountChanged,
    send_next_reconfirmations,
    start_reconfirmation,
)
from tests.factories.accounts import make_owner, sign_in
from tests.factories.consent.reconfirmation import change_meaning, reconfirmation_emails
from tests.factories.lists import SENTENCES, make_list
from tests.factories.notices import CONTACT, notices_to
from tests.factories.signups import make_subscriber, values_in
from tests.web.console.pages import emails, followed, post, speak_english

CONSENTS = "/console/consents"


def publish_another_meaning(client: FlaskClient, mailing_list: MailingList) -> None:
    """Fill in the editor, choose “a different meaning”, and send the preview."""
    fields = {**SENTENCES, "change": "material", "publish": "yes", "people": "1"}
    page = post(client, f"{CONSENTS}/{mailing_list.purpose_id}/text", **fields)
    assert page.status_code == 303, page.text


def test_one_owner_alone_writes_to_nobody(app: Flask, owner_client: FlaskClient) -> None:
    make_owner("second@parti.example")
    mailing_list = make_list()
    make_subscriber("anna@example.org", mailing_list)
    before = mailing_list.purpose_id
    publish_another_meaning(owner_client, mailing_list)
    change = find_waiting_change(before)
    assert change is not None
    post(owner_client, f"{CONSENTS}/changes/{change.id}", agree="yes")
    successor = find_successor(before)
    post(owner_client, f"{CONSENTS}/{successor.id if successor else before}/ask", people="1")
    assert send_next_reconfirmations(clock.now()) == 0
    assert reconfirmation_emails() == []
    assert SENTENCES["fr"] not in app.test_client().get("/fr/join/national").text


def test_a_second_owner_reads_what_will_leave_and_agrees(
    app: Flask, owner_client: FlaskClient
) -> None:
    second = sign_in(app, make_owner("second@parti.example"))
    speak_english(second)
    mailing_list = make_list()
    make_subscriber("anna@example.org", mailing_list)
    before = mailing_list.purpose_id
    publish_another_meaning(owner_client, mailing_list)
    change = find_waiting_change(before)
    assert change is not None
    page = f"{CONSENTS}/changes/{change.id}"
    dashboard = second.get("/console/").text
    assert page in dashboard
    assert "The request is valid until" in dashboard
    assert page in second.get(f"{CONSENTS}/{before}").text
    shown = unescape(second.get(page).text)
    assert all(
        each in shown
        for each in (SENTENCES["fr"], change.text_hash, "write to 1 person", "Do you still agree?")
    )
    post(second, page, agree="yes")
    successor = find_successor(before)
    assert successor is not None
    post(owner_client, f"{CONSENTS}/{successor.id}/ask", people="1")
    assert send_next_reconfirmations(clock.now()) == 1
    (email,) = reconfirmation_emails()
    assert values_in(email)["new_text"] == SENTENCES["fr"]


def test_an_owner_cancels_and_the_page_says_so(app: Flask, owner_client: FlaskClient) -> None:
    second = sign_in(app, make_owner("second@parti.example"))
    speak_english(second)
    mailing_list = make_list()
    make_subscriber("anna@example.org", mailing_list)
    publish_another_meaning(owner_client, mailing_list)
    change = find_waiting_change(mailing_list.purpose_id)
    assert change is not None
    page = f"{CONSENTS}/changes/{change.id}"
    assert "The text is cancelled" in followed(second, post(second, page))
    assert "This was decided on" in second.get(page).text
    assert "Yes, I agree" not in second.get(page).text


def test_words_that_nobody_else_read_wait_before_people_are_asked(
    app: Flask, owner_client: FlaskClient
) -> None:
    make_owner("second@parti.example")
    speak_english(owner_client)
    mailing_list = make_list()
    make_subscriber("anna@example.org", mailing_list)
    purpose_id = change_meaning(mailing_list).id
    other = {code: each.replace(".", " !") for code, each in SENTENCES.items()}
    fields = {**other, "change": "same", "publish": "yes"}
    post(owner_client, f"{CONSENTS}/{purpose_id}/text", **fields)
    page = f"{CONSENTS}/{purpose_id}/ask"
    assert "No email leaves yet" in owner_client.get(page).text
    answer = followed(owner_client, post(owner_client, page, people="1"))
    assert "a second person has to agree first" in answer
    assert send_next_reconfirmations(clock.now()) == 0
    again = followed(owner_client, post(owner_client, page, people="1"))
    assert "Another text of this consent waits already" in again


def test_better_words_are_told_to_the_others(owner_client: FlaskClient) -> None:
    make_owner("second@parti.example")
    mailing_list = make_list()
    fields = {**SENTENCES, "change": "same", "publish": "yes"}
    post(owner_client, f"{CONSENTS}/{mailing_list.purpose_id}/text", **fields)
    for address in ("second@parti.example", CONTACT):
        (mail,) = notices_to(address, "en")
        assert SENTENCES["fr"] in mail.body
        assert f"/console/consents/{mailing_list.purpose_id}" in mail.body
    assert notices_to("owner@parti.example") == []


def test_an_optional_box_is_told_to_the_others(owner_client: FlaskClient) -> None:
    make_owner("second@parti.example")
    make_list()
    purpose = create_optional_purpose(PurposeKind.TARGETING, SENTENCES)
    assert isinstance(purpose, Purpose)
    post(owner_client, f"{CONSENTS}/{purpose.id}/offer")
    (mail,) = notices_to("second@parti.example", "en")
    assert "on every sign-up page" in mail.body


def test_a_welcome_email_is_told_to_the_others(owner_client: FlaskClient) -> None:
    make_owner("second@parti.example")
    mailing_list = make_list()
    change_thanks(mailing_list.id, {"fr": ThanksText(welcome="Bonjour !", sends_welcome=True)})
    (mail,) = notices_to("second@parti.example", "en")
    assert "Bonjour !" in mail.body
    assert f"/console/lists/{mailing_list.id}/thanks" in mail.body


@pytest.mark.parametrize("typed", ["", "1", "two"])
def test_nobody_is_asked_again_before_their_number_is_typed(
    owner_client: FlaskClient, typed: str
) -> None:
    mailing_list = make_list()
    for address in ("anna@example.org", "boris@example.org"):
        make_subscriber(address, mailing_list)
    purpose_id = change_meaning(mailing_list).id
    page = f"/console/consents/{purpose_id}/ask"
    assert post(owner_client, page, people=typed).status_code == 422
    assert find_reconfirmation(purpose_id) is None


def test_the_email_is_shown_before_people_are_asked_again(owner_client: FlaskClient) -> None:
    mailing_list = make_list()
    make_subscriber("anna@example.org", mailing_list)
    html = owner_client.get(f"/console/consents/{change_meaning(mailing_list).id}/ask").text
    assert all(each in html for each in (SENTENCES["fr"], SENTENCES["en"], "Êtes-vous toujours"))


def test_the_letter_is_sent_as_a_test_to_the_owner_alone(owner_client: FlaskClient) -> None:
    mailing_list = make_list()
    make_subscriber("anna@example.org", mailing_list)
    post(owner_client, f"/console/consents/{change_meaning(mailing_list).id}/ask/test")
    (email,) = emails(EmailKind.CAMPAIGN_TEST)
    values = values_in(email)
    assert all(values["text"].count(each) == 1 for each in ("Ceci est un test", SENTENCES["fr"]))
    assert "Ceci est un test" in values["html"]
    assert emails(EmailKind.RECONFIRMATION) == []


def test_a_number_that_changed_meanwhile_asks_nobody(owner_client: FlaskClient) -> None:
    mailing_list = make_list()
    people = [make_subscriber(each, mailing_list) for each in ("anna@example.org", "b@example.org")]
    purpose_id = change_meaning(mailing_list).id
    unsubscribe_from_list(people[0].id, mailing_list.id, Method.PAGE)
    again = post(owner_client, f"/console/consents/{purpose_id}/ask", people="2")
    assert (again.status_code, find_reconfirmation(purpose_id)) == (422, None)
    assert start_reconfirmation(purpose_id, expected_people=2) == PeopleCountChanged(1)
    assert find_reconfirmation(purpose_id) is None


@pytest.mark.parametrize("typed", ["", "2"])
def test_nobody_is_asked_for_another_meaning_before_the_number_is_typed(
    owner_client: FlaskClient, typed: str
) -> None:
    mailing_list = make_list()
    make_subscriber("anna@example.org", mailing_list)
    purpose_id = mailing_list.purpose_id
    fields = {**SENTENCES, "change": "material", "publish": "yes"}
    refused = post(owner_client, f"{CONSENTS}/{purpose_id}/text", **fields, people=typed)
    assert refused.status_code == 422
    assert find_waiting_change(purpose_id) is None
    post(owner_client, f"{CONSENTS}/{purpose_id}/text", **fields, people="1")
    assert find_waiting_change(purpose_id) is not None
