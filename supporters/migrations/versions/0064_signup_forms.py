"""Sign-up forms that the team makes: their words, lists, questions and counts."""

import sqlalchemy as sa
from alembic import op

from supporters.migrations.edition_triggers import CHANGES, POSTGRESQL, SQLITE

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None

SEEN = ("signup_form", "signup_form_text", "signup_form_list", "signup_form_question")
STATUSES = ("draft", "open", "closed")
HAS_FORM = sa.text("form_id IS NOT NULL")


def _key(name: str, target: str, table: str) -> tuple[sa.Column[int], sa.ForeignKeyConstraint]:
    key = op.f(f"fk_{table}_{name}")
    column = sa.Column(name, sa.Integer(), nullable=False)
    return column, sa.ForeignKeyConstraint([name], [f"{target}.id"], name=key, ondelete="CASCADE")


def upgrade() -> None:
    op.create_table(
        "signup_form",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column(
            "status",
            sa.Enum(*STATUSES, name="status", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("goes_to", sa.String(length=500), nullable=False),
        sa.Column("picture_id", sa.BigInteger(), nullable=True),
        sa.Column("picture_file", sa.String(length=30), nullable=True),
        sa.Column("picture_hash", sa.String(length=64), nullable=True),
        sa.Column("picture_width", sa.Integer(), nullable=True),
        sa.Column("picture_height", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(picture_id IS NULL) = (picture_file IS NULL)", name=op.f("ck_signup_form_picture")
        ),
        sa.ForeignKeyConstraint(
            ["picture_id"], ["picture.id"], name=op.f("fk_signup_form_picture_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signup_form")),
        sa.UniqueConstraint("slug", name=op.f("uq_signup_form_slug")),
    )
    op.create_table(
        "signup_form_text",
        *_key("form_id", "signup_form", "signup_form_text"),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("intro", sa.String(length=2000), nullable=False),
        sa.Column("thanks", sa.String(length=1000), nullable=False),
        sa.Column("picture_alt", sa.String(length=300), nullable=False),
        sa.CheckConstraint("title <> ''", name=op.f("ck_signup_form_text_has_a_title")),
        sa.PrimaryKeyConstraint("form_id", "language", name=op.f("pk_signup_form_text")),
    )
    op.create_table(
        "signup_form_list",
        *_key("form_id", "signup_form", "signup_form_list"),
        *_key("mailing_list_id", "mailing_list", "signup_form_list"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("form_id", "mailing_list_id", name=op.f("pk_signup_form_list")),
    )
    op.create_index(
        "ix_signup_form_list_mailing_list_id", "signup_form_list", ["mailing_list_id"]
    )
    op.create_table(
        "signup_form_question",
        *_key("form_id", "signup_form", "signup_form_question"),
        *_key("question_id", "list_question", "signup_form_question"),
        sa.PrimaryKeyConstraint("form_id", "question_id", name=op.f("pk_signup_form_question")),
    )
    op.create_index(
        "ix_signup_form_question_question_id", "signup_form_question", ["question_id"]
    )
    op.create_table(
        "signup_form_count",
        *_key("form_id", "signup_form", "signup_form_count"),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("confirmed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("form_id", name=op.f("pk_signup_form_count")),
    )
    _add_to_requests()
    _renew_edition()


def _add_to_requests() -> None:
    name = op.f("fk_signup_request_form_id")
    with op.batch_alter_table("signup_request") as request:
        request.add_column(sa.Column("form_id", sa.Integer(), nullable=True))
        request.create_foreign_key(name, "signup_form", ["form_id"], ["id"], ondelete="SET NULL")
    op.create_index(
        "ix_signup_request_form_id",
        "signup_request",
        ["form_id"],
        sqlite_where=HAS_FORM,
        postgresql_where=HAS_FORM,
    )


def _renew_edition() -> None:
    for table in SEEN:
        if op.get_bind().dialect.name == "postgresql":
            op.execute(POSTGRESQL.format(table=table))
            continue
        for change in CHANGES:
            op.execute(SQLITE.format(change=change, table=table))


def downgrade() -> None:
    op.drop_index("ix_signup_request_form_id", "signup_request")
    with op.batch_alter_table("signup_request") as request:
        request.drop_constraint(op.f("fk_signup_request_form_id"), type_="foreignkey")
        request.drop_column("form_id")
    for table in ("signup_form_count", *reversed(SEEN)):
        op.drop_table(table)
