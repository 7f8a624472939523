"""Counts that triggers keep, and indexes for the pages of the console (ADR 052)."""

import sqlalchemy as sa
from alembic import op

from supporters.migrations.count_triggers import create_count_triggers, drop_count_triggers

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

COUNTED = "('confirmed', 'renewed', 'withdrawn', 'objected')"
CONSENTS_OF = """SELECT e.wording_id, 0, count(*) FROM {table} c
JOIN consent_event e ON e.id = c.consent_event_id GROUP BY e.wording_id"""
DAY = {
    "sqlite": "date(occurred_at)",
    "postgresql": "(occurred_at AT TIME ZONE 'UTC')::date",
}
FILL = (
    f"INSERT INTO consent_count {CONSENTS_OF.format(table='subscription')}",
    f"INSERT INTO consent_count {CONSENTS_OF.format(table='agreement')}",
    f"""INSERT INTO event_count SELECT {{day}}, purpose_id, kind, coalesce(page_version_id, 0), 0,
    count(*) FROM consent_event WHERE kind IN {COUNTED} AND purpose_id IS NOT NULL
    GROUP BY {{day}}, purpose_id, kind, coalesce(page_version_id, 0)""",
    "INSERT INTO people_count SELECT 'known', 0, count(*) FROM subscriber",
    "INSERT INTO people_count SELECT 'on_a_list', 0, count(DISTINCT subscriber_id)"
    " FROM subscription",
    """INSERT INTO former_count SELECT p.mailing_list_id, 0, count(DISTINCT e.subscriber_id)
    FROM consent_event e JOIN list_purpose p ON p.purpose_id = e.purpose_id
    LEFT JOIN subscription s
    ON s.subscriber_id = e.subscriber_id AND s.mailing_list_id = p.mailing_list_id
    WHERE e.kind IN ('withdrawn', 'objected') AND s.subscriber_id IS NULL
    GROUP BY p.mailing_list_id""",
)

LEFT = "kind IN ('withdrawn', 'objected')"
FEW = "kind IN ('asked-again', 'renewed')"
INDEXES = {
    "ix_consent_event_asked": ("consent_event", ["purpose_id", "kind", "subscriber_id"], FEW),
    "ix_consent_event_left": ("consent_event", ["purpose_id", "subscriber_id"], LEFT),
    "ix_subscriber_restricted_at": ("subscriber", ["restricted_at"], "restricted_at IS NOT NULL"),
    "ix_subscriber_paused_until": ("subscriber", ["paused_until"], "paused_until IS NOT NULL"),
}
BY_LIST = "ix_subscription_mailing_list_id_subscriber_id"
BY_PURPOSE = "ix_subscription_mailing_list_id_purpose_id_subscriber_id"


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    _create_tables()
    if dialect == "postgresql":
        op.execute("CREATE SEQUENCE count_change")
    create_count_triggers()
    for statement in FILL:
        op.execute(statement.format(day=DAY[dialect]))
    for name, (table, columns, condition) in INDEXES.items():
        where = sa.text(condition)
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
    op.create_index(
        BY_PURPOSE, "subscription", ["mailing_list_id", "purpose_id", "subscriber_id"]
    )
    op.drop_index(BY_LIST, "subscription")


def downgrade() -> None:
    op.create_index(BY_LIST, "subscription", ["mailing_list_id", "subscriber_id"])
    op.drop_index(BY_PURPOSE, "subscription")
    for name, (table, *_) in INDEXES.items():
        op.drop_index(name, table)
    drop_count_triggers()
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP SEQUENCE count_change")
    for table in ("former_count", "people_count", "event_count", "consent_count"):
        op.drop_table(table)


def _change_id() -> sa.Column[int]:
    return sa.Column("change_id", sa.BigInteger(), nullable=False, autoincrement=False)


def _create_tables() -> None:
    op.create_table(
        "consent_count",
        sa.Column("wording_id", sa.Integer(), nullable=False, autoincrement=False),
        _change_id(),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("wording_id", "change_id", name=op.f("pk_consent_count")),
    )
    op.create_table(
        "event_count",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("purpose_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("page_version_id", sa.Integer(), nullable=False, autoincrement=False),
        _change_id(),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            *("day", "purpose_id", "kind", "page_version_id", "change_id"),
            name=op.f("pk_event_count"),
        ),
    )
    op.create_table(
        "former_count",
        sa.Column("mailing_list_id", sa.Integer(), nullable=False, autoincrement=False),
        _change_id(),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("mailing_list_id", "change_id", name=op.f("pk_former_count")),
    )
    op.create_table(
        "people_count",
        sa.Column("counted", sa.String(20), nullable=False),
        _change_id(),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("counted", "change_id", name=op.f("pk_people_count")),
    )


