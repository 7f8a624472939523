"""The sealed records of suppressions: of each one, and of its end.

Their key is ours: nobody learns from the log which address may not be written to, and write access
to the database is not enough to make one. The record of an end names the record that ended, and
nothing else. Suppressions from before these records have none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from supporters.ids import new_id
from supporters.transparency_log.log_records import LogRecord, format_moment, suppression_key

SUPPRESSED, LIFTED = "suppressed", "lifted"


@dataclass(frozen=True, kw_only=True)
class NewSuppression:
    """The values of a suppression that is written now."""

    address_mac: bytes
    scope: str
    since: datetime
    until: datetime | None
    record_id: int


def make_suppression(
    address_mac: bytes, scope: str, *, since: datetime, until: datetime | None, now: datetime
) -> NewSuppression:
    """Return a suppression with a new record."""
    return NewSuppression(
        address_mac=address_mac, scope=scope, since=since, until=until, record_id=new_id(now)
    )


def describe_suppression(
    record_id: int, *, address_mac: bytes, scope: str, since: datetime, until: datetime | None
) -> LogRecord:
    """Return the record of a suppression."""
    fields = {
        "address": address_mac.hex(),
        "scope": scope,
        "since": format_moment(since),
        "until": format_moment(until),
    }
    return LogRecord(SUPPRESSED, record_id, fields, suppression_key())


def describe_new(new: NewSuppression) -> LogRecord:
    """Return the record of a suppression that is written now."""
    return describe_suppression(**vars(new))


def describe_ends(record_ids: Sequence[int | None]) -> list[LogRecord]:
    """Return the records of the ends of suppressions, as far as these have records."""
    return [
        LogRecord(LIFTED, each, {"ended": str(each)}, suppression_key())
        for each in record_ids
        if each is not None
    ]
