"""Store the files of imports in the database, encrypted, in parts: any machine reads them."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("list_import", sa.Column("encrypted", sa.LargeBinary(), nullable=True))
    op.create_table(
        "import_file_part",
        sa.Column("import_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["list_import.id"],
            name=op.f("fk_import_file_part_import_id_list_import"),
        ),
        sa.PrimaryKeyConstraint("import_id", "number", name=op.f("pk_import_file_part")),
    )


def downgrade() -> None:
    op.drop_table("import_file_part")
    op.drop_column("list_import", "encrypted")
