"""Former lists that are asked: imports, their evidence and refusals, invitations, their letter."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

KIND = "re_permission"
STATUSES = (
    "draft",
    "checking",
    "checked",
    "waiting",
    "making",
    "asking",
    "held",
    "done",
    "cancelled",
)
FORMATS = ("mailchimp", "listmonk", "phplist", "mailman", "other")
WAYS = ("site", "paper", "event", "petition", "members")
REASONS = (
    "no_address",
    "malformed",
    "role",
    "twice",
    "on_list",
    "had_left",
    "may_not",
    "too_many_columns",
    "too_long",
    "unreadable",
)
STATED = " AND ".join(
    f"{column} IS NOT NULL"
    for column in (
        "way",
        "collected_by",
        "collected_from",
        "collected_until",
        "statement",
        "address_column",
    )
)
COUNTS = (
    "rows",
    "fitting",
    "invited",
    "asked",
    "skipped",
    "refused",
    "confirmed",
    "declined",
    "unanswered",
    "day",
    "asked_in_day",
    "tried",
    "refused_lately",
)
MOMENTS = ("worked_at", "checked_at", "approved_at", "asking_since", "held_at", "ended_at")


def upgrade() -> None:
    _allow_kinds([*_letter_kinds(), KIND])
    _create_imports()
    _create_parts()
    _create_invitations()


def downgrade() -> None:
    for table in ("invitation", "import_seen", "import_refusal", "import_evidence", "list_import"):
        op.drop_table(table)
    op.execute(f"DELETE FROM letter WHERE kind = '{KIND}'")
    _allow_kinds([each for each in _letter_kinds() if each != KIND])


def _enum(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def _moment() -> sa.DateTime:
    return sa.DateTime(timezone=True)


def _letter_kinds() -> list[str]:
    """Return what kinds of letters the database allows at present."""
    checks = sa.inspect(op.get_bind()).get_check_constraints("letter")
    (allowed,) = [check["sqltext"] for check in checks if check["name"] == "ck_letter_kind"]
    return re.findall(r"'([a-z_]+)'", allowed)


def _allow_kinds(kinds: list[str]) -> None:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("letter") as letter:
        letter.drop_constraint(op.f("ck_letter_kind"), type_="check")
        letter.create_check_constraint(op.f("ck_letter_kind"), f"kind IN ({listed})")


def _create_imports() -> None:
    op.create_table(
        "list_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mailing_list_id", sa.Integer(), nullable=False),
        sa.Column("status", _enum("status", STATUSES), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("imported_by_id", sa.BigInteger(), nullable=False),
        sa.Column("approved_by_id", sa.BigInteger(), nullable=True),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("file_key", sa.String(length=40), nullable=False),
        sa.Column("file_hash", sa.String(length=64), nullable=False),
        sa.Column("file_bytes", sa.BigInteger(), nullable=False),
        sa.Column("delimiter", sa.String(length=1), nullable=False),
        sa.Column("header", sa.JSON(), nullable=False),
        sa.Column("format", _enum("format", FORMATS), nullable=False),
        sa.Column("address_column", sa.Integer(), nullable=True),
        sa.Column("name_column", sa.Integer(), nullable=True),
        sa.Column("language_column", sa.Integer(), nullable=True),
        sa.Column("way", _enum("way", WAYS), nullable=True),
        sa.Column("collected_by", sa.String(length=120), nullable=True),
        sa.Column("collected_from", sa.Integer(), nullable=True),
        sa.Column("collected_until", sa.Integer(), nullable=True),
        sa.Column("statement", sa.Text(), nullable=True),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("refusals", sa.JSON(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
        sa.Column("created_at", _moment(), nullable=False),
        *(sa.Column(name, _moment(), nullable=True) for name in MOMENTS),
        sa.CheckConstraint(
            "approved_by_id <> imported_by_id", name=op.f("ck_list_import_approved_by_another")
        ),
        sa.CheckConstraint(
            "status NOT IN ('making', 'asking', 'held', 'done') OR approved_by_id IS NOT NULL",
            name=op.f("ck_list_import_approved_before_asking"),
        ),
        sa.CheckConstraint(
            f"status IN ('draft', 'cancelled') OR ({STATED})",
            name=op.f("ck_list_import_provenance_is_stated"),
        ),
        sa.ForeignKeyConstraint(
            ["mailing_list_id"], ["mailing_list.id"], name=op.f("fk_list_import_mailing_list_id")
        ),
        sa.ForeignKeyConstraint(
            ["imported_by_id"], ["organiser.id"], name=op.f("fk_list_import_imported_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["organiser.id"], name=op.f("fk_list_import_approved_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_import")),
        sa.UniqueConstraint("file_key", name=op.f("uq_list_import_file_key")),
        sa.UniqueConstraint("id", "approved_by_id", name=op.f("uq_list_import_id_approved_by_id")),
    )


def _create_parts() -> None:
    op.create_table(
        "import_evidence",
        sa.Column("import_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["list_import.id"], name=op.f("fk_import_evidence_import_id")
        ),
        sa.PrimaryKeyConstraint("import_id", name=op.f("pk_import_evidence")),
    )
    op.create_table(
        "import_refusal",
        sa.Column("import_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reason", _enum("reason", REASONS), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["list_import.id"], name=op.f("fk_import_refusal_import_id")
        ),
        sa.PrimaryKeyConstraint("import_id", "line", name=op.f("pk_import_refusal")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "import_seen",
        sa.Column("import_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("fingerprint", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["list_import.id"], name=op.f("fk_import_seen_import_id")
        ),
        sa.PrimaryKeyConstraint("import_id", "fingerprint", name=op.f("pk_import_seen")),
        sqlite_with_rowid=False,
    )


def _create_invitations() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("approved_by_id", sa.BigInteger(), nullable=False),
        sa.Column("status", _enum("status", ("waiting", "leaving", "sent")), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("address_mac", sa.LargeBinary(), nullable=False),
        sa.Column("given_name", sa.String(length=80), nullable=True),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("letter_id", sa.BigInteger(), nullable=True),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=True),
        sa.Column("asked_at", _moment(), nullable=True),
        sa.Column("expires_at", _moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id", "approved_by_id"],
            ["list_import.id", "list_import.approved_by_id"],
            name=op.f("fk_invitation_import_id_approved_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["letter_id"],
            ["letter.id"],
            name=op.f("fk_invitation_letter_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("address_mac", name=op.f("uq_invitation_address_mac")),
    )
    op.create_index("ix_invitation_import_id_status", "invitation", ["import_id", "status"])
    for column in ("letter_id", "expires_at"):
        where = sa.text(f"{column} IS NOT NULL")
        op.create_index(
            f"ix_invitation_{column}",
            "invitation",
            [column],
            sqlite_where=where,
            postgresql_where=where,
        )
