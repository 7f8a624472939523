"""The letter that asks somebody whether they want to stay, while it is on its way."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

INDEX = "ix_subscriber_asking_letter_id"
KEY = "fk_subscriber_asking_letter_id"
IS_ON_ITS_WAY = "asking_letter_id IS NOT NULL"


def upgrade() -> None:
    with op.batch_alter_table("subscriber") as subscriber:
        subscriber.add_column(sa.Column("asking_letter_id", sa.BigInteger(), nullable=True))
        subscriber.create_foreign_key(
            op.f(KEY), "letter", ["asking_letter_id"], ["id"], ondelete="SET NULL"
        )
    op.create_index(
        INDEX,
        "subscriber",
        ["asking_letter_id"],
        sqlite_where=sa.text(IS_ON_ITS_WAY),
        postgresql_where=sa.text(IS_ON_ITS_WAY),
    )


def downgrade() -> None:
    op.drop_index(INDEX, "subscriber")
    with op.batch_alter_table("subscriber") as subscriber:
        subscriber.drop_constraint(op.f(KEY), type_="foreignkey")
        subscriber.drop_column("asking_letter_id")
