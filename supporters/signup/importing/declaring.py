"""The importer states where a list comes from, with a document; then the dry run begins.

Who rented, bought, exchanged or gathered a list finds no way in: nobody in it gave their address to
this party.
"""

import hashlib
from dataclasses import dataclass
from enum import Enum, auto

import structlog

from supporters import clock
from supporters.database import db, transaction
from supporters.extensions import queue
from supporters.signup.importing.models import (
    MAX_FILE_NAME,
    ImportEvidence,
    ListImport,
    Way,
)
from supporters.signup.importing.rules import RefusedWay, is_period
from supporters.signup.importing.states import IMPORT_STATES, ImportMove

log = structlog.get_logger(__name__)

MAX_EVIDENCE_BYTES = 5 * 1024 * 1024


class Declared(Enum):
    """What came of a statement."""

    DONE = auto()
    NOT_NOW = auto()
    REFUSED_WAY = auto()
    NOT_A_PERIOD = auto()
    NO_EVIDENCE = auto()
    EVIDENCE_TOO_LARGE = auto()
    NO_ADDRESS_COLUMN = auto()


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """A document, such as the form that people filled in."""

    name: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """Who collected a list, in which years, in which way, told in the importer's own words too."""

    way: Way | RefusedWay
    collected_by: str
    collected_from: int
    collected_until: int
    statement: str
    evidence: Evidence


def declare_provenance(import_id: int, provenance: Provenance) -> Declared:
    """Keep the statement and its document, and begin the dry run."""
    fault = _find_fault(provenance)
    if fault is not None:
        return fault
    with transaction():
        list_import = db.session.get_one(ListImport, import_id, with_for_update=True)
        if not IMPORT_STATES.allows(list_import.status, ImportMove.DECLARE):
            return Declared.NOT_NOW
        if list_import.address_column is None:
            return Declared.NO_ADDRESS_COLUMN
        _write(list_import, provenance)
    log.info("import.declared", id=import_id, way=provenance.way.value)
    queue.later("work_on_import", import_id)
    return Declared.DONE


def _find_fault(provenance: Provenance) -> Declared | None:
    if isinstance(provenance.way, RefusedWay):
        return Declared.REFUSED_WAY
    years = (provenance.collected_from, provenance.collected_until)
    if not is_period(*years, clock.now().year):
        return Declared.NOT_A_PERIOD
    if not provenance.evidence.content:
        return Declared.NO_EVIDENCE
    is_large = len(provenance.evidence.content) > MAX_EVIDENCE_BYTES
    return Declared.EVIDENCE_TOO_LARGE if is_large else None


def _write(list_import: ListImport, provenance: Provenance) -> None:
    list_import.way = Way(provenance.way.value)
    list_import.collected_by = provenance.collected_by
    list_import.collected_from = provenance.collected_from
    list_import.collected_until = provenance.collected_until
    list_import.statement = provenance.statement
    IMPORT_STATES.transition(list_import, ImportMove.DECLARE)
    evidence = provenance.evidence
    db.session.add(
        ImportEvidence(
            import_id=list_import.id,
            name=evidence.name[-MAX_FILE_NAME:],
            content_hash=hashlib.sha256(evidence.content).hexdigest(),
            content=evidence.content,
        )
    )
