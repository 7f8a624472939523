"""Processes the file of an import in batches; after kill -9 it continues at the stored position.

Each batch is one transaction that also stores the position after it, so no row is processed twice
or left out. Rows are read and hashed before the transaction: that takes longer than the writes.
"""

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import structlog

from supporters import clock
from supporters.database import db, transaction
from supporters.extensions import queue
from supporters.imports.csv_records import CsvRecord, CsvRecords, Position
from supporters.imports.file_formats import Columns, unsubscribed_test
from supporters.imports.import_files import (
    FileMissing,
    open_import_file,
    redact_people_erased_since_upload,
)
from supporters.imports.invitation_eligibility import (
    HashedRow,
    add_hashes,
    check_batch,
    delete_seen_addresses,
    end_dry_run,
    invite_batch,
    start_sending,
)
from supporters.imports.models import ImportStatus, ListImport, RejectionReason
from supporters.imports.queries import find_import, list_unattended_imports
from supporters.imports.row_reader import ImportRow, RowReader
from supporters.imports.states import IN_PROCESS
from supporters.locks import Lock
from supporters.public_languages import public_languages

log = structlog.get_logger(__name__)
ROWS_PER_BATCH = 5_000
SLICE_SECONDS = 2.0
Store = Callable[[ListImport, Sequence[HashedRow], Mapping[int, RejectionReason]], None]


class _Stage(NamedTuple):
    """The functions that store a batch and end a stage."""

    store: Store
    end: Callable[[ListImport], None]


STAGES = {
    ImportStatus.CHECKING: _Stage(check_batch, end_dry_run),
    ImportStatus.MAKING: _Stage(invite_batch, start_sending),
}


def process_import(import_id: int, *, at_once: int = ROWS_PER_BATCH) -> Iterator[ListImport]:
    """Process an import until its stage is done; yield it after each batch.

    Ends early when another process works on it, or when it is cancelled. Raises FileMissing.
    """
    db.session.rollback()
    begun = find_import(import_id)
    if begun is None or begun.status not in IN_PROCESS:
        return
    stage, reader = begun.status, make_row_reader(begun)
    position = Position(begun.offset, begun.line)
    records = CsvRecords(open_import_file(begun), begun.delimiter, position)
    with records, _program_uncollected():
        if begun.header and begun.offset == 0:
            records.take(1)
        offset = begun.offset
        while True:
            batch = records.take(at_once)
            after, rows = records.position, _read(batch, reader)
            moved = _store(import_id, (stage, offset), after=after, batch=rows)
            if moved is None:
                return
            yield moved
            if moved.status is not stage:
                _clean_up(moved, stage)
                return
            offset = after.offset


@contextmanager
def _program_uncollected() -> Iterator[None]:
    """Exclude the objects of the program from garbage collection.

    A batch creates tens of thousands of objects. Without this, the collector takes a quarter of
    the time.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def make_row_reader(list_import: ListImport) -> RowReader:
    """Return the row reader for the file of an import."""
    return RowReader(
        width=max(1, len(list_import.header)),
        columns=columns_of(list_import),
        language=list_import.language,
        had_left=unsubscribed_test(list_import.format, list_import.header),
        offered=(*public_languages(), list_import.language),
    )


def columns_of(list_import: ListImport) -> Columns:
    """Return the columns of an import that are read."""
    return Columns(
        address=list_import.address_column,
        given_name=list_import.name_column,
        language=list_import.language_column,
    )


def process_import_slice(import_id: int) -> None:
    """Process an import for two seconds, then queue the rest, so that emails don't wait."""
    begun = clock.uptime()
    try:
        for moved in process_import(import_id):
            if moved.status not in IN_PROCESS:
                return
            if clock.uptime() - begun > SLICE_SECONDS:
                queue.later("work_on_import", import_id)
                return
    except FileMissing:
        log.warning("import.file_is_missing", id=import_id)


def queue_unattended_imports() -> None:
    """Queue the imports whose job was lost, except those that a process works on."""
    for import_id in list_unattended_imports(clock.now()):
        queue.later("work_on_import", import_id)


class _Batch(NamedTuple):
    """The readable rows of a batch, and the reason for each unreadable one, by line."""

    asked: list[HashedRow]
    refused: dict[int, RejectionReason]
    is_last: bool


def _read(records: Sequence[CsvRecord], reader: RowReader) -> _Batch:
    candidates, refused = [], {}
    for record in records:
        match reader.read(record):
            case RejectionReason() as reason:
                refused[record.line] = reason
            case ImportRow() as candidate:
                candidates.append(candidate)
    return _Batch(add_hashes(candidates), refused, is_last=not records)


def _store(
    import_id: int, expected: tuple[ImportStatus, int], *, after: Position, batch: _Batch
) -> ListImport | None:
    """Store a batch and the position after it, if no other process has moved the import."""
    with transaction():
        Lock.IMPORT.take()
        list_import = db.session.get_one(ListImport, import_id, with_for_update=True)
        if (list_import.status, list_import.offset) != expected:
            return None
        stage = STAGES[list_import.status]
        if batch.is_last:
            stage.end(list_import)
        else:
            stage.store(list_import, batch.asked, batch.refused)
            list_import.offset, list_import.line = after.offset, after.line
        list_import.worked_at = clock.now()
    return list_import


def _clean_up(list_import: ListImport, stage: ImportStatus) -> None:
    if stage is ImportStatus.CHECKING:
        delete_seen_addresses(list_import.id)
        redact_people_erased_since_upload(list_import)
    log.info("import.stage_done", id=list_import.id, stage=stage.value)
