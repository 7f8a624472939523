"""Keep the facts of the email that a person confirmed by, and the text of such emails."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
OUTCOMES = "'taken', 'unsettled', 'given-up', 'withheld'"
CHECKS = {
    "email_status": f"email_status IN ({OUTCOMES})",
    "confirmed_by_email": (
        "email_status IS NULL OR kind IN ('confirmed', 'renewed', 'moved')"
    ),
    "email_settled": (
        "(coalesce(email_status, '') IN ('taken', 'given-up')) = (email_settled_at IS NOT NULL)"
        " AND (email_reply IS NULL OR email_settled_at IS NOT NULL)"
    ),
    "email_taken": (
        "coalesce(email_status, '') = 'taken'"
        " OR (email_sha256 IS NULL AND email_snapshot_sha256 IS NULL)"
    ),
}


def upgrade() -> None:
    op.create_table(
        "email_snapshot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("language", sa.String(5), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("first_used_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_email_snapshot")),
        sa.UniqueConstraint("content_hash", name=op.f("uq_email_snapshot_content_hash")),
    )
    op.create_table(
        "consent_notice",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sent_since", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_notice")),
        sa.CheckConstraint("id = 1", name=op.f("ck_consent_notice_only_one")),
    )
    op.add_column("outbox_email", sa.Column("message_sha256", sa.LargeBinary(), nullable=True))
    _add_snapshot("outbox_email", "snapshot_sha256")
    # SQLite adds a column with its checks without rebuilding the table of all events.
    op.add_column("consent_event", sa.Column("email_settled_at", MOMENT, nullable=True))
    op.add_column("consent_event", sa.Column("email_reply", sa.String(40), nullable=True))
    op.add_column("consent_event", sa.Column("email_sha256", sa.LargeBinary(), nullable=True))
    _add_snapshot("consent_event", "email_snapshot_sha256")
    checks = " ".join(
        f"CONSTRAINT ck_consent_event_{name} CHECK ({condition})"
        for name, condition in CHECKS.items()
    )
    op.execute(f"ALTER TABLE consent_event ADD COLUMN email_status VARCHAR(20) {checks}")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for name in ("confirmed_by_email", "email_settled", "email_taken"):
            op.drop_constraint(op.f(f"ck_consent_event_{name}"), "consent_event", type_="check")
    for name in (
        *("email_status", "email_snapshot_sha256", "email_sha256", "email_reply"),
        "email_settled_at",
    ):
        op.execute(f"ALTER TABLE consent_event DROP COLUMN {name}")
    for name in ("snapshot_sha256", "message_sha256"):
        op.execute(f"ALTER TABLE outbox_email DROP COLUMN {name}")
    op.drop_table("consent_notice")
    op.drop_table("email_snapshot")


def _add_snapshot(table: str, column: str) -> None:
    """Add a column that names an email snapshot, also on SQLite."""
    kind = "BYTEA" if op.get_bind().dialect.name == "postgresql" else "BLOB"
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN {column} {kind}"
        f" CONSTRAINT fk_{table}_{column} REFERENCES email_snapshot (content_hash)"
    )
