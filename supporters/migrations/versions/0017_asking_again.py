"""Asking again, people by people; the letter that does it."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

LETTER = "ask_again"
RULE = "ck_letter_kind"


def _kinds() -> list[str]:
    """Return the kinds of letters that the table takes at this moment."""
    for rule in sa.inspect(op.get_bind()).get_check_constraints("letter"):
        if rule["name"] == RULE:
            return re.findall(r"'(\w+)'", rule["sqltext"])
    message = f"The table of letters has no rule {RULE}."
    raise RuntimeError(message)


def _take_only(kinds: list[str]) -> None:
    allowed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("letter") as letter:
        letter.drop_constraint(op.f(RULE), type_="check")
        letter.create_check_constraint(op.f(RULE), f"kind IN ({allowed})")


def upgrade() -> None:
    _take_only([*_kinds(), LETTER])
    op.create_table(
        "asking",
        sa.Column("purpose_id", sa.Integer(), nullable=False),
        sa.Column("asked_up_to", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["purpose_id"], ["purpose.id"], name=op.f("fk_asking_purpose_id")),
        sa.PrimaryKeyConstraint("purpose_id", name=op.f("pk_asking")),
    )


def downgrade() -> None:
    op.drop_table("asking")
    op.execute(f"DELETE FROM letter WHERE kind = '{LETTER}'")
    _take_only([kind for kind in _kinds() if kind != LETTER])
