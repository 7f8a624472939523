"""Questions of lists, the answers of people, and the retention time of answers."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from supporters.migrations.edition_triggers import CHANGES, POSTGRESQL, SQLITE

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
KINDS = ("text", "choice", "yes-no", "date")
ANSWERS = "answers"
SHARED = ("list_question", "question_text")  # all visitors see them


def _key(
    table: str, columns: list[str], target: str, to: list[str], ondelete: str | None = None
) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        columns,
        [f"{target}.{each}" for each in to],
        name=op.f(f"fk_{table}_{columns[0]}"),
        ondelete=ondelete,
    )


def upgrade() -> None:
    _make_questions()
    _make_texts()
    _make_waiting_answers()
    _make_answers()
    _create_triggers()
    _add_rule()


def _make_questions() -> None:
    table = "list_question"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mailing_list_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(*KINDS, name="kind", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.CheckConstraint("days BETWEEN 1 AND 1095", name=op.f("ck_list_question_days")),
        _key(table, ["mailing_list_id"], "mailing_list", ["id"], "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_question")),
        sa.UniqueConstraint("id", "mailing_list_id", name=op.f("uq_list_question_id_mailing_list_id")),
    )
    op.create_index("ix_list_question_mailing_list_id", table, ["mailing_list_id"])


def _make_texts() -> None:
    table = "question_text"
    op.create_table(
        table,
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("sentence", sa.String(length=300), nullable=False),
        sa.Column("choices", sa.Text(), nullable=False),
        _key(table, ["question_id"], "list_question", ["id"], "CASCADE"),
        sa.PrimaryKeyConstraint("question_id", "language", name=op.f("pk_question_text")),
    )


def _of_question(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["question_id", "mailing_list_id"],
        ["list_question.id", "list_question.mailing_list_id"],
        name=f"fk_{table}_question",
    )


def _make_waiting_answers() -> None:
    table = "signup_answer"
    op.create_table(
        table,
        sa.Column("signup_request_id", sa.BigInteger(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("mailing_list_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.String(length=300), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        _key(table, ["signup_request_id"], "signup_request", ["id"], "CASCADE"),
        _of_question(table),
        sa.PrimaryKeyConstraint(
            "signup_request_id", "question_id", name=op.f("pk_signup_answer")
        ),
    )
    op.create_index("ix_signup_answer_question_id", table, ["question_id"])


def _make_answers() -> None:
    table = "list_answer"
    op.create_table(
        table,
        sa.Column("subscriber_id", sa.BigInteger(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("mailing_list_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.String(length=300), nullable=False),
        sa.Column("answered_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        _key(
            table,
            ["subscriber_id", "mailing_list_id"],
            "subscription",
            ["subscriber_id", "mailing_list_id"],
            "CASCADE",
        ),
        _of_question(table),
        sa.PrimaryKeyConstraint("subscriber_id", "question_id", name=op.f("pk_list_answer")),
    )
    op.create_index("ix_list_answer_question_id", table, ["question_id"])
    op.create_index("ix_list_answer_expires_at", table, ["expires_at"])
    op.create_index(
        "ix_list_answer_subscriber_id_mailing_list_id", table, ["subscriber_id", "mailing_list_id"]
    )


def _create_triggers() -> None:
    """Renew the site's edition when a question changes (ADR 061)."""
    for table in SHARED:
        if op.get_bind().dialect.name == "postgresql":
            op.execute(POSTGRESQL.format(table=table))
            continue
        for change in CHANGES:
            op.execute(SQLITE.format(change=change, table=table))


def _add_rule() -> None:
    rule = sa.table(
        "retention_rule",
        sa.column("category", sa.String),
        sa.column("days", sa.Integer),
        sa.column("basis", sa.Text),
        sa.column("note", sa.Text),
        sa.column("created_at", MOMENT),
    )
    row = {
        "category": ANSWERS,
        "days": 1095,
        "basis": "consent",
        "note": "each-question",
        "created_at": datetime.now(UTC),
    }
    op.bulk_insert(rule, [row])


def downgrade() -> None:
    for table in ("retention_result", "retention_change", "retention_rule"):
        op.execute(sa.text(f"DELETE FROM {table} WHERE category = '{ANSWERS}'"))  # noqa: S608
    for table in ("list_answer", "signup_answer", "question_text", "list_question"):
        op.drop_table(table)
