"""Receipts and proofs: what a person consented to, to keep and to check without us (REQ-22).

A receipt has one record of the log and the key of this record alone: not the person's key, and
their address only for themselves (ADR 137). The key of the log signs all of it, so that any change
shows.
`docs/verify_receipt.py` checks it. Its checkpoint is the first one with the record, and it has the
one before: they show when the record was sealed. If that was late, the receipt begins with a
warning. Once witnesses have signed a checkpoint with the record, the receipt has that one as well.
The controller and the legal ground are those of the record; the first events have neither, so their
receipts give the current ones.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import structlog
from flask_babel import gettext

from supporters.consent.consent_events import current_identity, find_controller, make_log_record
from supporters.consent.event_records import AnyEvent
from supporters.consent.models import (
    ConsentEvent,
    EventKind,
    LawfulBasis,
    PageSnapshot,
    Purpose,
    Wording,
)
from supporters.consent.record_forms import describe_identity, describe_place
from supporters.database import db
from supporters.extensions import current_settings
from supporters.ids import moment_of
from supporters.transparency_log.cached_tree import AnyCheckpoint, open_tree
from supporters.transparency_log.cosignatures import cosign, find_cosigned
from supporters.transparency_log.log_proofs import Delay, InclusionProof, Prover
from supporters.transparency_log.log_records import LogRecord, format_moment
from supporters.transparency_log.merkle_tree import TreeBroken
from supporters.transparency_log.models import LogCheckpoint
from supporters.transparency_log.queries import (
    SEALED_WITHIN,
    find_entry,
    find_latest_checkpoint,
    find_sealing_checkpoint,
)
from supporters.transparency_log.signed_statements import Statement, sign_statement
from supporters.transparency_log.tree_sealing import log_verifier

log = structlog.get_logger(__name__)
RECEIPT = "supporters.receipt/1"
CONSENTS = (EventKind.CONFIRMED, EventKind.RENEWED)
LEGAL_GROUNDS = {
    LawfulBasis.EXPLICIT_CONSENT: "GDPR article 6(1)(a) and article 9(2)(a)",
}
Receipt = Statement


class NotProvable(ValueError):
    """The tables and the log differ about an event."""


def prove_event(
    event: ConsentEvent, *, log_salt: bytes, head: LogCheckpoint | None
) -> InclusionProof | None:
    """Return the proof that an event is in the tree of a checkpoint; None while it waits.

    Raises NotProvable if something was altered. `flask consent verify` then reports what and where.
    """
    record = make_log_record(event, log_salt=log_salt)
    proof, entry = _find_proof(record, head), find_entry(record.kind, record.id)
    logged = LoggedEvent(
        event=event,
        record=record,
        commitment=None if entry is None else entry.commitment,
        position=None if entry is None else entry.position,
        wording=None if event.wording_id is None else db.session.get_one(Wording, event.wording_id),
    )
    check_event(logged, head, is_included=None if proof is None else proof.is_intact)
    return proof


@dataclass(frozen=True, kw_only=True)
class LoggedEvent:
    """An event and its record, its entry in the log, and its wording.

    `commitment` is None without an entry, and `position` until the entry is sealed.
    """

    event: AnyEvent
    record: LogRecord
    commitment: bytes | None
    position: int | None
    wording: Wording | None


def check_event(
    logged: LoggedEvent, head: AnyCheckpoint | None, *, is_included: bool | None
) -> None:
    """Compare an event with the log. Raises NotProvable if something was altered.

    `is_included` tells whether its leaf is in the tree of the checkpoint; None while it waits.
    """
    is_in_place = _may_wait(logged.event, head) if is_included is None else is_included
    if not (is_in_place and _is_committed(logged, head) and _has_its_wording(logged.wording)):
        log.error("consent.not_provable", event_id=logged.event.id)
        raise NotProvable(logged.event.id)


def _find_proof(record: LogRecord, checkpoint: LogCheckpoint | None) -> InclusionProof | None:
    try:
        return Prover(checkpoint).prove(record) if checkpoint else None
    except TreeBroken:
        return None


def _may_wait(event: AnyEvent, checkpoint: AnyCheckpoint | None) -> bool:
    """Tell whether an event is so recent that a checkpoint need not include it."""
    return checkpoint is None or moment_of(event.id) > checkpoint.sealed_at - SEALED_WITHIN


def _is_committed(logged: LoggedEvent, checkpoint: AnyCheckpoint | None) -> bool:
    """Tell whether the log has this record. Records older than the log have no entry at first."""
    if logged.commitment is None:
        return checkpoint is None
    is_sealed = logged.position is not None
    is_same = logged.commitment == logged.record.commitment
    return is_same and not (is_sealed and checkpoint is None)


def _has_its_wording(wording: Wording | None) -> bool:
    """Tell whether the wording has the hash that is in the record."""
    if wording is None:
        return True
    return hashlib.sha256(wording.text.encode()).hexdigest() == wording.text_hash


class NotAConsent(ValueError):
    """The event is no confirmation: only confirmations have receipts."""


def make_receipt(
    event: ConsentEvent,
    *,
    log_salt: bytes,
    name: str,
    kinds: Collection[EventKind] = CONSENTS,
    holder: Mapping[str, object] | None = None,
) -> Receipt | None:
    """Return the receipt of a confirmation; None while the log hasn't sealed it.

    `name` is that of the list or the purpose. Texts are in the current language. `kinds` are the
    events that count as a consent. `holder` opens whose it is (`open_holder`). Raises NotAConsent,
    and NotProvable.
    """
    if event.kind not in kinds or event.wording_id is None:
        raise NotAConsent(event.kind)
    checkpoint = find_first_checkpoint(event.kind.value, event.id)
    proof = prove_event(event, log_salt=log_salt, head=checkpoint)
    if checkpoint is None or proof is None:
        return None
    return sign_receipt(
        {
            **_warn(proof, event),
            "schema": RECEIPT,
            "controller": _describe_controller(event),
            "consent": _describe_consent(event, name),
            **(holder or {}),
            "checkpoint": checkpoint.checkpoint,
            **open_proof(proof),
            "sealed": proof.span.as_json(),
            **find_witnesses(proof.position),
        }
    )


def find_witnesses(position: int) -> dict[str, object]:
    """Return the first checkpoint with a position that others signed, and the proof in it."""
    cosigned = find_cosigned(position=position)
    if cosigned is None:
        return {}
    path = open_tree(cosigned.size).inclusion_path(position, cosigned.size)
    return {
        "witnessed": {
            "checkpoint": cosign([cosigned])[cosigned.size],
            "proof": {
                "index": position,
                "size": cosigned.size,
                "path": [step.hex() for step in path],
            },
        }
    }


def find_first_checkpoint(kind: str, record_id: int) -> LogCheckpoint | None:
    """Return the checkpoint with which a record was sealed, or else the latest one."""
    entry = find_entry(kind, record_id)
    if entry is None or entry.position is None:
        return find_latest_checkpoint()
    return find_sealing_checkpoint(entry.position) or find_latest_checkpoint()


def describe_verifier() -> dict[str, str]:
    """Return the public key that checks the checkpoints and receipts of this log."""
    return {"verifier_key": log_verifier().as_text()}


def how_to_withdraw() -> str:
    """Return how to withdraw a consent."""
    return str(
        gettext(
            "Press “Unsubscribe” at the end of any of our messages, or write to %(address)s. It "
            "takes effect at once, without a reason or a password.",
            address=current_settings().party_contact,
        )
    )


def sign_receipt(content: Mapping[str, object]) -> Receipt:
    """Return a receipt with its signature, and the key to check it with."""
    return sign_statement(RECEIPT, content, log_verifier().as_text())


def _describe_controller(event: ConsentEvent) -> dict[str, str]:
    controller = find_controller(event)
    return current_identity() if controller is None else describe_identity(controller)


def _describe_consent(event: ConsentEvent, name: str) -> dict[str, object]:
    wording = db.session.get_one(Wording, event.wording_id)
    purpose = db.session.get_one(Purpose, wording.purpose_id)
    page = (
        None
        if event.page_snapshot_id is None
        else db.session.get_one(PageSnapshot, event.page_snapshot_id)
    )
    return {
        "purposes": [{"id": purpose.id, "kind": purpose.kind.value, "name": name}],
        "text": wording.text,
        "text_sha256": wording.text_hash,
        "text_version": wording.version,
        "language": wording.language,
        "page_url": event.page_url,
        "page_sha256": page.content_hash if page else None,
        "method": event.method.value,
        "asked_at": format_moment(event.requested_at),
        "confirmed_at": format_moment(event.occurred_at),
        "legal_ground": LEGAL_GROUNDS[event.basis or LawfulBasis.EXPLICIT_CONSENT],
        "how_to_withdraw": how_to_withdraw(),
        **({} if event.record_form is None else describe_place(event)),
    }


def _warn(proof: InclusionProof, event: ConsentEvent) -> dict[str, object]:
    """Return the first fields of a receipt: its delay, and a warning if it was sealed late."""
    delay = proof.span.delay_since(event.occurred_at)
    if delay is Delay.NONE:
        return {"delay": delay.value}
    words = {"when": format_moment(event.occurred_at), "by": format_moment(proof.span.by.sealed_at)}
    warning = {
        Delay.TOO_LATE: gettext(
            "Sealed too late: this consent gives the time %(when)s, but was only sealed by %(by)s. "
            "Other records were sealed in between. So it was written later than it says, and "
            "doesn’t prove its time.",
            **words,
        ),
        Delay.WORKER_STOPPED: gettext(
            "Sealed late: this consent gives the time %(when)s, but was only sealed by %(by)s. "
            "Nothing else was sealed in between.",
            **words,
        ),
        Delay.OLDER_THAN_LOG: gettext(
            "This consent is older than the log, which began on %(by)s. The log proves that it was "
            "given before then, but not when.",
            **words,
        ),
    }[delay]
    return {"warning": str(warning), "delay": delay.value}


def open_proof(proof: InclusionProof) -> dict[str, object]:
    """Return a record, its key and its proof, as receipts have them."""
    opened = proof.as_json()
    return {
        "record": opened.pop("record"),
        "key": opened.pop("key"),
        "leaf": opened["leaf"],
        "proof": {"index": opened["index"], "size": opened["size"], "path": opened["path"]},
    }
