"""Admits the people of a claim whose provider has room; the others get a batch of their own.

It runs in the claim's transaction, and only while a ceiling holds. The locked ceilings let one
claim decide after the other. People who wait for a provider stand in a batch of that provider, so
no later claim reads them before it has room again, and nobody's row is written twice (ADR 115).
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from sqlalchemy import ColumnElement, and_, func, select, update

from supporters.database import db, in_transaction
from supporters.delivery.models import DeliveryBatch, batches, deliveries
from supporters.delivery.pace.models import DomainCeiling
from supporters.delivery.pace.pace_rules import (
    Ceiling,
    PaceUse,
    room_again_at,
    room_in,
    start_of_hour,
)
from supporters.delivery.pace.use_counts import (
    Reserved,
    add_use,
    ceiling_of,
    is_lowered_at,
    list_ceilings,
    read_use,
)
from supporters.delivery.rules import ALWAYS_DUE, LARGEST_BATCH
from supporters.dialects import in_values
from supporters.people.domain_groups import DomainGroup, group_of


class Addressed(Protocol):
    """An email that waits to leave."""

    @property
    def subscriber_id(self) -> int: ...
    @property
    def address(self) -> str: ...
    @property
    def is_deferred(self) -> bool: ...


A = TypeVar("A", bound=Addressed)


@dataclass
class _Room:
    """The room that a ceiling has left."""

    row: DomainCeiling
    ceiling: Ceiling
    use: PaceUse
    left: int
    taken: int = 0


class Admission:
    """The room below all ceilings, locked until the end of the transaction."""

    def __init__(self, now: datetime) -> None:
        rows = list_ceilings(for_update=True)
        use = read_use(now)
        self._now = now
        self._rooms: dict[DomainGroup, _Room] = {}
        for row in rows:
            ceiling, used = ceiling_of(row, now), use.get(row.domain_group, PaceUse())
            room = room_in(ceiling, used, now)
            if room is not None:
                self._rooms[row.domain_group] = _Room(row, ceiling, used, room)

    def admit_of(
        self, campaign_id: int, batch: int, people: Sequence[A], *, is_in_wave: bool
    ) -> tuple[list[A], list[A]]:
        """Admit people of a claimed batch; return them, and who stays in the batch for later.

        Those who wait for another provider than the batch's move into a batch of theirs.
        """
        admitted, waiting, for_all = self.admit(people)
        own = db.session.scalar(select(batches.c.domain_group).where(_is(campaign_id, batch)))
        staying = [each for group in waiting if group == own for each in waiting[group]]
        for group, theirs in sorted(waiting.items()):
            if group != own:
                into = _find_batch(campaign_id, group, len(theirs), is_in_wave=is_in_wave)
                _move(campaign_id, batch, theirs, into=into)
        if not admitted:
            self.reserve(())
        return admitted, [*staying, *for_all]

    def admit(self, people: Sequence[A]) -> tuple[list[A], dict[DomainGroup, list[A]], list[A]]:
        """Return who may get an email now, who waits for a provider, and who for the common one."""
        left = {group: room.left for group, room in self._rooms.items()}
        admitted, for_all = list[A](), list[A]()
        waiting: dict[DomainGroup, list[A]] = defaultdict(list)
        for each in people:
            group = group_of(each.address)
            if group in left and left[group] <= 0:
                waiting[group].append(each)
            elif left.get(DomainGroup.EVERYBODY, 1) <= 0:
                for_all.append(each)
            else:
                admitted.append(each)
                for key in _groups_of(group, left):
                    left[key] -= 1
        return admitted, waiting, for_all

    @in_transaction
    def reserve(self, people: Sequence[Addressed]) -> Reserved:
        """Count these emails, and mark each ceiling that is reached with them."""
        counts = Counter(
            key for each in people for key in _groups_of(group_of(each.address), self._rooms)
        )
        hour = start_of_hour(self._now)
        add_use(hour, counts)
        for group, room in self._rooms.items():
            taken = counts[group]
            if room.left - taken <= 0:
                used = PaceUse(an_hour=room.use.an_hour + taken, a_day=room.use.a_day + taken)
                again_at = room_again_at(room.ceiling, used, self._now)
                until = room.row.lowered_until if is_lowered_at(room.row, self._now) else None
                room.row.full_until = min(again_at, until or again_at)
        db.session.flush()
        return Reserved(hour, counts)


def _groups_of(group: DomainGroup | None, among: Mapping[DomainGroup, object]) -> list[DomainGroup]:
    return [each for each in (group, DomainGroup.EVERYBODY) if each in among and each is not None]


def _move(campaign_id: int, batch: int, people: Sequence[Addressed], *, into: int) -> None:
    """Move people of a claimed batch into another one, which is locked."""
    db.session.execute(
        update(deliveries)
        .where(
            deliveries.c.campaign_id == campaign_id,
            deliveries.c.batch == batch,
            in_values(deliveries.c.subscriber_id, [each.subscriber_id for each in people]),
        )
        .values(batch=into)
    )
    deferred = sum(each.is_deferred for each in people)
    for which, sign in ((into, 1), (batch, -1)):
        values: dict[str, object] = {
            "size": batches.c.size + sign * len(people),
            "deferred": batches.c.deferred + sign * deferred,
        }
        due = {"due_at": ALWAYS_DUE} if which == into else {}
        db.session.execute(update(batches).where(_is(campaign_id, which)).values({**values, **due}))


def _is(campaign_id: int, number: int) -> ColumnElement[bool]:
    return and_(batches.c.campaign_id == campaign_id, batches.c.number == number)


def _find_batch(campaign_id: int, group: DomainGroup, people: int, *, is_in_wave: bool) -> int:
    """Return a batch of a provider that nobody holds and that has space, locked; or a new one."""
    in_wave = batches.c.number < 1 if is_in_wave else batches.c.number >= 1
    found: int | None = db.session.scalar(
        select(batches.c.number)
        .where(
            batches.c.campaign_id == campaign_id,
            batches.c.due_at.is_not(None),
            batches.c.domain_group == group.value,
            batches.c.claimed_by.is_(None),
            batches.c.size + people <= LARGEST_BATCH,
            in_wave,
        )
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if found is not None:
        return found
    edge = func.min(batches.c.number) if is_in_wave else func.max(batches.c.number)
    last = db.session.scalar(select(edge).where(batches.c.campaign_id == campaign_id)) or 0
    number = min(last, 1) - 1 if is_in_wave else last + 1
    db.session.add(
        DeliveryBatch(
            campaign_id=campaign_id,
            number=number,
            size=0,
            domain_group=group.value,
            due_at=ALWAYS_DUE,
        )
    )
    db.session.flush()
    return number
