"""The people whom a breach affects: chosen by plain facts, then a list that stays as it is.

A subscriber is on it by their id, so that a new address changes nothing; a person of a former list
who has not answered their invitation is on it by the keyed hash of their address. An erased person
is on no list.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    delete,
    exists,
    false,
    func,
    insert,
    literal,
    or_,
    select,
    true,
)

from supporters import clock
from supporters.breaches.acts import BreachTeamAct
from supporters.breaches.breach_register import BreachError, record_breach_step
from supporters.breaches.models import Breach, BreachAct, BreachNotice, BreachPerson, BreachStatus
from supporters.breaches.queries import (
    count_affected,
    count_written,
    find_breach,
    find_breach_notice,
)
from supporters.breaches.states import BREACH_NOTICE_STATES, BreachNoticeMove
from supporters.consent.models import ConsentEvent, EventKind
from supporters.consent.record_models import Disclosure, DisclosureKind
from supporters.database import db, use_case
from supporters.dialects import in_values_bytes
from supporters.imports.models import Invitation, ListImport
from supporters.lists.models import ListPurpose, MailingList
from supporters.people.addresses import Address, address_mac
from supporters.people.models import Subscriber
from supporters.personal_data.models import PendingErasure

ACCEPTED_PAGE = "%/invited/-"  # the address of the page by which a person accepts an invitation
MOST_EXPORTS = 200
COLUMNS = ("breach_id", "address_mac", "subscriber_id", "added_at", "is_written")


class AffectedWay(StrEnum):
    """How affected people are chosen."""

    EVERYBODY = "everybody"
    LIST = "list"
    PERIOD = "period"
    IMPORT = "import"
    EXPORT = "export"
    ADDRESSES = "addresses"


@dataclass(frozen=True, kw_only=True)
class AffectedChoice:
    """A choice of people: the way, and what it needs.

    `number` is the id of a list, an import or an export.
    """

    way: AffectedWay
    number: int = 0
    since: datetime | None = None
    until: datetime | None = None
    addresses: Sequence[Address] = ()


@use_case
def add_affected(breach_id: int, choice: AffectedChoice) -> int | BreachError:
    """Add the people of a choice to the list of a breach; return how many are new on it.

    The notice then needs its approval again. While it is being sent, nobody can be added.
    """
    breach, notice = find_breach(breach_id, for_update=True), find_breach_notice(breach_id)
    if breach is None:
        return BreachError.UNKNOWN
    if not may_change_people(breach, notice):
        return BreachError.NOT_NOW
    before = count_affected(breach_id)
    for chosen in (_choose_subscribers(choice), _choose_invited(choice)):
        new = _leave_known_out(chosen, breach_id)
        db.session.execute(insert(BreachPerson).from_select(COLUMNS, new))
    added = count_affected(breach_id) - before
    if added and notice is not None:
        BREACH_NOTICE_STATES.transition(notice, BreachNoticeMove.CHANGE)
    details = {"way": choice.way.value, "people": added}
    words = f"{choice.way.value} {added}"
    record_breach_step(
        breach_id, BreachAct.PEOPLE_CHOSEN, BreachTeamAct.PEOPLE_CHOSEN, details=details, text=words
    )
    return added


@use_case
def empty_affected(breach_id: int) -> Breach | BreachError:
    """Take everybody off the list, to choose again; only before anybody was written to."""
    breach, notice = find_breach(breach_id, for_update=True), find_breach_notice(breach_id)
    if breach is None:
        return BreachError.UNKNOWN
    if not may_change_people(breach, notice) or count_written(breach_id):
        return BreachError.NOT_NOW
    gone = count_affected(breach_id)
    db.session.execute(delete(BreachPerson).where(BreachPerson.breach_id == breach_id))
    if notice is not None:
        BREACH_NOTICE_STATES.transition(notice, BreachNoticeMove.CHANGE)
    details = {"people": gone}
    record_breach_step(
        breach_id, BreachAct.PEOPLE_EMPTIED, BreachTeamAct.PEOPLE_EMPTIED, details=details
    )
    return breach


def may_change_people(breach: Breach, notice: BreachNotice | None) -> bool:
    """Tell whether the list of a breach may change now."""
    if breach.status is BreachStatus.CLOSED:
        return False
    return notice is None or BREACH_NOTICE_STATES.allows(notice.status, BreachNoticeMove.CHANGE)


def count_languages(breach_id: int) -> dict[str, int]:
    """Return how many affected subscribers read each language."""
    rows = db.session.execute(
        select(Subscriber.language, func.count())
        .join(BreachPerson, BreachPerson.subscriber_id == Subscriber.id)
        .where(BreachPerson.breach_id == breach_id)
        .group_by(Subscriber.language)
    )
    return dict(rows.all())


def list_exports_to_choose() -> Sequence[tuple[Disclosure, str]]:
    """Return the latest exports of lists with the names of the lists, newest first."""
    rows = db.session.execute(
        select(Disclosure, MailingList.name)
        .join(MailingList, MailingList.id == Disclosure.mailing_list_id)
        .where(Disclosure.kind == DisclosureKind.EXPORT)
        .order_by(Disclosure.occurred_at.desc(), Disclosure.id.desc())
        .limit(MOST_EXPORTS)
    )
    return [(each, name) for each, name in rows]


def _choose_subscribers(choice: AffectedChoice) -> Select[*tuple[Any, ...]]:
    is_erased = exists().where(PendingErasure.subscriber_id == Subscriber.id)
    return select(Subscriber.address_mac, Subscriber.id.label("subscriber_id")).where(
        ~is_erased, _condition_of_subscribers(choice)
    )


def _condition_of_subscribers(choice: AffectedChoice) -> ColumnElement[bool]:
    match choice.way:
        case AffectedWay.EVERYBODY:
            return true()
        case AffectedWay.LIST:
            return _joined(choice.number)
        case AffectedWay.PERIOD:
            return Subscriber.created_at.between(choice.since, choice.until)
        case AffectedWay.IMPORT:
            list_import = select(ListImport).where(ListImport.id == choice.number)
            since = list_import.with_only_columns(ListImport.created_at).scalar_subquery()
            return _joined(
                list_import.with_only_columns(ListImport.mailing_list_id).scalar_subquery(),
                ConsentEvent.page_url.like(ACCEPTED_PAGE),
                ConsentEvent.occurred_at >= since,
            )
        case AffectedWay.EXPORT:
            export = select(Disclosure).where(Disclosure.id == choice.number)
            until = export.with_only_columns(Disclosure.occurred_at).scalar_subquery()
            return _joined(
                export.with_only_columns(Disclosure.mailing_list_id).scalar_subquery(),
                ConsentEvent.occurred_at <= until,
            )
        case AffectedWay.ADDRESSES:
            return in_values_bytes(Subscriber.address_mac, _macs_of(choice))


def _joined(list_id: object, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that a person joined a list at some time, also if they left it."""
    purposes = select(ListPurpose.purpose_id).where(ListPurpose.mailing_list_id == list_id)
    return exists().where(
        ConsentEvent.subscriber_id == Subscriber.id,
        ConsentEvent.kind.in_([EventKind.CONFIRMED, EventKind.RENEWED]),
        ConsentEvent.purpose_id.in_(purposes),
        *conditions,
    )


def _choose_invited(choice: AffectedChoice) -> Select[*tuple[Any, ...]]:
    nobody = literal(None, Subscriber.id.type).label("subscriber_id")
    return select(Invitation.address_mac, nobody).where(
        ~exists().where(Subscriber.address_mac == Invitation.address_mac),
        _condition_of_invited(choice),
    )


def _condition_of_invited(choice: AffectedChoice) -> ColumnElement[bool]:
    match choice.way:
        case AffectedWay.EVERYBODY:
            return true()
        case AffectedWay.LIST:
            of_list = select(ListImport.id).where(ListImport.mailing_list_id == choice.number)
            return Invitation.import_id.in_(of_list)
        case AffectedWay.IMPORT:
            return Invitation.import_id == choice.number
        case AffectedWay.ADDRESSES:
            return in_values_bytes(Invitation.address_mac, _macs_of(choice))
        case _:
            return false()


def _macs_of(choice: AffectedChoice) -> list[bytes]:
    return [address_mac(address.key) for address in choice.addresses]


def _leave_known_out(chosen: Select[*tuple[Any, ...]], breach_id: int) -> Select[*tuple[Any, ...]]:
    """Return the rows to add: the chosen people who aren't on the list of the breach."""
    people = chosen.subquery()
    known = exists().where(
        BreachPerson.breach_id == breach_id,
        or_(
            BreachPerson.address_mac == people.c.address_mac,
            BreachPerson.subscriber_id == people.c.subscriber_id,
        ),
    )
    return select(
        literal(breach_id, BreachPerson.breach_id.type),
        people.c.address_mac,
        people.c.subscriber_id,
        literal(clock.now(), BreachPerson.added_at.type),
        literal(False),
    ).where(~known)
