"""The lines of the witnesses, joined to our checkpoints, and how each witness does.

A checkpoint counts as seen by others once the quorum of the policy has signed it. Ours are
published without waiting for that.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import select

from supporters.database import db
from supporters.extensions import current_settings
from supporters.settings.witness_policy import NONE, Witness
from supporters.transparency_log.models import (
    LogCheckpoint,
    LogCosignature,
    WitnessFailure,
    WitnessState,
)

ALARMING = {WitnessFailure.FORKED, WitnessFailure.AHEAD}
SILENT_FOR, REFUSING_FOR = timedelta(days=1), timedelta(hours=1)
LOOKED_AT = 100  # cosigned checkpoints, in search of one with a quorum


@dataclass(frozen=True, kw_only=True)
class KnownWitness:
    """A witness of the policy, and the newest checkpoint that it signed.

    `size` and `signed_at` are None if it signed none; `failure` tells why it signs none now.
    """

    witness: Witness
    size: int | None
    signed_at: datetime | None
    failure: WitnessFailure | None
    failing_since: datetime | None

    def is_alarming(self) -> bool:
        """Tell whether it holds another log than this database."""
        return self.failure in ALARMING

    def is_failing(self, now: datetime) -> bool:
        """Tell whether it has given no cosignature for so long that a person must look."""
        if self.failure is None or self.failing_since is None or self.is_alarming():
            return False
        patience = SILENT_FOR if self.failure is WitnessFailure.SILENT else REFUSING_FOR
        return now - self.failing_since >= patience


def list_known_witnesses() -> list[KnownWitness]:
    """Return the witnesses of the policy, in its order."""
    witnesses = current_settings().witnesses.witnesses
    if not witnesses:
        return []
    keys = [each.key for each in witnesses]
    states = {
        state.key: state
        for state in db.session.scalars(select(WitnessState).where(WitnessState.key.in_(keys)))
    }
    return [_describe(each, states.get(each.key)) for each in witnesses]


def _describe(witness: Witness, state: WitnessState | None) -> KnownWitness:
    signed = db.session.scalar(
        select(LogCosignature)
        .where(LogCosignature.key == witness.key)
        .order_by(LogCosignature.size.desc())
        .limit(1)
    )
    return KnownWitness(
        witness=witness,
        size=signed.size if signed else None,
        signed_at=signed.signed_at if signed else None,
        failure=state.failure if state else None,
        failing_since=state.failing_since if state else None,
    )


def cosign(checkpoints: Collection[LogCheckpoint]) -> Mapping[int, str]:
    """Return the texts of checkpoints by their sizes, with the lines of the witnesses."""
    lines = _list_lines([each.size for each in checkpoints])
    return {
        each.size: each.checkpoint + "".join(line.line for line in lines.get(each.size, ()))
        for each in checkpoints
    }


def find_cosigned(*, position: int | None = None) -> LogCheckpoint | None:
    """Return the newest checkpoint that others have seen; the oldest with a position, if given.

    Without a quorum in the policy, or in the first hundred, it is one that any witness signed.
    """
    size = LogCosignature.size
    order = size.desc() if position is None else size
    chosen = select(size).where(size > (position or 0)).distinct().order_by(order).limit(LOOKED_AT)
    sizes = db.session.scalars(chosen).all()
    if not sizes:
        return None
    lines, policy = _list_lines(sizes), current_settings().witnesses
    has_quorum = (each for each in sizes if policy.is_met({line.key for line in lines[each]}))
    return db.session.get(LogCheckpoint, next(has_quorum, sizes[0]))


def has_quorum(checkpoint: LogCheckpoint) -> bool | None:
    """Tell whether the quorum has signed a checkpoint; None if the policy demands none."""
    policy = current_settings().witnesses
    if policy.quorum == NONE:
        return None
    lines = _list_lines([checkpoint.size]).get(checkpoint.size, ())
    return policy.is_met({line.key for line in lines})


def _list_lines(sizes: Collection[int]) -> dict[int, Sequence[LogCosignature]]:
    found = db.session.scalars(
        select(LogCosignature)
        .where(LogCosignature.size.in_(sizes))
        .order_by(LogCosignature.size, LogCosignature.key)
    )
    return {size: [*lines] for size, lines in groupby(found, key=lambda line: line.size)}
