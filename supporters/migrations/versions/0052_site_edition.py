"""The edition of what all visitors share, which triggers renew (ADR 061)."""

import sqlalchemy as sa
from alembic import op

from supporters.migrations.edition_triggers import (
    NEW_VALUE,
    create_edition_triggers,
    drop_edition_triggers,
)

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "site_edition",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", sa.String(length=40), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_site_edition_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_edition")),
    )
    op.execute(f"INSERT INTO site_edition VALUES (1, {NEW_VALUE[op.get_bind().dialect.name]})")
    create_edition_triggers()


def downgrade() -> None:
    drop_edition_triggers()
    op.drop_table("site_edition")
