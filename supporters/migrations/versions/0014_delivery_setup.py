"""Store what a check of the set-up of delivery found, its overrides, and its loop tests."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
LINES = (
    *("spf", "dkim", "dmarc", "alignment", "policy", "bounces", "answers", "ptr", "tls", "clock"),
)


def _one_of(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def upgrade() -> None:
    op.create_table(
        "setup_finding",
        sa.Column("line", _one_of("line", LINES), nullable=False),
        sa.Column("state", _one_of("state", ("green", "red", "unknown")), nullable=False),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("fault", sa.String(40), nullable=True),
        sa.Column("fault_values", sa.Text(), nullable=False),
        sa.Column("found", sa.Text(), nullable=False),
        sa.Column("record_name", sa.String(255), nullable=True),
        sa.Column("record_type", sa.String(10), nullable=True),
        sa.Column("record_value", sa.Text(), nullable=True),
        sa.Column("checked_at", MOMENT, nullable=False),
        sa.Column("red_since", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("line", name=op.f("pk_setup_finding")),
    )
    op.create_table(
        "setup_override",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint("length(reason) >= 10", name=op.f("ck_setup_override_reason")),
        sa.ForeignKeyConstraint(
            ["by_id"],
            ["organiser.id"],
            name=op.f("fk_setup_override_by_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setup_override")),
    )
    op.create_table(
        "loop_test",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("shape", _one_of("shape", ("campaign", "transactional")), nullable=False),
        sa.Column("sent", sa.LargeBinary(), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.Column("relay_host", sa.String(255), nullable=False),
        sa.Column("refusal", sa.String(200), nullable=True),
        sa.Column("arrived_at", MOMENT, nullable=True),
        sa.Column("faults", sa.Text(), nullable=True),
        sa.Column("signers", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loop_test")),
    )


def downgrade() -> None:
    op.drop_table("loop_test")
    op.drop_table("setup_override")
    op.drop_table("setup_finding")
