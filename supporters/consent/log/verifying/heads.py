"""Compares every head with the root that the entries come to at its size, and its signature."""

from array import array
from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Row, select

from supporters.consent.log.checkpoints import (
    Checkpoint,
    CheckpointInvalid,
    read_checkpoint,
    read_of_another_key,
    sign_checkpoint,
)
from supporters.consent.log.keys import SIGNING, signing_key
from supporters.consent.log.models import LogHead
from supporters.consent.log.sealing_spans import SKEW
from supporters.consent.log.verifying.findings import Report
from supporters.consent.log.verifying.frontier import Frontier
from supporters.consent.log.verifying.reading import stream

COLUMNS = select(LogHead.size, LogHead.root, LogHead.sealed_at, LogHead.checkpoint)
Head = Row[int, bytes, datetime, str]


class Heads:
    """The signed heads in the order of their sizes; `size` is that of the newest with our word."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._key = signing_key()
        self._latest: datetime | None = None
        self._foreign = array("q")
        self._newest = self._find_newest()
        self.size = self._newest.size if self._newest else 0
        self._coming: Iterator[Head] = stream(COLUMNS.order_by(LogHead.size))
        self._next = next(self._coming, None)

    def agree(self, frontier: Frontier, leaves: Sequence[bytes]) -> bool:
        """Tell whether the newest head was signed for a tree that ends with these leaves."""
        whole = frontier.copy()
        for leaf in leaves:
            whole.push(leaf)
        return self._newest is not None and self._newest.root == whole.root()

    def check(self, frontier: Frontier, leaves: Sequence[bytes], *, first: int) -> None:
        """Check the heads whose sizes end within these leaves; `first` is where they stand."""
        if self._next is None or self._next.size > first + len(leaves):
            return
        whole = frontier.copy()
        for size, leaf in enumerate(leaves, start=first + 1):
            whole.push(leaf)
            while self._next is not None and self._next.size <= size:
                self._check(self._next, whole.root() if self._next.size == size else None)
                self._next = next(self._coming, None)

    def finish(self) -> None:
        """Report the heads for which there are no entries, and those that another key signed."""
        while self._next is not None:
            self._check(self._next, None)
            self._next = next(self._coming, None)
        if self._foreign:
            what = f"{len(self._foreign)} of {self._report.heads} heads are signed by another key: "
            what = (
                f"{what}the signing key in the database was replaced, or it is another database's"
            )
            self._report.fault("data_key", SIGNING, what)

    def _check(self, head: Head, root: bytes | None) -> None:
        self._report.heads += 1
        what = self._find_fault(head, root)
        if what:
            self._report.fault("log_head", head.size, what)
        if self._latest is not None and head.sealed_at < self._latest - SKEW:
            what = (
                f"it was signed at {head.sealed_at.isoformat(timespec='seconds')}, and a smaller "
            )
            what = f"{what}one at {self._latest.isoformat(timespec='seconds')}: time went back"
            self._report.fault("log_head", head.size, what)
        self._latest = max(self._latest or head.sealed_at, head.sealed_at)

    def _find_fault(self, head: Head, root: bytes | None) -> str:
        """Return what is wrong with a head; nothing if it is what we sign for this tree."""
        if root is None:
            return "there are no entries for a tree of this size"
        if head.root != root:
            return "its root isn't what the entries come to at this size"
        origin = head.checkpoint.partition("\n")[0]
        signed = sign_checkpoint(
            self._key, origin=origin, size=head.size, root=root, sealed_at=head.sealed_at
        )
        if head.checkpoint == signed:
            return ""
        if read_of_another_key(head.checkpoint, self._key.public_key()) is not None:
            self._foreign.append(head.size)
            return ""
        if self._is_signed(head):
            return "its checkpoint was signed for another size, root or time than the row says"
        return "its checkpoint isn't signed by this log"

    def _is_signed(self, head: Head) -> bool:
        try:
            read_checkpoint(head.checkpoint, self._key.public_key())
        except CheckpointInvalid:
            return False
        return True

    def _find_newest(self) -> Checkpoint | None:
        """Return the largest head that is signed for its own size; by another key if none is."""
        key, of_another = self._key.public_key(), None
        for head in stream(COLUMNS.order_by(LogHead.size.desc())):
            try:
                signed = read_checkpoint(head.checkpoint, key)
            except CheckpointInvalid:
                of_another = of_another or read_of_another_key(head.checkpoint, key)
                continue
            if signed.size == head.size:
                return signed
        return of_another
