"""Which letter a line of a case or an invitation led to, and which worker has a letter in hand."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

LINKS = {"case_entry": "letter_id", "organiser": "invitation_letter_id"}


def upgrade() -> None:
    with op.batch_alter_table("letter") as letter:
        letter.add_column(sa.Column("claimed_by", sa.String(length=32), nullable=True))
    for table, column in LINKS.items():
        with op.batch_alter_table(table) as altered:
            altered.add_column(sa.Column(column, sa.BigInteger(), nullable=True))
            altered.create_foreign_key(
                op.f(f"fk_{table}_{column}"), "letter", [column], ["id"], ondelete="SET NULL"
            )
        op.create_index(
            f"ix_{table}_{column}",
            table,
            [column],
            sqlite_where=sa.text(f"{column} IS NOT NULL"),
            postgresql_where=sa.text(f"{column} IS NOT NULL"),
        )


def downgrade() -> None:
    for table, column in LINKS.items():
        op.drop_index(f"ix_{table}_{column}", table)
        with op.batch_alter_table(table) as altered:
            altered.drop_constraint(op.f(f"fk_{table}_{column}"), type_="foreignkey")
            altered.drop_column(column)
    with op.batch_alter_table("letter") as letter:
        letter.drop_column("claimed_by")
