"""The leases of a worker process for its connections to the relay, while there is a limit."""

from collections.abc import Callable
from datetime import datetime

from supporters import clock
from supporters.database import db
from supporters.delivery.pace.connection_leases import (
    LEASE_TIME,
    renew_leases,
    return_leases,
    take_lease,
)

RENEW_EVERY_SECONDS = 5.0
SURE_FOR_SECONDS = LEASE_TIME.total_seconds() - RENEW_EVERY_SECONDS


class LeasedConnections:
    """The senders of this process that hold a lease, and until when they may be sure of it.

    `read_time` returns the time of the ledger. Only the database knows of other machines.
    """

    def __init__(self, read_time: Callable[[], datetime]) -> None:
        self._read_time = read_time
        self._sure_until: dict[str, float] = {}

    def may_connect(self, sender: str) -> bool:
        """Tell whether a sender has a lease, or gets one now. Raises DatabaseUnavailable."""
        asked_at = clock.uptime()
        if asked_at < self._sure_until.get(sender, 0.0):
            return True
        if not take_lease(sender, self._read_time()):
            self._sure_until.pop(sender, None)
            return False
        self._sure_until[sender] = asked_at + SURE_FOR_SECONDS
        return True

    def give_back(self, *senders: str) -> None:
        """Give back the leases of senders that need no connection; without names, all of ours."""
        ours = [each for each in senders or [*self._sure_until] if each in self._sure_until]
        for each in ours:
            del self._sure_until[each]
        if ours:
            return_leases(ours)

    def renew(self) -> None:
        """Keep our leases; senders that lost theirs see it before their next batch."""
        asked_at, ours = clock.uptime(), [*self._sure_until]
        if not ours:
            return
        try:
            renewed = renew_leases(ours, self._read_time())
        finally:
            db.session.rollback()
        for each in ours:
            if each in self._sure_until:
                self._sure_until[each] = asked_at + SURE_FOR_SECONDS if each in renewed else 0.0
