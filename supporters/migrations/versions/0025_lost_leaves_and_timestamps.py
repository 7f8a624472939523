"""Append what a restore lost by its hashes, hide the lists of erasures, store timestamps."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

FAILURES = ("silent", "refused", "wrong")
MOMENT = sa.DateTime(timezone=True)
GOES_ON = (
    "appended IS NULL AND origin IS NULL OR appended IS NOT NULL AND appended >= 0"
    " AND (origin IS NULL OR appended = 0)"
)
ONE_FORM = (
    "records IS NOT NULL AND sealed_list IS NULL AND records_sha256 IS NULL"
    " AND record_count IS NULL"
    " OR records IS NULL AND sealed_list IS NOT NULL AND records_sha256 IS NOT NULL"
    " AND length(records_sha256) = 32 AND record_count IS NOT NULL AND record_count >= 0"
)


def upgrade() -> None:
    with op.batch_alter_table("restoration") as restoration:
        restoration.add_column(sa.Column("appended", sa.BigInteger(), nullable=True))
        restoration.add_column(sa.Column("origin", sa.Text(), nullable=True))
        restoration.create_check_constraint(op.f("ck_restoration_goes_on"), GOES_ON)
    op.create_table(
        "lost_entry",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.Column("restoration_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("length(leaf) = 32", name=op.f("ck_lost_entry_whole")),
        sa.CheckConstraint("position >= 0", name=op.f("ck_lost_entry_placed")),
        sa.ForeignKeyConstraint(
            ["restoration_id"], ["restoration.id"], name=op.f("fk_lost_entry_restoration_id")
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_lost_entry")),
    )
    op.create_index("ix_lost_entry_restoration_id", "lost_entry", ["restoration_id"])
    with op.batch_alter_table("erasure") as erasure:
        erasure.alter_column("records", existing_type=sa.Text(), nullable=True)
        erasure.add_column(sa.Column("sealed_list", sa.LargeBinary(), nullable=True))
        erasure.add_column(sa.Column("records_sha256", sa.LargeBinary(), nullable=True))
        erasure.add_column(sa.Column("record_count", sa.Integer(), nullable=True))
        erasure.create_check_constraint(op.f("ck_erasure_one_form"), ONE_FORM)
    failure = sa.Enum(
        *FAILURES, name="failure", native_enum=False, create_constraint=True, length=20
    )
    op.create_table(
        "timestamp_authority",
        sa.Column("url", sa.String(400), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("failure", failure, nullable=True),
        sa.Column("failing_since", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("url", name=op.f("pk_timestamp_authority")),
    )
    op.create_table(
        "log_timestamp",
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("url", sa.String(400), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.Column("stamped_at", MOMENT, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["size"], ["log_checkpoint.size"], name=op.f("fk_log_timestamp_size")
        ),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_log_timestamp")),
    )


def downgrade() -> None:
    op.drop_table("log_timestamp")
    op.drop_table("timestamp_authority")
    with op.batch_alter_table("erasure") as erasure:
        erasure.drop_constraint(op.f("ck_erasure_one_form"), type_="check")
        erasure.drop_column("record_count")
        erasure.drop_column("records_sha256")
        erasure.drop_column("sealed_list")
        erasure.alter_column("records", existing_type=sa.Text(), nullable=False)
    op.drop_table("lost_entry")
    with op.batch_alter_table("restoration") as restoration:
        restoration.drop_constraint(op.f("ck_restoration_goes_on"), type_="check")
        restoration.drop_column("origin")
        restoration.drop_column("appended")
