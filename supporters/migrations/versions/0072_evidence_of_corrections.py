"""Corrections have evidence from now on; people are told of corrections and pauses (ADR 080).

The last correction without evidence is sealed: nobody can add one before it.
"""

import re
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from flask import current_app

revision = "0072"
down_revision = "0071"
branch_labels = None
depends_on = None

NAME = "log-bare-corrections"
EMAILS = ("paused", "back_on_list")
LAST = "SELECT max(id) FROM consent_event WHERE kind = 'corrected' AND evidence IS NULL"
RULE = "ck_letter_kind"

data_key = sa.table(
    "data_key",
    sa.column("name", sa.String),
    sa.column("sealed", sa.LargeBinary),
    sa.column("created_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    _take_only([*_kinds(), *EMAILS])
    last = op.get_bind().execute(sa.text(LAST)).scalar()
    if last is not None:
        sealed = current_app.extensions["sealer"].seal(str(last).encode())
        row = data_key.insert().values(name=NAME, sealed=sealed, created_at=datetime.now(UTC))
        op.execute(row)


def downgrade() -> None:
    op.execute(data_key.delete().where(data_key.c.name == NAME))
    for kind in EMAILS:
        op.execute(f"DELETE FROM letter WHERE kind = '{kind}'")
    _take_only([kind for kind in _kinds() if kind not in EMAILS])


def _kinds() -> list[str]:
    """Return the kinds of emails that the table takes at this moment."""
    for rule in sa.inspect(op.get_bind()).get_check_constraints("letter"):
        if rule["name"] == RULE:
            return re.findall(r"'(\w+)'", rule["sqltext"])
    message = f"The table of emails has no rule {RULE}."
    raise RuntimeError(message)


def _take_only(kinds: list[str]) -> None:
    allowed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("letter") as letter:
        letter.drop_constraint(op.f(RULE), type_="check")
        letter.create_check_constraint(op.f(RULE), f"kind IN ({allowed})")
