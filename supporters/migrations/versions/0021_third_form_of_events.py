"""Let events have a holder, a surface and an origin, in a third form of their sealed record."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TABLES = ("consent_event", "signup_request")
PLAIN: dict[str, sa.types.TypeEngine[Any]] = {
    "origin": sa.String(200),
    "typed_at": sa.DateTime(timezone=True),
}
SURFACES = (
    *("site", "frame", "stall", "program", "link-page", "my-data", "console", "command"),
    "worker",
)
PLACE = (
    "(record_form IS NOT NULL OR (surface IS NULL AND origin IS NULL AND typed_at IS NULL))"
    " AND (origin IS NULL OR (surface IS NOT NULL AND surface IN ('frame', 'program')))"
    " AND (typed_at IS NULL OR (surface IS NOT NULL AND surface = 'stall'))"
)
THIRD_FORM = {
    "consent_event": (
        "(record_form IS NULL AND holder IS NULL AND form_id IS NULL)"
        " OR (record_form IS NOT NULL AND record_form = 3"
        " AND holder IS NOT NULL AND controller_id IS NOT NULL)"
    ),
    "signup_request": "record_form IS NULL OR record_form = 3",
}


def upgrade() -> None:
    op.add_column("consent_event", sa.Column("holder", sa.LargeBinary(), nullable=True))
    op.add_column("consent_event", sa.Column("form_id", sa.Integer(), nullable=True))
    surfaces = ", ".join(f"'{each}'" for each in SURFACES)
    for table in TABLES:
        for name, kind in PLAIN.items():
            op.add_column(table, sa.Column(name, kind, nullable=True))
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN surface VARCHAR(20)"
            f" CONSTRAINT ck_{table}_surface CHECK (surface IN ({surfaces}))"
        )
        # SQLite adds a column with its checks without rebuilding the table, and its triggers.
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN record_form SMALLINT"
            f" CONSTRAINT ck_{table}_third_form CHECK ({THIRD_FORM[table]})"
            f" CONSTRAINT ck_{table}_place CHECK ({PLACE})"
        )


def downgrade() -> None:
    for table in TABLES:
        if op.get_bind().dialect.name == "postgresql":
            for name in ("third_form", "place"):
                op.drop_constraint(op.f(f"ck_{table}_{name}"), table, type_="check")
        for name in ("record_form", "surface", *PLAIN):
            op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
    for name in ("form_id", "holder"):
        op.execute(f"ALTER TABLE consent_event DROP COLUMN {name}")
