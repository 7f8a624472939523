"""Reads of wordings, consent events, page snapshots and suppressions."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, or_, select

from supporters.consent.models import (
    Agreement,
    ConsentEvent,
    EventKind,
    OptionalPurpose,
    PageSnapshot,
    Purpose,
    PurposeKind,
    Suppression,
    Wording,
)
from supporters.consent.trigger_counts import EventCount
from supporters.database import db
from supporters.dialects import in_values_bytes
from supporters.languages import LANGUAGES
from supporters.public_languages import choose_text_language


def find_current_wording(purpose_id: int, language: str) -> Wording | None:
    """Return the newest version of a purpose's wording in a language."""
    return db.session.scalar(
        select(Wording)
        .where(Wording.purpose_id == purpose_id, Wording.language == language)
        .order_by(Wording.version.desc())
        .limit(1)
    )


def find_current_wordings(purpose_id: int) -> dict[str, Wording]:
    """Return the newest version of a purpose's wording in each of its languages."""
    newest = (
        select(Wording.language, func.max(Wording.version).label("version"))
        .where(Wording.purpose_id == purpose_id)
        .group_by(Wording.language)
        .subquery()
    )
    found = db.session.scalars(
        select(Wording)
        .join(
            newest,
            (newest.c.language == Wording.language) & (newest.c.version == Wording.version),
        )
        .where(Wording.purpose_id == purpose_id)
    )
    by_language = {each.language: each for each in found}
    return {code: by_language[code] for code in LANGUAGES if code in by_language}


def find_wording_to_show(purpose_id: int, language: str) -> Wording | None:
    """Return the current wording in a language; without one, that of the default language."""
    written = db.session.scalars(
        select(Wording.language).where(Wording.purpose_id == purpose_id).distinct()
    )
    chosen = choose_text_language(language, written)
    return find_current_wording(purpose_id, chosen) if chosen else None


def find_purpose(purpose_id: int) -> Purpose | None:
    """Return the purpose with this id."""
    return db.session.get(Purpose, purpose_id)


def find_successor(purpose_id: int) -> Purpose | None:
    """Return the purpose that succeeds this one after a change of meaning."""
    return db.session.scalar(select(Purpose).where(Purpose.succeeds_id == purpose_id))


def list_earlier_purposes(purpose: Purpose) -> Sequence[Purpose]:
    """Return the purposes that this one succeeds, directly or indirectly, newest first."""
    earlier: list[Purpose] = []
    while purpose.succeeds_id is not None:
        purpose = db.session.get_one(Purpose, purpose.succeeds_id)
        earlier.append(purpose)
    return earlier


def find_optional_purpose(kind: PurposeKind) -> Purpose | None:
    """Return the current purpose of a kind that is no list."""
    succeeded = select(Purpose.succeeds_id).where(Purpose.succeeds_id.is_not(None))
    return db.session.scalar(
        select(Purpose).where(Purpose.kind == kind, Purpose.id.not_in(succeeded))
    )


def is_offered(purpose_id: int) -> bool:
    """Tell whether a purpose without a list has a box on the signup pages."""
    return db.session.get(OptionalPurpose, purpose_id) is not None


def list_wordings(purpose_id: int) -> Sequence[Wording]:
    """Return every version of a purpose's wordings, newest first in each language."""
    return db.session.scalars(
        select(Wording)
        .where(Wording.purpose_id == purpose_id)
        .order_by(Wording.language.desc(), Wording.version.desc())
    ).all()


def find_snapshot(page_snapshot_id: int | None) -> PageSnapshot | None:
    """Return a page snapshot; None if none was stored."""
    return None if page_snapshot_id is None else db.session.get(PageSnapshot, page_snapshot_id)


def list_agreements_of(subscriber_id: int) -> Sequence[Agreement]:
    """Return a person's consents to purposes that are no list, oldest first."""
    return db.session.scalars(
        select(Agreement)
        .where(Agreement.subscriber_id == subscriber_id)
        .order_by(Agreement.consent_event_id)
    ).all()


class SnapshotUse(NamedTuple):
    """A page snapshot without its content, and the number of events that refer to it."""

    id: int
    language: str
    content_hash: str
    first_used_at: datetime
    events: int


def list_snapshot_uses(purpose_ids: Sequence[int]) -> list[SnapshotUse]:
    """Return the snapshots of the pages on which people gave these consents, newest first."""
    given = (
        select(EventCount.page_snapshot_id, func.sum(EventCount.events).label("events"))
        .where(
            EventCount.purpose_id.in_(purpose_ids),
            EventCount.kind.in_([EventKind.CONFIRMED, EventKind.RENEWED]),
        )
        .group_by(EventCount.page_snapshot_id)
        .subquery()
    )
    rows = db.session.execute(
        select(
            *(PageSnapshot.id, PageSnapshot.language),
            *(PageSnapshot.content_hash, PageSnapshot.first_used_at),
            given.c.events,
        )
        .join(given, given.c.page_snapshot_id == PageSnapshot.id)
        .where(given.c.events > 0)
        .order_by(PageSnapshot.id.desc())
    )
    return [
        SnapshotUse(page_id, language, content_hash, first_used_at, int(events))
        for page_id, language, content_hash, first_used_at, events in rows
    ]


def is_suppressed(address_mac: bytes, scopes: Sequence[str], now: datetime) -> bool:
    """Tell whether an address is suppressed in one of the scopes."""
    found = db.session.scalar(
        select(Suppression.scope)
        .where(
            Suppression.address_mac == address_mac,
            Suppression.scope.in_(scopes),
            or_(Suppression.until.is_(None), Suppression.until > now),
        )
        .limit(1)
    )
    return found is not None


def list_suppressed_since(scope: str, since: datetime) -> set[bytes]:
    """Return the keyed hashes that were suppressed in a scope at a time, or later."""
    found = select(Suppression.address_mac).where(
        Suppression.scope == scope, Suppression.since >= since
    )
    return set(db.session.scalars(found))


def list_suppressed(keys: Sequence[bytes], scopes: Sequence[str], now: datetime) -> set[bytes]:
    """Return which of many keyed hashes are suppressed in one of the scopes."""
    found = db.session.scalars(
        select(Suppression.address_mac).where(
            in_values_bytes(Suppression.address_mac, keys),
            Suppression.scope.in_(scopes),
            or_(Suppression.until.is_(None), Suppression.until > now),
        )
    )
    return set(found)


def list_suppressions_of(macs: Sequence[bytes], now: datetime) -> Sequence[Suppression]:
    """Return the current suppressions of the hashes of an address, oldest first."""
    return db.session.scalars(
        select(Suppression)
        .where(
            Suppression.address_mac.in_(macs),
            or_(Suppression.until.is_(None), Suppression.until > now),
        )
        .order_by(Suppression.since, Suppression.scope)
    ).all()


def list_events_of(subscriber_id: int) -> Sequence[tuple[ConsentEvent, Wording | None]]:
    """Return a person's consent events with their wordings, oldest first."""
    rows = db.session.execute(
        select(ConsentEvent, Wording)
        .outerjoin(Wording, Wording.id == ConsentEvent.wording_id)
        .where(ConsentEvent.subscriber_id == subscriber_id)
        .order_by(ConsentEvent.occurred_at, ConsentEvent.id)
    )
    return [(event, wording) for event, wording in rows]


def count_joined_and_left(
    purpose_ids: Sequence[int] | None = None,
) -> list[tuple[date, EventKind, int]]:
    """Return how many people joined and left lists each day (UTC), oldest first.

    `purpose_ids` are those of one list; the default is all lists.
    """
    counted = (
        select(EventCount.day, EventCount.kind, func.sum(EventCount.events))
        .join(Purpose, Purpose.id == EventCount.purpose_id)
        .where(
            Purpose.kind == PurposeKind.NEWSLETTER,
            EventCount.kind.in_([EventKind.CONFIRMED, EventKind.WITHDRAWN, EventKind.OBJECTED]),
        )
        .group_by(EventCount.day, EventCount.kind)
    )
    if purpose_ids is not None:
        counted = counted.where(Purpose.id.in_(purpose_ids))
    rows = db.session.execute(counted.order_by(EventCount.day))
    return [(day, EventKind(kind), int(count)) for day, kind, count in rows]
