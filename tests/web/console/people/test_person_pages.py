"""The page of a person: opened first, within the lists of the account, with their consents."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters.accounts.models import Organiser, organiser_list
from supporters.accounts.queries import find_organiser_by_email
from supporters.consent.queries import list_events_of
from supporters.database import db, transaction
from supporters.lists.models import MailingList
from supporters.lists.queries import list_subscriptions_of
from tests.factories.campaigns import launch
from tests.factories.consent.reconfirmation import change_meaning
from tests.factories.lists import make_list
from tests.factories.signups import ADDRESS, make_subscriber
from tests.machinery.prepared_states import always_made_once, made_once
from tests.web.console.pages import open_person

PAGE = "/console/people"


@always_made_once
def lists(app: Flask) -> list[MailingList]:
    """Return two lists."""
    return [make_list(), make_list("lyon", "Lyon")]


@made_once
def camille(lists: list[MailingList]) -> int:
    """Add a person to both lists; return their id."""
    return make_subscriber(ADDRESS, *lists, given_name="Camille").id


def limit_organiser(mailing_list: MailingList) -> None:
    """Limit the organiser to a list."""
    organiser = find_organiser_by_email("org@parti.example")
    assert organiser is not None
    with transaction():
        db.session.get_one(Organiser, organiser.id).is_limited = True
        db.session.execute(
            organiser_list.insert().values(
                organiser_id=organiser.id, mailing_list_id=mailing_list.id
            )
        )


@pytest.mark.parametrize("role", ["owner", "organiser", "officer"])
def test_a_person_who_was_not_opened_is_not_shown(
    request: pytest.FixtureRequest, camille: int, role: str
) -> None:
    client: FlaskClient = request.getfixturevalue(f"{role}_client")
    for path in ("", "/stop", "/correct", "/erase", "/restrict"):
        answer = client.get(f"{PAGE}/{camille}{path}")
        assert ADDRESS not in answer.text
        if answer.status_code != 403:
            assert answer.location == f"{PAGE}/{camille}/open"


def test_the_page_that_opens_a_person_shows_no_address(
    owner_client: FlaskClient, camille: int
) -> None:
    html = owner_client.get(f"{PAGE}/{camille}/open").text
    assert ("c…@example.org" in html, ADDRESS in html) == (True, False)
    assert owner_client.post(f"{PAGE}/{camille}/open").status_code == 400
    page = open_person(owner_client, camille)
    assert ADDRESS in owner_client.get(page).text
    assert owner_client.get(f"{page}/open").location == page


def test_the_history_shows_what_was_agreed_to_word_for_word(
    owner_client: FlaskClient, camille: int
) -> None:
    html = owner_client.get(open_person(owner_client, camille)).text
    _, wording = list_events_of(camille)[0]
    assert wording is not None
    assert wording.text in html
    assert wording.text_hash in html
    assert f"{wording.version}" in html


def test_the_history_names_the_list_also_after_its_meaning_changed(
    owner_client: FlaskClient, lists: list[MailingList]
) -> None:
    person = make_subscriber(ADDRESS, lists[0])
    change_meaning(lists[0])
    html = owner_client.get(open_person(owner_client, person.id)).text
    assert html.count(f"<strong>{lists[0].name}</strong>") == len(list_events_of(person.id)) == 2


def test_a_person_is_shown_with_the_mails_they_got(
    owner_client: FlaskClient, lists: list[MailingList], camille: int
) -> None:
    campaign_id = launch(lists[0], "Samedi <matin>")
    html = owner_client.get(open_person(owner_client, camille)).text
    assert f'href="/console/campaigns/{campaign_id}">Samedi &lt;matin&gt;</a>' in html


def test_a_limited_account_sees_nothing_of_other_lists(
    organiser_client: FlaskClient, lists: list[MailingList], camille: int
) -> None:
    limit_organiser(lists[1])
    launch(lists[0], "Nationale")
    launch(lists[1], "Locale")
    html = organiser_client.get(open_person(organiser_client, camille)).text
    assert ("Locale" in html, "Lyon" in html) == (True, True)
    assert ("Nationale" in html, lists[0].name in html) == (False, False)


@pytest.mark.parametrize("path", ["", "/open", "/stop"])
def test_a_limited_account_finds_no_person_of_other_lists(
    organiser_client: FlaskClient, lists: list[MailingList], path: str
) -> None:
    stranger = make_subscriber("stranger@example.org", lists[0])
    limit_organiser(lists[1])
    assert organiser_client.get(f"{PAGE}/{stranger.id}{path}").status_code == 404
    assert list_subscriptions_of(stranger.id) != []


def test_an_unknown_person_is_a_page_that_says_so(owner_client: FlaskClient) -> None:
    for path in ("9", "9/stop", "9/open", "9/correct", "0", f"{2**63}", "x"):
        assert owner_client.get(f"{PAGE}/{path}").status_code == 404, path
