"""Confirmation: no address becomes mailable in another way."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from supporters import clock
from supporters.consent.models import ConsentEvent, EventKind, Method, Suppression
from supporters.consent.suppression import EVERYTHING, suppress
from supporters.crypto.tokens import TokenPurpose
from supporters.database import db, transaction
from supporters.extensions import current_tokens
from supporters.lists.models import Subscription
from supporters.lists.subscriptions import unsubscribe_from_list
from supporters.mail.models import EmailStatus
from supporters.people.addresses import address_mac, code_mac
from supporters.people.models import Subscriber
from supporters.signup.code_confirmation import confirm_by_code
from supporters.signup.confirmation import ConfirmedSignup, ConfirmError, confirm_by_link
from supporters.signup.confirmation_links import resolve_link
from supporters.signup.form_counts import purge_expired_requests
from supporters.signup.models import SignupRequest
from supporters.signup.queries import find_request
from supporters.signup.rejection import reject_signup
from tests.factories.lists import make_list
from tests.factories.rows import count_rows
from tests.factories.signups import (
    ADDRESS,
    code_of,
    confirm_token,
    email_of_request,
    make_subscriber,
    not_me_token,
    request_to_join,
)

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]


def test_confirming_writes_person_event_and_subscription() -> None:
    mailing_list = make_list()
    person = make_subscriber(ADDRESS, mailing_list, given_name="Camille")
    event = db.session.get_one(ConsentEvent, person.joined_event_id)
    assert (event.kind, event.method) == (EventKind.CONFIRMED, Method.LINK)
    assert event.subscriber_id == person.id
    subscription = db.session.get_one(Subscription, (person.id, mailing_list.id))
    assert subscription.consent_event_id == event.id


@pytest.mark.both_databases
def test_each_ticked_list_gets_its_own_event() -> None:
    national, lyon = make_list(), make_list("lyon", "Lyon")
    person = make_subscriber(ADDRESS, national, lyon)
    purposes = db.session.scalars(
        select(ConsentEvent.purpose_id).where(
            ConsentEvent.subscriber_id == person.id, ConsentEvent.kind == EventKind.CONFIRMED
        )
    ).all()
    assert sorted(purposes) == [national.purpose_id, lyon.purpose_id]


def test_confirming_twice_shows_the_same_and_changes_nothing() -> None:
    token = confirm_token(request_to_join(ADDRESS, make_list()))
    first, second = confirm_by_link(token), confirm_by_link(token)
    assert isinstance(first, ConfirmedSignup)
    assert first == second
    assert count_rows(Subscription) == 1


def test_opening_the_link_changes_nothing() -> None:
    token = confirm_token(request_to_join(ADDRESS, make_list()))
    for _ in range(5):
        assert resolve_link(TokenPurpose.CONFIRM, token).is_open
    assert count_rows(Subscription) == 0


@pytest.mark.both_databases
def test_the_code_confirms_on_the_page_that_is_open() -> None:
    public_id = request_to_join(ADDRESS, make_list())
    assert isinstance(confirm_by_code(public_id, code_of(public_id)), ConfirmedSignup)
    methods = db.session.scalars(select(ConsentEvent.method).order_by(ConsentEvent.id)).all()
    assert methods == [Method.FORM, Method.CODE]


def test_the_code_may_be_sent_twice() -> None:
    public_id = request_to_join(ADDRESS, make_list())
    code = code_of(public_id)
    assert confirm_by_code(public_id, code) == confirm_by_code(public_id, code)


def test_the_only_email_of_the_day_confirms_on_a_second_page_too() -> None:
    mailing_list = make_list()
    code = code_of(request_to_join(ADDRESS, mailing_list))
    second = request_to_join(ADDRESS, mailing_list)
    assert isinstance(confirm_by_code(second, code), ConfirmedSignup)


def test_three_wrong_codes_block_the_code_and_not_the_link() -> None:
    public_id = request_to_join(ADDRESS, make_list())
    code, token = code_of(public_id), confirm_token(public_id)
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(3):
        assert confirm_by_code(public_id, wrong) is ConfirmError.WRONG_CODE
    assert confirm_by_code(public_id, code) is ConfirmError.TOO_MANY_CODES
    assert isinstance(confirm_by_link(token), ConfirmedSignup)


def test_more_pages_give_no_more_tries() -> None:
    mailing_list = make_list()
    pages = [request_to_join(ADDRESS, mailing_list) for _ in range(3)]
    code = code_of(pages[0])
    wrong = "000000" if code != "000000" else "111111"
    for number in range(3):
        confirm_by_code(pages[number % 3], wrong)
    assert confirm_by_code(pages[2], code) is ConfirmError.WRONG_CODE
    assert count_rows(Subscription) == 0


@pytest.mark.both_databases
def test_the_code_of_a_withheld_email_confirms_nobody() -> None:
    mailing_list = make_list()
    request_to_join(ADDRESS, mailing_list)
    withheld = request_to_join(ADDRESS, mailing_list)
    with transaction():
        request = find_request(withheld)
        assert request is not None
        request.code_mac = code_mac(withheld, "123456")
    assert confirm_by_code(withheld, "123456") is ConfirmError.WRONG_CODE
    assert count_rows(Subscription) == 0


def test_an_expired_page_says_so_and_compares_nothing() -> None:
    mailing_list = make_list()
    old = request_to_join(ADDRESS, mailing_list)
    with time_machine.travel(clock.now() + timedelta(hours=73), tick=False):
        new = request_to_join(ADDRESS, mailing_list)
        code = code_of(new)
        wrong = "000000" if code != "000000" else "111111"
        tries = [confirm_by_code(old, each) for each in (*[wrong] * 6, code)]
        assert {*tries} == {ConfirmError.EXPIRED}
        assert count_rows(Subscription) == 0
        assert isinstance(confirm_by_code(new, code), ConfirmedSignup)


def test_a_page_answers_tries_the_same_with_or_without_an_email() -> None:
    mailing_list = make_list()
    make_subscriber("known@example.org", mailing_list)
    answers = []
    for address in ("known@example.org", "new@example.org"):
        page = request_to_join(address, mailing_list)
        answers.append([confirm_by_code(page, "not it") for _ in range(7)])
    assert answers[0] == answers[1]


def test_a_later_signup_does_not_replace_a_known_first_name() -> None:
    person = make_subscriber(ADDRESS, make_list(), given_name="Camille")
    again = make_subscriber(ADDRESS, make_list("lyon", "Lyon"), given_name="Somebody else")
    assert (again.id, again.given_name) == (person.id, "Camille")


def test_a_link_expires_after_72_hours() -> None:
    token = confirm_token(request_to_join(ADDRESS, make_list()))
    with time_machine.travel(clock.now() + timedelta(hours=72)):
        assert confirm_by_link(token) is ConfirmError.EXPIRED
    assert count_rows(Subscription) == 0


def test_requests_are_deleted_after_72_hours() -> None:
    token = confirm_token(request_to_join(ADDRESS, make_list()))
    assert purge_expired_requests(clock.now() + timedelta(hours=71)) == 0
    assert purge_expired_requests(clock.now() + timedelta(hours=72)) == 1
    assert confirm_by_link(token) is ConfirmError.EXPIRED


def test_a_confirmed_request_is_not_counted_as_unconfirmed() -> None:
    mailing_list = make_list()
    make_subscriber(ADDRESS, mailing_list)
    request_to_join("pending@example.org", mailing_list)
    assert purge_expired_requests(clock.now() + timedelta(hours=73)) == 1
    assert count_rows(SignupRequest) == 0


def test_a_token_of_another_purpose_is_rejected() -> None:
    mailing_list = make_list()
    person = make_subscriber("b@example.org", mailing_list)
    leave = current_tokens().sign(TokenPurpose.UNSUBSCRIBE, [person.id, mailing_list.id])
    assert confirm_by_link(leave) is ConfirmError.UNKNOWN
    assert confirm_by_link("nonsense") is ConfirmError.UNKNOWN


@pytest.mark.both_databases
def test_a_token_is_invalid_after_a_change_of_the_request() -> None:
    public_id = request_to_join(ADDRESS, make_list())
    token = confirm_token(public_id)
    with transaction():
        request = db.session.scalar(select(SignupRequest))
        assert request is not None
        request.address = request.address_key = "mallory@example.org"
    assert confirm_by_link(token) is ConfirmError.UNKNOWN


def test_a_used_link_does_not_undo_an_unsubscription() -> None:
    mailing_list = make_list()
    token = confirm_token(request_to_join(ADDRESS, mailing_list))
    confirmed = confirm_by_link(token)
    assert isinstance(confirmed, ConfirmedSignup)
    unsubscribe_from_list(confirmed.subscriber_id, mailing_list.id, Method.PAGE)
    assert confirm_by_link(token) is ConfirmError.UNSUBSCRIBED
    assert count_rows(Subscription) == 0


def test_not_me_ends_the_request_and_signup_emails_for_a_year() -> None:
    mailing_list = make_list()
    public_id = request_to_join(ADDRESS, mailing_list)
    confirm, not_me = confirm_token(public_id), not_me_token(public_id)
    assert reject_signup(not_me)
    assert confirm_by_link(confirm) is ConfirmError.REJECTED
    for days, status in ((364, EmailStatus.WITHHELD), (366, EmailStatus.QUEUED)):
        with time_machine.travel(clock.now() + timedelta(days=days), tick=False):
            assert email_of_request(request_to_join(ADDRESS.upper(), mailing_list)).status is status


@pytest.mark.both_databases
def test_a_new_confirmation_lifts_a_suppression() -> None:
    mailing_list = make_list()
    with transaction():
        suppress(address_mac(ADDRESS), EVERYTHING, now=clock.now(), until=None)
    make_subscriber(ADDRESS.upper(), mailing_list)
    assert db.session.scalars(select(Suppression)).all() == []


def test_the_same_address_in_other_case_is_the_same_person() -> None:
    national, lyon = make_list(), make_list("lyon", "Lyon")
    first = make_subscriber("Camille@Example.org", national)
    second = make_subscriber("camille@example.ORG", lyon)
    assert first.id == second.id
    assert count_rows(Subscriber) == 1


def confirm_at_once(app: Flask, tokens: list[str]) -> list[ConfirmedSignup | ConfirmError]:
    """Confirm with several links at the same moment, each in its own thread."""
    barrier = Barrier(len(tokens))

    def confirm(token: str) -> ConfirmedSignup | ConfirmError:
        with app.app_context():
            barrier.wait()
            return confirm_by_link(token)

    with ThreadPoolExecutor(len(tokens)) as pool:
        outcomes = [*pool.map(confirm, tokens)]
    db.session.rollback()  # so that the test reads what the threads wrote
    return outcomes


@pytest.mark.both_databases
def test_one_link_used_eight_times_at_once_makes_one_person(app: Flask) -> None:
    token = confirm_token(request_to_join(ADDRESS, make_list()))
    outcomes = confirm_at_once(app, [token] * 8)
    assert [each for each in outcomes if not isinstance(each, ConfirmedSignup)] == []
    assert count_rows(Subscription) == 1


@pytest.mark.both_databases
def test_two_emails_of_one_person_confirmed_at_once_make_one_person(app: Flask) -> None:
    national, lyon = make_list(), make_list("lyon", "Lyon")
    first = confirm_token(request_to_join(ADDRESS, national))
    with time_machine.travel(clock.now() + timedelta(hours=25), tick=False):
        second = confirm_token(request_to_join(ADDRESS, lyon))
    outcomes = confirm_at_once(app, [first, second])
    assert all(isinstance(each, ConfirmedSignup) for each in outcomes)
    assert count_rows(Subscriber) == 1
    assert count_rows(Subscription) == 2


def test_the_code_of_an_older_email_uses_no_try_of_a_newer_one() -> None:
    national, lyon = make_list(), make_list("lyon", "Lyon")
    first = request_to_join(ADDRESS, national)
    code = code_of(first)
    confirm_by_code(first, code)
    second = request_to_join(ADDRESS, lyon)
    for _ in range(6):
        assert isinstance(confirm_by_code(first, code), ConfirmedSignup)
    assert isinstance(confirm_by_code(second, code_of(second)), ConfirmedSignup)
