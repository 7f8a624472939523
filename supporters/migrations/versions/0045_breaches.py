"""Personal data breaches, two kinds of emails, and the end of accounts that are disabled."""

import re
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

LETTER_RULE = "ck_letter_kind"
EMAIL_KINDS = ("done_on_behalf", "breach_notice")
STATUSES = ("open", "notified", "not-notifiable", "closed")
NOTICE_STATUSES = ("awaiting-approval", "sending", "sent")
FACTS = (
    *("what-happened", "discovered", "nature", "people", "people-count", "data", "record-count"),
    *("consequences", "measures", "processor"),
)
ACTS = (
    *("opened", "stated", "noted", "notified", "delay-explained", "dismissed", "people-told"),
    *("people-not-told", "people-chosen", "people-emptied", "notice-written", "notice-approved"),
    *("notice-voided", "notice-sent", "alarmed", "overdue", "closed", "reopened"),
)
BREACHES, ACCOUNTS = "breaches", "accounts"
YEAR = 365
RETENTION = sa.table(
    "retention_rule",
    sa.column("category", sa.String),
    sa.column("days", sa.Integer),
    sa.column("basis", sa.Text),
    sa.column("note", sa.Text),
    sa.column("created_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    _allow_emails([*_email_kinds(), *EMAIL_KINDS])
    _create_register()
    _create_people()
    _create_notices()
    _end_accounts()
    op.bulk_insert(
        RETENTION,
        [
            {
                "category": BREACHES,
                "days": YEAR,
                "basis": "accountability",
                "note": "since-breach-closed",
                "created_at": datetime.now(UTC),
            }
        ],
    )


def _moment(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _one_of(table: str, column: str, values: tuple[str, ...]) -> sa.CheckConstraint:
    listed = ", ".join(f"'{each}'" for each in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_{table}_{column}"))


def _refers(
    table: str, column: str, to: str, *, ondelete: str | None = None
) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"), ondelete=ondelete
    )


def _email_kinds() -> list[str]:
    """Return the kinds of emails that the table takes at this moment."""
    for rule in sa.inspect(op.get_bind()).get_check_constraints("letter"):
        if rule["name"] == LETTER_RULE:
            return re.findall(r"'(\w+)'", rule["sqltext"])
    message = f"The table of emails has no rule {LETTER_RULE}."
    raise RuntimeError(message)


def _allow_emails(kinds: list[str]) -> None:
    allowed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("letter") as letter:
        letter.drop_constraint(op.f(LETTER_RULE), type_="check")
        letter.create_check_constraint(op.f(LETTER_RULE), f"kind IN ({allowed})")


def _create_register() -> None:
    op.create_table(
        "breach",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        _moment("discovered_at"),
        _moment("authority_told_at", nullable=True),
        _moment("recorded_at"),
        _moment("closed_at", nullable=True),
        _one_of("breach", "status", STATUSES),
        sa.CheckConstraint(
            "status <> 'notified' OR authority_told_at IS NOT NULL",
            name=op.f("ck_breach_notified_at_a_time"),
        ),
        sa.CheckConstraint(
            "(status = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_breach_closed_at_a_time")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breach")),
    )
    op.create_table(
        "breach_entry",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("breach_id", sa.BigInteger(), nullable=False),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column("fact", sa.String(length=20), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        _moment("made_at"),
        _one_of("breach_entry", "act", ACTS),
        _one_of("breach_entry", "fact", FACTS),
        sa.CheckConstraint(
            "(act = 'stated') = (fact IS NOT NULL)", name=op.f("ck_breach_entry_states_a_fact")
        ),
        _refers("breach_entry", "breach_id", "breach"),
        _refers("breach_entry", "made_by", "organiser", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breach_entry")),
    )
    op.create_index("ix_breach_entry_breach_id", "breach_entry", ["breach_id"])


def _create_people() -> None:
    op.create_table(
        "breach_person",
        sa.Column("breach_id", sa.BigInteger(), nullable=False),
        sa.Column("address_mac", sa.LargeBinary(), nullable=False),
        sa.Column("subscriber_id", sa.BigInteger(), nullable=True),
        _moment("added_at"),
        _moment("settled_at", nullable=True),
        sa.Column("is_written", sa.Boolean(), nullable=False),
        sa.Column("letter_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "NOT is_written OR settled_at IS NOT NULL", name=op.f("ck_breach_person_written_at_a_time")
        ),
        _refers("breach_person", "breach_id", "breach"),
        _refers("breach_person", "subscriber_id", "subscriber", ondelete="CASCADE"),
        _refers("breach_person", "letter_id", "letter", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("breach_id", "address_mac", name=op.f("pk_breach_person")),
        sa.UniqueConstraint(
            "breach_id", "subscriber_id", name=op.f("uq_breach_person_breach_id_subscriber_id")
        ),
    )
    for column in ("subscriber_id", "address_mac"):
        op.create_index(f"ix_breach_person_{column}", "breach_person", [column])
    for name, column, condition in (
        ("letter_id", "letter_id", "letter_id IS NOT NULL"),
        ("waiting", "breach_id", "settled_at IS NULL"),
    ):
        where = sa.text(condition)
        op.create_index(
            f"ix_breach_person_{name}",
            "breach_person",
            [column],
            sqlite_where=where,
            postgresql_where=where,
        )


def _create_notices() -> None:
    op.create_table(
        "breach_notice",
        sa.Column("breach_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("written_by_id", sa.BigInteger(), nullable=True),
        _moment("written_at"),
        sa.Column("approved_by_id", sa.BigInteger(), nullable=True),
        _moment("approved_at", nullable=True),
        sa.Column("people", sa.Integer(), nullable=True),
        _moment("finished_at", nullable=True),
        _one_of("breach_notice", "status", NOTICE_STATUSES),
        sa.CheckConstraint(
            "status = 'awaiting-approval' OR approved_at IS NOT NULL",
            name=op.f("ck_breach_notice_approved_before_sending"),
        ),
        sa.CheckConstraint(
            "approved_by_id <> written_by_id", name=op.f("ck_breach_notice_approved_by_another")
        ),
        _refers("breach_notice", "breach_id", "breach"),
        _refers("breach_notice", "written_by_id", "organiser", ondelete="SET NULL"),
        _refers("breach_notice", "approved_by_id", "organiser", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("breach_id", name=op.f("pk_breach_notice")),
    )


def _end_accounts() -> None:
    """Give disabled accounts the time since which they are; for earlier ones the log has it."""
    op.add_column("organiser", _moment("disabled_at", nullable=True))
    op.add_column("organiser", _moment("anonymised_at", nullable=True))
    op.execute(
        sa.text(
            "UPDATE organiser SET disabled_at = COALESCE((SELECT MAX(occurred_at) FROM audit_event"
            " WHERE act IN ('account.disabled', 'account.invitation_revoked')"
            " AND object_id = organiser.id), :now) WHERE NOT active"
        ).bindparams(sa.bindparam("now", datetime.now(UTC), sa.DateTime(timezone=True)))
    )
    op.execute(
        RETENTION.update()
        .where(RETENTION.c.category == ACCOUNTS, RETENTION.c.days.is_(None))
        .values(days=YEAR)
    )
    op.execute(
        RETENTION.update()
        .where(RETENTION.c.category == ACCOUNTS, RETENTION.c.note == "accounts-stay")
        .values(note="since-disabled")
    )


def downgrade() -> None:
    for table in ("breach_notice", "breach_person", "breach_entry", "breach"):
        op.drop_table(table)
    listed = ", ".join(f"'{kind}'" for kind in EMAIL_KINDS)
    op.execute(sa.text(f"DELETE FROM letter WHERE kind IN ({listed})"))  # noqa: S608
    _allow_emails([kind for kind in _email_kinds() if kind not in EMAIL_KINDS])
    with op.batch_alter_table("organiser") as organiser:
        organiser.drop_column("anonymised_at")
        organiser.drop_column("disabled_at")
    for table in ("retention_result", "retention_change", "retention_rule"):
        op.execute(sa.text(f"DELETE FROM {table} WHERE category = '{BREACHES}'"))  # noqa: S608
    op.execute(sa.text(f"DELETE FROM retention_change WHERE category = '{ACCOUNTS}'"))  # noqa: S608
    op.execute(
        RETENTION.update()
        .where(RETENTION.c.category == ACCOUNTS, RETENTION.c.note == "since-disabled")
        .values(note="accounts-stay", days=None)
    )
