"""Campaigns that too many readers contested, and the letter that tells of it."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

KIND = "contested_stop"


def _letter_kinds() -> list[str]:
    """Return what kinds of letters the database allows at present."""
    checks = sa.inspect(op.get_bind()).get_check_constraints("letter")
    (allowed,) = [check["sqltext"] for check in checks if check["name"] == "ck_letter_kind"]
    return re.findall(r"'([a-z_]+)'", allowed)


def _allow(kinds: list[str]) -> None:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("letter") as letter:
        letter.drop_constraint(op.f("ck_letter_kind"), type_="check")
        letter.create_check_constraint(op.f("ck_letter_kind"), f"kind IN ({listed})")


def upgrade() -> None:
    _allow([*_letter_kinds(), KIND])
    op.create_table(
        "contested_stop",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("contests", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaign.id"],
            name=op.f("fk_contested_stop_campaign_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contested_stop")),
    )
    op.create_index("ix_contested_stop_campaign_id", "contested_stop", ["campaign_id"])


def downgrade() -> None:
    op.drop_table("contested_stop")
    op.execute(f"DELETE FROM letter WHERE kind = '{KIND}'")
    _allow([kind for kind in _letter_kinds() if kind != KIND])
