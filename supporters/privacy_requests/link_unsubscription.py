"""Unsubscribes a person from one list by a link, in two trips to the database (ADR 065).

It writes what `unsubscribe_from_list` writes. That one joins the transaction of another use case.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, fields

from sqlalchemy import bindparam, delete, null, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from supporters import clock
from supporters.consent.consent_events import with_controller
from supporters.consent.event_records import EventRecord
from supporters.consent.models import ConsentEvent, Controller, Method, Suppression
from supporters.consent.record_forms import describe_event
from supporters.consent.withdrawal_journal import append_before_commit
from supporters.lists.models import MailingList, Subscription
from supporters.lists.queries import find_list, list_subscriptions_of
from supporters.lists.subscriptions import unsubscribe_from_list
from supporters.lists.withdrawal_plan import ConsentEnd, LockedPerson, WithdrawalAct, plan_end
from supporters.people.address_hashes import data_key
from supporters.people.models import Subscriber
from supporters.prepared_statements import Call, RowInsert, Statement, together
from supporters.round_trips import Rows, exchange
from supporters.signup.shared_rows import find_shared_list, get_shared_controller
from supporters.site_edition import EditionChanged, SiteEdition, editions_to_try
from supporters.transparency_log.log_keys import PEOPLE, person_key
from supporters.transparency_log.models import LogEntry

_LOCK_PERSON = Statement(
    select(Subscriber.id, Subscriber.address_mac, Subscriber.log_salt, Subscriber.acted_at)
    .where(Subscriber.id == bindparam("subscriber_id"))
    .with_for_update()
)
_FACTS = Statement(
    select(SiteEdition.value, Subscription.mailing_list_id, Subscription.purpose_id)
    .select_from(SiteEdition)
    .outerjoin(Subscription, Subscription.subscriber_id == bindparam("subscriber_id"))
)
_ADD_EVENT = RowInsert(ConsentEvent, "event", [field.name for field in fields(EventRecord)])
_ADD_ENTRY = RowInsert(LogEntry, "entry", ["kind", "record_id", "commitment"])
_SUPPRESS = Statement(  # an existing suppression gets no earlier end, as by `suppress`
    upsert(Suppression)
    .values(
        address_mac=bindparam("address_mac"),
        scope=bindparam("scope"),
        since=bindparam("now"),
        until=null(),
    )
    .on_conflict_do_update(
        index_elements=[Suppression.address_mac, Suppression.scope], set_={"until": null()}
    )
)
_RECORD_ACTIVITY = Statement(  # as `record_activity` does
    update(Subscriber)
    .where(Subscriber.id == bindparam("person_id"))
    .values(acted_at=bindparam("now"), asked_again_at=null(), asking_letter_id=null())
)
_DELETE_SUBSCRIPTION = Statement(
    delete(Subscription).where(
        Subscription.subscriber_id == bindparam("person_id"),
        Subscription.mailing_list_id == bindparam("list_id"),
    )
)


@dataclass(frozen=True, kw_only=True)
class _Departure:
    """A press of the button, with everything that is known before its transaction."""

    subscriber_id: int
    list_id: int
    act: WithdrawalAct
    edition: str
    controller: Controller


@dataclass(frozen=True, kw_only=True)
class LinkDeparture:
    """The list that a person left, unless it is gone; and the lists that they stay on.

    `is_new` is False for a repetition, and for an unknown person.
    """

    left: MailingList | None
    others: Sequence[MailingList]
    is_new: bool


def unsubscribe_by_link(
    subscriber_id: int, list_id: int, method: Method, *, evidence: bytes | None = None
) -> LinkDeparture:
    """Unsubscribe a person from one list. With `evidence`, the same browser can undo it.

    A repetition and an unknown person change nothing. An unknown person is on no other list.
    """
    act = WithdrawalAct(method=method, now=clock.now(), evidence=evidence)
    data_key(PEOPLE)  # nothing may be read later, between the two trips
    for edition in editions_to_try():
        mailing_list = find_shared_list(edition, list_id)
        departure = _Departure(
            subscriber_id=subscriber_id,
            list_id=list_id,
            act=act,
            edition=edition,
            controller=get_shared_controller(edition),
        )
        with suppress(EditionChanged):
            is_new, ids = _unsubscribe(departure)
            found = [find_shared_list(edition, each) for each in ids]
            others = [each for each in found if each is not None]
            return LinkDeparture(left=mailing_list, others=others, is_new=is_new)
    return _unsubscribe_in_session(subscriber_id, list_id, act)


def _unsubscribe_in_session(subscriber_id: int, list_id: int, act: WithdrawalAct) -> LinkDeparture:
    """Unsubscribe a person while the site changes all the time."""
    before = {each.id for _, each in list_subscriptions_of(subscriber_id)}
    unsubscribe_from_list(subscriber_id, list_id, act.method, now=act.now, evidence=act.evidence)
    others = [each for _, each in list_subscriptions_of(subscriber_id)]
    return LinkDeparture(left=find_list(list_id), others=others, is_new=list_id in before)


def _unsubscribe(departure: _Departure) -> tuple[bool, list[int]]:
    """Lock and read the person, then write the end of the subscription, if there is one.

    Return whether there was one, and the ids of their other lists.

    The facts are read after the lock: the same statement would read them as they were before.
    """

    def decide(rows: Sequence[Rows]) -> tuple[list[Call], tuple[bool, list[int]]]:
        people, found = rows
        if found[0][0] != departure.edition:
            raise EditionChanged
        purposes = {held: purpose for _, held, purpose in found if held is not None}
        purpose_id = purposes.pop(departure.list_id, None)
        if not people or purpose_id is None:
            return [], (False, sorted(purposes))
        person = LockedPerson(*people[0])
        end = plan_end(person, departure.act, purpose_id=purpose_id, list_id=departure.list_id)
        writes = [*append_before_commit([end.line]), *_write(departure, person, end)]
        return writes, (True, sorted(purposes))

    subscriber_id = departure.subscriber_id
    reads = [
        _LOCK_PERSON(subscriber_id=subscriber_id),
        _FACTS(subscriber_id=subscriber_id),
    ]
    return exchange(None, reads, decide)


def _write(departure: _Departure, person: LockedPerson, end: ConsentEnd) -> list[Call]:
    """Return the calls that write the end of a subscription.

    The deletion is a statement of its own: the counts of former subscribers need it (ADR 052).
    """
    controller, now = departure.controller, departure.act.now
    event = with_controller(end.event, controller.id)
    key = person_key(person.log_salt)
    record = describe_event(event, None, None, controller=controller, key=key)
    entry = {"kind": record.kind, "record_id": record.id, "commitment": record.commitment}
    added = [
        _ADD_EVENT.row(vars(event)),
        _ADD_ENTRY.row(entry),
        _SUPPRESS(address_mac=person.address_mac, scope=end.scope, now=now),
    ]
    if end.is_activity:
        added.append(_RECORD_ACTIVITY(person_id=person.id, now=now))
    return [
        together(*added),
        _DELETE_SUBSCRIPTION(person_id=person.id, list_id=departure.list_id),
    ]
