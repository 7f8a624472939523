"""Add the first wave, the thresholds that pause a campaign, and the author of an emergency stop."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
COUNTS = ("longer_answers", "longer_refusals", "known_left")
OF_THE_WAVE: dict[str, sa.types.TypeEngine[Any]] = {
    **dict.fromkeys(("wave_size", "wave_minutes", "wave_batches"), sa.Integer()),
    **dict.fromkeys(("wave_ended_at", "wave_continued_at"), MOMENT),
}
WAVE = (
    "(wave_size IS NULL OR wave_size > 0) AND (wave_minutes IS NULL OR wave_minutes > 0)"
    " AND (wave_batches IS NULL OR wave_batches > 0)"
    " AND (wave_size IS NOT NULL OR (wave_minutes IS NULL AND wave_batches IS NULL))"
    " AND (wave_batches IS NOT NULL OR (wave_ended_at IS NULL AND wave_continued_at IS NULL))"
)
OF_THE_STOP: dict[str, sa.types.TypeEngine[Any]] = {
    **dict.fromkeys(("stopped_by_id", "resumed_by_id"), sa.BigInteger()),
    **dict.fromkeys(("stopped_because", "resumed_because"), sa.String(500)),
    "resumed_at": MOMENT,
}
CHECKS_OF_THE_STOP = {
    "ck_delivery_control_stopped": (
        "stopped_at IS NOT NULL OR (stopped_by_id IS NULL AND stopped_because IS NULL)"
    ),
    "ck_delivery_control_resumed": "(resumed_at IS NULL) = (resumed_because IS NULL)",
}
SHARES = (
    "disputed BETWEEN 1 AND 1000 AND refused BETWEEN 1 AND 1000 AND departed BETWEEN 1 AND 1000"
)


def upgrade() -> None:
    with op.batch_alter_table("campaign") as table:
        for name in COUNTS:
            table.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
        for name, kind in OF_THE_WAVE.items():
            table.add_column(sa.Column(name, kind, nullable=True))
        table.create_check_constraint(op.f("ck_campaign_wave"), WAVE)
    with op.batch_alter_table("delivery_control") as table:
        for name, kind in OF_THE_STOP.items():
            table.add_column(sa.Column(name, kind, nullable=True))
        for account in ("stopped_by_id", "resumed_by_id"):
            table.create_foreign_key(
                op.f(f"fk_delivery_control_{account}"),
                *("organiser", [account], ["id"]),
                ondelete="SET NULL",
            )
        for name, condition in CHECKS_OF_THE_STOP.items():
            table.create_check_constraint(op.f(name), condition)
    op.create_table(
        "sending_thresholds",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("disputed", "refused")),
        sa.Column("departed", sa.Integer, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("changed_by", sa.BigInteger, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sending_thresholds")),
        sa.ForeignKeyConstraint(
            ["changed_by"],
            ["organiser.id"],
            name=op.f("fk_sending_thresholds_changed_by"),
            ondelete="SET NULL",
        ),
        sa.CheckConstraint("id = 1", name=op.f("ck_sending_thresholds_only_one")),
        sa.CheckConstraint(SHARES, name=op.f("ck_sending_thresholds_shares")),
    )


def downgrade() -> None:
    op.drop_table("sending_thresholds")
    with op.batch_alter_table("delivery_control") as table:
        for name in CHECKS_OF_THE_STOP:
            table.drop_constraint(op.f(name), type_="check")
        for account in ("stopped_by_id", "resumed_by_id"):
            table.drop_constraint(op.f(f"fk_delivery_control_{account}"), type_="foreignkey")
        for name in OF_THE_STOP:
            table.drop_column(name)
    with op.batch_alter_table("campaign") as table:
        table.drop_constraint(op.f("ck_campaign_wave"), type_="check")
        for name in (*OF_THE_WAVE, *COUNTS):
            table.drop_column(name)
