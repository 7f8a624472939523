"""A code confirms the request of its page; the button confirms every open request left ticked."""

import re
from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from supporters import clock
from supporters.consent.models import EventKind, Method
from supporters.lists.models import MailingList
from supporters.lists.subscriptions import unsubscribe_from_list
from supporters.my_data.my_data_service import pause
from supporters.signup.form_counts import purge_expired_requests
from tests.factories.confirmations import (
    LISTS,
    emails,
    events,
    link,
    make_three_lists,
    only_subscriber,
    sign_up,
    slugs_of,
    type_code,
)
from tests.machinery.prepared_states import always_made_once
from tests.web.public.pages import hidden_values, inputs_of, press

pytestmark = pytest.mark.either_database

HOURS_73 = timedelta(hours=73)


@always_made_once
def lists(app: Flask) -> dict[str, MailingList]:
    return make_three_lists()


# A code confirms the request of its page, and no other.


def test_a_stranger_who_came_first_gets_nothing_confirmed_by_the_code(app: Flask) -> None:
    stranger, marie = app.test_client(), app.test_client()
    sign_up(stranger, *LISTS, given_name="Sale traître")
    page = sign_up(marie, "national", given_name="Marie")
    code = emails()[0]["code"]
    assert "Liste national" in type_code(marie, page, code)
    assert slugs_of() == {"national"}
    assert only_subscriber().given_name == "Marie"
    asked, confirmed = events(EventKind.REQUESTED)[0], events(EventKind.CONFIRMED)[0]
    assert (confirmed.request_id, confirmed.requested_at) == (asked.id, asked.occurred_at)
    assert confirmed.method is Method.CODE


def test_the_page_of_a_second_list_confirms_it_by_the_only_code(client: FlaskClient) -> None:
    sign_up(client, "national")
    second = sign_up(client, "lyon")
    html = type_code(client, second, emails()[0]["code"])
    assert "Liste lyon" in html
    assert slugs_of() == {"lyon"}


def test_the_same_code_confirms_each_page_it_is_typed_on(app: Flask) -> None:
    first, second = app.test_client(), app.test_client()
    pages = sign_up(first, "national"), sign_up(second, "lyon")
    code = emails()[0]["code"]
    type_code(second, pages[1], code)
    type_code(first, pages[0], code)
    assert slugs_of() == {"national", "lyon"}


def test_a_used_code_does_not_resubscribe_anybody(
    client: FlaskClient, lists: dict[str, MailingList]
) -> None:
    page = sign_up(client, "national")
    code = emails()[0]["code"]
    type_code(client, page, code)
    unsubscribe_from_list(only_subscriber().id, lists["national"].id, Method.PAGE)
    again = sign_up(client, "national")
    type_code(client, again, code)
    assert slugs_of() == set()
    type_code(client, again, emails()[1]["code"])
    assert slugs_of() == {"national"}


def test_an_expired_code_is_refused_as_expired(client: FlaskClient) -> None:
    page = sign_up(client, "national")
    code = emails()[0]["code"]
    with time_machine.travel(clock.now() + HOURS_73, tick=False):
        for purge in (False, True):
            if purge:
                purge_expired_requests(clock.now())
            assert "expiré" in type_code(client, page, code)


# The button confirms every open request that is left ticked.


def test_the_button_shows_and_confirms_every_open_request(client: FlaskClient) -> None:
    sign_up(client, "national")
    sign_up(client, "lyon")
    html = client.get(link()).text
    assert "Liste national" in html
    assert "Liste lyon" in html
    press(client, link())
    assert slugs_of() == {"national", "lyon"}
    asked = {each.id: each.occurred_at for each in events(EventKind.REQUESTED)}
    confirmed = events(EventKind.CONFIRMED)
    assert {each.request_id for each in confirmed} == {*asked}
    assert {each.requested_at for each in confirmed} == {*asked.values()}
    assert len({each.page_snapshot_id for each in confirmed}) == 2


def test_a_box_that_was_forgotten_is_not_lost_when_the_form_is_sent_again(
    client: FlaskClient,
) -> None:
    sign_up(client, "national")
    sign_up(client, "national", "lyon")
    press(client, link())
    assert slugs_of() == {"national", "lyon"}


def test_unticked_boxes_are_not_confirmed(app: Flask) -> None:
    stranger, marie = app.test_client(), app.test_client()
    sign_up(stranger, *LISTS, given_name="Sale traître")
    html = marie.get(link()).text
    assert "traître" not in html
    boxes = [name for name, each in inputs_of(html).items() if each.get("type") == "checkbox"]
    assert len(boxes) == 3
    fields = {**hidden_values(html), boxes[0]: "y", "given_name": "Marie"}
    assert "Liste national" in marie.post(link(), data=fields).text
    assert slugs_of() == {"national"}
    assert only_subscriber().given_name == "Marie"
    assert len(events(EventKind.CONFIRMED)) == 1
    assert marie.get(link()).text.count("checkbox") == 0


def test_nothing_ticked_confirms_nothing_and_says_so(client: FlaskClient) -> None:
    sign_up(client, "national")
    answer = client.post(link(), data=hidden_values(client.get(link()).text))
    assert answer.status_code == 422
    assert "Aucune case n’est cochée" in answer.text
    assert slugs_of() == set()
    press(client, link())
    assert slugs_of() == {"national"}


def test_a_first_name_is_shown_to_the_browser_that_typed_it_only(app: Flask) -> None:
    desktop, telephone = app.test_client(), app.test_client()
    sign_up(desktop, "national", given_name="Camille")
    assert inputs_of(desktop.get(link()).text)["given_name"]["value"] == "Camille"
    assert not inputs_of(telephone.get(link()).text)["given_name"].get("value")
    press(telephone, link())
    assert only_subscriber().given_name is None


def test_an_invalid_name_is_refused_and_nothing_is_lost(client: FlaskClient) -> None:
    sign_up(client, "national")
    assert press(client, link(), given_name="http://spam.example").status_code == 422
    assert slugs_of() == set()


def test_confirming_needs_no_cookie(app: Flask, client: FlaskClient) -> None:
    sign_up(client, "national")
    telephone = app.test_client(use_cookies=False)
    assert press(telephone, link()).status_code == 200
    assert slugs_of() == {"national"}


def test_a_list_asked_for_after_being_told_of_another_gets_its_email(client: FlaskClient) -> None:
    sign_up(client, "national")
    press(client, link())
    sign_up(client, "national")
    sign_up(client, "lyon")
    press(client, link())
    assert slugs_of() == {"national", "lyon"}


def test_a_request_made_while_the_page_was_open_is_not_lost(client: FlaskClient) -> None:
    sign_up(client, "national")
    html = client.get(link()).text
    boxes = {name: "y" for name, each in inputs_of(html).items() if each.get("type") == "checkbox"}
    sign_up(client, "lyon")
    answer = client.post(link(), data={**hidden_values(html), **boxes})
    assert slugs_of() == {"national"}
    assert answer.location == link()
    assert "Liste lyon" in press(client, link()).text
    assert slugs_of() == {"national", "lyon"}


# Boxes of another browser come unticked: another person may have ticked them (Planet49).


def ticked(html: str) -> list[bool]:
    """Tell which boxes of a page are ticked, in their order."""
    boxes = inputs_of(html).values()
    return ["checked" in each for each in boxes if each.get("type") == "checkbox"]


def test_the_boxes_of_this_emails_request_come_ticked_on_any_device(app: Flask) -> None:
    telephone, desktop = app.test_client(), app.test_client()
    sign_up(telephone, "national", "lyon")
    html = desktop.get(link()).text
    assert ticked(html) == [True, True]
    assert "depuis un autre appareil" not in html
    press(desktop, link())
    assert slugs_of() == {"national", "lyon"}


def test_the_boxes_of_another_browser_come_unticked_and_say_so(app: Flask) -> None:
    marie, stranger = app.test_client(), app.test_client()
    sign_up(marie, "national")
    sign_up(stranger, "lyon")
    html = marie.get(link()).text
    assert sorted(ticked(html)) == [False, True]
    assert html.count("depuis un autre appareil") == 1
    press(marie, link())
    assert slugs_of() == {"national"}


@pytest.mark.both_databases
def test_a_box_of_another_browser_is_confirmed_if_it_is_ticked(app: Flask) -> None:
    telephone, desktop = app.test_client(), app.test_client()
    sign_up(telephone, "national")
    sign_up(desktop, "lyon")
    html = telephone.get(link()).text
    boxes = {name: "y" for name, each in inputs_of(html).items() if each.get("type") == "checkbox"}
    telephone.post(link(), data={**hidden_values(html), **boxes})
    assert slugs_of() == {"national", "lyon"}


@pytest.mark.both_databases
def test_all_requests_of_one_browser_come_ticked_in_it(client: FlaskClient) -> None:
    for slug in ("national", "lyon", "jeunes"):
        sign_up(client, slug)
    assert ticked(client.get(link()).text) == [True, True, True]


def test_a_stranger_who_asks_for_the_same_list_later_unticks_nothing(app: Flask) -> None:
    marie, stranger = app.test_client(), app.test_client()
    sign_up(marie, "national")
    sign_up(stranger, "national")
    assert ticked(app.test_client().get(link()).text) == [True]


# A pause goes on.


def pause_person() -> datetime:
    """Pause the emails to the only subscriber; return until when."""
    assert pause(only_subscriber().id, 3)
    until = only_subscriber().paused_until
    assert until is not None
    return until


@pytest.mark.both_databases
def test_joining_one_more_list_keeps_the_pause_and_says_so(client: FlaskClient) -> None:
    sign_up(client, "national")
    press(client, link())
    until = pause_person()
    sign_up(client, "lyon")
    email = emails()[-1]["confirm_url"].removeprefix("http://localhost")
    assert "Votre pause continue" in client.get(email).text
    thanks = press(client, email).text
    assert only_subscriber().paused_until == until
    assert "après votre pause" in thanks
    assert "Votre pause continue" in thanks
    leave = re.search(r'action="(/leave/[^"]+)"', thanks)
    assert leave is not None
    client.post(leave[1], data={"pause": "0"})
    assert only_subscriber().paused_until is None


def test_a_person_on_no_list_begins_anew_without_the_pause(
    client: FlaskClient, lists: dict[str, MailingList]
) -> None:
    sign_up(client, "national")
    press(client, link())
    pause_person()
    unsubscribe_from_list(only_subscriber().id, lists["national"].id, Method.PAGE)
    sign_up(client, "lyon")
    email = emails()[-1]["confirm_url"].removeprefix("http://localhost")
    assert "Votre pause" not in press(client, email).text
    assert only_subscriber().paused_until is None
