"""Retention runs once a day by rules that change within the law, and continues after a failure."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from supporters import clock
from supporters.consent.models import Method
from supporters.database import db, transaction
from supporters.lists.subscriptions import unsubscribe_from_every_list
from supporters.retention.models import RetentionRule, RetentionRun
from supporters.retention.queries import (
    find_last_round,
    find_round_times,
    get_days,
    list_changes,
    list_runs,
)
from supporters.retention.retention_rounds import (
    ChangeRuleResult,
    ask_next_inactive_people,
    change_rule,
    purge_every_minute,
    run_if_due,
    run_retention,
)
from supporters.retention.rules import BOUNDS, Category
from supporters.signup.queries import find_request
from tests.factories.accounts import make_owner
from tests.factories.campaigns import ANNA
from tests.factories.lists import make_list
from tests.factories.retention import RecordingActions, list_all_runs, result_of
from tests.factories.signups import make_subscriber, request_to_join

pytestmark = pytest.mark.either_database
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


@pytest.mark.both_databases
def test_a_round_records_a_result_for_each_category(app: Flask) -> None:
    request_to_join("ada@example.org", make_list())
    run_id = run_retention(clock.now() + 4 * DAY, RecordingActions().means())
    (run, results), *_ = list_runs(limit=5)
    assert (run.id, run.is_round, run.finished_at is not None) == (run_id, True, True)
    assert {each.category for each in results} == {
        *(Category.SIGNUPS, Category.EMAILS, Category.DELIVERIES, Category.CASES),
        *(Category.DISCLOSURES, Category.PEOPLE, Category.PROOFS),
        *(Category.INVITATIONS, Category.TICKETS, Category.AUDIT, Category.PICTURES),
        *(Category.BREACHES, Category.ACCOUNTS, Category.DRAFTS, Category.ANSWERS),
    }
    assert result_of(run_id, Category.SIGNUPS).deleted == 1


def test_rounds_come_once_a_day(app: Flask) -> None:
    now, means = clock.now(), RecordingActions().means()
    ran = [run_if_due(now + n * HOUR, means) is not None for n in (0, 1, 23, 24, 25, 49)]
    assert ran == [True, False, False, True, False, True]


def test_round_that_crashed_is_begun_again(app: Flask) -> None:
    now, means = clock.now(), RecordingActions().means()
    with transaction():
        db.session.add(RetentionRun(id=1, is_round=True, started_at=now))
    assert run_if_due(now + HOUR, means) is None
    assert run_if_due(now + 2 * HOUR, means) is not None


def test_inactive_people_and_former_subscribers_go_to_the_actions(app: Flask) -> None:
    mailing_list = make_list()
    silent, gone = (make_subscriber(each, mailing_list).id for each in (ANNA, "boris@example.org"))
    unsubscribe_from_every_list(gone, Method.PAGE)
    means, now = RecordingActions(), clock.now()
    for days in (1065, 1095, 1830):
        ask_next_inactive_people(now + days * DAY, means.means(), asked_already=0)
        run_id = run_retention(now + days * DAY, means.means())
    assert (means.asked, means.erased) == ([silent, silent], [silent, gone])
    assert result_of(run_id, Category.PROOFS).deleted == 1


@pytest.mark.both_databases
def test_category_that_fails_is_counted_and_the_others_run(app: Flask) -> None:
    with transaction():
        rule = update(RetentionRule).where(RetentionRule.category == Category.EMAILS)
        db.session.execute(rule.values(days=None))
    public_id = request_to_join("ada@example.org", make_list())
    run_id = run_retention(clock.now() + 4 * DAY, RecordingActions().means())
    assert result_of(run_id, Category.EMAILS).errors == 1
    assert find_request(public_id) is None
    assert find_last_round() is not None


@pytest.mark.both_databases
def test_minutes_record_into_one_row_a_day(app: Flask) -> None:
    mailing_list = make_list()
    noon = clock.now().replace(hour=12, minute=0) + 4 * DAY
    for address in ("ada@example.org", "bob@example.org"):
        request_to_join(address, mailing_list)
        purge_every_minute(noon)
        purge_every_minute(noon + MINUTE)
    (run,) = list_all_runs()
    assert (run.is_round, result_of(run.id, Category.SIGNUPS).deleted) == (False, 2)
    request_to_join("eve@example.org", mailing_list)
    purge_every_minute(noon + DAY)
    assert len(list_all_runs()) == 2


def test_minutes_are_no_round(app: Flask) -> None:
    request_to_join("ada@example.org", make_list())
    purge_every_minute(clock.now() + 4 * DAY)
    times = find_round_times()
    assert times is not None
    assert (times.begun_at, times.finished_at) == (None, None)


def test_minute_without_deletions_writes_nothing(app: Flask) -> None:
    purge_every_minute(clock.now())
    assert list_all_runs() == []


@pytest.mark.both_databases
def test_account_time_and_reason_are_recorded(app: Flask) -> None:
    owner = make_owner()
    change_rule(Category.CASES, 730, reason="Décision du bureau.", by=owner.id)
    (change, email), *others = list_changes(limit=5)
    assert (change.days_before, change.days_after, change.reason) == (
        1826,
        730,
        "Décision du bureau.",
    )
    assert (email, others, get_days(Category.CASES)) == (owner.email, [], 730)


@pytest.mark.both_databases
@pytest.mark.parametrize("days", [0, -1, 364, 1096, 2**40])
def test_nobody_is_kept_for_longer_than_the_law_allows(app: Flask, days: int) -> None:
    outcome = change_rule(Category.PEOPLE, days, reason="x", by=None)
    assert outcome is ChangeRuleResult.OUT_OF_BOUNDS
    assert (get_days(Category.PEOPLE), [*list_changes(limit=1)]) == (1095, [])


def test_a_time_that_is_promised_elsewhere_is_fixed(app: Flask) -> None:
    for category in sorted({*Category} - {*BOUNDS}):
        assert change_rule(category, 5, reason="x", by=None) is ChangeRuleResult.FIXED, category


@pytest.mark.both_databases
def test_same_time_is_no_change(app: Flask) -> None:
    assert change_rule(Category.PEOPLE, 1095, reason="x", by=None) is ChangeRuleResult.SAME
    assert [*list_changes(limit=1)] == []
