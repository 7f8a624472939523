"""Since when and by whom accounts have their rights, the inviter, and requests for rights."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

INVITED_BY = "fk_organiser_invited_by_id"
GRANTED_BY = "fk_organiser_role_granted_by_id"
ACCOUNT_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OWNERS = (
    "SELECT organiser_id FROM organiser_role JOIN role ON role.id = role_id WHERE name = 'owner'"
)


def upgrade() -> None:
    with op.batch_alter_table("organiser") as organiser:
        organiser.add_column(sa.Column("invited_by_id", ACCOUNT_ID, nullable=True))
        organiser.add_column(
            sa.Column("was_owner", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        organiser.create_foreign_key(
            op.f(INVITED_BY), "organiser", ["invited_by_id"], ["id"], ondelete="SET NULL"
        )
    with op.batch_alter_table("organiser_role", recreate="always") as organiser_role:
        organiser_role.add_column(
            sa.Column(
                "granted_at",
                sa.DateTime(timezone=True),
                nullable=False,
                server_default=sa.func.now(),
            )
        )
        organiser_role.add_column(sa.Column("granted_by_id", ACCOUNT_ID, nullable=True))
        organiser_role.create_foreign_key(
            op.f(GRANTED_BY), "organiser", ["granted_by_id"], ["id"], ondelete="SET NULL"
        )
    _make_requests()
    _date_rights()


def _make_requests() -> None:
    op.create_table(
        "right_request",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("organiser_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("requested_by_id", sa.BigInteger(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role IN ('owner', 'organiser', 'dpo', 'exporter', 'approver')",
            name=op.f("ck_right_request_role"),
        ),
        sa.CheckConstraint(
            "status IN ('open', 'granted', 'declined', 'withdrawn', 'lapsed')",
            name=op.f("ck_right_request_status"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_right_request")),
        *(
            sa.ForeignKeyConstraint(
                [column],
                ["organiser.id"],
                name=op.f(f"fk_right_request_{column}"),
                ondelete=ondelete,
            )
            for column, ondelete in (
                ("organiser_id", "CASCADE"),
                ("requested_by_id", "SET NULL"),
                ("decided_by_id", "SET NULL"),
            )
        ),
    )
    op.create_index(
        "uq_right_request_open",
        "right_request",
        ["organiser_id", "role"],
        unique=True,
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )


def _date_rights() -> None:
    """Date the rights of existing accounts, and let existing owners approve campaigns."""
    op.execute(
        sa.text(
            "UPDATE organiser_role SET granted_at ="
            " (SELECT COALESCE(welcomed_at, invited_at) FROM organiser"
            " WHERE organiser.id = organiser_role.organiser_id)"
        )
    )
    op.execute(
        sa.text(
            "INSERT INTO role (name) SELECT 'approver'"
            " WHERE NOT EXISTS (SELECT 1 FROM role WHERE name = 'approver')"
        )
    )
    op.execute(
        sa.text(
            "INSERT INTO organiser_role (organiser_id, role_id, granted_at)"
            " SELECT organiser.id, role.id, COALESCE(welcomed_at, invited_at)"
            f" FROM organiser, role WHERE role.name = 'approver' AND organiser.id IN ({OWNERS})"
            " AND NOT EXISTS (SELECT 1 FROM organiser_role AS held"
            " WHERE held.organiser_id = organiser.id AND held.role_id = role.id)"
        )
    )


def downgrade() -> None:
    op.drop_table("right_request")
    with op.batch_alter_table("organiser_role") as organiser_role:
        organiser_role.drop_constraint(op.f(GRANTED_BY), type_="foreignkey")
        organiser_role.drop_column("granted_by_id")
        organiser_role.drop_column("granted_at")
    with op.batch_alter_table("organiser") as organiser:
        organiser.drop_constraint(op.f(INVITED_BY), type_="foreignkey")
        organiser.drop_column("was_owner")
        organiser.drop_column("invited_by_id")
