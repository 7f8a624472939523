"""Store the keys that sign our emails with DKIM."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "dkim_key",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("domain", sa.String(253), nullable=False),
        sa.Column("selector", sa.String(63), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("public_key", sa.Text, nullable=False),
        sa.Column("encrypted", sa.LargeBinary, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("activated_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("retired_at", MOMENT, nullable=True),
        sa.Column("retired_because", sa.String(300), nullable=True),
        sa.Column("record", sa.String(20), nullable=True),
        sa.Column("checked_at", MOMENT, nullable=True),
        _check("status", "status IN ('waiting', 'active', 'replaced', 'retired')"),
        _check("record", "record IN ('visible', 'absent', 'different', 'unknown')"),
        _check("private_until_retired", "(status = 'retired') = (encrypted IS NULL)"),
        _check("retired_at", "(status = 'retired') = (retired_at IS NOT NULL)"),
        _check("activated_at", "status NOT IN ('active', 'replaced') OR activated_at IS NOT NULL"),
        _check("ended_at", "status <> 'replaced' OR ended_at IS NOT NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dkim_key")),
        sa.UniqueConstraint("domain", "selector", name=op.f("uq_dkim_key_domain_selector")),
    )
    _one_of_a_domain("waiting")
    _one_of_a_domain("active")


def downgrade() -> None:
    op.drop_table("dkim_key")


def _check(name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_dkim_key_{name}"))


def _one_of_a_domain(status: str) -> None:
    rows = sa.text(f"status = '{status}'")
    op.create_index(
        f"ix_dkim_key_{status}",
        "dkim_key",
        ["domain"],
        unique=True,
        sqlite_where=rows,
        postgresql_where=rows,
    )
