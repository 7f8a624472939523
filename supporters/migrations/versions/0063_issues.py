"""Sent campaigns on the site, and what each list says about that."""

import sqlalchemy as sa
from alembic import op

from supporters.migrations.edition_triggers import CHANGES, POSTGRESQL, SQLITE

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

TABLE = "issue"
LIST = "mailing_list"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("campaign_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("slug", sa.String(length=100), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("title", sa.String(length=600), nullable=False),
        sa.Column("summary", sa.String(length=600), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.Column("published_by", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.CheckConstraint("slug <> ''", name=op.f("ck_issue_has_a_slug")),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaign.id"],
            name=op.f("fk_issue_campaign_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["campaign_version.id"],
            name=op.f("fk_issue_version_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["published_by"],
            ["organiser.id"],
            name=op.f("fk_issue_published_by"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_issue")),
        sa.UniqueConstraint("slug", name=op.f("uq_issue_slug")),
    )
    for name, value in (("asks_to_publish", sa.false()), ("is_indexed", sa.true())):
        op.add_column(LIST, sa.Column(name, sa.Boolean(), server_default=value, nullable=False))
    if op.get_bind().dialect.name == "postgresql":
        op.execute(POSTGRESQL.format(table=TABLE))
        return
    for change in CHANGES:
        op.execute(SQLITE.format(change=change, table=TABLE))


def downgrade() -> None:
    for name in ("asks_to_publish", "is_indexed"):
        op.drop_column(LIST, name)
    op.drop_table(TABLE)
