"""What `flask doctor` says of one thing that it looked at."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """What was looked at, how it is ('right', 'look' or 'wrong'), and what to do."""

    about: str
    state: str
    words: str
