"""The audit log, the lists that an account is limited to, and notices about security."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

NOTICE = "security_notice"


def _email_kinds() -> list[str]:
    """Return the kinds of emails that the database allows now."""
    checks = sa.inspect(op.get_bind()).get_check_constraints("letter")
    (allowed,) = [check["sqltext"] for check in checks if check["name"] == "ck_letter_kind"]
    return re.findall(r"'([a-z_]+)'", allowed)


def _allow(kinds: list[str]) -> None:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("letter") as letter:
        letter.drop_constraint(op.f("ck_letter_kind"), type_="check")
        letter.create_check_constraint(op.f("ck_letter_kind"), f"kind IN ({listed})")


def upgrade() -> None:
    op.create_table(
        "audit_event",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("act", sa.String(length=60), nullable=False),
        sa.Column("actor_kind", sa.String(length=20), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("actor_name", sa.String(length=64), nullable=True),
        sa.Column("network_mac", sa.LargeBinary(), nullable=True),
        sa.Column("object_id", sa.BigInteger(), nullable=True),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "actor_kind IN ('account', 'command', 'worker', 'visitor')",
            name=op.f("ck_audit_event_actor_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["organiser.id"], name=op.f("fk_audit_event_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
    )
    op.create_index("ix_audit_event_act_id", "audit_event", ["act", "id"])
    op.create_index("ix_audit_event_account_id_id", "audit_event", ["account_id", "id"])
    op.create_table(
        "organiser_list",
        sa.Column(
            "organiser_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("mailing_list_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organiser_id"],
            ["organiser.id"],
            name=op.f("fk_organiser_list_organiser_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["mailing_list_id"],
            ["mailing_list.id"],
            name=op.f("fk_organiser_list_mailing_list_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "organiser_id", "mailing_list_id", name=op.f("pk_organiser_list")
        ),
    )
    with op.batch_alter_table("organiser") as organiser:
        organiser.add_column(
            sa.Column("is_limited", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    _allow([*_email_kinds(), NOTICE])


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM letter WHERE kind = 'security_notice'"))
    _allow([each for each in _email_kinds() if each != NOTICE])
    with op.batch_alter_table("organiser") as organiser:
        organiser.drop_column("is_limited")
    op.drop_table("organiser_list")
    op.execute(sa.text("DELETE FROM log_entry WHERE kind = 'audited' AND position IS NULL"))
    op.drop_table("audit_event")
