"""Compares every sealed row with its entry: its commitment and its time. Finds missing rows."""

from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache

from sqlalchemy import exists, func, select

from supporters.audit.hash_check import check_hashes
from supporters.audit.hidden_withdrawals import ErasedRecords
from supporters.audit.sealed_rows import REFERENCED_KINDS, TABLES, SealedRow, list_sealed_rows
from supporters.audit.verification_report import VerificationReport, stream
from supporters.consent.models import ConsentEvent, EventKind
from supporters.consent.record_models import Restoration
from supporters.consent.suppression_records import LIFTED, SUPPRESSED
from supporters.database import db
from supporters.ids import moment_of
from supporters.transparency_log.checkpoints import CheckpointInvalid, read_checkpoint
from supporters.transparency_log.log_proofs import (
    CLOCK_SKEW,
    Delay,
    classify_delay,
    find_first_size,
)
from supporters.transparency_log.log_records import LogRecord, signing_key
from supporters.transparency_log.models import LogCheckpoint, LogEntry, SealedFact
from supporters.transparency_log.queries import SEALED_WITHIN, find_entry

WRITTEN_LATER = {EventKind.REQUESTED.value}  # their rows are written with the confirmation
REPEATED = {  # after a restoration, with their first time
    kind.value
    for kind in (
        *(EventKind.WITHDRAWN, EventKind.OBJECTED),
        *(EventKind.RESTRICTED, EventKind.RESTRICTION_LIFTED),
        *(EventKind.UNREACHABLE, EventKind.REACHABLE),
    )
}
KINDS_OF_TABLES = {
    model: [kind for kind, each in TABLES.items() if each is model]
    for model in dict.fromkeys(TABLES.values())
}
ALTERED = "it was altered: it differs from the sealed record"
WRONG_HOLDER = "its holder isn't the person of its address: the holder was altered, or sealed wrong"
Key = tuple[str, int | None]


class SealingTimes:
    """When each position of the tree was sealed."""

    def __init__(self, report: VerificationReport) -> None:
        self._report = report
        self._sizes, self._times = array("q"), array("d")
        self._span_at = lru_cache(maxsize=1)(self._read_span)  # most records lie beside the last
        self._first_size = find_first_size()
        restorations = db.session.scalars(select(Restoration)).all()
        self._restored_at = max((each.occurred_at for each in restorations), default=None)
        self._losses = [*_list_losses(restorations)]
        self._sealed_again: list[SealedRow] = []
        for size, sealed_at in stream(
            select(LogCheckpoint.size, LogCheckpoint.sealed_at).order_by(LogCheckpoint.size)
        ):
            self._sizes.append(size)
            self._times.append(sealed_at.timestamp())

    def look(self, sealed: SealedRow) -> None:
        """Report a record that was sealed long after, or before, the time it gives.

        It is only a note if the worker did not run. Records sealed when the log began may be older.
        """
        if sealed.position is None or sealed.kind in WRITTEN_LATER:
            return
        place = bisect_right(self._sizes, sealed.position)
        if place == len(self._sizes):
            return
        after, by = self._span_at(place)
        is_first = sealed.position < self._first_size
        delay = classify_delay(sealed.happened_at, after, by, is_first=is_first)
        if delay is Delay.OLDER_THAN_LOG:
            self._report.older += 1
        if delay is not Delay.TOO_LATE and self._is_sealed_again(sealed, by):
            self._sealed_again.append(sealed)
        elif delay is Delay.NONE and sealed.happened_at - by > CLOCK_SKEW and not is_first:
            what = "it was sealed before the time that it gives"
            self._report.note("log_entry", _name(sealed), what)
        elif delay is Delay.TOO_LATE and not self._is_repeated(sealed):
            what = f"it says {_say(sealed.happened_at)}, and was sealed between {_say(after)} and"
            what = f"{what} {_say(by)}: it was written later than it says"
            self._report.fault("log_entry", _name(sealed), what, position=sealed.position)
        elif delay in {Delay.WORKER_STOPPED, Delay.TOO_LATE}:
            what = f"it says {_say(sealed.happened_at)}, and was sealed by {_say(by)} only: "
            why = "the worker did not run" if delay is Delay.WORKER_STOPPED else "it was repeated"
            self._report.note("log_entry", _name(sealed), f"{what}{why}")

    def finish(self) -> None:
        """Report what was sealed after a restoration although it is older than what was lost.

        A backup may have a few entries that waited for sealing: all of the same two minutes.
        """
        newest = max((each.happened_at for each in self._sealed_again), default=None)
        for each in self._sealed_again:
            row = _name(each)
            what = f"it says {_say(each.happened_at)}, and was sealed"
            if newest is not None and newest - each.happened_at > SEALED_WITHIN:
                what = f"{what} after a restoration: its first sealing was taken back"
                self._report.fault("log_entry", row, what, position=each.position)
            else:
                what = f"{what} after a restoration: it must have waited in the backup"
                self._report.note("log_entry", row, what)

    def _is_sealed_again(self, sealed: SealedRow, by: datetime) -> bool:
        if not self._losses:
            return False
        return not self._is_repeated(sealed) and any(
            each.size <= (sealed.position or 0)
            and sealed.happened_at <= each.lost_at
            and by >= each.restored_at
            for each in self._losses
        )

    def _read_span(self, place: int) -> tuple[datetime | None, datetime]:
        """Return the times of the checkpoint before, and of the one that sealed."""
        after = datetime.fromtimestamp(self._times[place - 1], UTC) if place else None
        return after, datetime.fromtimestamp(self._times[place], UTC)

    def _is_repeated(self, sealed: SealedRow) -> bool:
        """Tell whether a taking-back may have been done again after a restoration."""
        restored_at = self._restored_at
        return (
            sealed.kind in REPEATED
            and restored_at is not None
            and sealed.happened_at <= restored_at
        )


@dataclass(frozen=True)
class _Loss:
    """A restoration: the size of the backup, and the time of the newest lost checkpoint."""

    size: int
    lost_at: datetime
    restored_at: datetime


def _list_losses(restorations: Iterable[Restoration]) -> Iterator[_Loss]:
    for each in restorations:
        try:
            lost = read_checkpoint(each.lost_head, signing_key().public_key())
        except CheckpointInvalid:  # the check of restorations reports it
            continue
        lost_at = datetime.fromisoformat(lost.sealed_at) if lost.sealed_at else each.occurred_at
        yield _Loss(each.restored_size, lost_at, each.occurred_at)


def _name(sealed: SealedRow) -> str:
    return f"{sealed.kind} {sealed.id}"


def _say(when: datetime | None) -> str:
    return "" if when is None else when.isoformat(timespec="seconds")


def check_rows(report: VerificationReport, erased: ErasedRecords, now: datetime) -> None:
    """Check every sealed row against its entry."""
    check = RowCheck(report, now)
    times = SealingTimes(report)
    for sealed in list_sealed_rows():
        report.records += 1
        check.look(sealed)
        if erased.has(sealed.kind, sealed.id):
            check.blame(sealed, "an erasure lists it, and its row is still there")
        times.look(sealed)
    times.finish()
    check.finish()
    check_hashes(report)


class RowCheck:
    """Compares rows with their entries, and finds the one cause of many differences."""

    def __init__(self, report: VerificationReport, now: datetime) -> None:
        self._report = report
        self._now = now
        self._altered: Counter[Key] = Counter()
        self._unopened: Counter[int] = Counter()
        self._without_row = _list_quotable()

    def look(self, sealed: SealedRow) -> None:
        """Report what is wrong with a row, or with a record that it refers to."""
        self._without_row.discard((sealed.kind, sealed.id))
        if sealed.lacks_question is not None:
            self._blame_question(sealed, sealed.lacks_question)
        what = self._find_fault(sealed)
        if not what:
            return
        if what is ALTERED:
            quoted = [each for each in sealed.list_quoted() if self._is_to_blame(each)]
            if quoted:
                self._altered[quoted[0]] += 1
                return
            self._altered[sealed.kind, sealed.id] = 0
            if sealed.person is not None:
                self._unopened[sealed.person] += 1
        self.blame(sealed, what)

    def blame(self, sealed: SealedRow, what: str) -> None:
        """Report a row."""
        table = TABLES[sealed.kind].__tablename__
        self._report.fault(table, _name(sealed), what, position=sealed.position)

    def _blame_question(self, sealed: SealedRow, question_id: int) -> None:
        """Report the missing row of a request. A reconfirmation is reported by its entry."""
        if find_entry(EventKind.RECONFIRMATION_REQUESTED, question_id) is None:
            what = f"{sealed.kind} {sealed.id} confirms it, and its row is missing"
            self._report.fault("consent_event", f"{EventKind.REQUESTED} {question_id}", what)

    def finish(self) -> None:
        """Report the rows that make other rows differ from their entries."""
        _blame_salts(self._report, self._unopened)
        for (kind, row_id), count in self._altered.items():
            if count:
                what = f"{count} events refer to it: they can't be checked until it is correct"
                self._report.fault(TABLES[kind].__tablename__, f"{kind} {row_id}", what)

    def _is_to_blame(self, quoted: Key) -> bool:
        return quoted in self._altered or quoted in self._without_row

    def _find_fault(self, sealed: SealedRow) -> str:
        """Return what is wrong with a row; an empty text if it matches its entry."""
        if sealed.record is None:
            return f"the person {sealed.person} is missing, and with that row its key"
        if sealed.commitment is None:
            return "the log has no entry of it: no use case wrote it"
        if _has_wrong_holder(sealed, sealed.record):
            return WRONG_HOLDER
        if sealed.record.commitment != sealed.commitment:
            return ALTERED
        if sealed.position is None and self._now - sealed.waits_since > SEALED_WITHIN:
            return "it has waited for sealing for more than two minutes"
        return ""


def _has_wrong_holder(sealed: SealedRow, record: LogRecord) -> bool:
    """Tell whether the holder is wrong, and nothing else: in the row alone, or as it was sealed."""
    if sealed.holder is None or record.fields.get("holder") == sealed.holder.hex():
        return False
    right = replace(record, fields={**record.fields, "holder": sealed.holder.hex()})
    return sealed.commitment in {record.commitment, right.commitment}


def _list_quotable() -> set[Key]:
    """Return the entries of the records that events refer to."""
    keys = select(LogEntry.kind, LogEntry.record_id).where(LogEntry.kind.in_(REFERENCED_KINDS))
    return {(kind, record_id) for kind, record_id in stream(keys)}


def _blame_salts(report: VerificationReport, unopened: Counter[int]) -> None:
    """Report people none of whose records open: their log_salt was probably altered."""
    for person, count in unopened.items():
        total = select(func.count()).where(ConsentEvent.subscriber_id == person)
        if count > 1 and count >= (db.session.scalar(total) or 0):
            what = f"none of their {count} records opens: log_salt was altered, or they all were"
            report.fault("subscriber", person, what)


def check_missing(report: VerificationReport, erased: ErasedRecords, now: datetime) -> None:
    """Report entries without a row, except requests: only a confirmation adds their row."""
    for model, kinds in KINDS_OF_TABLES.items():
        row = exists().where(model.__table__.c.id == LogEntry.record_id)
        if model in {ConsentEvent, SealedFact}:
            row = row.where(model.kind == LogEntry.kind)
        orphans = select(LogEntry.kind, LogEntry.record_id, LogEntry.position)
        for kind, record_id, position in stream(orphans.where(LogEntry.kind.in_(kinds), ~row)):
            if kind == EventKind.REQUESTED.value:
                if position is None and now - moment_of(record_id) > SEALED_WITHIN:
                    what = "it has waited for sealing for more than two minutes"
                    report.fault("log_entry", f"{kind} {record_id}", what)
            elif not erased.has(kind, record_id):
                what = "its row is missing, and no erasure lists it"
                report.fault(model.__tablename__, f"{kind} {record_id}", what, position=position)
    unknown = select(LogEntry.kind, LogEntry.record_id, LogEntry.position).where(
        LogEntry.kind.not_in([*TABLES, SUPPRESSED, LIFTED])
    )
    for kind, record_id, position in stream(unknown):
        what = "its kind is unknown"
        report.fault("log_entry", f"{kind} {record_id}", what, position=position)
