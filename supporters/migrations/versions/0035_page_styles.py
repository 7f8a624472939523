"""The style of page snapshots, each once, apart from the pages; snapshots of before keep theirs."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

STYLE = "fk_page_version_style_hash"


def upgrade() -> None:
    op.create_table(
        "page_style",
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("content_hash", name=op.f("pk_page_style")),
    )
    with op.batch_alter_table("page_version") as page:
        page.add_column(sa.Column("style_hash", sa.String(length=64), nullable=True))
        page.create_foreign_key(op.f(STYLE), "page_style", ["style_hash"], ["content_hash"])


def downgrade() -> None:
    with op.batch_alter_table("page_version") as page:
        page.drop_constraint(op.f(STYLE), type_="foreignkey")
        page.drop_column("style_hash")
    op.drop_table("page_style")
