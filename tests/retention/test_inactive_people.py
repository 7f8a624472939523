"""After three years without an act people are asked, then erased; reading is no act (REQ-36)."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from supporters import clock
from supporters.cases.models import CaseKind
from supporters.consent.models import Method
from supporters.database import db, transaction
from supporters.lists.subscriptions import unsubscribe_from_every_list
from supporters.people.models import Subscriber
from supporters.personal_data.restriction import restrict_person
from supporters.retention.inactive_people import (
    ask_inactive_people,
    erase_former_subscribers,
    erase_inactive_people,
)
from supporters.retention.old_records import Tally
from tests.factories.campaigns import ANNA, BORIS, launch_to_addresses
from tests.factories.cases import make_case
from tests.factories.lists import make_list
from tests.factories.retention import RecordingActions
from tests.factories.signups import make_subscriber
from tests.machinery.prepared_states import made_once

pytestmark = pytest.mark.either_database

YEARS, FIVE_YEARS = 1095, 1826
DAY = timedelta(days=1)


@made_once
def anna(app: Flask) -> Subscriber:
    """Return a person who confirms now."""
    return make_subscriber(ANNA, make_list())


def expire(means: RecordingActions, *, after: int) -> Tally:
    """Ask the person, and run a round, so many days from now."""
    then = clock.now() + after * DAY
    asked = ask_inactive_people(YEARS, then, means.means()).asked
    return replace(erase_inactive_people(YEARS, then, means.means()), asked=asked)


def restrict(person: Subscriber) -> None:
    """Restrict a person's data."""
    with transaction():
        restrict_person(person.id, Method.ORGANISER, now=clock.now())


def test_three_inactive_years_end_in_one_email_and_an_erasure(anna: Subscriber) -> None:
    means = RecordingActions()
    tallies = [expire(means, after=day) for day in (1000, 1065, 1066, 1094, 1095)]
    assert (means.asked, means.erased) == ([anna.id], [anna.id])
    assert [(each.asked, each.deleted) for each in tallies] == [
        (0, 0),
        (1, 0),
        (0, 0),
        (0, 0),
        (0, 1),
    ]


def test_opening_an_email_is_no_act(app: Flask) -> None:
    launch_to_addresses(ANNA)
    means = RecordingActions()
    for day in (1065, 1095):
        expire(means, after=day)
    assert len(means.erased) == 1


def test_an_act_keeps_a_person_for_three_years_more(anna: Subscriber) -> None:
    means = RecordingActions()
    expire(means, after=1065)
    with transaction():
        db.session.get_one(Subscriber, anna.id).acted_at = clock.now() + 1070 * DAY
    assert expire(means, after=1095) == Tally()
    assert means.erased == []


def test_restricted_person_is_left_alone(anna: Subscriber) -> None:
    restrict(anna)
    means = RecordingActions()
    assert expire(means, after=5_000) == Tally()
    assert erase_former_subscribers(FIVE_YEARS, clock.now() + 5_000 * DAY, means.means()) == Tally()


def test_person_with_an_open_case_is_left_alone(anna: Subscriber) -> None:
    make_case(clock.now(), CaseKind.ACCESS, anna.id)
    assert expire(RecordingActions(), after=5_000) == Tally()


def test_person_who_cannot_be_erased_blocks_nobody_else(app: Flask) -> None:
    mailing_list = make_list()
    anna, boris = (make_subscriber(each, mailing_list).id for each in (ANNA, BORIS))
    means = RecordingActions()
    expire(means, after=1065)
    means.fails_for = {anna}
    tally = expire(means, after=1095)
    assert (means.erased, tally.deleted, tally.errors) == ([boris], 1, 1)


def test_former_subscriber_is_not_asked_and_is_kept_for_five_years(anna: Subscriber) -> None:
    with time_machine.travel(clock.now() + 100 * DAY, tick=False):
        unsubscribe_from_every_list(anna.id, Method.PAGE)
    means, left = RecordingActions(), clock.now() + 100 * DAY
    assert expire(means, after=1_500) == Tally()
    before = erase_former_subscribers(FIVE_YEARS, left + (FIVE_YEARS - 1) * DAY, means.means())
    after = erase_former_subscribers(FIVE_YEARS, left + (FIVE_YEARS + 1) * DAY, means.means())
    assert (before.deleted, after.deleted, means.erased) == (0, 1, [anna.id])


def test_consents_of_a_subscriber_do_not_expire(anna: Subscriber) -> None:
    assert (
        erase_former_subscribers(FIVE_YEARS, clock.now() + 9_000 * DAY, RecordingActions().means())
        == Tally()
    )
