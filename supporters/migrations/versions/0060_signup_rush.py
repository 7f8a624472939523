"""Held signup emails, announced events, and the hash of a signup's network for three days."""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "signup_hold",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("counted >= most", name=op.f("ck_signup_hold_was_a_spike")),
        sa.ForeignKeyConstraint(
            ["ended_by"],
            ["organiser.id"],
            name=op.f("fk_signup_hold_ended_by"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signup_hold")),
    )
    op.create_table(
        "event_allowance",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("mailing_list_id", sa.Integer(), nullable=False),
        sa.Column("factor", sa.Integer(), nullable=False),
        sa.Column("begins_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "ends_at >= begins_at", name=op.f("ck_event_allowance_ends_after_it_begins")
        ),
        sa.CheckConstraint(
            "factor BETWEEN 2 AND 1000", name=op.f("ck_event_allowance_factor_is_limited")
        ),
        sa.ForeignKeyConstraint(
            ["mailing_list_id"],
            ["mailing_list.id"],
            name=op.f("fk_event_allowance_mailing_list_id"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["organiser.id"],
            name=op.f("fk_event_allowance_created_by"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_allowance")),
    )
    op.add_column("signup_request", sa.Column("network_mac", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("signup_request", "network_mac")
    op.drop_table("event_allowance")
    op.drop_table("signup_hold")
