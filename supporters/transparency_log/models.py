"""The tables of the log: entries, tiles, checkpoints, sealed facts, witnesses and timestamps.

Entries hold no personal data: a commitment is an HMAC under a key that is deleted with the person
(REQ-19). Entries are only ever added; sealing sets their position in the tree.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from supporters.database import Model, enum_column, partial_index
from supporters.settings.timestamp_settings import LONGEST_URL
from supporters.settings.witness_policy import LONGEST_KEY

IS_UNSEALED = text("position IS NULL")


class LogEntry(Model):
    """The commitment to one record. `position` is its index in the tree; NULL until sealed."""

    __tablename__ = "log_entry"
    __table_args__ = (
        Index("ix_log_entry_position", "position", unique=True),
        partial_index("ix_log_entry_unsealed", "record_id", where=IS_UNSEALED),
    )

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    record_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    commitment: Mapped[bytes]
    position: Mapped[int | None] = mapped_column(BigInteger)


class LogTile(Model):
    """Up to 256 neighbouring hashes of one level of the tree: leaves, or roots of full tiles."""

    __tablename__ = "log_tile"

    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hashes: Mapped[bytes]


class LogCheckpoint(Model):
    """A checkpoint: the root of the tree at a size, and the signed text (C2SP)."""

    __tablename__ = "log_checkpoint"

    size: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    root: Mapped[bytes]
    sealed_at: Mapped[datetime]
    checkpoint: Mapped[str] = mapped_column(Text)


class FactKind(StrEnum):
    """The subject of a sealed fact.

    LAUNCHED: what a campaign was launched with. LEDGER: the root over its rows at its end.
    LEDGER_OPENED: its rows change after its end, so they are sealed again. LEDGER_PURGED: its rows
    were deleted after their retention time. ROWS_ERASED: the rows that an erasure removed from
    sealed ledgers. COUNTED: what the kept counts were in a night.
    """

    LAUNCHED = "launched"
    LEDGER = "ledger"
    LEDGER_OPENED = "ledger-opened"
    LEDGER_PURGED = "ledger-purged"
    ROWS_ERASED = "ledger-erased"
    COUNTED = "counted"


class SealedFact(Model):
    """A fact that is sealed in the log, under a key of ours; it names no person.

    `about_id` is the campaign that it is about, if any; `content` is canonical JSON.
    """

    __tablename__ = "sealed_fact"
    __table_args__ = (Index("ix_sealed_fact_kind_about_id", "kind", "about_id"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[FactKind] = mapped_column(enum_column(FactKind, "kind"))
    about_id: Mapped[int | None] = mapped_column(BigInteger)
    content: Mapped[str] = mapped_column(Text)
    occurred_at: Mapped[datetime]


class WitnessFailure(StrEnum):
    """Why a witness gave no cosignature.

    SILENT: no answer in time, or one of a server in trouble. UNKNOWN_LOG: it doesn't know the name
    of this log. KEY_REFUSED: it knows the log by another key. FORKED: its checkpoint is of another
    tree than ours. AHEAD: it has seen more entries than there are. UNUSABLE: any other answer.
    """

    SILENT = "silent"
    UNKNOWN_LOG = "unknown_log"
    KEY_REFUSED = "key_refused"
    FORKED = "forked"
    AHEAD = "ahead"
    UNUSABLE = "unusable"


class WitnessState(Model):
    """A witness by its key: the last size that it cosigned, and whether it does so now."""

    __tablename__ = "witness"

    key: Mapped[str] = mapped_column(String(LONGEST_KEY), primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    asked_at: Mapped[datetime | None]
    failure: Mapped[WitnessFailure | None] = mapped_column(enum_column(WitnessFailure, "failure"))
    failing_since: Mapped[datetime | None]


class LogCosignature(Model):
    """The line with which a witness signed a checkpoint, verified before it was stored."""

    __tablename__ = "log_cosignature"

    size: Mapped[int] = mapped_column(ForeignKey("log_checkpoint.size"), primary_key=True)
    key: Mapped[str] = mapped_column(String(LONGEST_KEY), primary_key=True)
    line: Mapped[str] = mapped_column(Text)
    signed_at: Mapped[datetime]


class TimestampFailure(StrEnum):
    """Why an authority gave no timestamp.

    SILENT: no answer in time, or one of a server in trouble. REFUSED: it says that it makes none.
    WRONG: its answer is no timestamp of our request by the given certificates, or of another time.
    """

    SILENT = "silent"
    REFUSED = "refused"
    WRONG = "wrong"


class TimestampState(Model):
    """An authority by its address: when it was asked last, and whether it answers now."""

    __tablename__ = "timestamp_authority"

    url: Mapped[str] = mapped_column(String(LONGEST_URL), primary_key=True)
    asked_at: Mapped[datetime]
    failure: Mapped[TimestampFailure | None] = mapped_column(
        enum_column(TimestampFailure, "failure")
    )
    failing_since: Mapped[datetime | None]


class LogTimestamp(Model):
    """The answer of an authority that a checkpoint existed at a moment (RFC 3161), for ever.

    It was verified before it was stored. `url` is that of the authority.
    """

    __tablename__ = "log_timestamp"

    size: Mapped[int] = mapped_column(ForeignKey("log_checkpoint.size"), primary_key=True)
    url: Mapped[str] = mapped_column(String(LONGEST_URL))
    answer: Mapped[bytes]
    stamped_at: Mapped[datetime]
    received_at: Mapped[datetime]
