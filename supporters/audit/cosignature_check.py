"""Checks that each stored cosignature and timestamp is of its checkpoint."""

from sqlalchemy import select

from supporters.audit.verification_report import VerificationReport, stream
from supporters.crypto.signed_notes import COSIGNATURE, SignatureInvalid, read_verifier
from supporters.transparency_log.models import LogCheckpoint, LogCosignature, LogTimestamp
from supporters.transparency_log.timestamp_requests import find_timestamp_fault

COLUMNS = (LogCosignature.size, LogCosignature.key, LogCosignature.line)


def check_cosignatures(report: VerificationReport) -> None:
    """Report the cosignatures that their keys didn't make for their checkpoints."""
    rows = (
        select(*COLUMNS, LogCheckpoint.checkpoint)
        .join(LogCheckpoint, LogCheckpoint.size == LogCosignature.size)
        .order_by(LogCosignature.size, LogCosignature.key)
    )
    for size, key, line, checkpoint in stream(rows):
        if not _is_signed(key, line, checkpoint):
            name = key.partition("+")[0]
            report.fault("log_cosignature", size, f"{name} didn't sign this checkpoint")


def check_timestamps(report: VerificationReport) -> None:
    """Report the timestamps that aren't of their checkpoints or their times."""
    columns = (LogTimestamp.size, LogTimestamp.answer, LogTimestamp.stamped_at)
    rows = (
        select(*columns, LogCheckpoint.checkpoint)
        .join(LogCheckpoint, LogCheckpoint.size == LogTimestamp.size)
        .order_by(LogTimestamp.size)
    )
    for size, answer, stamped_at, checkpoint in stream(rows):
        if what := find_timestamp_fault(answer, checkpoint, stamped_at):
            report.fault("log_timestamp", size, what)


def _is_signed(key: str, line: str, checkpoint: str) -> bool:
    body = checkpoint.partition("\n\n")[0] + "\n"
    try:
        return read_verifier(key, COSIGNATURE).find_cosignature([line.strip()], body) is not None
    except (SignatureInvalid, ValueError):
        return False
