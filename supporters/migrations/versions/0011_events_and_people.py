"""What the log wants to know of each event; what freezes and pauses a person; disclosures."""

import secrets
from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

KINDS = (
    "requested",
    "confirmed",
    "renewed",
    "withdrawn",
    "objected",
    "restricted",
    "released",
    "asked-again",
    "moved",
)
METHODS = ("form", "link", "code", "one-click", "page", "my-data", "organiser", "letter")
CONSENT = "consent_kind IN ('confirmed', 'renewed')"
BY_THE_HOLDER = (
    "kind NOT IN ('confirmed', 'renewed')"
    " OR (wording_id IS NOT NULL AND requested_at IS NOT NULL"
    " AND page_url IS NOT NULL AND evidence IS NOT NULL"
    " AND method IN ('link', 'code', 'my-data'))"
)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _one_of(*values: str) -> str:
    return ", ".join(f"'{value}'" for value in values)


def _salt_each(table: str) -> None:
    """Give each row a random salt."""
    rows = sa.table(table, sa.column("id", sa.BigInteger), sa.column("log_salt", sa.LargeBinary))
    connection = op.get_bind()
    for (row_id,) in connection.execute(sa.select(rows.c.id)).all():
        salted = rows.update().where(rows.c.id == row_id).values(log_salt=secrets.token_bytes(32))
        connection.execute(salted)


def _check_now() -> None:
    """Have deferred keys checked: PostgreSQL changes no table while some wait for it."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET CONSTRAINTS ALL IMMEDIATE")


def upgrade() -> None:
    _extend_people()
    _extend_events()
    op.execute("DELETE FROM signup_request")  # asked for again: the log didn't see them
    with op.batch_alter_table("signup_request") as request:
        request.add_column(sa.Column("page_version_id", sa.Integer(), nullable=True))
        request.add_column(sa.Column("log_salt", sa.LargeBinary(), nullable=False))
        request.create_foreign_key(
            op.f("fk_signup_request_page_version_id"), "page_version", ["page_version_id"], ["id"]
        )
    for table in ("subscription", "delivery"):
        with op.batch_alter_table(table) as held:
            held.drop_constraint(op.f(f"ck_{table}_confirmed"), type_="check")
            held.create_check_constraint(op.f(f"ck_{table}_confirmed"), CONSENT)


def _extend_people() -> None:
    with op.batch_alter_table("subscriber") as subscriber:
        for name in ("acted_at", "asked_again_at", "paused_until", "restricted_at"):
            subscriber.add_column(_moment(name, nullable=True))
        subscriber.add_column(sa.Column("log_salt", sa.LargeBinary(), nullable=True))
    op.execute("UPDATE subscriber SET acted_at = created_at")
    _salt_each("subscriber")
    _check_now()
    with op.batch_alter_table("subscriber") as subscriber:
        subscriber.alter_column("acted_at", nullable=False, existing_type=sa.DateTime())
        subscriber.alter_column("log_salt", nullable=False, existing_type=sa.LargeBinary())
    op.create_index("ix_subscriber_acted_at", "subscriber", ["acted_at"])
    op.create_table(
        "disclosure",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subscriber_id", sa.BigInteger(), nullable=True),
        sa.Column("asked_by", sa.String(length=254), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        _moment("occurred_at"),
        sa.CheckConstraint(
            f"kind IN ({_one_of('evidence', 'access', 'export')})", name=op.f("ck_disclosure_kind")
        ),
        sa.CheckConstraint(
            "(kind = 'export') = (subscriber_id IS NULL)", name=op.f("ck_disclosure_of_somebody")
        ),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscriber.id"], name=op.f("fk_disclosure_subscriber_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosure")),
    )
    op.create_index("ix_disclosure_subscriber_id", "disclosure", ["subscriber_id"])


def _extend_events() -> None:
    with op.batch_alter_table("consent_event") as event:
        event.add_column(sa.Column("address_mac", sa.LargeBinary(), nullable=True))
        event.add_column(sa.Column("page_version_id", sa.Integer(), nullable=True))
        event.add_column(sa.Column("request_id", sa.BigInteger(), nullable=True))
    op.execute(
        "UPDATE consent_event SET address_mac = (SELECT address_mac FROM subscriber"
        " WHERE subscriber.id = consent_event.subscriber_id)"
    )
    _check_now()
    with op.batch_alter_table("consent_event") as event:
        event.alter_column("address_mac", nullable=False, existing_type=sa.LargeBinary())
        event.alter_column("purpose_id", nullable=True, existing_type=sa.Integer())
        event.create_foreign_key(
            op.f("fk_consent_event_page_version_id"), "page_version", ["page_version_id"], ["id"]
        )
        for name, rule in (
            ("kind", f"kind IN ({_one_of(*KINDS)})"),
            ("method", f"method IN ({_one_of(*METHODS)})"),
            ("confirmed_by_the_holder", BY_THE_HOLDER),
        ):
            event.drop_constraint(op.f(f"ck_consent_event_{name}"), type_="check")
            event.create_check_constraint(op.f(f"ck_consent_event_{name}"), rule)
        event.create_check_constraint(
            op.f("ck_consent_event_for_a_purpose"),
            "purpose_id IS NOT NULL OR kind IN ('objected', 'restricted', 'released', 'moved')",
        )
    op.create_table(
        "agreement",
        sa.Column("subscriber_id", sa.BigInteger(), nullable=False),
        sa.Column("purpose_id", sa.Integer(), nullable=False),
        sa.Column("consent_event_id", sa.BigInteger(), nullable=False),
        sa.Column("consent_kind", sa.String(length=20), nullable=False),
        sa.CheckConstraint(CONSENT, name=op.f("ck_agreement_confirmed")),
        sa.ForeignKeyConstraint(
            ["consent_event_id", "consent_kind", "subscriber_id", "purpose_id"],
            [
                "consent_event.id",
                "consent_event.kind",
                "consent_event.subscriber_id",
                "consent_event.purpose_id",
            ],
            name="fk_agreement_consent",
        ),
        sa.ForeignKeyConstraint(
            ["purpose_id"], ["purpose.id"], name=op.f("fk_agreement_purpose_id")
        ),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscriber.id"], name=op.f("fk_agreement_subscriber_id")
        ),
        sa.PrimaryKeyConstraint("subscriber_id", "purpose_id", name=op.f("pk_agreement")),
        sa.UniqueConstraint("consent_event_id", name=op.f("uq_agreement_consent_event_id")),
    )


def downgrade() -> None:
    _refuse_to_lose()
    for table in ("subscription", "delivery"):
        with op.batch_alter_table(table) as held:
            held.drop_constraint(op.f(f"ck_{table}_confirmed"), type_="check")
            held.create_check_constraint(
                op.f(f"ck_{table}_confirmed"), "consent_kind = 'confirmed'"
            )
    with op.batch_alter_table("signup_request") as request:
        request.drop_constraint(op.f("fk_signup_request_page_version_id"), type_="foreignkey")
        request.drop_column("page_version_id")
        request.drop_column("log_salt")
    _shrink_events()
    _shrink_people()


def _refuse_to_lose() -> None:
    """Stop where going back would free the frozen, or lose consents."""
    for lost in ("SELECT 1 FROM subscriber WHERE restricted_at IS NOT NULL", "SELECT 1 FROM agreement"):
        if op.get_bind().execute(sa.text(lost)).first():
            message = "The earlier version knows nothing of frozen people and of agreements."
            raise RuntimeError(message)


def _shrink_events() -> None:
    op.drop_table("agreement")
    op.execute(
        "DELETE FROM consent_event WHERE purpose_id IS NULL"
        " OR kind NOT IN ('confirmed', 'withdrawn', 'objected')"
    )
    op.execute("UPDATE consent_event SET method = 'page' WHERE method = 'my-data'")
    _check_now()
    with op.batch_alter_table("consent_event") as event:
        for name, rule in (
            ("kind", "kind IN ('confirmed', 'withdrawn', 'objected')"),
            ("method", f"method IN ({_one_of('link', 'code', 'one-click', 'page', 'organiser')})"),
            (
                "confirmed_by_the_holder",
                "kind <> 'confirmed' OR (wording_id IS NOT NULL AND requested_at IS NOT NULL"
                " AND page_url IS NOT NULL AND evidence IS NOT NULL AND method IN ('link', 'code'))",
            ),
        ):
            event.drop_constraint(op.f(f"ck_consent_event_{name}"), type_="check")
            event.create_check_constraint(op.f(f"ck_consent_event_{name}"), rule)
        event.drop_constraint(op.f("ck_consent_event_for_a_purpose"), type_="check")
        event.drop_constraint(op.f("fk_consent_event_page_version_id"), type_="foreignkey")
        event.alter_column("purpose_id", nullable=False, existing_type=sa.Integer())
        event.drop_column("address_mac")
        event.drop_column("page_version_id")
        event.drop_column("request_id")


def _shrink_people() -> None:
    op.drop_table("disclosure")
    op.drop_index("ix_subscriber_acted_at", "subscriber")
    with op.batch_alter_table("subscriber") as subscriber:
        for name in ("acted_at", "asked_again_at", "paused_until", "restricted_at", "log_salt"):
            subscriber.drop_column(name)
