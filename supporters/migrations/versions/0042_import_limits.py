"""The limit of an import, the reason why it stopped, and the answers before it was resumed."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

REASONS = "'rejected', 'few_accept', 'many_decline', 'restored'"


def upgrade() -> None:
    with op.batch_alter_table("list_import") as imports:
        imports.add_column(sa.Column("most_invited", sa.Integer(), nullable=True))
        imports.add_column(sa.Column("hold_reason", sa.String(length=20), nullable=True))
        imports.add_column(
            sa.Column("answers_before", sa.JSON(), nullable=False, server_default="{}")
        )
        imports.create_check_constraint(
            op.f("ck_list_import_hold_reason"), f"hold_reason IN ({REASONS})"
        )
    op.execute(
        "UPDATE list_import SET hold_reason ="
        " CASE WHEN refused_lately > 0 THEN 'rejected' ELSE 'restored' END WHERE status = 'held'"
    )
    with op.batch_alter_table("list_import") as imports:
        imports.alter_column("answers_before", existing_type=sa.JSON(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("list_import") as imports:
        imports.drop_constraint(op.f("ck_list_import_hold_reason"), type_="check")
        imports.drop_column("answers_before")
        imports.drop_column("hold_reason")
        imports.drop_column("most_invited")
