"""The two forms of these tests: a short one for every day, and a long one with `make faults`."""

import os
import random  # noqa: TID251 - moments that a seed can bring back, and nobody needs to guess
from collections.abc import Sequence

IS_LONG = os.environ.get("FAULTS_FORM") == "long"
SEED = int(os.environ.get("FAULTS_SEED", "2005"))


def size(short: int, long: int) -> int:
    """Return a number of people or kills, for the short and the long form."""
    return long if IS_LONG else short


def some(*common: str, long: Sequence[str] = ()) -> list[str]:
    """Return the cases of a test: the common ones, and more in the long form."""
    return [*common, *(long if IS_LONG else ())]


def chances(name: str) -> random.Random:
    """Return random moments for a test, the same for the same seed."""
    return random.Random(f"{SEED} {name}")  # noqa: S311 - see above
