"""Notes the restorations that the log tells of: what they lost is no fault, and no secret."""

from sqlalchemy import select

from supporters.consent.log.checkpoints import CheckpointInvalid, read_checkpoint
from supporters.consent.log.describing import RESTORED
from supporters.consent.log.keys import signing_key
from supporters.consent.log.models import Restoration
from supporters.consent.log.verifying.findings import Report
from supporters.database import db


def note_restorations(report: Report) -> None:
    """Note how many entries each restoration lost."""
    for restoration in db.session.scalars(select(Restoration).order_by(Restoration.id)):
        row, size = f"{RESTORED} {restoration.id}", restoration.restored_size
        try:
            lost = read_checkpoint(restoration.lost_head, signing_key().public_key())
        except CheckpointInvalid:
            report.fault("restoration", row, "its lost head isn't signed by this log")
            continue
        if size is not None:
            what = (
                f"a backup of {size} entries was put back; {lost.size - size} later ones are lost"
            )
            report.note("restoration", row, what)
