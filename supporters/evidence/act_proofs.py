"""Finds the proof of an act by what was promised: its receipt, or why there is none (ADR 138)."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

import structlog

from supporters import clock
from supporters.consent.committed_acts import NOTHING, PromisedAct
from supporters.consent.models import ConsentEvent
from supporters.consent.promised.act_lookup import (
    ActRow,
    find_act_row,
    find_erasure_act,
    find_lost_index,
    is_erased,
)
from supporters.consent.promised.act_receipts import (
    KEY_DELETED,
    LOST_BY_RESTORE,
    hash_act,
    make_act_receipt,
    make_leaf_receipt,
)
from supporters.consent.promised.promises import sealed_by
from supporters.consent.receipts import CONSENTS, NotProvable, Receipt, make_receipt
from supporters.consent.record_holders import open_holder
from supporters.lists.queries import name_of_purpose
from supporters.transparency_log.queries import find_entry

log = structlog.get_logger(__name__)


class ProofState(Enum):
    """How far the proof of an act is.

    UNREADABLE: the person was erased, and only the leaf can be proved. LOST: so by a restore.
    NOTHING: the press had found nothing to end. BROKEN: the log doesn't have what was promised.
    """

    WAITING = auto()
    SEALED = auto()
    UNREADABLE = auto()
    LOST = auto()
    NOTHING = auto()
    BROKEN = auto()


WHY_UNREADABLE = {
    ProofState.UNREADABLE: KEY_DELETED,
    ProofState.LOST: LOST_BY_RESTORE,
}


@dataclass(frozen=True, kw_only=True)
class ActProof:
    """An act, its receipt if there is one, and by when the log must have it.

    `is_open`: the receipt shows whose it is.
    """

    act: PromisedAct
    name: str
    state: ProofState
    receipt: Receipt | None = None
    due: datetime | None = None
    is_open: bool = False


def find_act_proof(act: PromisedAct, *, is_own: bool = False) -> ActProof:
    """Return the proof of an act. `is_own`: the link was given to the person alone."""
    name = name_of_purpose(act.purpose_id) if act.purpose_id else ""
    if act.kind == NOTHING:
        return ActProof(act=act, name=name, state=ProofState.NOTHING)
    told = find_erasure_act(act) if act.holder and not act.commitment else act
    try:
        state, receipt = _find(told, name, is_own=is_own)
    except NotProvable:
        state, receipt = ProofState.BROKEN, None
    if state is ProofState.BROKEN:
        log.error("consent.promise_broken", kind=act.kind, record=act.record_id)
    return ActProof(
        act=told,
        name=name,
        state=state,
        receipt=receipt,
        due=sealed_by(act),
        is_open=receipt is not None and "holder" in receipt,
    )


def _find(act: PromisedAct, name: str, *, is_own: bool) -> tuple[ProofState, Receipt | None]:
    """Return the state and the receipt of an act. Raises NotProvable."""
    if not act.commitment:
        is_late = clock.now() > sealed_by(act)
        return (ProofState.BROKEN if is_late else ProofState.WAITING), None
    entry = find_entry(act.kind, act.record_id)
    if entry is None:
        return _find_lost(act, name)
    if entry.commitment != act.commitment:
        return ProofState.BROKEN, None
    found = find_act_row(act)
    if found is None and not is_erased(act):
        return ProofState.BROKEN, None
    if found is None:
        return _prove_leaf(act, entry.position, name, state=ProofState.UNREADABLE)
    if found.record.commitment != act.commitment:
        raise NotProvable(act.record_id)
    receipt = _make(act, found, name, is_own=is_own)
    return (ProofState.SEALED if receipt else ProofState.WAITING), receipt


def _find_lost(act: PromisedAct, name: str) -> tuple[ProofState, Receipt | None]:
    index = find_lost_index(hash_act(act))
    if index is None:
        return ProofState.BROKEN, None
    return _prove_leaf(act, index, name, state=ProofState.LOST)


def _prove_leaf(
    act: PromisedAct, index: int | None, name: str, *, state: ProofState
) -> tuple[ProofState, Receipt | None]:
    """Return a state with the receipt of a leaf alone; WAITING if it isn't sealed."""
    if index is None:
        return ProofState.WAITING, None
    receipt = make_leaf_receipt(act, index, name=name, why=WHY_UNREADABLE[state])
    return (state if receipt else ProofState.WAITING), receipt


def _make(act: PromisedAct, found: ActRow, name: str, *, is_own: bool) -> Receipt | None:
    event, person = found.row, found.person
    if not isinstance(event, ConsentEvent) or person is None:
        return make_act_receipt(act, found.record, name=name)
    holder = open_holder(event, person) if is_own else {}
    if event.kind in CONSENTS:
        return make_receipt(event, log_salt=person.log_salt, name=name, holder=holder)
    return make_act_receipt(act, found.record, name=name, holder=holder)
