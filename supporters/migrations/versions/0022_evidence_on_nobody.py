"""Evidence that is asked for on an address that is nobody's is taken down too."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

RULE = "ck_disclosure_of_somebody"
OF_SOMEBODY = "(kind = 'export') = (subscriber_id IS NULL)"


def upgrade() -> None:
    _rule(f"kind = 'evidence' OR {OF_SOMEBODY}")


def downgrade() -> None:
    _refuse_to_lose()
    _rule(OF_SOMEBODY)


def _refuse_to_lose() -> None:
    """Stop where going back would take away what is sealed in the log."""
    lost = "SELECT 1 FROM disclosure WHERE kind = 'evidence' AND subscriber_id IS NULL"
    if op.get_bind().execute(sa.text(lost)).first():
        message = "Evidence was asked for on addresses that are nobody's: the log has it."
        raise RuntimeError(message)


def _rule(condition: str) -> None:
    with op.batch_alter_table("disclosure") as disclosure:
        disclosure.drop_constraint(op.f(RULE), type_="check")
        disclosure.create_check_constraint(op.f(RULE), condition)
