"""Decides on a first wave: how many people it has, and at which stage it is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

SHARE = 100  # the offered share: one person of so many
WAITS = (30, 120, 720)  # the offered times in minutes


class WaveStage(StrEnum):
    """The stage of a first wave. While it leaves and while it holds, nobody else gets the email."""

    ABSENT = "absent"
    LEAVING = "leaving"
    HOLDING = "holding"
    CONTINUED = "continued"


@dataclass(frozen=True, kw_only=True)
class Wave:
    """The first wave that somebody chose. With 0 people there is none.

    `minutes`: after this time the campaign goes on by itself, if no threshold is reached. Without
    it, a person continues.
    """

    size: int
    minutes: int | None = None

    def fits(self, audience: int) -> bool:
        """Tell whether somebody is left after the wave."""
        return self.size < audience


NO_WAVE = Wave(size=0)


def share_of(audience: int) -> int:
    """Return how many people the offered share has, at least one."""
    return max(1, audience // SHARE)


def stage_of(
    *, batches: int | None, ended_at: datetime | None, continued_at: datetime | None
) -> WaveStage:
    """Return the stage of a wave by the columns of its campaign."""
    if batches is None:
        return WaveStage.ABSENT
    if continued_at is not None:
        return WaveStage.CONTINUED
    return WaveStage.LEAVING if ended_at is None else WaveStage.HOLDING


def goes_on_at(ended_at: datetime | None, minutes: int | None) -> datetime | None:
    """Return when a campaign goes on by itself; None if only a person can continue it."""
    if ended_at is None or minutes is None:
        return None
    return ended_at + timedelta(minutes=minutes)
