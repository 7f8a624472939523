"""How often an email was lost after its body, and whether it waits for the relay to come back."""

import sqlalchemy as sa
from alembic import op

revision = "0073"
down_revision = "0072"
branch_labels = None
depends_on = None

LOST = "lost with the body on its way"


def upgrade() -> None:
    op.add_column(
        "letter", sa.Column("times_lost", sa.Integer(), server_default="0", nullable=False)
    )
    op.add_column(
        "letter",
        sa.Column("waits_for_relay", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    letter = sa.table("letter", sa.column("last_reply"), sa.column("times_lost"))
    op.execute(letter.update().where(letter.c.last_reply == LOST).values(times_lost=1))


def downgrade() -> None:
    op.drop_column("letter", "waits_for_relay")
    op.drop_column("letter", "times_lost")
