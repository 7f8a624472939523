"""Changes of consent texts, and their mailings, that wait for a second person."""

import sqlalchemy as sa
from alembic import op

revision = "0070"
down_revision = "0069"
branch_labels = None
depends_on = None

KINDS = ("meaning", "mailing")
STATUSES = ("open", "agreed", "done", "cancelled", "lapsed")
WAITING = sa.text("status IN ('open', 'agreed')")
MOMENT = sa.DateTime(timezone=True)
FROZEN = "purpose_id, kind, texts, text_hash, requested_by_id, requested_at"
SQLITE = f"""
CREATE TRIGGER keep_consent_change BEFORE UPDATE OF {FROZEN} ON consent_change BEGIN
  SELECT RAISE(ABORT, 'the texts of a consent change are frozen');
END
"""
FUNCTION = """
CREATE FUNCTION keep_consent_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the texts of a consent change are frozen' USING ERRCODE = '23514';
END $$;
"""
POSTGRESQL = f"""
CREATE TRIGGER keep_consent_change BEFORE UPDATE OF {FROZEN} ON consent_change
FOR EACH ROW EXECUTE FUNCTION keep_consent_change()
"""


def _is_one_of(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def _refers(column: str, target: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_consent_change_{column}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name)


def upgrade() -> None:
    op.create_table(
        "consent_change",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("purpose_id", sa.Integer(), nullable=False),
        sa.Column("kind", _is_one_of("kind", KINDS), nullable=False),
        sa.Column("status", _is_one_of("status", STATUSES), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("requested_by_id", sa.BigInteger(), nullable=False),
        sa.Column("requested_at", MOMENT, nullable=False),
        sa.Column("agreed_by_id", sa.BigInteger(), nullable=True),
        sa.Column("agreed_at", MOMENT, nullable=True),
        sa.Column("starts_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("result_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "agreed_by_id <> requested_by_id", name=op.f("ck_consent_change_agreed_by_another")
        ),
        sa.CheckConstraint(
            "status NOT IN ('agreed', 'done') OR agreed_at IS NOT NULL",
            name=op.f("ck_consent_change_agreed_before_done"),
        ),
        sa.CheckConstraint(
            "agreed_by_id IS NOT NULL OR agreed_at IS NULL OR starts_at IS NOT NULL",
            name=op.f("ck_consent_change_alone_it_waits"),
        ),
        _refers("purpose_id", "purpose"),
        _refers("result_id", "purpose"),
        _refers("requested_by_id", "organiser"),
        _refers("agreed_by_id", "organiser"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_change")),
    )
    op.create_index("ix_consent_change_result_id", "consent_change", ["result_id"])
    op.create_index(
        "uq_consent_change_waiting",
        "consent_change",
        ["purpose_id"],
        unique=True,
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(FUNCTION)
        op.execute(POSTGRESQL)
    else:
        op.execute(SQLITE)
    op.add_column("asking", sa.Column("text_hash", sa.String(length=64), nullable=True))


def downgrade() -> None:
    op.drop_column("asking", "text_hash")
    op.drop_table("consent_change")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION keep_consent_change()")
