"""The table of the keys that sign our emails with DKIM."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from supporters.database import Model, enum_column, partial_index

MAX_DOMAIN = 253
MAX_SELECTOR = 63
MAX_REASON = 300
IS_WAITING = text("status = 'waiting'")
IS_ACTIVE = text("status = 'active'")


class KeyStatus(StrEnum):
    """The life of a key: it waits for its record, signs, is replaced by the next one, and retires.

    The record of a replaced key stays in the DNS: emails that it signed are still under way.
    """

    WAITING = "waiting"
    ACTIVE = "active"
    REPLACED = "replaced"
    RETIRED = "retired"


class RecordState(StrEnum):
    """The answer of the DNS about the record of a key. UNKNOWN: it gave none."""

    VISIBLE = "visible"
    ABSENT = "absent"
    DIFFERENT = "different"
    UNKNOWN = "unknown"


class DkimKey(Model):
    """A key for a domain. Its private half is encrypted with the secret keys until it retires.

    `public_key` is in base64, as in its record. It signed from `activated_at` to `ended_at`.
    `record` is the last answer of the DNS, given at `checked_at`. `retired_because` is the reason
    of a retirement that could not wait.
    """

    __tablename__ = "dkim_key"
    __table_args__ = (
        UniqueConstraint("domain", "selector"),
        partial_index("ix_dkim_key_waiting", "domain", where=IS_WAITING, unique=True),
        partial_index("ix_dkim_key_active", "domain", where=IS_ACTIVE, unique=True),
        CheckConstraint("(status = 'retired') = (encrypted IS NULL)", name="private_until_retired"),
        CheckConstraint("(status = 'retired') = (retired_at IS NOT NULL)", name="retired_at"),
        CheckConstraint(
            "status NOT IN ('active', 'replaced') OR activated_at IS NOT NULL", name="activated_at"
        ),
        CheckConstraint("status <> 'replaced' OR ended_at IS NOT NULL", name="ended_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    domain: Mapped[str] = mapped_column(String(MAX_DOMAIN))
    selector: Mapped[str] = mapped_column(String(MAX_SELECTOR))
    status: Mapped[KeyStatus] = mapped_column(enum_column(KeyStatus, "status"))
    public_key: Mapped[str] = mapped_column(Text)
    encrypted: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    activated_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]
    retired_because: Mapped[str | None] = mapped_column(String(MAX_REASON))
    record: Mapped[RecordState | None] = mapped_column(enum_column(RecordState, "record"))
    checked_at: Mapped[datetime | None]
