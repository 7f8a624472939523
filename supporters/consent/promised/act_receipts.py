"""Receipts of acts that give no consent: leaving, objecting, moving, erasing and the others.

Beside `receipts`, they have the act in the words of its record. Once a person is erased, or a
restore lost the record, nobody can open it: what remains is the leaf that was promised, and its
proof (ADR 138, 141).
"""

import json
from collections.abc import Mapping
from datetime import datetime

from supporters.consent.committed_acts import PromisedAct
from supporters.consent.consent_events import current_identity
from supporters.consent.receipts import (
    RECEIPT,
    NotProvable,
    Receipt,
    find_first_checkpoint,
    find_witnesses,
    open_proof,
    sign_receipt,
)
from supporters.transparency_log.cached_tree import open_tree
from supporters.transparency_log.log_proofs import Prover
from supporters.transparency_log.log_records import LogRecord, hash_leaf
from supporters.transparency_log.merkle_tree import is_included
from supporters.transparency_log.models import LogCheckpoint
from supporters.transparency_log.queries import find_sealing_checkpoint

NOT_TOLD = {"schema", "person", "wording", "page", "controller", "purpose", "records"}
KEY_DELETED = "The key of this record was deleted with its person: nobody can open it."
LOST_BY_RESTORE = "A restore from a backup lost this record: nobody can open it."


def make_act_receipt(
    act: PromisedAct,
    record: LogRecord,
    *,
    name: str,
    holder: Mapping[str, object] | None = None,
) -> Receipt | None:
    """Return the receipt of an act; None while the log hasn't sealed it. Raises NotProvable.

    `holder` opens whose it is (`open_holder`).
    """
    checkpoint = find_first_checkpoint(record.kind, record.id)
    proof = Prover(checkpoint).prove(record) if checkpoint else None
    if checkpoint is None or proof is None:
        return None
    if not proof.is_intact:
        raise NotProvable(record.id)
    fields = json.loads(record.text)
    told = {field: value for field, value in fields.items() if field not in NOT_TOLD}
    purposes = [{"id": act.purpose_id, "name": name}] if act.purpose_id else []
    return sign_receipt(
        {
            "schema": RECEIPT,
            "controller": fields.get("controller") or current_identity(),
            "act": {**told, "purposes": purposes},
            **(holder or {}),
            **open_proof(proof),
            **_describe_sealing(proof.position, checkpoint, act),
        }
    )


def make_leaf_receipt(act: PromisedAct, index: int, *, name: str, why: str) -> Receipt | None:
    """Return what remains of an act whose record can't be opened; None if the log hasn't sealed it.

    It shows that the log has the leaf that was promised, at this index. Raises NotProvable.
    """
    checkpoint = find_sealing_checkpoint(index)
    if checkpoint is None:
        return None
    leaf, size = hash_act(act), checkpoint.size
    path = open_tree(size).inclusion_path(index, size)
    if not is_included(leaf, index, size=size, root=checkpoint.root, path=path):
        raise NotProvable(act.record_id)
    return sign_receipt(
        {
            "schema": RECEIPT,
            "controller": current_identity(),
            "act": {
                "kind": act.kind,
                "id": str(act.record_id),
                "occurred_at": act.occurred_at,
                "purposes": [{"id": act.purpose_id, "name": name}] if act.purpose_id else [],
            },
            "unreadable": why,
            "commitment": act.commitment.hex(),
            "leaf": leaf.hex(),
            "proof": {"index": index, "size": size, "path": [step.hex() for step in path]},
            **_describe_sealing(index, checkpoint, act),
        }
    )


def hash_act(act: PromisedAct) -> bytes:
    """Return the leaf that was promised."""
    return hash_leaf(act.kind, act.record_id, act.commitment)


def _describe_sealing(
    position: int, checkpoint: LogCheckpoint, act: PromisedAct
) -> dict[str, object]:
    span = Prover(checkpoint).find_span(position)
    return {
        "delay": span.delay_since(datetime.fromisoformat(act.occurred_at)).value,
        "checkpoint": checkpoint.checkpoint,
        "sealed": span.as_json(),
        **find_witnesses(position),
    }
