"""The links of a confirmation email show their true state and do what they say."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from supporters import clock
from supporters.consent.models import EventKind, Method
from supporters.lists.models import MailingList
from supporters.lists.subscriptions import unsubscribe_from_list
from supporters.mail.models import EmailKind, EmailStatus
from supporters.signup.form_counts import purge_expired_requests
from tests.factories.confirmations import (
    emails,
    events,
    link,
    make_three_lists,
    only_subscriber,
    sign_up,
    slugs_of,
)
from tests.factories.my_data import emails_to
from tests.factories.signups import ADDRESS, make_subscriber
from tests.machinery.prepared_states import always_made_once
from tests.web.public.pages import hidden_values, press

pytestmark = pytest.mark.either_database

HOURS_73 = timedelta(hours=73)


@always_made_once
def lists(app: Flask) -> dict[str, MailingList]:
    return make_three_lists()


# Each link shows its state.


def test_after_confirming_the_link_and_the_waiting_page_say_so(client: FlaskClient) -> None:
    page = sign_up(client, "national")
    press(client, link())
    for each in (link(), link().replace("/fr/", "/en/"), page):
        html = client.get(each).text
        assert "Liste national" in html
        assert 'type="checkbox"' not in html
        assert "subscriptions" in html


def test_the_browser_that_asked_is_not_told_that_another_confirmed(app: Flask) -> None:
    stranger, marie = app.test_client(), app.test_client()
    page = sign_up(stranger, "national")
    with time_machine.travel(clock.now(), tick=False):  # the page counts seconds
        before = text_of(stranger, page)
        press(marie, link())
        assert text_of(stranger, page) == before


def text_of(client: FlaskClient, page: str) -> str:
    """Return a page without the parts that differ each time."""
    html = client.get(page).text
    return html.replace(hidden_values(html)["csrf_token"], "")


def test_the_link_and_its_button_tell_people_who_unsubscribed(
    client: FlaskClient, lists: dict[str, MailingList]
) -> None:
    page = sign_up(client, "national")
    press(client, link())
    unsubscribe_from_list(only_subscriber().id, lists["national"].id, Method.PAGE)
    for answer in (client.get(link()), client.post(link()), client.get(page)):
        assert "pas sur cette liste" in answer.text
        assert "expiré" not in answer.text
    assert slugs_of() == set()


def test_an_expired_link_says_whether_the_person_is_on_a_list(
    client: FlaskClient, lists: dict[str, MailingList]
) -> None:
    sign_up(client, "national")
    late = clock.now() + HOURS_73
    with time_machine.travel(late, tick=False):
        purge_expired_requests(clock.now())
        assert "sur aucune de nos listes" in client.get(link()).text
    with time_machine.travel(clock.now() + timedelta(hours=2), tick=False):
        make_subscriber(ADDRESS, lists["lyon"])
    with time_machine.travel(late, tick=False):
        purge_expired_requests(clock.now())
        html = client.get(link(number=0)).text
        assert "Liste lyon" in html
        assert "aucune" not in html


# "It wasn't me" does what it says.


def test_not_me_after_confirming_unsubscribes_from_the_confirmed_lists(client: FlaskClient) -> None:
    sign_up(client, "national", "lyon")
    press(client, link())
    page = client.get(link("not_me_url")).text
    assert "aucune" not in page
    assert "Liste lyon" in page
    done = press(client, link("not_me_url")).text
    assert slugs_of() == set()
    assert "Liste lyon" in done
    withdrawn = events(EventKind.WITHDRAWN)
    assert [each.method for each in withdrawn] == [Method.PAGE] * 2


def test_not_me_keeps_lists_confirmed_by_another_email_and_says_so(
    client: FlaskClient, lists: dict[str, MailingList]
) -> None:
    make_subscriber(ADDRESS, lists["jeunes"])
    sign_up(client, "national")
    press(client, link())
    done = press(client, link("not_me_url")).text
    assert slugs_of() == {"jeunes"}
    assert "Liste jeunes" in done
    assert "aucune de nos listes" not in done


def test_not_me_of_an_old_email_keeps_lists_joined_again(
    client: FlaskClient, lists: dict[str, MailingList]
) -> None:
    sign_up(client, "national")
    press(client, link())
    unsubscribe_from_list(only_subscriber().id, lists["national"].id, Method.PAGE)
    sign_up(client, "national")
    press(client, link())
    press(client, link("not_me_url", number=0))
    assert slugs_of() == {"national"}


@pytest.mark.both_databases
def test_not_me_works_for_months_confirmed_or_not(client: FlaskClient) -> None:
    sign_up(client, "national")
    press(client, link())
    for days in (100, 101):
        with time_machine.travel(clock.now() + timedelta(days=days), tick=False):
            purge_expired_requests(clock.now())
            assert press(client, link("not_me_url")).status_code == 200
            assert slugs_of() == set()
            sign_up(client, "national")
            assert len(emails()) == 1


def test_not_me_mentions_no_request_if_there_is_none(client: FlaskClient) -> None:
    sign_up(client, "national")
    with time_machine.travel(clock.now() + HOURS_73, tick=False):
        purge_expired_requests(clock.now())
        before = client.get(link("not_me_url")).text
        done = press(client, link("not_me_url")).text
        assert "cette demande" not in before
        assert "La demande" not in done
        assert "plus d’e-mails d’inscription" in done.lower()


def test_every_page_after_not_me_says_so_and_offers_undo(client: FlaskClient) -> None:
    sign_up(client, "national")
    confirm, not_me = link(), link("not_me_url")
    press(client, not_me)
    for answer in (client.get(confirm), client.post(confirm), client.get(not_me)):
        assert answer.status_code == 200
        assert "ce n’était pas vous" in answer.text
        assert re.search(r'name="undo" value="1">\s*Annuler\s*</button>', answer.text)
    assert slugs_of() == set()
    assert client.post(confirm, data={"undo": "1"}).location == confirm
    assert slugs_of() == set()
    press(client, confirm)
    assert slugs_of() == {"national"}
    assert events(EventKind.CONFIRMED)[0].evidence is not None


def test_undoing_not_me_after_confirming_needs_a_new_sign_up(client: FlaskClient) -> None:
    sign_up(client, "national")
    confirm, not_me = link(), link("not_me_url")
    press(client, confirm)
    press(client, not_me)
    undone = client.post(confirm, data={"undo": "1"}, follow_redirects=True)
    assert "<h1>C’est annulé</h1>" in undone.text
    assert undone.status_code == 200
    press(client, confirm)
    assert slugs_of() == set()
    sign_up(client, "national")
    assert len(emails()) == 2
    press(client, link())
    assert slugs_of() == {"national"}


def test_a_later_request_after_not_me_is_not_shown_by_the_old_link(app: Flask) -> None:
    stranger, marie = app.test_client(), app.test_client()
    sign_up(stranger, "national")
    press(marie, link("not_me_url"))
    sign_up(stranger, "lyon")
    assert "Liste lyon" not in marie.get(link()).text
    press(marie, link())
    assert slugs_of() == set()


def test_the_other_person_at_a_dotted_neighbours_address_gets_their_email(
    client: FlaskClient,
) -> None:
    dotted, plain = "jean.dupont@orange.example.org", "jeandupont@orange.example.org"
    sign_up(client, "national", to=dotted)
    press(client, emails(dotted)[0]["not_me_url"].removeprefix("http://localhost"))
    sign_up(client, "national", to=plain)
    last = emails_to(plain, EmailKind.CONFIRM_SIGNUP)[-1]
    assert last.status is not EmailStatus.WITHHELD


def test_the_links_of_an_email_of_half_a_year_ago_show_and_change_nothing(
    client: FlaskClient,
) -> None:
    sign_up(client, "national")
    confirm, not_me = link(), link("not_me_url")
    press(client, confirm)
    with time_machine.travel(clock.now() + timedelta(days=179), tick=False):
        assert "Liste national" in client.get(not_me).text
    with time_machine.travel(clock.now() + timedelta(days=184), tick=False):
        for answer in (client.get(confirm), client.get(not_me), press(client, not_me)):
            assert answer.status_code == 410
            assert "Liste national" not in answer.text
            assert "Ce lien a expiré" in answer.text
    assert slugs_of() == {"national"}
