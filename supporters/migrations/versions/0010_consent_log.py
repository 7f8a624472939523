"""The consent log, and purposes that succeed each other or are no list."""

import secrets
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from flask import current_app

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

KEYS = ("log", "log-signing")
KEEPS = {"campaign": {"sqlite_autoincrement": True}}  # SQLite's tables are made anew

data_key = sa.table(
    "data_key",
    sa.column("name", sa.String),
    sa.column("sealed", sa.LargeBinary),
    sa.column("created_at", sa.DateTime(timezone=True)),
)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _one_of(*values: str) -> str:
    return ", ".join(f"'{value}'" for value in values)


def upgrade() -> None:
    _make_keys()
    _extend_purposes()
    _make_log()


def _make_keys() -> None:
    now = datetime.now(UTC)
    for name in KEYS:
        sealed = current_app.extensions["sealer"].seal(secrets.token_bytes(32))
        op.execute(data_key.insert().values(name=name, sealed=sealed, created_at=now))


def _extend_purposes() -> None:
    with op.batch_alter_table("purpose") as purpose:
        purpose.add_column(
            sa.Column("kind", sa.String(length=20), nullable=False, server_default="newsletter")
        )
        purpose.add_column(sa.Column("succeeds_id", sa.Integer(), nullable=True))
    with op.batch_alter_table("purpose") as purpose:
        purpose.alter_column("kind", server_default=None, existing_type=sa.String(length=20))
        purpose.create_check_constraint(
            op.f("ck_purpose_kind"), "kind IN ('newsletter', 'targeting', 'measurement')"
        )
        purpose.create_unique_constraint(op.f("uq_purpose_succeeds_id"), ["succeeds_id"])
        purpose.create_foreign_key(
            op.f("fk_purpose_succeeds_id"), "purpose", ["succeeds_id"], ["id"]
        )
    op.create_table(
        "offer",
        sa.Column("purpose_id", sa.Integer(), nullable=False),
        _moment("since"),
        sa.ForeignKeyConstraint(["purpose_id"], ["purpose.id"], name=op.f("fk_offer_purpose_id")),
        sa.PrimaryKeyConstraint("purpose_id", name=op.f("pk_offer")),
    )
    op.create_table(
        "page_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        _moment("first_used_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_version")),
        sa.UniqueConstraint("content_hash", name=op.f("uq_page_version_content_hash")),
    )
    op.create_table(
        "list_purpose",
        sa.Column("purpose_id", sa.Integer(), nullable=False),
        sa.Column("mailing_list_id", sa.Integer(), nullable=False),
        _moment("since"),
        sa.ForeignKeyConstraint(
            ["mailing_list_id"], ["mailing_list.id"], name=op.f("fk_list_purpose_mailing_list_id")
        ),
        sa.ForeignKeyConstraint(
            ["purpose_id"], ["purpose.id"], name=op.f("fk_list_purpose_purpose_id")
        ),
        sa.PrimaryKeyConstraint("purpose_id", name=op.f("pk_list_purpose")),
        sa.UniqueConstraint(
            "mailing_list_id", "purpose_id", name=op.f("uq_list_purpose_mailing_list_id_purpose_id")
        ),
    )
    op.execute(
        "INSERT INTO list_purpose (purpose_id, mailing_list_id, since)"
        " SELECT purpose_id, id, created_at FROM mailing_list"
    )
    for table in ("subscription", "campaign"):
        _point_at(table, "list_purpose", "mailing_list_id")
    op.execute("DELETE FROM signup_request")  # asked for again: the log didn't see them
    op.drop_table("signup_choice")
    _make_choices("list_purpose", "mailing_list_id", is_of_before=False)
    with op.batch_alter_table("mailing_list") as mailing_list:
        mailing_list.drop_constraint(op.f("uq_mailing_list_id_purpose_id"), type_="unique")


def _point_at(table: str, target: str, column: str) -> None:
    """Let a list and its purpose be looked for in another table."""
    name = op.f(f"fk_{table}_mailing_list_id_purpose_id")
    with op.batch_alter_table(table, table_kwargs=KEEPS.get(table, {})) as changed:
        changed.drop_constraint(name, type_="foreignkey")
        changed.create_foreign_key(
            name, target, ["mailing_list_id", "purpose_id"], [column, "purpose_id"]
        )


def _make_choices(target: str, column: str, *, is_of_before: bool) -> None:
    event = [] if is_of_before else [sa.Column("event_id", sa.BigInteger(), nullable=False)]
    key = "mailing_list_id" if is_of_before else "purpose_id"
    op.create_table(
        "signup_choice",
        sa.Column("signup_request_id", sa.BigInteger(), nullable=False),
        sa.Column("mailing_list_id", sa.Integer(), nullable=not is_of_before),
        sa.Column("purpose_id", sa.Integer(), nullable=False),
        sa.Column("wording_id", sa.Integer(), nullable=False),
        *event,
        sa.ForeignKeyConstraint(
            ["mailing_list_id", "purpose_id"],
            [f"{target}.{column}", f"{target}.purpose_id"],
            name=op.f("fk_signup_choice_mailing_list_id_purpose_id"),
        ),
        sa.ForeignKeyConstraint(
            ["signup_request_id"],
            ["signup_request.id"],
            name=op.f("fk_signup_choice_signup_request_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["wording_id", "purpose_id"],
            ["wording.id", "wording.purpose_id"],
            name=op.f("fk_signup_choice_wording_id_purpose_id"),
        ),
        sa.PrimaryKeyConstraint("signup_request_id", key, name=op.f("pk_signup_choice")),
    )


def _make_log() -> None:
    op.create_table(
        "log_entry",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("record_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("commitment", sa.LargeBinary(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("kind", "record_id", name=op.f("pk_log_entry")),
    )
    op.create_index("ix_log_entry_position", "log_entry", ["position"], unique=True)
    op.create_index(
        "ix_log_entry_unsealed",
        "log_entry",
        ["record_id"],
        sqlite_where=sa.text("position IS NULL"),
        postgresql_where=sa.text("position IS NULL"),
    )
    op.create_table(
        "log_tile",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "number", name=op.f("pk_log_tile")),
    )
    op.create_table(
        "log_head",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        _moment("sealed_at"),
        sa.Column("checkpoint", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_log_head")),
    )
    op.create_table(
        "erasure",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("records", sa.Text(), nullable=False),
        _moment("occurred_at"),
        sa.CheckConstraint(
            f"reason IN ({_one_of('asked', 'expired', 'replayed')})", name=op.f("ck_erasure_reason")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
    )
    op.create_table(
        "restoration",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("lost_head", sa.Text(), nullable=False),
        sa.Column("replayed", sa.Integer(), nullable=False),
        _moment("occurred_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restoration")),
    )


def downgrade() -> None:
    _refuse_to_lose()
    for table in ("restoration", "erasure", "log_head", "log_tile", "log_entry"):
        op.drop_table(table)
    _shrink_purposes()
    for name in KEYS:
        op.execute(data_key.delete().where(data_key.c.name == name))


def _refuse_to_lose() -> None:
    """Stop where going back would lose consents."""
    lost = "SELECT 1 FROM purpose WHERE succeeds_id IS NOT NULL OR kind <> 'newsletter'"
    if op.get_bind().execute(sa.text(lost)).first():
        message = "There are purposes that the earlier version knows nothing of: it can't be used."
        raise RuntimeError(message)


def _shrink_purposes() -> None:
    op.execute("DELETE FROM signup_request")
    op.drop_table("signup_choice")
    with op.batch_alter_table("mailing_list") as mailing_list:
        mailing_list.create_unique_constraint(
            op.f("uq_mailing_list_id_purpose_id"), ["id", "purpose_id"]
        )
    for table in ("subscription", "campaign"):
        _point_at(table, "mailing_list", "id")
    _make_choices("mailing_list", "id", is_of_before=True)
    for table in ("list_purpose", "page_version", "offer"):
        op.drop_table(table)
    with op.batch_alter_table("purpose") as purpose:
        purpose.drop_constraint(op.f("fk_purpose_succeeds_id"), type_="foreignkey")
        purpose.drop_constraint(op.f("uq_purpose_succeeds_id"), type_="unique")
        purpose.drop_constraint(op.f("ck_purpose_kind"), type_="check")
        purpose.drop_column("succeeds_id")
        purpose.drop_column("kind")
