"""Words after a confirmation, the welcome email, and corrections of withdrawals."""

import re

import sqlalchemy as sa
from alembic import op

from supporters.migrations.count_triggers import create_count_triggers, drop_count_triggers

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
KINDS = {"letter": "welcome", "consent_event": "corrected"}
INDEX = "ix_subscription_mailing_list_id_subscribed_at"
CHANGES = ("INSERT", "UPDATE", "DELETE")
SQLITE = """
CREATE TRIGGER renew_site_edition_{change}_list_thanks AFTER {change} ON list_thanks BEGIN
  UPDATE site_edition SET value = lower(hex(randomblob(16)));
END
"""
POSTGRESQL = """
CREATE TRIGGER renew_site_edition AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON list_thanks
FOR EACH STATEMENT EXECUTE FUNCTION renew_site_edition()
"""


def upgrade() -> None:
    op.create_table(
        "list_thanks",
        sa.Column("mailing_list_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("next_email", sa.String(length=200), nullable=False),
        sa.Column("welcome", sa.String(length=2000), nullable=False),
        sa.Column("welcomed_since", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["mailing_list_id"],
            ["mailing_list.id"],
            name=op.f("fk_list_thanks_mailing_list_id"),
        ),
        sa.PrimaryKeyConstraint("mailing_list_id", "language", name=op.f("pk_list_thanks")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(POSTGRESQL)
    else:
        for change in CHANGES:
            op.execute(SQLITE.format(change=change))
    op.add_column("subscription", sa.Column("welcomed_at", MOMENT, nullable=True))
    op.create_index(op.f(INDEX), "subscription", ["mailing_list_id", "subscribed_at"])
    for table, kind in KINDS.items():
        _allow(table, [*_kinds_of(table), kind])


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM letter WHERE kind = 'welcome'"))
    for table, kind in KINDS.items():
        _allow(table, [each for each in _kinds_of(table) if each != kind])
    op.drop_index(op.f(INDEX), "subscription")
    op.drop_column("subscription", "welcomed_at")
    op.drop_table("list_thanks")


def _kinds_of(table: str) -> list[str]:
    """Return the kinds that a table takes at this moment."""
    for rule in sa.inspect(op.get_bind()).get_check_constraints(table):
        if rule["name"] == f"ck_{table}_kind":
            return re.findall(r"'([\w-]+)'", rule["sqltext"])
    message = f"The table {table} has no rule about its kinds."
    raise RuntimeError(message)


def _allow(table: str, kinds: list[str]) -> None:
    """Let a table take these kinds. SQLite rebuilds it, and drops its triggers."""
    has_triggers = table == "consent_event" and op.get_bind().dialect.name == "sqlite"
    allowed = ", ".join(f"'{kind}'" for kind in kinds)
    if has_triggers:
        drop_count_triggers()
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(op.f(f"ck_{table}_kind"), type_="check")
        batch.create_check_constraint(op.f(f"ck_{table}_kind"), f"kind IN ({allowed})")
    if has_triggers:
        create_count_triggers()
