"""Reads the ledger, and moves its times back: in SQL, beside the program."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool, QueuePool

from supporters import clock
from supporters.dialects import prepare_sqlite
from tests.servers.processes import wait_until

LONG_AGO = timedelta(hours=3)
LOOK_EVERY_SECONDS = 0.1
HURRY_EVERY_SECONDS = 0.25  # it writes each time


class Ledger:
    """The tables of an installation. `said` returns the workers' logs, for failures."""

    def __init__(self, database_url: str, said: Callable[[], str]) -> None:
        self._said = said
        self.is_sqlite = database_url.startswith("sqlite")
        # A connection costs PostgreSQL a process, but SQLite little; and there none stays open,
        # because the last one that closes empties the write-ahead log.
        pool = NullPool if self.is_sqlite else QueuePool
        self._engine = create_engine(database_url, poolclass=pool, pool_pre_ping=not self.is_sqlite)
        if self.is_sqlite:
            prepare_sqlite(self._engine)

    def ask(self, statement: str, **values: Any) -> list[Any]:
        """Return the rows that a statement finds in the database."""
        with self._engine.connect() as connection:
            return [*connection.execute(text(statement), values)]

    def tell(self, statement: str, **values: Any) -> None:
        """Change the database beside the program."""
        with self._engine.begin() as connection:
            connection.execute(text(statement), values)

    def has_open_transaction(self) -> bool:
        """Tell whether a process that was stopped holds locks in the database."""
        if not self.is_sqlite:
            own = "datname = current_database() AND state LIKE 'idle in transaction%'"
            return bool(self.ask(f"SELECT pid FROM pg_stat_activity WHERE {own}"))
        try:
            self.tell("DELETE FROM delivery WHERE 1 = 0")
        except OperationalError:
            return True
        return False

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def status(self, campaign: int) -> str:
        """Return the status of a campaign."""
        return str(
            self.ask("SELECT status FROM campaign WHERE id = :campaign", campaign=campaign)[0][0]
        )

    def count_people(self, campaign: int) -> int:
        """Return how many people a campaign was launched to."""
        return int(self.ask("SELECT audience FROM campaign WHERE id = :id", id=campaign)[0][0])

    def has_ended(self, campaign: int) -> bool:
        """Tell whether a campaign is sent."""
        return self.status(campaign) == "sent"

    def wait_for(self, campaign: int, *, seconds: float = 180, **counts: int) -> None:
        """Wait until this many emails of a campaign are in these states."""

        def is_so() -> bool:
            now = self.counts(campaign)
            return all(now.get(status, 0) == count for status, count in counts.items())

        assert wait_until(is_so, seconds=seconds, every=LOOK_EVERY_SECONDS), (
            f"{self.counts(campaign)}: {self._said()}"
        )

    def wait_for_end(self, *campaigns: int, seconds: float = 300, hurried: bool = False) -> None:
        """Wait until campaigns are sent; `hurried`: deferred emails are due at once."""
        look, every = (
            (self._hurry, HURRY_EVERY_SECONDS) if hurried else (self.has_ended, LOOK_EVERY_SECONDS)
        )
        for campaign in campaigns:
            has_ended = wait_until(partial(look, campaign), seconds=seconds, every=every)
            assert has_ended, f"After {seconds} s it is {self.counts(campaign)}: {self._said()}"

    def _hurry(self, campaign: int) -> bool:
        self.make_due(campaign)
        return self.has_ended(campaign)

    def wait_for_no_claims(self, *campaigns: int, seconds: float = 180) -> None:
        """Wait until no sender holds a batch of campaigns."""

        def is_so() -> bool:
            return not any(map(self.count_claims, campaigns))

        assert wait_until(is_so, seconds=seconds, every=LOOK_EVERY_SECONDS), self._said()

    def list_people(self, campaign: int) -> list[tuple[int, str]]:
        """Return the ids and addresses that a campaign was launched to."""
        rows = self.ask(
            "SELECT subscriber.id, subscriber.address FROM delivery"
            " JOIN subscriber ON subscriber.id = delivery.subscriber_id"
            " WHERE delivery.campaign_id = :campaign ORDER BY subscriber.id",
            campaign=campaign,
        )
        return [(subscriber, address) for subscriber, address in rows]

    def audience(self, campaign: int) -> list[str]:
        """Return the addresses that a campaign was launched to."""
        return [address for _, address in self.list_people(campaign)]

    def addresses(self, campaign: int, status: str) -> set[str]:
        """Return the addresses of the emails of a campaign that are in a state."""
        rows = self.ask(
            "SELECT subscriber.address FROM delivery"
            " JOIN subscriber ON subscriber.id = delivery.subscriber_id"
            " WHERE delivery.campaign_id = :campaign AND delivery.status = :status",
            campaign=campaign,
            status=status,
        )
        return {address for (address,) in rows}

    def replies(self, campaign: int, status: str) -> dict[tuple[str, int], int]:
        """Return how many emails in a state had which reply after how many attempts."""
        rows = self.ask(
            "SELECT reply, attempts, count(*) FROM delivery"
            " WHERE campaign_id = :campaign AND status = :status GROUP BY reply, attempts",
            campaign=campaign,
            status=status,
        )
        return {(reply, attempts): count for reply, attempts, count in rows}

    def counts(self, campaign: int) -> dict[str, int]:
        """Return how many emails of a campaign are in each state."""
        rows = self.ask(
            "SELECT status, count(*) FROM delivery WHERE campaign_id = :campaign GROUP BY status",
            campaign=campaign,
        )
        return {str(status): int(count) for status, count in rows}

    def count_settled(self, campaign: int) -> int:
        """Return how many emails of a campaign have their final state."""
        counts = self.counts(campaign)
        return sum(counts.values()) - counts.get("queued", 0) - counts.get("deferred", 0)

    def count_claims(self, campaign: int) -> int:
        """Return how many batches of a campaign a sender holds."""
        return len(self._claims(campaign))

    def holders(self, campaign: int) -> set[str]:
        """Return the names of the senders that hold batches of a campaign."""
        return {sender for sender, _ in self._claims(campaign)}

    def unrevoked_holders(self, campaign: int) -> set[str]:
        """Return the names of those whose claims weren't revoked."""
        return {sender for sender, revoked_at in self._claims(campaign) if revoked_at is None}

    def _claims(self, campaign: int) -> list[tuple[str, object]]:
        rows = self.ask(
            "SELECT claimed_by, revoked_at FROM delivery_batch"
            " WHERE campaign_id = :campaign AND claimed_by IS NOT NULL",
            campaign=campaign,
        )
        return [(sender, revoked_at) for sender, revoked_at in rows]

    def age_claims(self, campaign: int) -> None:
        """Make every claim older than a sender may hold one, and its emails still older."""
        before = self._moment(clock.now() - 2 * LONG_AGO)
        self._put_back("delivery", "next_attempt_at", before, campaign)
        self._put_back("delivery_batch", "due_at", before, campaign)
        claimed_at = self._moment(clock.now() - LONG_AGO)
        self._put_back("delivery_batch", "claimed_at", claimed_at, campaign)

    def age_revocations(self, campaign: int) -> None:
        """Move the revocation of claims into the past."""
        moment = self._moment(clock.now() - LONG_AGO)
        self._put_back("delivery_batch", "revoked_at", moment, campaign)

    def _put_back(self, table: str, column: str, moment: str, campaign: int) -> None:
        self.tell(
            f"UPDATE {table} SET {column} = :moment"
            f" WHERE campaign_id = :campaign AND {column} > :moment",
            moment=moment,
            campaign=campaign,
        )

    def make_due(self, campaign: int) -> None:
        """End the pause before the next attempt of deferred emails."""
        moment = self._moment(clock.now() - timedelta(seconds=1))
        self._put_back("delivery", "next_attempt_at", moment, campaign)
        self._put_back("delivery_batch", "due_at", moment, campaign)

    def make_emails_due(self) -> None:
        """Make every waiting transactional email due; while no worker runs."""
        self.tell(
            "UPDATE outbox_email SET next_attempt_at = :moment WHERE next_attempt_at > :moment",
            moment=self._moment(clock.now() - timedelta(seconds=1)),
        )

    def _moment(self, moment: datetime) -> str:
        """Return a moment from the result of a statement in SQL."""
        return moment.replace(tzinfo=None).isoformat(" ") if self.is_sqlite else moment.isoformat()
