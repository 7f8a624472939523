"""People with a consent for an earlier purpose are asked once, a few a minute; owners can stop."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from supporters import clock
from supporters.consent.models import ConsentEvent, EventKind, Method
from supporters.consent.suppression import EVERYTHING, suppress
from supporters.crypto.tokens import TokenPurpose
from supporters.database import db, transaction
from supporters.delivery.emergency_stop import resume_all, stop_all
from supporters.extensions import current_tokens
from supporters.lists.models import MailingList
from supporters.lists.subscriptions import unsubscribe_from_list
from supporters.mail.models import EmailStatus
from supporters.people.models import Subscriber
from supporters.reconfirmation.queries import find_reconfirmation
from supporters.reconfirmation.reconfirmation_mails import ReconfirmationReason
from supporters.reconfirmation.reconfirmation_rounds import (
    StartReconfirmationError,
    get_reconfirmation_progress,
    send_next_reconfirmations,
    start_reconfirmation,
    stop_reconfirmation,
)
from supporters.reconfirmation.rules import BETWEEN_ROUNDS, people_a_minute
from supporters.tasks import ask_again as ask_again_job
from tests.factories.consent.reconfirmation import (
    MINUTE,
    accept,
    ask_everybody,
    ask_one,
    change_meaning,
    reconfirmation_emails,
    token_in,
)
from tests.factories.lists import SENTENCES, make_list
from tests.factories.signups import make_subscriber
from tests.machinery.threads import at_once

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]


def people_on(mailing_list: MailingList, count: int) -> list[Subscriber]:
    """Return people who agreed to the current purpose of a list."""
    return [make_subscriber(f"p{number}@example.org", mailing_list) for number in range(count)]


def set_on(person: Subscriber, **values: object) -> None:
    """Change a person in the database."""
    with transaction():
        stored = db.session.get_one(Subscriber, person.id)
        for name, value in values.items():
            setattr(stored, name, value)


def asked() -> list[int]:
    """Return the ids of the people asked, in order."""
    db.session.rollback()
    query = db.select(ConsentEvent.subscriber_id).where(
        ConsentEvent.kind == EventKind.RECONFIRMATION_REQUESTED
    )
    return [*db.session.scalars(query.order_by(ConsentEvent.id))]


def test_everybody_is_asked_once_with_an_email_and_an_event() -> None:
    mailing_list = make_list()
    people = people_on(mailing_list, 3)
    purpose = change_meaning(mailing_list)
    assert ask_everybody(purpose) == 3
    for minutes in range(1, 4):
        assert send_next_reconfirmations(clock.now() + minutes * BETWEEN_ROUNDS) == 0
    assert sorted(asked()) == sorted(each.id for each in people)
    assert len(reconfirmation_emails()) == 3


@pytest.mark.both_databases
def test_two_workers_at_the_same_moment_ask_nobody_twice(app: Flask) -> None:
    mailing_list = make_list()
    people_on(mailing_list, 3)
    start_reconfirmation(change_meaning(mailing_list).id)
    at_once(app, lambda: send_next_reconfirmations(clock.now()), workers=3)
    assert len(asked()) == len(set(asked())) == 3


@pytest.mark.both_databases
def test_the_number_of_people_asked_each_minute_is_limited() -> None:
    mailing_list = make_list()
    people = people_on(mailing_list, 62)
    purpose = change_meaning(mailing_list)
    assert ask_everybody(purpose) == 60
    assert send_next_reconfirmations(clock.now() + MINUTE) == 2
    assert sorted(asked()) == sorted(each.id for each in people)


@pytest.mark.parametrize(("waiting", "a_minute"), [(1, 60), (288_000, 100), (2_000_000, 300)])
def test_the_pace_grows_with_the_list_up_to_a_limit(waiting: int, a_minute: int) -> None:
    assert people_a_minute(waiting) == a_minute


@pytest.mark.both_databases
def test_nobody_is_asked_before_the_start_or_after_the_stop() -> None:
    mailing_list = make_list()
    people_on(mailing_list, 1)
    purpose = change_meaning(mailing_list)
    assert send_next_reconfirmations(clock.now()) == 0
    start_reconfirmation(purpose.id)
    stop_reconfirmation(purpose.id)
    assert send_next_reconfirmations(clock.now()) == 0
    start_reconfirmation(purpose.id)
    assert send_next_reconfirmations(clock.now()) == 1


def test_an_emergency_stop_also_stops_reconfirmation() -> None:
    mailing_list = make_list()
    people_on(mailing_list, 1)
    start_reconfirmation(change_meaning(mailing_list).id)
    stop_all()
    ask_again_job()
    assert asked() == []
    resume_all(None, "Corrected.")
    ask_again_job()
    assert len(asked()) == 1


def test_suppressed_and_restricted_people_are_not_asked() -> None:
    mailing_list = make_list()
    suppressed, restricted, willing = people_on(mailing_list, 3)
    set_on(restricted, restricted_at=clock.now())
    with transaction():
        suppress(suppressed.address_mac, EVERYTHING, now=clock.now(), until=None)
    assert ask_everybody(change_meaning(mailing_list)) == 1
    assert asked() == [willing.id]


def test_a_paused_person_is_asked_after_the_pause() -> None:
    mailing_list = make_list()
    paused, other = people_on(mailing_list, 2)
    set_on(paused, paused_until=clock.now() + timedelta(hours=20))
    ask_everybody(change_meaning(mailing_list))
    assert asked() == [other.id]
    assert send_next_reconfirmations(clock.now() + BETWEEN_ROUNDS) == 1
    assert asked() == [other.id, paused.id]


@pytest.mark.both_databases
def test_a_second_change_ends_the_first_reconfirmation() -> None:
    mailing_list = make_list()
    people_on(mailing_list, 1)
    first = change_meaning(mailing_list)
    start_reconfirmation(first.id)
    texts = {code: text.replace(".", " !") for code, text in SENTENCES.items()}
    second = change_meaning(mailing_list, texts)
    assert send_next_reconfirmations(clock.now()) == 0
    assert start_reconfirmation(first.id) is StartReconfirmationError.SUCCEEDED
    assert ask_everybody(second) == 1
    stopped = find_reconfirmation(first.id)
    assert stopped is not None
    assert stopped.stopped_at is not None


def test_a_list_that_never_changed_has_nobody_to_ask() -> None:
    mailing_list = make_list()
    people_on(mailing_list, 1)
    assert start_reconfirmation(mailing_list.purpose_id) is StartReconfirmationError.NOTHING_CHANGED
    assert start_reconfirmation(404) is StartReconfirmationError.NOTHING_CHANGED
    assert send_next_reconfirmations(clock.now()) == 0


@pytest.mark.both_databases
def test_an_inactive_person_who_was_asked_is_also_asked_about_the_change() -> None:
    mailing_list = make_list()
    (person,) = people_on(mailing_list, 1)
    purpose = change_meaning(mailing_list)
    ask_one(person, mailing_list.purpose_id, ReconfirmationReason.IDLE)
    assert ask_everybody(purpose) == 1
    assert send_next_reconfirmations(clock.now() + BETWEEN_ROUNDS) == 0
    accept(token_in(reconfirmation_emails()[0]), purpose.id)
    progress = get_reconfirmation_progress(purpose)
    assert (progress.to_ask, progress.silent, progress.renewed) == (0, 0, 1)


def token_of(person: Subscriber) -> str:
    """Return the token of the question to a person."""
    for token in map(token_in, reconfirmation_emails()):
        asked = db.session.get(
            ConsentEvent, current_tokens().read(TokenPurpose.RECONFIRMATION, token)
        )
        if asked is not None and asked.subscriber_id == person.id:
            return token
    pytest.fail("Nobody asked them.")


def test_the_progress_counts_people_asked_renewed_and_gone() -> None:
    mailing_list = make_list()
    people = people_on(mailing_list, 4)
    purpose = change_meaning(mailing_list)
    set_on(people[3], paused_until=clock.now() + timedelta(days=9))
    ask_everybody(purpose)
    accept(token_of(people[0]), purpose.id)
    unsubscribe_from_list(people[1].id, mailing_list.id, Method.PAGE)
    progress = get_reconfirmation_progress(purpose)
    figures = (progress.to_ask, progress.silent, progress.renewed, progress.gone)
    assert figures == (1, 1, 1, 1)


def test_reconfirmation_emails_are_sent_by_the_outbox() -> None:
    mailing_list = make_list()
    people_on(mailing_list, 1)
    with time_machine.travel(clock.now() + MINUTE, tick=False):
        ask_everybody(change_meaning(mailing_list))
        (email,) = reconfirmation_emails()
        assert (email.status, email.next_attempt_at) == (EmailStatus.QUEUED, clock.now())
