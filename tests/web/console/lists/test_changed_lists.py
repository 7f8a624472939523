"""Campaigns after a change of meaning: the figures agree, and the page says the number reached."""

import html
import re

import pytest
from flask.testing import FlaskClient

from supporters.consent.queries import list_wordings
from supporters.lists.models import MailingList
from supporters.lists.queries import list_purpose_counts
from tests.factories.consent.reconfirmation import change_meaning
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.web.console.pages import speak_english

NEW = "/console/campaigns/new"


@pytest.fixture
def changed(owner_client: FlaskClient) -> MailingList:
    """Return a list whose text changed its meaning after two people agreed to the first."""
    speak_english(owner_client)
    mailing_list = make_list()
    for address in ("anna@example.org", "boris@example.org"):
        make_subscriber(address, mailing_list)
    change_meaning(mailing_list)
    return mailing_list


def test_after_a_change_the_form_begins_with_those_who_can_be_reached(
    owner_client: FlaskClient, changed: MailingList
) -> None:
    page = owner_client.get(f"{NEW}?list={changed.id}").text
    chosen = re.search(r"<option selected [^>]*>([^<]*)", page)
    assert chosen is not None
    assert chosen[1].endswith(": 2 people")


def test_after_a_change_the_launch_does_not_say_that_nobody_confirmed(
    owner_client: FlaskClient, changed: MailingList
) -> None:
    page = owner_client.get(f"/console/campaigns/{make_campaign(changed).id}/launch").text
    assert "has no subscribers" not in page
    assert "2 people on" in page
    assert f"/console/consents/{changed.purpose_id}/ask" in page


def test_after_a_change_the_list_shows_both_texts_and_whom_each_reaches(
    owner_client: FlaskClient, changed: MailingList
) -> None:
    page = html.unescape(owner_client.get(f"/console/lists/{changed.id}").text)
    assert "0 of them for the current text" in page
    first = list_purpose_counts(changed.id)[-1].purpose_id
    for wording in (*list_wordings(first), *list_wordings(changed.purpose_id)):
        assert wording.text in page
