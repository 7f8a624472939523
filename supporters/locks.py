"""The locks of the use cases: changes to one thing run one after the other (ADR 036)."""

import hashlib
from collections.abc import Callable
from enum import Enum
from typing import TypeVar

from sqlalchemy import BigInteger, Connection, bindparam, func, select

from supporters.database import db, in_transaction

T = TypeVar("T")
NUMBER = bindparam("number", type_=BigInteger)
TAKE_LOCK = select(func.pg_advisory_xact_lock(NUMBER))
TRY_LOCK = select(func.pg_try_advisory_xact_lock(NUMBER))


class Lock(Enum):
    """Each lock, with the bytes that its key begins with, and the thing that follows them.

    The keys never change: during an upgrade, old and new processes exclude each other by them. A
    use case that takes several locks takes them in this order, so that no two wait for each other.
    """

    SIGNUP_HOLD = b"signup hold", ""
    GUESS = b"guesses ", "key_mac"
    CHALLENGE = b"challenge ", "challenge_hash"
    IMPORT = b"imports", ""
    ERASURE = b"erasing", ""
    MAILBOX = b"", "rate_mac"
    ADDRESS = b"", "address_mac"
    DISPUTE = b"contests of ", "campaign_id"
    ACTS_ON_BEHALF = b"acts on behalf", ""
    LOOKUPS = b"lookups by ", "account_id"
    RECONFIRMATION = b"asking ", "purpose_id"
    WELCOME = b"welcome emails", ""
    EXPORT = b"export ", "asked_by"
    PICTURE = b"picture ", "content_hash"
    LIST_ORDER = b"order of lists", ""
    ISSUE = b"issues on the site", ""
    SLUG = b"addresses of sign-up pages", ""
    TEAM_TEXT = b"team texts", ""
    THEME = b"look of emails", ""
    PAGE = b"", "content_hash"
    EMAIL_SNAPSHOT = b"email snapshots", ""
    LINKS = b"links of drafts", ""
    CONTROLLER = b"controller", ""
    CONSENT_LOG = b"consent log", ""
    WITNESSES = b"witnesses", ""
    TIMESTAMPS = b"timestamps", ""
    CHECKPOINT_EMAIL = b"log head letter", ""
    CASE_REMINDER = b"reminders of cases", ""
    BREACH_ALARM = b"alarms about breaches", ""
    RETENTION = b"retention", ""
    PENDING_COUNTS = b"pending counts", ""
    DKIM = b"dkim keys", ""
    SETUP = b"delivery set-up", ""
    DISK_CLEANUP = b"disk clean-up", ""
    FEEDBACK_READER = b"feedback reader", ""
    DATABASE_MOVE = b"database move", ""

    def __init__(self, prefix: bytes, thing: str) -> None:
        self._prefix, self._thing = prefix, thing

    def key(self, thing: bytes | str | int = b"") -> bytes:
        """Return the key of the lock, or of the lock of a thing. Raises ValueError for no thing."""
        name = thing if isinstance(thing, bytes) else str(thing).encode()
        if bool(name) is not bool(self._thing):
            raise ValueError(f"The lock {self.name} is for {self._thing or 'no thing'}.")
        return self._prefix + name

    def number(self, thing: bytes | str | int = b"") -> int:
        """Return the number of the lock in PostgreSQL. Raises ValueError for no thing."""
        return int.from_bytes(hashlib.sha256(self.key(thing)).digest()[:8], signed=True)

    @in_transaction
    def take(self, thing: bytes | str | int = b"") -> None:
        """Wait until no other transaction has the lock, and keep it until this one ends.

        PostgreSQL has a lock for any number; SQLite has one writer at a time anyway.
        """
        number = self.number(thing)
        if db.session.connection().dialect.name == "postgresql":
            db.session.execute(TAKE_LOCK, {"number": number})

    def is_taken_by(self, connection: Connection) -> bool:
        """Let a connection keep the lock until its transaction ends, if nobody has it.

        For what one process of all machines does for days: its transaction reads and writes
        nothing, so it keeps no old row. Only PostgreSQL serves several machines.
        """
        return bool(connection.scalar(TRY_LOCK, {"number": self.number()}))


@in_transaction
def lock_then_load(
    lock: Lock,
    load: Callable[[], T],
    thing_of: Callable[[T], bytes | str | int | None],
    *,
    hold: Callable[[T], object] | None = None,
) -> T:
    """Load something, take the lock of the thing that it names, and load it again.

    The first load may be out of date after the wait for the lock. `hold` locks rows as well.
    If it names no thing, there is nothing to lock, and it is returned unchanged.
    """
    found = load()
    thing = thing_of(found)
    if thing is None:
        return found
    lock.take(thing)
    if hold is not None:
        hold(found)
    db.session.flush()  # keeps the changes of a caller whose transaction this one joined
    db.session.expire_all()
    return load()
