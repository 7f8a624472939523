"""The texts of lists renew the edition of the site (ADR 061)."""

from supporters.migrations.list_text_triggers import (
    create_list_text_triggers,
    drop_list_text_triggers,
)

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_list_text_triggers()


def downgrade() -> None:
    drop_list_text_triggers()
