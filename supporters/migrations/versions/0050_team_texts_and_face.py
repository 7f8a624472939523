"""Templates and pieces of the team, their pictures, and the party's face in emails."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "team_text",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "template", "piece", name="kind", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("preheader", sa.String(length=200), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["organiser.id"],
            name=op.f("fk_team_text_created_by"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_text")),
        sa.UniqueConstraint("kind", "name", name=op.f("uq_team_text_kind_name")),
    )
    op.create_table(
        "team_text_picture",
        sa.Column("team_text_id", sa.BigInteger(), nullable=False),
        sa.Column("picture_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_text_id"],
            ["team_text.id"],
            name=op.f("fk_team_text_picture_team_text_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["picture_id"], ["picture.id"], name=op.f("fk_team_text_picture_picture_id")
        ),
        sa.PrimaryKeyConstraint("team_text_id", "picture_id", name=op.f("pk_team_text_picture")),
    )
    op.create_index(
        op.f("ix_team_text_picture_picture_id"), "team_text_picture", ["picture_id"]
    )
    op.create_table(
        "mail_face",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("accent", sa.String(length=7), nullable=False),
        sa.Column("accent_words", sa.String(length=7), nullable=False),
        sa.Column("stripe", sa.String(length=7), nullable=False),
        sa.Column(
            "alignment",
            sa.Enum(
                "left", "center", name="alignment", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column("shows_name", sa.Boolean(), nullable=False),
        sa.Column("logo_id", sa.BigInteger(), nullable=True),
        sa.Column("logo_file", sa.String(length=30), nullable=True),
        sa.Column("logo_width", sa.Integer(), nullable=True),
        sa.Column("logo_height", sa.Integer(), nullable=True),
        sa.Column("logo_alt", sa.String(length=100), nullable=False),
        sa.Column("links", sa.Text(), nullable=False),
        sa.Column("postal_address", sa.String(length=300), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_mail_face_only_one")),
        sa.CheckConstraint(
            "(logo_id IS NULL) = (logo_file IS NULL)", name=op.f("ck_mail_face_logo")
        ),
        sa.ForeignKeyConstraint(["logo_id"], ["picture.id"], name=op.f("fk_mail_face_logo_id")),
        sa.ForeignKeyConstraint(
            ["changed_by"],
            ["organiser.id"],
            name=op.f("fk_mail_face_changed_by"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_face")),
    )


def downgrade() -> None:
    op.drop_table("mail_face")
    op.drop_index(op.f("ix_team_text_picture_picture_id"), table_name="team_text_picture")
    op.drop_table("team_text_picture")
    op.drop_table("team_text")
