"""The tones of a badge: the seriousness of a state."""

from enum import StrEnum


class Tone(StrEnum):
    """The suffix of the CSS class of a badge."""

    QUIET = "quiet"
    LIVE = "live"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
