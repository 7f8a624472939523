"""A letter with the newest head of the consent log; how much of it a backup had sealed."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0012"
branch_labels = None
depends_on = None

BEFORE = ("confirm_signup", "already_subscribed", "invitation", "reset_password", "campaign_test")
LETTERS = sa.table("letter", sa.column("kind", sa.String))


def _allow(*kinds: str) -> None:
    allowed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("letter") as letter:
        letter.drop_constraint(op.f("ck_letter_kind"), type_="check")
        letter.create_check_constraint(op.f("ck_letter_kind"), f"kind IN ({allowed})")


def upgrade() -> None:
    _allow(*BEFORE, "log_head")
    with op.batch_alter_table("restoration") as restoration:
        restoration.add_column(sa.Column("restored_size", sa.BigInteger(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("restoration") as restoration:
        restoration.drop_column("restored_size")
    op.execute(LETTERS.delete().where(LETTERS.c.kind == "log_head"))
    _allow(*BEFORE)
