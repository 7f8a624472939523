"""Signups that nobody has confirmed yet."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "signup_request",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("public_id", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("address_key", sa.String(length=254), nullable=False),
        sa.Column("address_mac", sa.LargeBinary(), nullable=False),
        sa.Column("given_name", sa.String(length=80), nullable=True),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("mailing_list_id", sa.Integer(), nullable=False),
        sa.Column("page_url", sa.String(length=500), nullable=False),
        sa.Column("letter_id", sa.BigInteger(), nullable=True),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("code_mac", sa.LargeBinary(), nullable=False),
        sa.Column("code_attempts", sa.Integer(), nullable=False),
        sa.Column("code_guesses", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["letter_id"],
            ["letter.id"],
            name=op.f("fk_signup_request_letter_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["mailing_list_id"], ["mailing_list.id"], name=op.f("fk_signup_request_mailing_list_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signup_request")),
        sa.UniqueConstraint("public_id", name=op.f("uq_signup_request_public_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_signup_request_token_hash")),
    )
    op.create_index("ix_signup_request_address_mac", "signup_request", ["address_mac"])
    op.create_index("ix_signup_request_expires_at", "signup_request", ["expires_at"])
    op.create_table(
        "signup_choice",
        sa.Column("signup_request_id", sa.BigInteger(), nullable=False),
        sa.Column("mailing_list_id", sa.Integer(), nullable=False),
        sa.Column("purpose_id", sa.Integer(), nullable=False),
        sa.Column("wording_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mailing_list_id", "purpose_id"],
            ["mailing_list.id", "mailing_list.purpose_id"],
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
        sa.PrimaryKeyConstraint(
            "signup_request_id", "mailing_list_id", name=op.f("pk_signup_choice")
        ),
    )


def downgrade() -> None:
    op.drop_table("signup_choice")
    op.drop_table("signup_request")
