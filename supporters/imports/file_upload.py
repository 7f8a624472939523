"""Stores the file of a former list, its columns and its provenance; previews the first rows."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import BinaryIO

import structlog
from sqlalchemy import select

from supporters import clock
from supporters.accounts.queries import find_organiser
from supporters.audit_log.audit_events import record_team_act
from supporters.database import db, transaction, use_case
from supporters.extensions import queue
from supporters.imports.acts import ImportAct
from supporters.imports.csv_records import CsvRecords, Position
from supporters.imports.encodings import TextError, UndecodableText, find_encoding
from supporters.imports.file_formats import Columns, FileLayout, HeaderError, detect_layout
from supporters.imports.import_files import (
    FileFacts,
    convert_blocks,
    open_import_file,
    read_facts,
    store_file,
)
from supporters.imports.import_jobs import make_row_reader
from supporters.imports.models import (
    MAX_FILE_NAME,
    CollectionMethod,
    ImportEvidence,
    ImportStatus,
    ListImport,
    RejectionReason,
)
from supporters.imports.row_reader import ImportRow
from supporters.imports.rules import RefusedOrigin, is_period
from supporters.imports.states import ENDED, IMPORT_STATES, ImportMove, may_change_columns

log = structlog.get_logger(__name__)
MAX_EVIDENCE_BYTES = 5 * 1024 * 1024
PREVIEW_ROWS = 5


class UploadError(Enum):
    """Why an upload failed."""

    NOT_AN_OWNER = auto()


@dataclass(frozen=True, kw_only=True)
class Upload:
    """An uploaded file, its uploader, target list and default language."""

    file: BinaryIO
    name: str
    mailing_list_id: int
    language: str
    imported_by_id: int


UploadFailure = UploadError | TextError | HeaderError | UndecodableText


def upload_file(upload: Upload) -> ListImport | UploadFailure:
    """Store a file as a draft import. The same file for the same list is the same draft."""
    if not _is_owner(upload.imported_by_id):
        return UploadError.NOT_AN_OWNER
    began = clock.now()
    try:
        encoding = find_encoding(upload.file)
        if isinstance(encoding, TextError):
            return encoding
    except UndecodableText as broken:
        return broken
    facts = read_facts(convert_blocks(upload.file, encoding))
    layout = detect_layout(facts.head) if facts.head else TextError.EMPTY
    if not isinstance(layout, FileLayout):
        return layout
    with transaction():
        known = _find_same(upload, facts)
        if known is not None:
            return known
        draft = _make_draft(upload, facts, layout)
        draft.created_at = began
        db.session.add(draft)
        db.session.flush()
        store_file(draft, convert_blocks(upload.file, encoding))
        record_team_act(ImportAct.UPLOADED, draft.id)
        log.info("import.uploaded", id=draft.id, format=draft.format.value)
    return draft


def _is_owner(organiser_id: int) -> bool:
    organiser = find_organiser(organiser_id)
    return organiser is not None and organiser.is_owner_at_work


def _find_same(upload: Upload, facts: FileFacts) -> ListImport | None:
    return db.session.scalar(
        select(ListImport).where(
            ListImport.file_hash == facts.content_hash,
            ListImport.mailing_list_id == upload.mailing_list_id,
            ListImport.imported_by_id == upload.imported_by_id,
            ListImport.status.not_in(ENDED),
        )
    )


def _make_draft(upload: Upload, facts: FileFacts, layout: FileLayout) -> ListImport:
    return ListImport(
        mailing_list_id=upload.mailing_list_id,
        status=ImportStatus.DRAFT,
        language=upload.language,
        imported_by_id=upload.imported_by_id,
        file_name=upload.name[-MAX_FILE_NAME:],
        file_hash=facts.content_hash,
        file_bytes=facts.size,
        delimiter=layout.delimiter,
        header=[*layout.header],
        format=layout.format,
        address_column=layout.columns.address,
        name_column=layout.columns.given_name,
        language_column=layout.columns.language,
        offset=0,
        line=0,
        refusals={},
    )


class DeclareResult(Enum):
    """The result of `declare_provenance`."""

    DONE = auto()
    NOT_NOW = auto()
    REFUSED_METHOD = auto()
    NOT_A_PERIOD = auto()
    NO_EVIDENCE = auto()
    EVIDENCE_TOO_LARGE = auto()
    NO_ADDRESS_COLUMN = auto()


@dataclass(frozen=True, kw_only=True)
class ProvenanceDocument:
    """A document that shows the provenance, such as the form that people filled in."""

    name: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """The provenance of a list: the collector, the years, the method, and a statement."""

    way: CollectionMethod | RefusedOrigin
    collected_by: str
    collected_from: int
    collected_until: int
    statement: str
    evidence: ProvenanceDocument


def declare_provenance(import_id: int, provenance: Provenance) -> DeclareResult:
    """Store the provenance and its document, and start the dry run."""
    fault = _find_fault(provenance)
    if fault is not None:
        return fault
    with transaction():
        list_import = db.session.get_one(ListImport, import_id, with_for_update=True)
        if not IMPORT_STATES.allows(list_import.status, ImportMove.DECLARE):
            return DeclareResult.NOT_NOW
        if list_import.address_column is None:
            return DeclareResult.NO_ADDRESS_COLUMN
        _write(list_import, provenance)
        record_team_act(ImportAct.DECLARED, import_id, {"way": provenance.way.value})
    log.info("import.declared", id=import_id, way=provenance.way.value)
    queue.later("work_on_import", import_id)
    return DeclareResult.DONE


def _find_fault(provenance: Provenance) -> DeclareResult | None:
    if isinstance(provenance.way, RefusedOrigin):
        return DeclareResult.REFUSED_METHOD
    years = (provenance.collected_from, provenance.collected_until)
    if not is_period(*years, clock.now().year):
        return DeclareResult.NOT_A_PERIOD
    if not provenance.evidence.content:
        return DeclareResult.NO_EVIDENCE
    is_large = len(provenance.evidence.content) > MAX_EVIDENCE_BYTES
    return DeclareResult.EVIDENCE_TOO_LARGE if is_large else None


def _write(list_import: ListImport, provenance: Provenance) -> None:
    list_import.way = CollectionMethod(provenance.way.value)
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


class DescribeResult(Enum):
    """The result of `describe_columns`."""

    DONE = auto()
    NOT_NOW = auto()
    NO_ADDRESS = auto()
    SAME_COLUMN_TWICE = auto()


@dataclass(frozen=True, kw_only=True)
class PreviewRow:
    """One of the first rows: its cells, and the person that it gives or the reason why none."""

    line: int
    cells: Sequence[str]
    taken: ImportRow | RejectionReason


@use_case
def describe_columns(import_id: int, columns: Columns) -> DescribeResult:
    """Choose the columns that are read. All others are ignored."""
    list_import = db.session.get_one(ListImport, import_id, with_for_update=True)
    if not may_change_columns(list_import.status):
        return DescribeResult.NOT_NOW
    width = max(1, len(list_import.header))
    if columns.address is None or not columns.address < width:
        return DescribeResult.NO_ADDRESS
    chosen = [each for each in _all(columns) if each is not None]
    if len(set(chosen)) < len(chosen) or max(chosen) >= width:
        return DescribeResult.SAME_COLUMN_TWICE
    list_import.address_column = columns.address
    list_import.name_column = columns.given_name
    list_import.language_column = columns.language
    record_team_act(ImportAct.COLUMNS_CHOSEN, import_id)
    return DescribeResult.DONE


def preview_rows(list_import: ListImport) -> list[PreviewRow]:
    """Return the first rows of a file. Raises FileMissing."""
    reader = make_row_reader(list_import)
    count = PREVIEW_ROWS + bool(list_import.header)
    file = open_import_file(list_import)
    with CsvRecords(file, list_import.delimiter, Position()) as records:
        first = records.take(count)
    return [
        PreviewRow(line=record.line, cells=record.cells, taken=reader.read(record))
        for record in first[bool(list_import.header) :]
    ]


def _all(columns: Columns) -> Sequence[int | None]:
    return (columns.address, columns.given_name, columns.language)
