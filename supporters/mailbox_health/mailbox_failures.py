"""Records what came back from mailboxes, and who can't be reached by it (ADR 109)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import and_, delete, func, select, update

from supporters.bounce_classes.classes import BounceClass
from supporters.consent.models import ConsentEvent, EventKind, Method
from supporters.database import db, in_transaction, use_case
from supporters.dialects import in_values
from supporters.ids import new_id
from supporters.mailbox_health.models import MAX_CODE, MAX_DOMAIN, RecordedFailure
from supporters.mailbox_health.reachability import end_unreachable, make_unreachable
from supporters.mailbox_health.rules import COUNTED_FOR, PastFailure, is_worse, judge_mailbox
from supporters.people.domain_groups import domain_of
from supporters.people.models import Subscriber
from supporters.text.time_zones import PARTY_ZONE

log = structlog.get_logger(__name__)
# Each proves that the mailbox could be read then, or that its failures are excused.
FRESH_STARTS = (
    *(EventKind.CONFIRMED, EventKind.RENEWED),
    *(EventKind.ADDRESS_CHANGED, EventKind.REACHABLE),
)
ByPerson = Mapping[int, list[RecordedFailure]]


@dataclass(frozen=True, kw_only=True)
class MailboxFailure:
    """An email that didn't reach a person: the class and the enhanced code of the answer.

    `domain` is the receiving one, if it is known. `campaign_id` is None for a transactional email.
    `occurred_at` is when we handed the email over, if that is known. `was_accepted` is false if the
    relay refused it at once: otherwise it was counted as a delivery, and is taken back.
    """

    subscriber_id: int
    bounce_class: BounceClass
    status: str | None
    campaign_id: int | None
    domain: str
    occurred_at: datetime
    was_accepted: bool = True


@in_transaction
def lock_people(subscriber_ids: Sequence[int]) -> Mapping[int, Subscriber]:
    """Lock people in the order of their ids, so that no two transactions wait for each other."""
    found = db.session.scalars(
        select(Subscriber)
        .where(in_values(Subscriber.id, sorted({*subscriber_ids})))
        .order_by(Subscriber.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {each.id: each for each in found}


@use_case
def record_failures(failures: Sequence[MailboxFailure], now: datetime) -> list[int]:
    """Record emails that didn't arrive; return the ids of people who became unreachable by it.

    A further answer about the same campaign counts only if it is worse. Nothing is recorded about
    people whose data is restricted.
    """
    if not failures:
        return []
    people = lock_people([each.subscriber_id for each in failures])
    free = {each: person for each, person in people.items() if person.restricted_at is None}
    known = _list_known([*free])
    for failure in failures:
        if failure.subscriber_id in free:
            person, theirs = free[failure.subscriber_id], known[failure.subscriber_id]
            _record(person, failure, theirs, now=now)
    db.session.flush()
    reasons = _judge(free, known, now)
    make_unreachable([(free[each], reason) for each, reason in reasons.items()], now)
    log.info("mailbox.failures", failures=len(failures), unreachable=len(reasons))
    return [*reasons]


def _list_known(subscriber_ids: Sequence[int]) -> ByPerson:
    known: ByPerson = defaultdict(list)
    rows = select(RecordedFailure).where(in_values(RecordedFailure.subscriber_id, subscriber_ids))
    for row in db.session.scalars(rows.order_by(RecordedFailure.id)):
        known[row.subscriber_id].append(row)
    return known


def _record(
    person: Subscriber, failure: MailboxFailure, known: list[RecordedFailure], *, now: datetime
) -> None:
    """Add a failure to those that are known of a person, or change the one of the same email."""
    code = None if failure.status is None else failure.status[:MAX_CODE]
    same = [each for each in known if each.campaign_id == failure.campaign_id is not None]
    for row in same:
        if is_worse(failure.bounce_class, row.bounce_class):
            row.bounce_class, row.code = failure.bounce_class, code
    if same:
        return
    if failure.was_accepted:
        for row in known:
            row.accepted_since = max(0, row.accepted_since - 1)
    row = RecordedFailure(
        id=new_id(now),  # many have the one second that their reports name
        subscriber_id=person.id,
        campaign_id=failure.campaign_id,
        bounce_class=failure.bounce_class,
        code=code,
        domain=failure.domain.lower()[:MAX_DOMAIN] or domain_of(person.address_key),
        occurred_at=failure.occurred_at,
        was_accepted=failure.was_accepted,
        accepted_since=0,
    )
    db.session.add(row)
    known.append(row)
    person.failed_at = max(person.failed_at or failure.occurred_at, failure.occurred_at)


def _judge(
    people: Mapping[int, Subscriber], known: ByPerson, now: datetime
) -> Mapping[int, BounceClass]:
    """Return why people can't be reached, of those that could be until now."""
    asked = {each: person for each, person in people.items() if person.unreachable_since is None}
    started = _find_fresh_starts([*asked])
    judged = {
        each: find_reason(person, known[each], now, since=started.get(each))
        for each, person in asked.items()
    }
    return {each: reason for each, reason in judged.items() if reason is not None}


def find_reason(
    person: Subscriber,
    failures: Sequence[RecordedFailure],
    now: datetime,
    *,
    since: datetime | None,
) -> BounceClass | None:
    """Return why the failures of a person mean that their present mailbox can't be reached."""
    domain = domain_of(person.address_key)
    counted = [
        PastFailure(
            bounce_class=each.bounce_class,
            occurred_at=each.occurred_at,
            was_delivered_since=each.accepted_since > 0,
        )
        for each in failures
        if each.excused_at is None and each.domain == domain
    ]
    return judge_mailbox(counted, now, zone=ZoneInfo(PARTY_ZONE), since=since)


def _find_fresh_starts(subscriber_ids: Sequence[int]) -> Mapping[int, datetime]:
    """Return when people last confirmed, or were found to be reachable again."""
    last = (
        select(ConsentEvent.subscriber_id, func.max(ConsentEvent.occurred_at))
        .where(
            in_values(ConsentEvent.subscriber_id, subscriber_ids),
            ConsentEvent.kind.in_(FRESH_STARTS),
        )
        .group_by(ConsentEvent.subscriber_id)
    )
    return dict(db.session.execute(last).all())


@use_case
def record_deliveries(subscriber_ids: Sequence[int], now: datetime) -> None:
    """Record that a server took an email to each of these people: soft failures before end.

    Only people with a time in `failed_at` need it. If the email comes back after all, its failure
    takes this back.
    """
    if not subscriber_ids:
        return
    db.session.execute(
        update(RecordedFailure)
        .where(
            in_values(RecordedFailure.subscriber_id, subscriber_ids),
            RecordedFailure.occurred_at > now - COUNTED_FOR,
        )
        .values(accepted_since=RecordedFailure.accepted_since + 1)
    )
    db.session.execute(
        update(Subscriber)
        .where(in_values(Subscriber.id, subscriber_ids), Subscriber.failed_at <= now - COUNTED_FOR)
        .values(failed_at=None)
    )


@in_transaction
def withdraw_failures(campaign_id: int, subscriber_ids: Sequence[int], now: datetime) -> None:
    """Forget refusals of a campaign that were about us: its emails are tried again."""
    if not subscriber_ids:
        return
    of_theirs = and_(
        RecordedFailure.campaign_id == campaign_id,
        in_values(RecordedFailure.subscriber_id, subscriber_ids),
        RecordedFailure.was_accepted.is_(False),
    )
    told = db.session.scalars(
        delete(RecordedFailure).where(of_theirs).returning(RecordedFailure.subscriber_id)
    ).all()
    judge_again(told, now, method=Method.BOUNCE)


@in_transaction
def judge_again(subscriber_ids: Sequence[int], now: datetime, *, method: Method) -> list[int]:
    """Let people be written to again for whom no evidence is left; return their ids."""
    if not subscriber_ids:
        return []
    people = {
        each: person
        for each, person in lock_people(subscriber_ids).items()
        if person.unreachable_since is not None
    }
    known, started = _list_known([*people]), _find_fresh_starts([*people])
    free = [
        person
        for each, person in people.items()
        if find_reason(person, known[each], now, since=started.get(each)) is None
    ]
    end_unreachable(free, method, now)
    return [each.id for each in free]
