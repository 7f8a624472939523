"""Checks that each stored cosignature is the witness's own, for its checkpoint."""

from sqlalchemy import select

from supporters.audit.verification_report import VerificationReport, stream
from supporters.crypto.signed_notes import COSIGNATURE, SignatureInvalid, read_verifier
from supporters.transparency_log.models import LogCheckpoint, LogCosignature

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


def _is_signed(key: str, line: str, checkpoint: str) -> bool:
    body = checkpoint.partition("\n\n")[0] + "\n"
    try:
        return read_verifier(key, COSIGNATURE).find_cosignature([line.strip()], body) is not None
    except (SignatureInvalid, ValueError):
        return False
