"""Sessions, known devices, counted attempts, requests for a new password, names of accounts.

Links of open team invitations stay valid: the column that they are compared with becomes a hash.
Going back keeps it, so these links (of at most seven days) have to be sent again.
"""

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def _account(table: str, *, is_empty: bool = False) -> list[sa.schema.SchemaItem]:
    """Return the column of the account of a row, with its foreign key."""
    return [
        sa.Column("organiser_id", sa.BigInteger(), nullable=is_empty),
        sa.ForeignKeyConstraint(
            ["organiser_id"],
            ["organiser.id"],
            name=op.f(f"fk_{table}_organiser_id"),
            ondelete="CASCADE",
        ),
    ]


def _hash_link_secrets() -> None:
    """Store only the hashes of what the links of open team invitations hold."""
    accounts = sa.table("organiser", sa.column("id"), sa.column("fs_uniquifier"))
    connection = op.get_bind()
    for account_id, secret in connection.execute(
        sa.select(accounts.c.id, accounts.c.fs_uniquifier)
    ).all():
        digest = hashlib.sha256(secret.encode()).hexdigest()
        connection.execute(
            accounts.update().where(accounts.c.id == account_id).values(fs_uniquifier=digest)
        )


def upgrade() -> None:
    op.create_table(
        "attempt_count",
        sa.Column("key_mac", sa.LargeBinary(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_at", MOMENT, nullable=False),
        sa.Column("blocked_until", MOMENT, nullable=True),
        sa.Column("forgotten_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key_mac", name=op.f("pk_attempt_count")),
    )
    op.create_index("ix_attempt_count_forgotten_at", "attempt_count", ["forgotten_at"])
    op.create_table(
        "sign_in_session",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        *_account("sign_in_session"),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=False),
        sa.Column("network_mac", sa.LargeBinary(), nullable=False),
        sa.Column("browser", sa.String(length=60), nullable=False),
        sa.Column("methods", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_session")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_sign_in_session_secret_hash")),
    )
    op.create_index("ix_sign_in_session_organiser_id", "sign_in_session", ["organiser_id"])
    op.create_index("ix_sign_in_session_used_at", "sign_in_session", ["used_at"])
    op.create_table(
        "known_device",
        *_account("known_device"),
        sa.Column("network_mac", sa.LargeBinary(), nullable=False),
        sa.Column("browser", sa.String(length=60), nullable=False),
        sa.Column("used_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint(
            "organiser_id", "network_mac", "browser", name=op.f("pk_known_device")
        ),
    )
    op.create_index("ix_known_device_used_at", "known_device", ["used_at"])
    op.create_table(
        "refused_sign_in",
        sa.Column("key_mac", sa.LargeBinary(), nullable=False),
        *_account("refused_sign_in", is_empty=True),
        sa.Column("network", sa.String(length=50), nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("compared", sa.Integer(), nullable=False),
        sa.Column("limited", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key_mac", name=op.f("pk_refused_sign_in")),
    )
    op.create_index("ix_refused_sign_in_organiser_id", "refused_sign_in", ["organiser_id"])
    op.create_index("ix_refused_sign_in_begun_at", "refused_sign_in", ["begun_at"])
    op.create_table(
        "password_reset",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        *_account("password_reset", is_empty=True),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=True),
        sa.Column("requested_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_reset")),
    )
    op.create_index("ix_password_reset_organiser_id", "password_reset", ["organiser_id"])
    op.create_index("ix_password_reset_requested_at", "password_reset", ["requested_at"])
    with op.batch_alter_table("organiser") as organiser:
        organiser.add_column(sa.Column("name", sa.String(length=80), nullable=True))
    _hash_link_secrets()


def downgrade() -> None:
    with op.batch_alter_table("organiser") as organiser:
        organiser.drop_column("name")
    for table in (
        "password_reset",
        "refused_sign_in",
        "known_device",
        "sign_in_session",
        "attempt_count",
    ):
        op.drop_table(table)
