"""Has the witnesses sign the checkpoints, and tells what they refuse.

It runs in a process that neither sends nor seals: a witness may be slow. An answer that isn't a
cosignature is logged each time, and is an act of the audit log when it begins; silence is none.
"""

from threading import Event

import structlog
from flask import Flask
from flask_babel import lazy_gettext as _

from supporters.audit_log.audit_events import Act, Details, record_act
from supporters.repeating_threads import RepeatingThreads
from supporters.transparency_log.models import WitnessFailure
from supporters.transparency_log.witness_rounds import WitnessReport, ask_witnesses

log = structlog.get_logger(__name__)
LOOK_EVERY_SECONDS = 15.0
UNTOLD = {None, WitnessFailure.SILENT}


class WitnessAct(Act):
    """Acts about the witnesses of the log."""

    REFUSED = (
        "log.witness_refused",
        _(
            "The witness %(witness)s doesn’t sign the checkpoint of %(size)s entries: "
            "%(witness_failure)s. Its own: %(told)s. Found by: %(actor)s."
        ),
    )
    SIGNED_AGAIN = (
        "log.witness_signed_again",
        _("The witness %(witness)s signs again, at %(size)s entries. Found by: %(actor)s."),
    )


class WitnessThread(RepeatingThreads):
    """Asks the witnesses when it is due."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app, Event(), failure="log.witnesses_not_asked")
        self.repeat("witnesses", lambda: ask_witnesses(tell), every=LOOK_EVERY_SECONDS)

    def end(self) -> None:
        """Ask no more; nothing waits for an answer that is under way."""
        self._ending.set()


def tell(report: WitnessReport) -> None:
    """Log an answer, and record it if it begins or ends a refusal."""
    name, answer = report.witness.verifier.name, report.answer
    if answer.failure is not None:
        log.warning(
            "log.witness_failed",
            witness=name,
            size=report.size,
            failure=answer.failure.value,
            told=answer.size,
            detail=answer.detail,
        )
    elif answer.cosignature is not None:
        log.info("log.cosigned", witness=name, size=report.size)
    if answer.failure not in {*UNTOLD, report.before}:
        told = "–" if answer.size is None else answer.size
        details: Details = {
            "witness": name,
            "size": report.size,
            "witness_failure": answer.failure,
            "told": told,
        }
        record_act(WitnessAct.REFUSED, details=details)
    elif answer.cosignature is not None and report.before not in UNTOLD:
        record_act(WitnessAct.SIGNED_AGAIN, details={"witness": name, "size": report.size})
