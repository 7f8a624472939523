"""The page behind “unsubscribe”: its language, the pause beside it, the undo after it."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from supporters import clock
from supporters.crypto.tokens import TokenPurpose
from supporters.database import db
from supporters.extensions import current_tokens
from supporters.lists.models import Subscription
from supporters.mail.models import EmailKind
from supporters.my_data.my_data_service import MOST_A_DAY, pause
from supporters.people.models import Subscriber
from tests.factories.consent.proofs import without_tokens
from tests.factories.lists import make_list
from tests.factories.my_data import emails_to
from tests.factories.signups import ADDRESS, make_subscriber, values_in
from tests.machinery.prepared_states import made_once

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

UNDO = "/leave/undo"
KEY = tuple[int, int]


@made_once
def key(app: Flask) -> KEY:
    """Return the ids of a person on two lists, and of the first list."""
    national = make_list()
    return make_subscriber(ADDRESS, national, make_list("lyon", "Lyon")).id, national.id


@pytest.fixture
def path(key: KEY) -> str:
    """Return the unsubscribe link of this person."""
    return path_of(*key)


def path_of(subscriber_id: int, list_id: int) -> str:
    return "/leave/" + current_tokens().sign(TokenPurpose.UNSUBSCRIBE, [subscriber_id, list_id, 1])


def lyon_of(key: KEY) -> int:
    """Return the id of the second list of the person."""
    lists = db.select(Subscription.mailing_list_id).where(Subscription.mailing_list_id != key[1])
    return db.session.scalars(lists).one()


def told(kind: EmailKind) -> list[dict[str, Any]]:
    """Return the values of the emails of a kind to the person."""
    return [values_in(each) for each in emails_to(ADDRESS, kind)]


def is_on_list(key: KEY) -> bool:
    """Tell whether the person is on the list."""
    db.session.rollback()
    return db.session.get(Subscription, key) is not None


def person(key: KEY) -> Subscriber:
    """Return the person as stored."""
    db.session.rollback()
    return db.session.get_one(Subscriber, key[0])


@pytest.mark.both_databases
def test_a_press_on_the_page_can_be_undone_in_the_same_browser(
    client: FlaskClient, path: str, key: KEY
) -> None:
    page = client.post(path, data={"leave": "this"}).text
    assert f'action="{UNDO}"' in page
    assert not is_on_list(key)
    answer = client.post(UNDO)
    assert answer.status_code == 200
    assert "La Lettre" in answer.text
    assert is_on_list(key)


def test_another_browser_undoes_nothing(app: Flask, client: FlaskClient, path: str) -> None:
    client.post(path, data={"leave": "this"})
    assert "Il est trop tard" in app.test_client().post(UNDO).text


def test_after_ten_minutes_the_page_says_what_to_do_instead(
    client: FlaskClient, path: str, key: KEY
) -> None:
    client.post(path, data={"leave": "this"})
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        answer = client.post(UNDO)
    assert "Il est trop tard" in answer.text
    assert 'href="/fr/"' in answer.text
    assert not is_on_list(key)


def test_one_click_sets_no_cookie_and_offers_no_undo(client: FlaskClient, path: str) -> None:
    answer = client.post(path, data={"List-Unsubscribe": "One-Click"})
    assert "Set-Cookie" not in answer.headers
    assert UNDO not in answer.text


def test_an_unknown_person_gets_the_same_page_and_the_same_cookies(
    client: FlaskClient, app: Flask, path: str, key: KEY
) -> None:
    client.post(path_of(key[0], lyon_of(key)), data={"leave": "this"})
    known = client.post(path, data={"leave": "this"})
    unknown = app.test_client().post(path_of(404, key[1]), data={"leave": "this"})
    assert without_tokens(known.text) == without_tokens(unknown.text)
    assert ("Set-Cookie" in known.headers) is ("Set-Cookie" in unknown.headers) is True


@pytest.mark.parametrize(("months", "days"), [("1", 28), ("3", 89)])
def test_a_pause_by_the_same_link_keeps_the_lists(
    client: FlaskClient, path: str, key: KEY, months: str, days: int
) -> None:
    answer = client.post(path, data={"pause": months})
    assert answer.status_code == 200
    paused_until = person(key).paused_until
    assert paused_until is not None
    assert paused_until >= clock.now() + timedelta(days=days)
    assert is_on_list(key)
    client.post(path, data={"pause": "0"})
    assert person(key).paused_until is None


def test_a_pause_of_any_other_length_is_refused(client: FlaskClient, path: str, key: KEY) -> None:
    assert client.post(path, data={"pause": "600"}).status_code == 400
    assert person(key).paused_until is None


def test_an_unknown_person_gets_the_answer_of_a_pause(
    client: FlaskClient, path: str, key: KEY
) -> None:
    known = client.post(path, data={"pause": "1"})
    assert client.post(path_of(404, key[1]), data={"pause": "1"}).text == known.text


def test_the_page_speaks_the_language_of_the_reader_and_offers_the_other(
    client: FlaskClient,
) -> None:
    mailing_list = make_list()
    reader = make_subscriber(ADDRESS, mailing_list, language="en")
    path = path_of(reader.id, mailing_list.id)
    page = client.get(path, headers={"Accept-Language": "fr"}).text
    assert '<html lang="en">' in page
    assert f'href="{path}?lang_code=fr"' in page
    assert '<html lang="fr">' in client.get(f"{path}?lang_code=fr").text
    answer = client.post(f"{path}?lang_code=en", headers={"Accept-Language": "fr"})
    assert '<html lang="en">' in answer.text


def test_a_link_of_a_list_that_was_left_says_so(client: FlaskClient, path: str) -> None:
    assert 'name="leave"' in client.get(path).text
    client.post(path, data={"leave": "this"})
    page = client.get(path).text
    assert "Vous n’êtes plus sur" in page
    assert 'name="leave"' not in page


@pytest.mark.both_databases
def test_the_undo_stays_when_the_page_is_opened_or_pressed_again(
    client: FlaskClient, path: str, key: KEY
) -> None:
    client.post(path, data={"leave": "this"})
    assert f'action="{UNDO}"' in client.get(path).text
    assert f'action="{UNDO}"' in client.post(path, data={"leave": "this"}).text
    client.post(UNDO)
    assert is_on_list(key)


def test_another_browser_and_a_later_one_get_no_undo(
    app: Flask, client: FlaskClient, path: str
) -> None:
    client.post(path, data={"leave": "this"})
    assert UNDO not in app.test_client().get(path).text
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        assert UNDO not in client.get(path).text


def test_a_session_of_the_version_before_undoes_nothing(
    client: FlaskClient, path: str, key: KEY
) -> None:
    client.post(path, data={"leave": "this"})
    with client.session_transaction() as session:
        session["left"] = session["left"][:3]
    assert "Il est trop tard" in client.post(UNDO).text
    assert not is_on_list(key)


@pytest.mark.both_databases
def test_an_undo_is_told_to_the_mailbox(client: FlaskClient, path: str) -> None:
    client.post(path, data={"leave": "this"})
    client.post(UNDO)
    (values,) = told(EmailKind.BACK_ON_LIST)
    assert values["list_name"] == "La Lettre nationale"


@pytest.mark.both_databases
def test_the_page_after_leaving_names_the_lists_that_go_on(client: FlaskClient, path: str) -> None:
    page = client.post(path, data={"leave": "this"}).text
    assert "Vous recevez toujours nos messages pour" in page
    assert "<li>Lyon</li>" in page


@pytest.mark.both_databases
def test_the_page_says_whose_subscription_ends(client: FlaskClient, path: str) -> None:
    page = client.get(path).text
    assert "c…@example.org" in page
    assert ADDRESS not in page


def test_a_running_pause_is_shown_with_its_date_and_not_offered_again(
    client: FlaskClient, path: str, key: KEY
) -> None:
    client.post(path, data={"pause": "3"})
    page = client.get(path).text
    until = person(key).paused_until
    assert until is not None
    assert f"{until.year}" in page
    assert 'name="pause" value="0"' in page
    assert 'name="pause" value="1"' not in page


def test_a_pause_is_told_to_the_mailbox_with_the_way_to_end_it(
    client: FlaskClient, path: str, key: KEY
) -> None:
    client.post(path, data={"pause": "3"})
    client.post(path, data={"pause": "3"})
    (values,) = told(EmailKind.PAUSED)
    assert values["until"]
    end = values["pause_url"].removeprefix("http://localhost")
    assert 'name="pause" value="0"' in client.get(end).text
    client.post(end, data={"pause": "0"})
    assert person(key).paused_until is None


def test_no_pause_by_a_link_begins_untold(client: FlaskClient, path: str, key: KEY) -> None:
    for _ in range(MOST_A_DAY):
        client.post(path, data={"pause": "1"})
        client.post(path, data={"pause": "0"})
    answer = client.post(path, data={"pause": "1"})
    assert answer.status_code == 429
    assert 'href="/fr/my-data"' in answer.text
    assert person(key).paused_until is None
    assert len(told(EmailKind.PAUSED)) == MOST_A_DAY


def test_a_pause_in_my_data_is_told_too(key: KEY) -> None:
    assert pause(key[0], None)
    assert [each["until"] for each in told(EmailKind.PAUSED)] == [""]


def test_the_page_promises_fewer_lists_only_where_there_are_others(
    client: FlaskClient, path: str
) -> None:
    paris = make_list("paris", "Paris")
    alone = path_of(make_subscriber("alone@example.org", paris).id, paris.id)
    assert "<h2>Ou une pause, ou moins de listes</h2>" in client.get(path).text
    assert "<h2>Ou une pause</h2>" in client.get(alone).text
