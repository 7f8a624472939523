"""Inactive people are asked in good time, some each minute (REQ-36)."""

import pytest
import time_machine
from flask import Flask

from supporters import clock, tasks
from supporters.consent.models import Method
from supporters.database import db, transaction
from supporters.delivery.emergency_stop import resume_all, stop_all
from supporters.extensions import queue
from supporters.lists.models import MailingList
from supporters.mail.models import EmailKind, EmailStatus, OutboxEmail
from supporters.my_data.my_data_service import pause
from supporters.personal_data.restriction import restrict_person
from supporters.reconfirmation.reconfirmation_rounds import record_inactivity_mails
from supporters.reconfirmation.rules import MOST_A_MINUTE
from supporters.retention.inactive_people import MOST_ON_THEIR_WAY, ask_inactive_people
from supporters.retention.retention_actions import get_retention_actions
from supporters.retention.retention_rounds import ask_next_inactive_people
from supporters.retention.rules import Category
from tests.factories.campaigns import ANNA, BORIS
from tests.factories.consent.reconfirmation import (
    ask_everybody as ask_after_a_change,
    change_meaning,
    reconfirmation_emails,
)
from tests.factories.lists import make_list
from tests.factories.retention import RecordingActions, list_all_runs, result_of
from tests.machinery.statements import statements
from tests.machinery.threads import at_once
from tests.retention.inactivity.recording_actions import (
    DAY,
    HOUR,
    JOINED,
    MINUTE,
    YEARS,
    crowd,
    events,
    joined,
    minute,
    nightly,
)
from tests.servers.relay import Relay

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]


@pytest.mark.both_databases
def test_a_list_that_joined_in_one_hour_is_asked_some_a_minute(mailing_list: MailingList) -> None:
    crowd(mailing_list, 61)
    counts = []
    for _ in range(3):
        tasks.ask_again()
        counts.append(len(events()))
    assert counts == [60, 62, 62]
    assert len(set(events())) == 62


def test_both_kinds_of_reconfirmation_share_one_rate_limit() -> None:
    means = RecordingActions()
    full = ask_inactive_people(YEARS, clock.now(), means.means(), asked_already=MOST_A_MINUTE)
    last = ask_inactive_people(YEARS, clock.now(), means.means(), asked_already=MOST_A_MINUTE - 1)
    assert (full.asked, last.asked) == (0, 1)


def test_people_of_a_changed_list_have_their_turn_in_the_same_minute(
    anna: int, mailing_list: MailingList
) -> None:
    (boris,) = joined(make_list("lyon", "Lyon"), BORIS)
    ask_after_a_change(change_meaning(mailing_list))
    tasks.ask_again()
    assert sorted(events()) == sorted([anna, anna, boris])


def test_emails_have_no_job_of_their_own_and_wait_behind_confirmations() -> None:
    before = queue.count_waiting()
    tasks.ask_again()
    assert (len(reconfirmation_emails()), queue.count_waiting()) == (1, before)


def test_no_emails_are_added_while_the_outbox_is_full() -> None:
    with transaction():
        db.session.add_all(_queued_email(each + 1) for each in range(MOST_ON_THEIR_WAY))
    tasks.ask_again()
    assert events() == []


def _queued_email(number: int) -> OutboxEmail:
    now = clock.now()
    return OutboxEmail(
        id=number,
        kind=EmailKind.RECONFIRMATION,
        language="fr",
        status=EmailStatus.QUEUED,
        created_at=now,
        next_attempt_at=now + HOUR,
        expires_at=now + DAY,
    )


def test_the_emergency_stop_stops_it(anna: int) -> None:
    stop_all()
    tasks.ask_again()
    assert events() == []
    resume_all(None, "Corrected.")
    tasks.ask_again()
    assert events() == [anna]


@pytest.mark.both_databases
def test_two_workers_at_the_same_moment_ask_once(app: Flask, anna: int) -> None:
    at_once(app, tasks.ask_again, workers=3)
    assert events() == [anna]


def test_a_person_with_an_endless_pause_is_asked_too(
    anna: int, relay: Relay, today: time_machine.Traveller
) -> None:
    with time_machine.travel(JOINED, tick=False):
        pause(anna, None)
    mails_before = len(relay.mails_to(ANNA))
    minute()
    assert len(relay.mails_to(ANNA)) == mails_before + 1


@pytest.mark.both_databases
def test_restricted_person_is_not_asked_even_by_a_queued_email(
    anna: int, relay: Relay, today: time_machine.Traveller
) -> None:
    mails_before = len(relay.mails_to(ANNA))
    tasks.ask_again()
    with transaction():
        restrict_person(anna, Method.ORGANISER, now=clock.now())
    for _ in range(5):
        minute()
        today.shift(DAY)
    assert (len(relay.mails_to(ANNA)), events()) == (mails_before, [anna])


def test_a_person_who_can_not_be_asked_blocks_nobody_and_both_are_recorded(
    anna: int, mailing_list: MailingList
) -> None:
    (boris,) = joined(mailing_list, BORIS)
    means = RecordingActions(fails_for={anna})
    tally = ask_inactive_people(YEARS, clock.now(), means.means())
    assert (means.asked, tally.asked, tally.errors) == ([boris], 1, 1)


def test_the_minutes_record_how_many_they_asked(anna: int) -> None:
    for _ in range(3):
        tasks.ask_again()
    (run,) = list_all_runs()
    assert (run.is_round, result_of(run.id, Category.PEOPLE).asked) == (False, 1)


@pytest.mark.both_databases
def test_a_hundred_people_who_can_not_be_asked_block_nobody_for_long(
    anna: int, mailing_list: MailingList, today: time_machine.Traveller
) -> None:
    unaskable = crowd(mailing_list, 150)
    (boris,) = joined(mailing_list, BORIS, after=HOUR)
    today.shift(HOUR)
    means = RecordingActions(fails_for={anna, *unaskable})
    for _ in range(2):
        ask_next_inactive_people(clock.now(), means.means(), asked_already=0)
        today.shift(MINUTE)
    assert means.asked == [boris]


def test_failed_person_is_tried_again_after_the_next_round(
    anna: int, today: time_machine.Traveller
) -> None:
    means = RecordingActions(fails_for={anna})
    ask_next_inactive_people(clock.now(), means.means(), asked_already=0)
    means.fails_for = set()
    ask_next_inactive_people(clock.now(), means.means(), asked_already=0)
    assert means.asked == []
    today.shift(MINUTE)
    nightly()
    ask_next_inactive_people(clock.now(), means.means(), asked_already=0)
    assert means.asked == [anna]


def test_the_daily_round_asks_nobody(anna: int) -> None:
    nightly()
    assert events() == []


def test_a_minute_with_nobody_to_ask_reads_no_people() -> None:
    minute()
    with statements() as said:
        ask_inactive_people(YEARS, clock.now(), get_retention_actions())
    assert [each for each in said if "ORDER BY subscriber.acted_at" in each] == []


def test_queued_emails_are_found_by_their_index() -> None:
    minute()
    with statements() as said:
        record_inactivity_mails(clock.now())
    (reading,) = [each for each in said if "JOIN outbox_email" in each]
    assert "subscriber.inactivity_email_id IS NOT NULL" in reading
