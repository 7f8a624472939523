"""How long somebody waits after a number of attempts, and how attempts are forgotten."""

from dataclasses import dataclass
from datetime import timedelta

MOST_DOUBLINGS = 30


@dataclass(frozen=True, kw_only=True)
class AttemptPolicy:
    """The first attempts are free; then each one doubles the wait. One is forgotten per time."""

    free: int
    first_wait: timedelta
    longest_wait: timedelta
    one_forgotten_in: timedelta

    def wait_after(self, attempts: int) -> timedelta:
        """Return how long to wait after so many attempts."""
        beyond = attempts - self.free
        if beyond < 0:
            return timedelta(0)
        factor = 1 << min(beyond, MOST_DOUBLINGS)
        return min(self.first_wait * factor, self.longest_wait)

    def attempts_left(self, attempts: int, elapsed: timedelta) -> int:
        """Return how many attempts still count after a time without another one."""
        return max(0, attempts - max(0, elapsed // self.one_forgotten_in))

    def lifetime(self, attempts: int) -> timedelta:
        """Return the time after which so many attempts are forgotten, and no wait is left."""
        return max(self.one_forgotten_in * attempts, self.wait_after(attempts))
