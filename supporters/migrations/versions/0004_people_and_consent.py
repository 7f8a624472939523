"""People, what they agreed to, and the lists that they joined."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "purpose",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purpose")),
    )
    op.create_table(
        "wording",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("purpose_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["purpose_id"], ["purpose.id"], name=op.f("fk_wording_purpose_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wording")),
        sa.UniqueConstraint("id", "purpose_id", name=op.f("uq_wording_id_purpose_id")),
        sa.UniqueConstraint(
            "purpose_id", "language", "version", name=op.f("uq_wording_purpose_id_language_version")
        ),
    )
    op.create_table(
        "subscriber",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("address_key", sa.String(length=254), nullable=False),
        sa.Column("address_mac", sa.LargeBinary(), nullable=False),
        sa.Column("given_name", sa.String(length=80), nullable=True),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("joined_event_id", sa.BigInteger(), nullable=False),
        sa.Column("joined_event_kind", sa.String(length=20), nullable=False),
        sa.CheckConstraint(
            "joined_event_kind = 'confirmed'", name=op.f("ck_subscriber_joined_by_confirming")
        ),
        sa.ForeignKeyConstraint(
            ["joined_event_id", "joined_event_kind", "id"],
            ["consent_event.id", "consent_event.kind", "consent_event.subscriber_id"],
            name="fk_subscriber_joined_event",
            initially="DEFERRED",
            deferrable=True,
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriber")),
        sa.UniqueConstraint("address_key", name=op.f("uq_subscriber_address_key")),
        sa.UniqueConstraint("address_mac", name=op.f("uq_subscriber_address_mac")),
        sa.UniqueConstraint("joined_event_id", name=op.f("uq_subscriber_joined_event_id")),
    )
    op.create_table(
        "consent_event",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "confirmed",
                "withdrawn",
                "objected",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("subscriber_id", sa.BigInteger(), nullable=False),
        sa.Column("purpose_id", sa.Integer(), nullable=False),
        sa.Column("wording_id", sa.Integer(), nullable=True),
        sa.Column(
            "method",
            sa.Enum(
                "link",
                "code",
                "one-click",
                "page",
                "organiser",
                name="method",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("page_url", sa.String(length=500), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("evidence", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "kind <> 'confirmed' OR (wording_id IS NOT NULL AND requested_at IS NOT NULL AND page_url IS NOT NULL AND evidence IS NOT NULL AND method IN ('link', 'code'))",
            name=op.f("ck_consent_event_confirmed_by_the_holder"),
        ),
        sa.ForeignKeyConstraint(
            ["purpose_id"], ["purpose.id"], name=op.f("fk_consent_event_purpose_id")
        ),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscriber.id"],
            name=op.f("fk_consent_event_subscriber_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["wording_id", "purpose_id"],
            ["wording.id", "wording.purpose_id"],
            name=op.f("fk_consent_event_wording_id_purpose_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_event")),
        sa.UniqueConstraint(
            "evidence", "purpose_id", name=op.f("uq_consent_event_evidence_purpose_id")
        ),
        sa.UniqueConstraint(
            "id",
            "kind",
            "subscriber_id",
            "purpose_id",
            name=op.f("uq_consent_event_id_kind_subscriber_id_purpose_id"),
        ),
        sa.UniqueConstraint(
            "id", "kind", "subscriber_id", name=op.f("uq_consent_event_id_kind_subscriber_id")
        ),
    )
    op.create_index(
        "ix_consent_event_purpose_id_occurred_at", "consent_event", ["purpose_id", "occurred_at"]
    )
    op.create_index("ix_consent_event_subscriber_id", "consent_event", ["subscriber_id"])
    if op.get_bind().dialect.supports_alter:  # SQLite has it from create_table already
        op.create_foreign_key(
            "fk_subscriber_joined_event",
            "subscriber",
            "consent_event",
            ["joined_event_id", "joined_event_kind", "id"],
            ["id", "kind", "subscriber_id"],
            deferrable=True,
            initially="DEFERRED",
        )
    op.create_table(
        "suppression",
        sa.Column("address_mac", sa.LargeBinary(), nullable=False),
        sa.Column("scope", sa.String(length=40), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("address_mac", "scope", name=op.f("pk_suppression")),
    )
    op.create_table(
        "mailing_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("description", sa.String(length=500), nullable=False),
        sa.Column("purpose_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["purpose_id"], ["purpose.id"], name=op.f("fk_mailing_list_purpose_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailing_list")),
        sa.UniqueConstraint("id", "purpose_id", name=op.f("uq_mailing_list_id_purpose_id")),
        sa.UniqueConstraint("purpose_id", name=op.f("uq_mailing_list_purpose_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_mailing_list_slug")),
    )
    op.create_table(
        "subscription",
        sa.Column("subscriber_id", sa.BigInteger(), nullable=False),
        sa.Column("mailing_list_id", sa.Integer(), nullable=False),
        sa.Column("purpose_id", sa.Integer(), nullable=False),
        sa.Column("consent_event_id", sa.BigInteger(), nullable=False),
        sa.Column("consent_kind", sa.String(length=20), nullable=False),
        sa.Column("subscribed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("consent_kind = 'confirmed'", name=op.f("ck_subscription_confirmed")),
        sa.ForeignKeyConstraint(
            ["consent_event_id", "consent_kind", "subscriber_id", "purpose_id"],
            [
                "consent_event.id",
                "consent_event.kind",
                "consent_event.subscriber_id",
                "consent_event.purpose_id",
            ],
            name=op.f("fk_subscription_consent"),
        ),
        sa.ForeignKeyConstraint(
            ["mailing_list_id", "purpose_id"],
            ["mailing_list.id", "mailing_list.purpose_id"],
            name=op.f("fk_subscription_mailing_list_id_purpose_id"),
        ),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscriber.id"], name=op.f("fk_subscription_subscriber_id")
        ),
        sa.PrimaryKeyConstraint("subscriber_id", "mailing_list_id", name=op.f("pk_subscription")),
        sa.UniqueConstraint("consent_event_id", name=op.f("uq_subscription_consent_event_id")),
    )
    op.create_index(
        "ix_subscription_mailing_list_id_subscriber_id",
        "subscription",
        ["mailing_list_id", "subscriber_id"],
    )


def downgrade() -> None:
    if op.get_bind().dialect.supports_alter:
        op.drop_constraint("fk_subscriber_joined_event", "subscriber", type_="foreignkey")
    op.drop_table("subscription")
    op.drop_table("mailing_list")
    op.drop_table("suppression")
    op.drop_table("consent_event")
    op.drop_table("subscriber")
    op.drop_table("wording")
    op.drop_table("purpose")
