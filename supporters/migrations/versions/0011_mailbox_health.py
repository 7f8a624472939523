"""Store what came back from mailboxes, and which people can't be reached."""

import sqlalchemy as sa
from alembic import op

from supporters.migrations.count_triggers import create_count_triggers, drop_count_triggers
from supporters.migrations.ended_consent_triggers import (
    create_ended_consent_triggers,
    drop_ended_consent_triggers,
)

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
CLASSES = (
    *("no_mailbox", "no_domain", "disabled", "full", "transient", "expired", "content", "size"),
    *("policy", "authentication", "reputation", "rate", "protocol", "unknown"),
)
KINDS = (
    *("requested", "confirmed", "renewed", "withdrawn", "objected", "restricted", "released"),
    *("asked-again", "moved", "corrected"),
)
METHODS = ("form", "link", "code", "one-click", "page", "my-data", "organiser", "letter")
WITHOUT_PURPOSE = ("objected", "restricted", "released", "moved")
NEW_KINDS = ("unreachable", "reachable")
IS_UNREACHABLE = "unreachable_since IS NOT NULL"


def upgrade() -> None:
    _allow((*KINDS, *NEW_KINDS), (*METHODS, "bounce"), (*WITHOUT_PURPOSE, *NEW_KINDS))
    # SQLite adds a column with its check without rebuilding the table of all people.
    for name in ("unreachable_since", "failed_at"):
        op.add_column("subscriber", sa.Column(name, MOMENT, nullable=True))
    op.execute(
        "ALTER TABLE subscriber ADD COLUMN unreachable_because VARCHAR(20)"
        f" CONSTRAINT ck_subscriber_unreachable_because CHECK ({_one_of('unreachable_because')})"
        " CONSTRAINT ck_subscriber_unreachable"
        " CHECK ((unreachable_since IS NULL) = (unreachable_because IS NULL))"
    )
    op.create_index(
        op.f("ix_subscriber_unreachable_since"),
        "subscriber",
        ["unreachable_since"],
        sqlite_where=sa.text(IS_UNREACHABLE),
        postgresql_where=sa.text(IS_UNREACHABLE),
    )
    op.create_table(
        "mailbox_failure",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("subscriber_id", sa.BigInteger, nullable=False),
        sa.Column("campaign_id", sa.Integer, nullable=True),
        sa.Column("bounce_class", sa.String(20), nullable=False),
        sa.Column("code", sa.String(16), nullable=True),
        sa.Column("domain", sa.String(254), nullable=False),
        sa.Column("occurred_at", MOMENT, nullable=False),
        sa.Column("was_accepted", sa.Boolean, nullable=False),
        sa.Column("accepted_since", sa.Integer, nullable=False),
        sa.Column("excused_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailbox_failure")),
        sa.UniqueConstraint(
            "subscriber_id", "campaign_id", name=op.f("uq_mailbox_failure_subscriber_id_campaign_id")
        ),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscriber.id"],
            name=op.f("fk_mailbox_failure_subscriber_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_mailbox_failure_campaign_id")
        ),
        sa.CheckConstraint(_one_of("bounce_class"), name=op.f("ck_mailbox_failure_bounce_class")),
    )
    for name in ("campaign_id", "occurred_at"):
        op.create_index(op.f(f"ix_mailbox_failure_{name}"), "mailbox_failure", [name])
    op.create_table(
        "domain_count",
        sa.Column("campaign_id", sa.Integer, nullable=False),
        sa.Column("domain", sa.String(254), nullable=False),
        sa.Column("accepted", sa.Integer, nullable=False),
        sa.Column("refused", sa.Integer, nullable=False),
        sa.Column("counted_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "domain", name=op.f("pk_domain_count")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_domain_count_campaign_id")
        ),
    )


def downgrade() -> None:
    op.drop_table("domain_count")
    op.drop_table("mailbox_failure")
    op.drop_index(op.f("ix_subscriber_unreachable_since"), "subscriber")
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_subscriber_unreachable"), "subscriber", type_="check")
    for name in ("unreachable_because", "unreachable_since", "failed_at"):
        op.execute(f"ALTER TABLE subscriber DROP COLUMN {name}")
    _allow(KINDS, METHODS, WITHOUT_PURPOSE)


def _allow(kinds: tuple[str, ...], methods: tuple[str, ...], bare: tuple[str, ...]) -> None:
    """Allow these kinds and methods of events. SQLite rebuilds the table for that."""
    checks = {
        "ck_consent_event_kind": _is_in("kind", kinds),
        "ck_consent_event_method": _is_in("method", methods),
        "ck_consent_event_for_a_purpose": f"purpose_id IS NOT NULL OR {_is_in('kind', bare)}",
    }
    is_rebuilt = op.get_bind().dialect.name == "sqlite"
    if is_rebuilt:
        drop_count_triggers()
        drop_ended_consent_triggers()
    with op.batch_alter_table("consent_event") as table:
        for name, condition in checks.items():
            table.drop_constraint(op.f(name), type_="check")
            table.create_check_constraint(op.f(name), condition)
    if is_rebuilt:
        create_count_triggers()
        create_ended_consent_triggers()


def _one_of(column: str) -> str:
    return _is_in(column, CLASSES)


def _is_in(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(each) for each in values)})"
