"""The page that waits: it helps to find the email, sends it again, and tells nothing to others."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from supporters import clock
from supporters.consent.suppression import EVERYTHING, suppress
from supporters.database import db, transaction
from supporters.lists.models import MailingList, Subscription
from supporters.mail.models import EmailStatus, OutboxEmail
from supporters.people.addresses import address_mac
from supporters.signup.models import SignupRequest
from tests.factories.consent.reconfirmation import change_meaning
from tests.factories.lists import make_list
from tests.factories.rows import count_rows
from tests.factories.signups import code_of, confirm_token, make_subscriber
from tests.machinery.prepared_states import always_made_once
from tests.machinery.statements import statements
from tests.web.public.pages import hidden_values, inputs_of, join, press, ticked_values

PAGE = "/fr/join/national"
CHECK, AGAIN, STATE, CORRECT = (
    f"{PAGE}/{each}" for each in ("check", "check/again", "check/state", "correct")
)
ADDRESS = "camille@gmail.com"
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
TWO_MINUTES = timedelta(minutes=2)
DAY = timedelta(days=1)


@always_made_once
def a_list(app: Flask) -> None:
    """Create a list."""
    make_list(name="La Lettre")


@pytest.fixture
def moment() -> Iterator[time_machine.Traveller]:
    """Stop the clock; the test moves it."""
    with time_machine.travel(NOW, tick=False) as coordinates:
        yield coordinates


def statuses() -> list[EmailStatus]:
    """Return the statuses of all emails, oldest first."""
    return [*db.session.scalars(select(OutboxEmail.status).order_by(OutboxEmail.id))]


def ask_again(client: FlaskClient) -> str:
    """Press the button that asks for the email again; return the page that follows."""
    token = hidden_values(client.get(CHECK).text)["csrf_token"]
    answer = client.post(AGAIN, data={"csrf_token": token})
    assert answer.status_code == 303
    return client.get(answer.location or "").text


def newest_request() -> str:
    newest = select(SignupRequest.public_id).order_by(SignupRequest.id.desc()).limit(1)
    return db.session.scalar(newest) or ""


def oldest_request() -> str:
    return db.session.scalar(select(SignupRequest.public_id).order_by(SignupRequest.id)) or ""


def test_it_says_what_to_look_for_and_where_and_folds_its_help_until_that_is_asked_for(
    app: Flask, client: FlaskClient
) -> None:
    join(client, ADDRESS)
    html = client.get(CHECK).text
    settings = app.extensions["settings"]
    for words in (ADDRESS, settings.mail_from, "confirmez votre inscription …"):
        assert words in html
    assert re.search(
        r'href="https://mail.google.com/"\s+target="_blank"\s+rel="external noopener noreferrer"',
        html,
    )
    fold = re.compile(r'<details class="more" (open)?>\s*<summary>Pas d’e-mail')
    after_a_look = client.get(f"{CHECK}?look=1").text
    assert (fold.findall(html), fold.findall(after_a_look)) == ([""], ["open"])


def test_an_address_of_an_unknown_provider_gets_no_link(client: FlaskClient) -> None:
    join(client, "camille@dupont.fr")
    assert 'target="_blank"' not in client.get(CHECK).text


def test_the_form_comes_back_as_it_was_typed_and_to_nobody_else(
    app: Flask, client: FlaskClient
) -> None:
    join(client, ADDRESS, given_name="Camille")
    html = client.get(CORRECT).text
    fields = inputs_of(html)
    assert (fields["email"]["value"], fields["given_name"]["value"]) == (ADDRESS, "Camille")
    assert set(ticked_values(html)) == {"consent_1"}
    answer = app.test_client().get(CORRECT)
    assert (answer.status_code, answer.location) == (302, PAGE)


def test_a_corrected_form_is_a_new_request_for_the_right_address(client: FlaskClient) -> None:
    join(client, "camile@gmail.com", given_name="Camille")
    html = client.get(CORRECT).text
    ticked = {**ticked_values(html), "is_15": "y"}
    fields = {**hidden_values(html), **ticked, "given_name": "Camille"}
    answer = client.post(CORRECT, data={**fields, "email": ADDRESS})
    assert (answer.status_code, answer.location) == (303, CHECK)
    assert statuses() == [EmailStatus.QUEUED, EmailStatus.QUEUED]
    assert ADDRESS in client.get(CHECK).text


def test_the_email_can_be_asked_for_again_after_two_minutes_and_an_early_press_says_when(
    client: FlaskClient, moment: time_machine.Traveller
) -> None:
    join(client, ADDRESS)
    moment.shift(timedelta(seconds=75))
    assert "dans 45 secondes" in ask_again(client)
    assert statuses() == [EmailStatus.QUEUED]
    moment.shift(timedelta(seconds=45))
    assert "un autre e-mail est en route" in ask_again(client)
    assert statuses() == [EmailStatus.QUEUED, EmailStatus.QUEUED]


def test_two_emails_leave_in_a_day_and_three_in_a_month(
    client: FlaskClient, moment: time_machine.Traveller
) -> None:
    join(client, ADDRESS)
    moment.shift(TWO_MINUTES)
    ask_again(client)
    moment.shift(TWO_MINUTES)
    assert "demain, vous pourrez recommencer" in ask_again(client).lower()
    assert len(statuses()) == 2
    for _ in range(2):
        moment.shift(DAY)
        ask_again(client)
    assert statuses() == [*[EmailStatus.QUEUED] * 3, EmailStatus.WITHHELD]


def test_presses_at_the_same_moment_lead_to_one_email(
    app: Flask, client: FlaskClient, moment: time_machine.Traveller
) -> None:
    join(client, ADDRESS)
    moment.shift(TWO_MINUTES)
    cookie = client.get_cookie("session")
    token = hidden_values(client.get(CHECK).text)["csrf_token"]
    for _ in range(3):
        each = app.test_client()
        assert cookie is not None
        each.set_cookie("session", cookie.value)
        assert each.post(AGAIN, data={"csrf_token": token}).status_code == 303
    assert statuses().count(EmailStatus.QUEUED) == 2


@pytest.mark.parametrize("find", [oldest_request, newest_request])
def test_each_of_the_codes_confirms(
    client: FlaskClient, moment: time_machine.Traveller, find: Callable[[], str]
) -> None:
    join(client, ADDRESS)
    moment.shift(TWO_MINUTES)
    ask_again(client)
    assert press(client, CHECK, code=code_of(find())).status_code == 200
    assert count_rows(Subscription) == 1


@pytest.mark.parametrize("find", [oldest_request, newest_request])
def test_each_of_the_links_confirms_and_both_then_say_so(
    client: FlaskClient, moment: time_machine.Traveller, find: Callable[[], str]
) -> None:
    join(client, ADDRESS)
    moment.shift(TWO_MINUTES)
    ask_again(client)
    paths = [f"/fr/confirm/{confirm_token(each())}" for each in (oldest_request, newest_request)]
    assert press(client, f"/fr/confirm/{confirm_token(find())}").status_code == 200
    titles = [re.findall("<h1>(.*?)</h1>", client.get(path).text) for path in paths]
    assert titles[0] == titles[1]
    assert client.get(STATE).json == {"is_confirmed": True}


def test_every_kind_of_address_gets_the_same_answers_and_statements(
    app: Flask, moment: time_machine.Traveller
) -> None:
    national = make_list("nord", "Nord")
    make_subscriber("confirmed@example.org", national)
    with transaction():
        suppress(address_mac("left@example.org"), EVERYTHING, now=clock.now(), until=None)
    seen, said = set(), []
    names = ("first", "new", "confirmed", "left", "abuse")
    for name in names:
        client = app.test_client()
        join(client, f"{name}@example.org", page="/fr/join/nord")
        moment.shift(TWO_MINUTES)
        token = hidden_values(client.get("/fr/join/nord/check").text)["csrf_token"]
        with statements() as of_one:
            answer = client.post("/fr/join/nord/check/again", data={"csrf_token": token})
        said.append(len(of_one))
        html = client.get("/fr/join/nord/check").text.replace(f"{name}@", "")
        html = re.sub(r'name="csrf_token"[^>]*>', "", html)
        seen.add((answer.status_code, html, client.get("/fr/join/nord/check/state").text))
    assert len(seen) == 1
    assert len(set(said[1:])) == 1


def test_a_text_that_changed_since_is_read_again_before_another_email(
    client: FlaskClient, moment: time_machine.Traveller
) -> None:
    join(client, ADDRESS)
    change_meaning(db.session.get_one(MailingList, 1))
    moment.shift(TWO_MINUTES)
    token = hidden_values(client.get(CHECK).text)["csrf_token"]
    answer = client.post(AGAIN, data={"csrf_token": token})
    assert answer.location == CORRECT
    assert statuses() == [EmailStatus.QUEUED]


def test_only_the_browser_that_confirmed_is_told(app: Flask, client: FlaskClient) -> None:
    join(client, ADDRESS)
    path = f"/fr/confirm/{confirm_token(newest_request())}"
    other = app.test_client()
    press(other, path)
    other.get(path)
    assert client.get(STATE).json == {"is_confirmed": False}
    client.get(path)
    assert client.get(STATE).json == {"is_confirmed": True}


def test_the_state_is_read_from_the_cookie_alone_and_changes_nothing(client: FlaskClient) -> None:
    join(client, ADDRESS)
    with statements() as said:
        answer = client.get(STATE)
    assert (said, answer.headers.getlist("Set-Cookie")) == ([], [])
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_browser_without_a_request_learns_nothing(client: FlaskClient) -> None:
    assert client.get(STATE).json == {"is_confirmed": False}
    token = hidden_values(client.get(PAGE).text)["csrf_token"]
    assert client.post(AGAIN, data={"csrf_token": token}).status_code == 303
    assert statuses() == []


def test_without_javascript_a_link_goes_on(client: FlaskClient) -> None:
    join(client, ADDRESS)
    assert "Rien n’est encore confirmé dans ce navigateur" in client.get(f"{CHECK}?look=1").text
    path = f"/fr/confirm/{confirm_token(newest_request())}"
    press(client, path)
    client.get(path)
    assert "Rien n’est encore" not in client.get(f"{CHECK}?look=1").text


def test_a_wrong_code_stays_in_its_field_in_groups(client: FlaskClient) -> None:
    join(client, ADDRESS)
    wrong = "000000" if code_of(newest_request()) != "000000" else "111111"
    page = press(client, CHECK, code=wrong)
    assert (page.status_code, f'value="{wrong[:3]} {wrong[3:]}"' in page.text) == (422, True)


def test_a_long_form_leaves_room_in_the_cookie(client: FlaskClient) -> None:
    answer = join(client, f"{'a' * 60}@{'b' * 60}.{'c' * 60}.fr", given_name="é" * 80)
    assert len(answer.headers["Set-Cookie"]) < 4000
    assert "a" * 60 in client.get(CHECK).text
