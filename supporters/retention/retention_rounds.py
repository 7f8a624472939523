"""Runs retention once a day through every category; changes a retention time within the law.

The quick categories also run every minute; their results go into one row until the next round.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from enum import Enum, auto

import structlog

from supporters import clock
from supporters.audit_log.audit_events import record_team_act
from supporters.breaches.breach_data import purge_affected
from supporters.cases.departures import purge_departures
from supporters.database import db, transaction
from supporters.feedback.intake.arrivals import purge_arrivals
from supporters.ids import new_id
from supporters.imports.import_cleanup import purge_unanswered_invitations
from supporters.locks import Lock
from supporters.logs import log_failure
from supporters.mail.outbox import purge_old_emails
from supporters.my_data.my_data_access import purge_address_changes, purge_tickets
from supporters.questions.subscriber_answers import purge_expired_answers
from supporters.retention.inactive_people import (
    ask_inactive_people,
    erase_former_subscribers,
    erase_inactive_people,
)
from supporters.retention.models import RetentionAct, RetentionChange, RetentionResult, RetentionRun
from supporters.retention.old_records import (
    Tally,
    all_deleted,
    purge_audit_events,
    purge_cases,
    purge_deliveries,
    purge_disclosures,
    purge_drafts,
    purge_pictures,
)
from supporters.retention.queries import (
    count_recent_failures,
    find_round_times,
    find_rule,
    find_run_of_the_minutes,
    get_days,
)
from supporters.retention.retention_actions import RetentionActions
from supporters.retention.rules import BOUNDS, Category, is_round_due
from supporters.signup.form_counts import purge_expired_requests
from supporters.team.accounts import anonymise_accounts

log = structlog.get_logger(__name__)
Purge = Callable[[int, datetime], Tally]


def run_if_due(now: datetime, actions: RetentionActions) -> int | None:
    """Run a round if a day has passed since the last one; return its id."""
    times = find_round_times()
    if times is None or not is_round_due(times, now):
        return None
    return run_retention(now, actions, only_if_due=True)


def run_retention(
    now: datetime, actions: RetentionActions, *, only_if_due: bool = False
) -> int | None:
    """Go through every category, even if one of them fails; return the id of the run."""
    with transaction():
        Lock.RETENTION.take()
        times = find_round_times()
        if only_if_due and (times is None or not is_round_due(times, now)):
            return None
        run = RetentionRun(id=new_id(now), is_round=True, started_at=now)
        db.session.add(run)
        record_team_act(RetentionAct.RAN)
    for category, purge in _purges(actions):
        _add_result(run.id, category, _try(category, purge, now))
    with transaction():
        db.session.get_one(RetentionRun, run.id).finished_at = clock.now()
    log.info("retention.ran", run=run.id)
    return run.id


def purge_every_minute(now: datetime) -> None:
    """Delete expired signups, emails, unanswered invitations and links; runs every minute."""
    for category, purge in _quick_purges():
        tally = purge(get_days(category), now)
        if tally.deleted:
            _add_result(_open_minutes(now), category, tally)


def ask_next_inactive_people(
    now: datetime, actions: RetentionActions, *, asked_already: int
) -> None:
    """Ask the next few inactive people; runs every minute."""
    days = get_days(Category.PEOPLE)
    failed = count_recent_failures(Category.PEOPLE, now)
    tally = ask_inactive_people(
        days, now, actions, asked_already=asked_already, failed_already=failed
    )
    if tally.asked or tally.errors:
        _add_result(_open_minutes(now), Category.PEOPLE, tally)


def _purges(actions: RetentionActions) -> Iterator[tuple[Category, Purge]]:
    yield from _quick_purges()
    yield Category.DELIVERIES, purge_deliveries
    yield Category.CASES, purge_cases
    yield Category.BREACHES, lambda days, now: all_deleted(purge_affected(days, now))
    yield Category.DISCLOSURES, purge_disclosures
    yield Category.ACCOUNTS, lambda days, now: all_deleted(anonymise_accounts(days, now))
    yield Category.AUDIT, purge_audit_events
    yield Category.DRAFTS, purge_drafts
    yield Category.PICTURES, purge_pictures
    yield Category.PEOPLE, lambda days, now: erase_inactive_people(days, now, actions)
    yield Category.PROOFS, lambda days, now: erase_former_subscribers(days, now, actions)


def _quick_purges() -> Iterator[tuple[Category, Purge]]:
    yield Category.SIGNUPS, lambda _days, now: all_deleted(purge_expired_requests(now))
    yield Category.EMAILS, lambda days, now: all_deleted(_purge_emails(days, now))
    yield Category.INVITATIONS, lambda _days, now: all_deleted(purge_unanswered_invitations(now))
    yield (
        Category.TICKETS,
        lambda _days, now: all_deleted(purge_tickets(now) + purge_address_changes(now)),
    )
    yield Category.ANSWERS, lambda _days, now: all_deleted(purge_expired_answers(now))


def _purge_emails(days: int, now: datetime) -> int:
    return purge_old_emails(now, timedelta(days)) + purge_departures(now) + purge_arrivals(now)


def _try(category: Category, purge: Purge, now: datetime) -> Tally:
    try:
        return purge(get_days(category), now)
    except Exception as error:
        log_failure("retention.failed", error, category=category.value)
        return Tally(errors=1)


def _open_minutes(now: datetime) -> int:
    """Return the id of the row for the minutes of today, since the round of the day began."""
    with transaction():
        Lock.RETENTION.take()
        run = find_run_of_the_minutes(now)
        if run is None:
            run = RetentionRun(id=new_id(now), is_round=False, started_at=now)
            db.session.add(run)
        run.finished_at = now
    return run.id


def _add_result(run_id: int, category: Category, tally: Tally) -> None:
    """Add a result to the earlier results of the same run and category."""
    with transaction():
        Lock.RETENTION.take()
        key = (run_id, category.value)
        result = db.session.get(RetentionResult, key, with_for_update=True)
        if result is None:
            result = RetentionResult(
                run_id=run_id, category=category.value, looked_at=0, deleted=0, asked=0, errors=0
            )
            db.session.add(result)
        result.looked_at += tally.looked_at
        result.deleted += tally.deleted
        result.asked += tally.asked
        result.errors += tally.errors


class ChangeRuleResult(Enum):
    """The result of a change."""

    DONE = auto()
    SAME = auto()
    FIXED = auto()
    OUT_OF_BOUNDS = auto()


def change_rule(category: Category, days: int, *, reason: str, by: int | None) -> ChangeRuleResult:
    """Keep a category for so many days, from the next run on."""
    bounds = BOUNDS.get(category)
    if bounds is None:
        return ChangeRuleResult.FIXED
    if days not in bounds:
        return ChangeRuleResult.OUT_OF_BOUNDS
    now = clock.now()
    with transaction():
        rule = find_rule(category, for_update=True)
        if rule is None or rule.days is None:
            return ChangeRuleResult.FIXED
        if rule.days == days:
            return ChangeRuleResult.SAME
        db.session.add(
            RetentionChange(
                id=new_id(now),
                category=category.value,
                days_before=rule.days,
                days_after=days,
                reason=reason,
                changed_by=by,
                changed_at=now,
            )
        )
        details = {"category": category.value, "before": rule.days, "after": days}
        record_team_act(RetentionAct.CHANGED, details=details)
        rule.days = days
    return ChangeRuleResult.DONE
