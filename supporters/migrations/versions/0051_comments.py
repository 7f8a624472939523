"""Comments on campaigns, the accounts that they mention, presence, and the sender of a test."""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def _key(table: str, column: str, target: str, ondelete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"), ondelete=ondelete
    )


def upgrade() -> None:
    _make_comments()
    _make_mentions()
    _make_presence()
    with op.batch_alter_table("campaign_test") as test:
        test.add_column(sa.Column("sent_by", sa.BigInteger(), nullable=True))
        test.create_foreign_key(
            op.f("fk_campaign_test_sent_by"), "organiser", ["sent_by"], ["id"], ondelete="SET NULL"
        )


def _make_comments() -> None:
    table = "campaign_comment"
    op.create_table(
        table,
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("block_id", sa.String(length=40), nullable=True),
        sa.Column("quote", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("resolved_at", MOMENT, nullable=True),
        sa.Column("resolved_by", sa.BigInteger(), nullable=True),
        _key(table, "campaign_id", "campaign", "CASCADE"),
        _key(table, "parent_id", "campaign_comment", "CASCADE"),
        _key(table, "author_id", "organiser", "SET NULL"),
        _key(table, "resolved_by", "organiser", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_comment")),
    )
    op.create_index("ix_campaign_comment_campaign_id_id", table, ["campaign_id", "id"])
    op.create_index(op.f("ix_campaign_comment_parent_id"), table, ["parent_id"])


def _make_mentions() -> None:
    table = "comment_mention"
    op.create_table(
        table,
        sa.Column("comment_id", sa.BigInteger(), nullable=False),
        sa.Column("organiser_id", sa.BigInteger(), nullable=False),
        sa.Column("told_at", MOMENT, nullable=True),
        _key(table, "comment_id", "campaign_comment", "CASCADE"),
        _key(table, "organiser_id", "organiser", "CASCADE"),
        sa.PrimaryKeyConstraint("comment_id", "organiser_id", name=op.f("pk_comment_mention")),
    )
    op.create_index("ix_comment_mention_told_at", table, ["told_at"])


def _make_presence() -> None:
    table = "campaign_presence"
    op.create_table(
        table,
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("organiser_id", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("typed_at", MOMENT, nullable=True),
        _key(table, "campaign_id", "campaign", "CASCADE"),
        _key(table, "organiser_id", "organiser", "CASCADE"),
        sa.PrimaryKeyConstraint("campaign_id", "organiser_id", name=op.f("pk_campaign_presence")),
    )
    op.create_index(op.f("ix_campaign_presence_seen_at"), table, ["seen_at"])


def downgrade() -> None:
    with op.batch_alter_table("campaign_test") as test:
        test.drop_constraint(op.f("fk_campaign_test_sent_by"), type_="foreignkey")
        test.drop_column("sent_by")
    for table in ("campaign_presence", "comment_mention", "campaign_comment"):
        op.drop_table(table)
