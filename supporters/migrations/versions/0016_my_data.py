"""My data: tickets, addresses that wait for a yes, erasures; what the ledger lost to them."""

import re
from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

LETTERS = ("my_data", "new_address", "address_moved")
RULE = "ck_letter_kind"
REASONS = "'asked', 'expired', 'replayed'"
STATUSES = "'queued', 'accepted', 'deferred', 'refused', 'skipped', 'uncertain'"


def _kinds() -> list[str]:
    """Return the kinds of letters that the table takes at this moment."""
    for rule in sa.inspect(op.get_bind()).get_check_constraints("letter"):
        if rule["name"] == RULE:
            return re.findall(r"'(\w+)'", rule["sqltext"])
    message = f"The table of letters has no rule {RULE}."
    raise RuntimeError(message)


def _take_only(kinds: list[str]) -> None:
    allowed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("letter") as letter:
        letter.drop_constraint(op.f(RULE), type_="check")
        letter.create_check_constraint(op.f(RULE), f"kind IN ({allowed})")


def _moment(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _of_a_person(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["subscriber_id"],
        ["subscriber.id"],
        name=op.f(f"fk_{table}_subscriber_id"),
        ondelete="CASCADE",
    )


def upgrade() -> None:
    _take_only([*_kinds(), *LETTERS])
    _make_tickets()
    _make_changes()
    op.create_table(
        "pending_erasure",
        sa.Column("subscriber_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        _moment("since"),
        sa.CheckConstraint(f"reason IN ({REASONS})", name=op.f("ck_pending_erasure_reason")),
        _of_a_person("pending_erasure"),
        sa.PrimaryKeyConstraint("subscriber_id", name=op.f("pk_pending_erasure")),
    )
    op.create_table(
        "delivery_erased",
        sa.Column("campaign_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("batch", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("mails", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"status IN ({STATUSES})", name=op.f("ck_delivery_erased_status")),
        sa.ForeignKeyConstraint(
            ["campaign_id", "batch"],
            ["delivery_batch.campaign_id", "delivery_batch.number"],
            name=op.f("fk_delivery_erased_campaign_id"),
        ),
        sa.PrimaryKeyConstraint("campaign_id", "batch", "status", name=op.f("pk_delivery_erased")),
    )


def _make_tickets() -> None:
    op.create_table(
        "access_ticket",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("subscriber_id", sa.BigInteger(), nullable=True),
        _moment("created_at"),
        _moment("used_at", nullable=True),
        _moment("closes_at"),
        _of_a_person("access_ticket"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_ticket")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_access_ticket_token_hash")),
    )
    for column in ("subscriber_id", "closes_at"):
        op.create_index(f"ix_access_ticket_{column}", "access_ticket", [column])


def _make_changes() -> None:
    op.create_table(
        "address_change",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("subscriber_id", sa.BigInteger(), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("address_mac", sa.LargeBinary(), nullable=False),
        sa.Column("letter_id", sa.BigInteger(), nullable=True),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        _moment("created_at"),
        _moment("expires_at"),
        sa.ForeignKeyConstraint(
            ["letter_id"],
            ["letter.id"],
            name=op.f("fk_address_change_letter_id"),
            ondelete="SET NULL",
        ),
        _of_a_person("address_change"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_change")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_address_change_token_hash")),
    )
    for column in ("subscriber_id", "expires_at"):
        op.create_index(f"ix_address_change_{column}", "address_change", [column])


def downgrade() -> None:
    for table in ("delivery_erased", "pending_erasure", "address_change", "access_ticket"):
        op.drop_table(table)
    listed = ", ".join(f"'{kind}'" for kind in LETTERS)
    op.execute(f"DELETE FROM letter WHERE kind IN ({listed})")
    _take_only([kind for kind in _kinds() if kind not in LETTERS])
