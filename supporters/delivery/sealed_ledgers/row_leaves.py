"""The leaf of a row of the ledger: a token of the person, and a commitment to what became of it.

Both are keyed hashes under the person's key of the log: of 16 bytes each, under a key for this
campaign alone. An erasure deletes the salt below that key, and the leaf leads to nobody any more.
"""

import hmac
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from tempfile import TemporaryFile
from typing import NamedTuple

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hmac import HMAC
from sqlalchemy import select

from supporters.audit.verification_report import stream
from supporters.delivery.models import Delivery
from supporters.delivery.rules import DeliveryStatus
from supporters.people.models import Subscriber
from supporters.transparency_log.log_records import person_key

HALF, LEAF_BYTES, ID_BYTES = 16, 32, 8
TOKEN, SHA256 = b"token", hashes.SHA256()
MOST_BUCKETS, ROWS_OF_A_BUCKET = 256, 4096


class LedgerRow(NamedTuple):
    """The result of an email, and the consent that it rests on."""

    status: DeliveryStatus
    settled_at: datetime | None
    purpose_id: int
    consent_event_id: int

    @property
    def settled_ms(self) -> int | None:
        """The time in milliseconds since 1970."""
        return None if self.settled_at is None else int(self.settled_at.timestamp() * 1000)

    @property
    def text(self) -> str:
        """The text that the leaf commits to."""
        return f"{self.status}\n{self.settled_ms}\n{self.purpose_id}\n{self.consent_event_id}"


def row_key(key_of_person: bytes, campaign_id: int) -> bytes:
    """Return the key of a person's row in the ledger of a campaign."""
    return hmac.digest(key_of_person, f"ledger\n{campaign_id}".encode(), "sha256")


def token_of(key: bytes) -> bytes:
    """Return the token by which the leaves are in order."""
    return hmac.digest(key, TOKEN, "sha256")[:HALF]


def make_leaf(key: bytes, text: str) -> bytes:
    """Return the leaf of a row: its token and its commitment."""
    commitment = HMAC(key, SHA256)
    token = commitment.copy()  # begun once: a quarter of the work
    token.update(TOKEN)
    commitment.update(text.encode())
    return token.finalize()[:HALF] + commitment.finalize()[:HALF]


def read_leaves(campaign_id: int, audience: int) -> Iterator[tuple[bytes, int]]:
    """Yield the leaves of the rows of a campaign in order, each with the id of its person.

    Files on the disk sort them: a million rows take no more memory than a thousand.
    """
    count = min(MOST_BUCKETS, audience // ROWS_OF_A_BUCKET + 1)
    with ExitStack() as files:
        buckets = [files.enter_context(TemporaryFile()) for _ in range(count)]
        for leaf, subscriber_id in _read_rows(campaign_id):
            bucket = buckets[int.from_bytes(leaf[:2]) * count >> 16]
            bucket.write(leaf + subscriber_id.to_bytes(ID_BYTES))
        for bucket in buckets:
            bucket.seek(0)
            for each in sorted(_cut(bucket.read(), LEAF_BYTES + ID_BYTES)):
                yield each[:LEAF_BYTES], int.from_bytes(each[LEAF_BYTES:])


def split_leaves(leaves: bytes) -> list[bytes]:
    """Return the leaves of a tile."""
    return _cut(leaves, LEAF_BYTES)


def _cut(joined: bytes, width: int) -> list[bytes]:
    return [joined[start : start + width] for start in range(0, len(joined), width)]


def _read_rows(campaign_id: int) -> Iterator[tuple[bytes, int]]:
    rows = (
        select(
            *(Delivery.subscriber_id, Delivery.status, Delivery.settled_at),
            *(Delivery.purpose_id, Delivery.consent_event_id, Subscriber.log_salt),
        )
        .join(Subscriber, Subscriber.id == Delivery.subscriber_id)
        .where(Delivery.campaign_id == campaign_id)
    )
    for subscriber_id, status, settled_at, purpose_id, consent_event_id, log_salt in stream(rows):
        row = LedgerRow(status, settled_at, purpose_id, consent_event_id)
        yield make_leaf(row_key(person_key(log_salt), campaign_id), row.text), subscriber_id
