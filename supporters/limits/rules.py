"""How long somebody waits after a number of guesses, and how guesses are forgotten."""

from dataclasses import dataclass
from datetime import timedelta

MOST_DOUBLINGS = 30


@dataclass(frozen=True, kw_only=True)
class GuessPolicy:
    """The first guesses are free; then each one doubles the wait. One is forgotten per time."""

    free: int
    first_wait: timedelta
    longest_wait: timedelta
    one_forgotten_in: timedelta

    def wait_after(self, guesses: int) -> timedelta:
        """Return how long to wait after so many guesses."""
        beyond = guesses - self.free
        if beyond < 0:
            return timedelta(0)
        factor = 1 << min(beyond, MOST_DOUBLINGS)
        return min(self.first_wait * factor, self.longest_wait)

    def guesses_left(self, guesses: int, elapsed: timedelta) -> int:
        """Return how many guesses still count after a time without another one."""
        return max(0, guesses - max(0, elapsed // self.one_forgotten_in))

    def lifetime(self, guesses: int) -> timedelta:
        """Return the time after which so many guesses are forgotten, and no wait is left."""
        return max(self.one_forgotten_in * guesses, self.wait_after(guesses))
