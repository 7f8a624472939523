"""Has the witnesses sign the newest checkpoint, at most once a minute, and stores what they sign.

Each is asked from the size that it signed last. No transaction is open while a witness is waited
for. A lock and `asked_at` see to it that one of several machines asks.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from supporters import clock
from supporters.database import db, transaction
from supporters.extensions import current_settings
from supporters.locks import Lock
from supporters.settings.witness_policy import Witness
from supporters.transparency_log.log_proofs import prove_consistency
from supporters.transparency_log.models import LogCosignature, WitnessFailure, WitnessState
from supporters.transparency_log.queries import find_latest_checkpoint
from supporters.transparency_log.witness_requests import Submission, WitnessAnswer, submit

EVERY, RAREST = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class WitnessReport:
    """The answer of a witness to a checkpoint of `size`, and what its last failure was."""

    witness: Witness
    size: int
    before: WitnessFailure | None
    answer: WitnessAnswer


def find_pause(asked_at: datetime, failing_since: datetime | None) -> timedelta:
    """Return when to ask a witness again after a time: one that fails, more and more rarely."""
    failing_for = asked_at - failing_since if failing_since else timedelta()
    return min(RAREST, max(EVERY, failing_for))


def ask_witnesses(tell: Callable[[WitnessReport], object]) -> int:
    """Ask each witness that is due to sign the newest checkpoint; return how many signed it.

    `tell` is called with each answer, in the transaction that stores it.
    """
    signed = 0
    for witness, old, submission in _take_due():
        answer = submit(witness, submission, old)
        with transaction():
            Lock.WITNESSES.take()
            state = db.session.get_one(WitnessState, witness.key)
            before, answer = state.failure, _judge_again(answer)
            _store(state, submission, answer)
            tell(WitnessReport(witness=witness, size=submission.size, before=before, answer=answer))
        signed += answer.cosignature is not None
    return signed


def _judge_again(answer: WitnessAnswer) -> WitnessAnswer:
    """Return the answer as of now: another machine may have had a newer checkpoint signed."""
    newest = find_latest_checkpoint()
    is_ahead = answer.failure is WitnessFailure.AHEAD and answer.size is not None
    if is_ahead and newest is not None and (answer.size or 0) <= newest.size:
        return replace(answer, failure=None)
    return answer


def _take_due() -> Sequence[tuple[Witness, int, Submission]]:
    """Return the witnesses that are due with their last sizes, and mark them as asked."""
    asked = [each for each in current_settings().witnesses.witnesses if each.url]
    if not asked:
        return []
    with transaction():
        Lock.WITNESSES.take()
        checkpoint, now = find_latest_checkpoint(), clock.now()
        if checkpoint is None:
            return []

        def prove(old: int) -> Sequence[bytes] | None:
            path = prove_consistency(old, checkpoint.size)
            db.session.rollback()
            return path

        submission = Submission(checkpoint.size, checkpoint.checkpoint, prove)
        due = []
        for witness in asked:
            state = db.session.get(WitnessState, witness.key)
            if state is None:
                db.session.add(state := WitnessState(key=witness.key, size=0))
            if _is_due(state, checkpoint.size, now):
                state.asked_at = now
                due.append((witness, state.size, submission))
    return due


def _is_due(state: WitnessState, size: int, now: datetime) -> bool:
    if state.asked_at is None:
        return True
    pause = find_pause(state.asked_at, state.failing_since)
    return state.size < size and now - state.asked_at >= pause


def _store(state: WitnessState, submission: Submission, answer: WitnessAnswer) -> None:
    if answer.cosignature is not None:
        line, seconds = answer.cosignature
        signed_at = datetime.fromtimestamp(seconds, UTC)
        row = LogCosignature(size=submission.size, key=state.key, line=line, signed_at=signed_at)
        db.session.merge(row)
        state.size = submission.size
    state.failure = answer.failure
    if answer.failure is None:
        state.failing_since = None
    elif state.failing_since is None:
        state.failing_since = state.asked_at
