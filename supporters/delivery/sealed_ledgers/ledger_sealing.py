"""Seals the ledger of a campaign at its end: a root over its rows, as a fact of the log.

A worker does it in a process that neither sends nor seals. The rows are read in one snapshot; a
short transaction stores the tree and the fact, unless the ledger has changed meanwhile. If a worker
is killed, the next one begins again.
"""

from collections.abc import Iterator
from datetime import datetime
from tempfile import TemporaryFile
from threading import Event
from typing import IO

import structlog
from flask import Flask
from sqlalchemy import exists, func, insert, select

from supporters import clock
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.campaigns.queries import find_campaign
from supporters.database import db, delete_where, in_transaction, snapshot, transaction
from supporters.delivery.models import Delivery, DeliveryBatch, DeliveryErased
from supporters.delivery.rules import DeliveryStatus
from supporters.delivery.sealed_ledgers.ledger_tree import LedgerTree, root_of_tile
from supporters.delivery.sealed_ledgers.models import LedgerTile
from supporters.delivery.sealed_ledgers.row_leaves import LEAF_BYTES, read_leaves
from supporters.locks import Lock
from supporters.repeating_threads import RepeatingThreads
from supporters.transparency_log.log_records import format_moment
from supporters.transparency_log.merkle_tree import WIDTH
from supporters.transparency_log.models import FactKind, SealedFact
from supporters.transparency_log.sealed_facts import (
    find_newest_fact,
    list_newest_facts,
    read_content,
    seal_fact,
)

log = structlog.get_logger(__name__)
ENDED = (CampaignStatus.SENT, CampaignStatus.CANCELLED)
OF_LEDGERS = (FactKind.LEDGER, FactKind.LEDGER_OPENED, FactKind.LEDGER_PURGED)
COUNTED = [each for each in DeliveryStatus if each is not DeliveryStatus.QUEUED]
TILE_BYTES = WIDTH * LEAF_BYTES
TILES_AT_ONCE = 100
LOOK_EVERY_SECONDS = 10.0


class LedgerThread(RepeatingThreads):
    """Seals the ledgers of campaigns that have ended."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app, Event(), failure="ledger.not_sealed")
        self.repeat("ledgers", seal_ended_ledgers, every=LOOK_EVERY_SECONDS)

    def end(self) -> None:
        """Begin no other ledger; nothing waits for the one that is under way."""
        self._ending.set()


def seal_ended_ledgers() -> int:
    """Seal the ledgers that wait for it; return how many were sealed."""
    waiting = list_unsealed()
    db.session.rollback()
    return sum(seal_ledger(campaign_id) for campaign_id in waiting)


def list_unsealed(*, are_settled: bool = True) -> list[int]:
    """Return the campaigns that have ended, and whose rows aren't sealed as they are now.

    Unless `are_settled`, those with open batches too.
    """
    newest = list_newest_facts(*OF_LEDGERS)
    is_open = exists().where(
        DeliveryBatch.campaign_id == Campaign.id, DeliveryBatch.due_at.is_not(None)
    )
    ended = select(Campaign.id).where(
        Campaign.status.in_(ENDED), exists().where(Delivery.campaign_id == Campaign.id)
    )
    if are_settled:
        ended = ended.where(~is_open)
    return [
        campaign_id
        for campaign_id in db.session.scalars(ended.order_by(Campaign.id))
        if campaign_id not in newest or newest[campaign_id].kind is FactKind.LEDGER_OPENED
    ]


def seal_ledger(campaign_id: int) -> bool:
    """Seal the ledger of a campaign; tell whether it was done."""
    with TemporaryFile() as leaves:
        with snapshot():
            ended = find_campaign(campaign_id)
            ended_at = ended and ended.finished_at
            counts = count_ledger(campaign_id)
            roots = _write_leaves(campaign_id, sum(counts.values()), leaves)
        size = leaves.tell() // LEAF_BYTES
        tree = LedgerTree(size, roots, lambda number: _read_tile(leaves, number))
        with transaction():
            Lock.ERASURE.take()  # one that is under way sees our fact, or we see what it removed
            campaign = find_campaign(campaign_id, for_update=True)
            if (
                campaign is None
                or campaign.finished_at != ended_at
                or campaign_id not in list_unsealed()
                or counts != count_ledger(campaign_id)
            ):
                return False
            _store_tiles(campaign_id, leaves, roots)
            seal_fact(
                FactKind.LEDGER,
                {
                    "ended": campaign.status.value,
                    "finished_at": format_moment(campaign.finished_at),
                    "audience": campaign.audience,
                    "counts": counts,
                    "rows": size,
                    "root": tree.get_root().hex(),
                    "messages": _find_messages(campaign_id),
                },
                clock.now(),
                about_id=campaign_id,
            )
    log.info("ledger.sealed", campaign=campaign_id, rows=size)
    return True


def count_ledger(campaign_id: int) -> dict[str, int]:
    """Return how many emails of a campaign have each state, and how many rows were erased."""
    sums = db.session.execute(
        select(*(func.sum(getattr(DeliveryBatch, each.value)) for each in COUNTED)).where(
            DeliveryBatch.campaign_id == campaign_id
        )
    ).one()
    erased = select(func.sum(DeliveryErased.mails)).where(DeliveryErased.campaign_id == campaign_id)
    counts = {each.value: int(number or 0) for each, number in zip(COUNTED, sums, strict=True)}
    return {**counts, "erased": int(db.session.scalar(erased) or 0)}


def _find_messages(campaign_id: int) -> dict[str, str] | None:
    """Return the hash of the message in each language, as sealed at the launch."""
    launched = find_newest_fact(campaign_id, FactKind.LAUNCHED)
    return None if launched is None else read_content(launched)["messages"]


def _write_leaves(campaign_id: int, audience: int, file: IO[bytes]) -> list[bytes]:
    """Write the leaves in order into a file; return the roots of their tiles."""
    roots, tile = [], b""
    for leaf, _ in read_leaves(campaign_id, audience):
        tile += leaf
        if len(tile) == TILE_BYTES:
            roots.append(root_of_tile(tile))
            file.write(tile)
            tile = b""
    if tile:
        roots.append(root_of_tile(tile))
        file.write(tile)
    return roots


def _read_tile(file: IO[bytes], number: int) -> bytes:
    file.seek(number * TILE_BYTES)
    return file.read(TILE_BYTES)


@in_transaction
def _store_tiles(campaign_id: int, leaves: IO[bytes], roots: list[bytes]) -> None:
    delete_where(LedgerTile, LedgerTile.campaign_id == campaign_id)
    for rows in _list_tiles(campaign_id, leaves, roots):
        db.session.execute(insert(LedgerTile), rows)


def _list_tiles(
    campaign_id: int, leaves: IO[bytes], roots: list[bytes]
) -> Iterator[list[dict[str, object]]]:
    for first in range(0, len(roots), TILES_AT_ONCE):
        yield [
            {
                "campaign_id": campaign_id,
                "number": number,
                "leaves": _read_tile(leaves, number),
                "root": root,
            }
            for number, root in enumerate(roots[first : first + TILES_AT_ONCE], start=first)
        ]


@in_transaction
def open_ledger(campaign_id: int, now: datetime) -> None:
    """Record that rows of a campaign change after its end: its ledger is sealed again."""
    if _find_sealed(campaign_id) is not None:
        seal_fact(FactKind.LEDGER_OPENED, {"because": "late result"}, now, about_id=campaign_id)


@in_transaction
def end_ledger(campaign_id: int, now: datetime) -> None:
    """Record that the rows of a campaign are deleted after their time, and delete their leaves."""
    find_campaign(campaign_id, for_update=True)  # it may be sealed just now
    newest = find_newest_fact(campaign_id, *OF_LEDGERS)
    if newest is None or newest.kind is not FactKind.LEDGER_PURGED:
        seal_fact(FactKind.LEDGER_PURGED, {"because": "expired"}, now, about_id=campaign_id)
        delete_where(LedgerTile, LedgerTile.campaign_id == campaign_id)


def _find_sealed(campaign_id: int) -> SealedFact | None:
    newest = find_newest_fact(campaign_id, *OF_LEDGERS)
    return newest if newest is not None and newest.kind is FactKind.LEDGER else None
