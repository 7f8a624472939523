"""Repairs databases that ran an earlier edition of 0003, 0005, 0007, 0013 or 0014.

These were changed after databases had run them. Whatever is right already stays as it is.
"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

LETTERS = (
    *("confirm_signup", "already_subscribed", "invitation", "reset_password", "campaign_test"),
    *("re_permission", "log_head", "contested_stop", "my_data", "new_address", "address_moved"),
    *("ask_again", "case_due", "case_extended", "export_made"),
)
SIZE_LINE = 1  # of a signed head: its name, its size, its root


def upgrade() -> None:
    if not isinstance(_columns("role")["permissions"], sa.Text):
        with op.batch_alter_table("role") as role:
            role.alter_column("permissions", type_=sa.UnicodeText(), existing_nullable=True)
    if "code_guesses" not in _columns("signup_request"):
        _add_number("signup_request", sa.Column("code_guesses", sa.Integer(), nullable=True), {})
    if "revoked_at" not in _columns("delivery_batch"):
        moment = sa.DateTime(timezone=True)
        op.add_column("delivery_batch", sa.Column("revoked_at", moment, nullable=True))
    if "restored_size" not in _columns("restoration"):
        size = sa.Column("restored_size", sa.BigInteger(), nullable=True)
        _add_number("restoration", size, _sizes_of_lost_heads())
    _allow_letters()


def downgrade() -> None:
    """Take nothing away: the migrations before this one make the same schema."""


def _columns(table: str) -> dict[str, object]:
    found = sa.inspect(op.get_bind()).get_columns(table)
    return {column["name"]: column["type"] for column in found}


def _add_number(table: str, column: sa.Column[int], values: dict[int, int]) -> None:
    """Add a column that every row has a number in: 0, unless its id is among the values."""
    op.add_column(table, column)
    numbers = sa.table(table, sa.column("id"), sa.column(column.name))
    op.execute(numbers.update().values({column.name: 0}))
    for row_id, number in values.items():
        op.execute(numbers.update().where(numbers.c.id == row_id).values({column.name: number}))
    with op.batch_alter_table(table) as changed:
        changed.alter_column(column.name, nullable=False, existing_type=column.type)


def _sizes_of_lost_heads() -> dict[int, int]:
    """Say of old restorations that they lost nothing: what they lost was not noted.

    So they excuse no kept head that the log lacks; whoever looks must decide.
    """
    rows = op.get_bind().execute(sa.text("SELECT id, lost_head FROM restoration"))
    return {row_id: int(head.splitlines()[SIZE_LINE]) for row_id, head in rows}


def _allow_letters() -> None:
    """Allow the kinds of letters that the database should, beside those that it does."""
    checks = sa.inspect(op.get_bind()).get_check_constraints("letter")
    (rule,) = [check["sqltext"] for check in checks if check["name"] == "ck_letter_kind"]
    allowed = re.findall(r"'([a-z_]+)'", rule)
    missing = [kind for kind in LETTERS if kind not in allowed]
    if not missing:
        return
    listed = ", ".join(f"'{kind}'" for kind in [*allowed, *missing])
    with op.batch_alter_table("letter") as letter:
        letter.drop_constraint(op.f("ck_letter_kind"), type_="check")
        letter.create_check_constraint(op.f("ck_letter_kind"), f"kind IN ({listed})")
