"""Promises: what the log will have of an act, signed once the act is committed (ADR 138).

The token of a promise carries what was promised. It needs no row, so deleting rows doesn't take it
back; it opens no record.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_bytes

from supporters.consent.committed_acts import NOTHING, PromisedAct, describe_act
from supporters.consent.promised.receipt_links import ReceiptLink, read_receipt_link
from supporters.consent.record_forms import ERASED, describe_erasure
from supporters.consent.record_models import Erasure
from supporters.crypto.tokens import TokenError, TokenPurpose
from supporters.extensions import current_tokens
from supporters.people.addresses import key_of
from supporters.transparency_log.log_records import erasure_key, format_moment, hash_leaf
from supporters.transparency_log.queries import SEALED_WITHIN
from supporters.transparency_log.signed_statements import (
    Statement,
    find_verifier_key,
    sign_statement,
)

PROMISE = "supporters.promise/1"
NOTHING_ENDED = "No consent was left to end, so nothing was recorded."
OPENING_BYTES = 16
ERASED_WITHIN = timedelta(days=1)  # an erasure may wait for a sender


def sign_act_link(act: PromisedAct) -> str:
    """Return the token of the address of an act's promise and receipt; it never expires."""
    payload: list[str | int] = [
        *(act.kind, str(act.record_id), act.occurred_at, act.purpose_id, act.commitment.hex()),
        *((act.opening.hex(), act.holder.hex()) if act.holder else ()),
    ]
    return current_tokens().sign(TokenPurpose.RECEIPT, payload)


def read_act_link(token: str) -> PromisedAct | ReceiptLink:
    """Return the act of a token, or the link to its event. Raises TokenError."""
    payload = current_tokens().read(TokenPurpose.RECEIPT, token)
    if link := read_receipt_link(payload):
        return link
    match payload:
        case [str(kind), str(record_id), str(occurred_at), int(purpose_id), str(commitment), *rest]:
            opening, holder = [bytes.fromhex(str(each)) for each in rest] or [b"", b""]
            return PromisedAct(
                kind=kind,
                record_id=int(record_id),
                occurred_at=occurred_at,
                purpose_id=purpose_id,
                commitment=bytes.fromhex(commitment),
                opening=opening,
                holder=holder,
            )
    raise TokenError


def sign_promise(act: PromisedAct, *, name: str, url: str) -> Statement:
    """Return the promise of an act. `name` is that of its list or purpose, if it has one.

    `url` is the address of its receipt.
    """
    key = find_verifier_key()
    content = {
        "schema": PROMISE,
        "act": {
            "kind": act.kind,
            "id": str(act.record_id),
            "at": act.occurred_at,
            "purposes": [{"id": act.purpose_id, "name": name}] if act.purpose_id else [],
        },
        **_promise_record(act),
        "origin": key.partition("+")[0],
        "proof_url": url,
    }
    return sign_statement(PROMISE, content, key)


def _promise_record(act: PromisedAct) -> dict[str, object]:
    if act.kind == NOTHING:
        return {"says": NOTHING_ENDED}
    leaf = hash_leaf(act.kind, act.record_id, act.commitment)
    return {
        "in_the_tree_by": format_moment(sealed_by(act)),
        **({"commitment": act.commitment.hex(), "leaf": leaf.hex()} if act.commitment else {}),
        **({"holder": act.holder.hex(), "opening": act.opening.hex()} if act.holder else {}),
    }


def sealed_by(act: PromisedAct) -> datetime:
    """Return when the log must have the record of an act."""
    within = SEALED_WITHIN if act.commitment else ERASED_WITHIN
    return datetime.fromisoformat(act.occurred_at) + within


def tell_nothing(now: datetime, purpose_id: int = 0) -> PromisedAct:
    """Return what a press tells that found nothing to end."""
    return PromisedAct(
        kind=NOTHING, record_id=0, occurred_at=format_moment(now) or "", purpose_id=purpose_id
    )


def begin_erasure(address: str, now: datetime) -> PromisedAct:
    """Return the erasure of an address as its promise tells it before its record exists."""
    opening = token_bytes(OPENING_BYTES)
    return PromisedAct(
        kind=ERASED,
        record_id=0,
        occurred_at=format_moment(now) or "",
        opening=opening,
        holder=sha256(opening + key_of(address).encode()).digest(),
    )


def complete_erasure(begun: PromisedAct, erasure: Erasure) -> PromisedAct:
    """Return the same with the record of the erasure."""
    told = describe_act(describe_erasure(erasure, key=erasure_key()))
    return replace(told, opening=begun.opening, holder=begun.holder)
