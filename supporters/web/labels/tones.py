"""The tones of a badge: how serious a state is, beside its words."""

from enum import StrEnum


class Tone(StrEnum):
    """The end of the CSS class of a badge."""

    QUIET = "quiet"
    LIVE = "live"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
