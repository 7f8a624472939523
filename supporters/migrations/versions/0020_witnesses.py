"""Store the witnesses of the log, and the lines with which they signed its checkpoints."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

FAILURES = ("silent", "unknown_log", "key_refused", "forked", "ahead", "unusable")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    failure = sa.Enum(
        *FAILURES, name="failure", native_enum=False, create_constraint=True, length=20
    )
    op.create_table(
        "witness",
        sa.Column("key", sa.String(400), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=True),
        sa.Column("failure", failure, nullable=True),
        sa.Column("failing_since", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_witness")),
    )
    op.create_table(
        "log_cosignature",
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(400), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("signed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["size"], ["log_checkpoint.size"], name=op.f("fk_log_cosignature_size")
        ),
        sa.PrimaryKeyConstraint("size", "key", name=op.f("pk_log_cosignature")),
    )


def downgrade() -> None:
    op.drop_table("log_cosignature")
    op.drop_table("witness")
