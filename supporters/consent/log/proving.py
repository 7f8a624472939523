"""Proves that records stand in the tree of a signed head: to whoever has them before their eyes."""

from collections.abc import Sequence
from dataclasses import dataclass

from supporters.consent.log.models import LogHead
from supporters.consent.log.proofs import is_included
from supporters.consent.log.queries import find_entry
from supporters.consent.log.records import Record, hash_leaf
from supporters.consent.log.sealing_spans import SealingSpan, find_span
from supporters.consent.log.tiles import open_tree


@dataclass(frozen=True, kw_only=True)
class Proof:
    """A record, where its entry stands (from 0) in a tree of `size`, and the path to the root.

    `is_intact` says that the record is the one that was committed to, and that the path leads to
    the root of the head: what the tables say isn't believed. `span` says when it was sealed.
    """

    record: Record
    position: int
    size: int
    path: Sequence[bytes]
    is_intact: bool
    span: SealingSpan

    def as_json(self) -> dict[str, object]:
        """Return all that somebody needs to check it, with the key that opens this one record."""
        record = self.record
        leaf = hash_leaf(record.kind, record.id, record.commitment)
        return {
            "record": record.text,
            "key": record.own_key.hex(),
            "leaf": leaf.hex(),
            "index": self.position,
            "size": self.size,
            "path": [step.hex() for step in self.path],
            "sealed": self.span.as_json(),
        }


class Prover:
    """Makes proofs against one head."""

    def __init__(self, head: LogHead) -> None:
        self.head = head
        self._tree = open_tree(head.size)

    def prove(self, record: Record) -> Proof | None:
        """Return the proof of a record; None while its entry isn't in the tree of this head."""
        entry = find_entry(record.kind, record.id)
        if entry is None or entry.position is None or entry.position >= self.head.size:
            return None
        position, size = entry.position, self.head.size
        path = self._tree.inclusion_path(position, size)
        leaf = hash_leaf(record.kind, record.id, record.commitment)
        return Proof(
            record=record,
            position=position,
            size=size,
            path=path,
            is_intact=is_included(leaf, position, size=size, root=self.head.root, path=path),
            span=find_span(position, self.head, self._tree),
        )
