"""Reconfirmation and a change of meaning: a preview, and the typed number of people."""

import pytest
from flask.testing import FlaskClient

from supporters.consent.models import Method
from supporters.lists.subscriptions import unsubscribe_from_list
from supporters.mail.models import EmailKind
from supporters.reconfirmation.queries import find_reconfirmation, find_waiting_change
from supporters.reconfirmation.reconfirmation_rounds import PeopleCountChanged, start_reconfirmation
from tests.factories.consent.reconfirmation import change_meaning
from tests.factories.lists import SENTENCES, make_list
from tests.factories.signups import make_subscriber, values_in
from tests.web.console.pages import emails, post

CONSENTS = "/console/consents"


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
