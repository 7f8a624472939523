"""Reads of retention: the rules, their changes, the runs."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import func, select

from supporters.accounts.models import Organiser, signature_of
from supporters.database import db
from supporters.retention.models import (
    RetentionChange,
    RetentionResult,
    RetentionRule,
    RetentionRun,
)
from supporters.retention.rules import Category, RoundTimes

Run = tuple[RetentionRun, Sequence[RetentionResult]]


def list_rules() -> list[RetentionRule]:
    """Return the rules, in the order of the categories."""
    found = {rule.category: rule for rule in db.session.scalars(select(RetentionRule))}
    return [found[category] for category in Category if category in found]


def find_rule(category: str, *, for_update: bool = False) -> RetentionRule | None:
    """Return the rule of a category, locked for this transaction if `for_update`."""
    return db.session.get(RetentionRule, category, with_for_update=for_update)


def get_days(category: Category) -> int:
    """Return how many days a category is retained. Raises LookupError if it has no fixed end."""
    rule = find_rule(category)
    if rule is None or rule.days is None:
        raise LookupError(category)
    return rule.days


def list_changes(*, limit: int) -> Sequence[tuple[RetentionChange, str | None]]:
    """Return the changes of rules, newest first, with the account that made each."""
    rows = db.session.execute(
        select(RetentionChange, Organiser)
        .outerjoin(Organiser, Organiser.id == RetentionChange.changed_by)
        .order_by(RetentionChange.id.desc())
        .limit(limit)
    )
    return [(change, signature_of(by)) for change, by in rows]


def list_runs(*, limit: int) -> list[Run]:
    """Return the newest runs, with their result for each category."""
    runs = db.session.scalars(
        select(RetentionRun).order_by(RetentionRun.id.desc()).limit(limit)
    ).all()
    results: dict[int, list[RetentionResult]] = {run.id: [] for run in runs}
    for result in db.session.scalars(
        select(RetentionResult)
        .where(RetentionResult.run_id.in_(results))
        .order_by(RetentionResult.category)
    ):
        results[result.run_id].append(result)
    return [(run, results[run.id]) for run in runs]


def find_last_round() -> Run | None:
    """Return the newest round that ended."""
    run = db.session.scalar(
        select(RetentionRun)
        .where(RetentionRun.is_round, RetentionRun.finished_at.is_not(None))
        .order_by(RetentionRun.id.desc())
        .limit(1)
    )
    if run is None:
        return None
    results = select(RetentionResult).where(RetentionResult.run_id == run.id)
    return run, db.session.scalars(results).all()


def count_recent_errors() -> int:
    """Return the errors since the start of the last round that ended."""
    last = (
        select(func.max(RetentionRun.started_at))
        .where(RetentionRun.is_round, RetentionRun.finished_at.is_not(None))
        .scalar_subquery()
    )
    counted = (
        select(func.sum(RetentionResult.errors))
        .join(RetentionRun, RetentionRun.id == RetentionResult.run_id)
        .where(RetentionRun.finished_at >= func.coalesce(last, RetentionRun.finished_at))
    )
    return db.session.scalar(counted) or 0


def find_round_times() -> RoundTimes | None:
    """Return the times of the rounds; None if there is no rule at all."""
    since = db.session.scalar(select(func.min(RetentionRule.created_at)))
    if since is None:
        return None
    newest = db.session.scalar(
        select(RetentionRun).where(RetentionRun.is_round).order_by(RetentionRun.id.desc()).limit(1)
    )
    finished = db.session.scalar(
        select(func.max(RetentionRun.finished_at)).where(RetentionRun.is_round)
    )
    return RoundTimes(
        since=since,
        begun_at=None if newest is None else newest.started_at,
        is_running=newest is not None and newest.finished_at is None,
        finished_at=finished,
    )


def find_run_of_the_minutes(now: datetime) -> RetentionRun | None:
    """Return the row of today's minutes (UTC) since the round of the day began.

    Errors before a round don't count for the time after it.
    """
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    newest = db.session.scalar(
        select(func.max(RetentionRun.started_at)).where(RetentionRun.is_round)
    )
    since = midnight if newest is None else max(midnight, newest)
    return db.session.scalar(
        select(RetentionRun).where(
            RetentionRun.is_round.is_(False), RetentionRun.started_at >= since
        )
    )


def count_recent_failures(category: Category, now: datetime) -> int:
    """Return on how many people today's minutes failed since the round of the day began."""
    run = find_run_of_the_minutes(now)
    result = None if run is None else db.session.get(RetentionResult, (run.id, category.value))
    return 0 if result is None else result.errors
