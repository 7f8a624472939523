"""Whom people agree with, and on what ground: each event says it from now on."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

BASIS = "'9(2)(a)'"
WHO = ("name", "address", "contact", "data_protection_officer")
ROW = ", ".join(("id", *WHO, "first_used_at"))


def upgrade() -> None:
    op.create_table(
        "controller",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in WHO),
        sa.Column("first_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_controller")),
        sa.UniqueConstraint(*WHO, name=op.f(f"uq_controller_{'_'.join(WHO)}")),
    )
    with op.batch_alter_table("consent_event") as event:
        event.add_column(sa.Column("controller_id", sa.BigInteger(), nullable=True))
        event.add_column(sa.Column("basis", sa.String(length=20), nullable=True))
        event.create_check_constraint(op.f("ck_consent_event_basis"), f"basis IN ({BASIS})")
        event.create_check_constraint(
            op.f("ck_consent_event_answered_for"), "(basis IS NULL) = (controller_id IS NULL)"
        )
        event.create_foreign_key(
            op.f("fk_consent_event_controller_id"), "controller", ["controller_id"], ["id"]
        )
    with op.batch_alter_table("signup_request") as request:
        request.add_column(sa.Column("controller_id", sa.BigInteger(), nullable=True))
        request.create_foreign_key(
            op.f("fk_signup_request_controller_id"), "controller", ["controller_id"], ["id"]
        )
    if sa.inspect(op.get_bind()).has_table("kept_controller"):
        _put_back()


def downgrade() -> None:
    """Keep what is sealed: the earlier version can't read it, and the next upgrade puts it back."""
    if op.get_bind().execute(sa.text("SELECT 1 FROM controller")).first():
        _keep()
    _forget_requests()
    with op.batch_alter_table("signup_request") as request:
        request.drop_constraint(op.f("fk_signup_request_controller_id"), type_="foreignkey")
        request.drop_column("controller_id")
    with op.batch_alter_table("consent_event") as event:
        event.drop_constraint(op.f("fk_consent_event_controller_id"), type_="foreignkey")
        for name in ("answered_for", "basis"):
            event.drop_constraint(op.f(f"ck_consent_event_{name}"), type_="check")
        for name in ("controller_id", "basis"):
            event.drop_column(name)
    op.drop_table("controller")


def _forget_requests() -> None:
    """Let people ask again: a confirmation by the earlier version would not match what is sealed."""
    waiting = "SELECT id FROM signup_request WHERE controller_id IS NOT NULL"
    op.execute(f"DELETE FROM signup_choice WHERE signup_request_id IN ({waiting})")
    op.execute("DELETE FROM signup_request WHERE controller_id IS NOT NULL")


def _keep() -> None:
    op.execute(f"CREATE TABLE kept_controller AS SELECT {ROW} FROM controller")
    op.execute(
        "CREATE TABLE kept_event AS SELECT id, controller_id FROM consent_event"
        " WHERE controller_id IS NOT NULL"
    )


def _put_back() -> None:
    op.execute(f"INSERT INTO controller ({ROW}) SELECT {ROW} FROM kept_controller")
    op.execute(
        f"UPDATE consent_event SET basis = {BASIS}, controller_id ="
        " (SELECT controller_id FROM kept_event WHERE kept_event.id = consent_event.id)"
        " WHERE id IN (SELECT id FROM kept_event)"
    )
    for name in ("kept_event", "kept_controller"):
        op.drop_table(name)
