"""Exports: of which list, and the letter that tells of one."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

KINDS = (
    *("confirm_signup", "already_subscribed", "invitation", "reset_password", "campaign_test"),
    *("re_permission", "log_head", "contested_stop", "my_data", "new_address", "address_moved"),
    *("ask_again", "case_due", "case_extended"),
)
INDEX = "ix_disclosure_kind_occurred_at"


def upgrade() -> None:
    _allow_letters(*KINDS, "export_made")
    with op.batch_alter_table("disclosure") as disclosure:
        disclosure.add_column(sa.Column("mailing_list_id", sa.Integer(), nullable=True))
        disclosure.create_foreign_key(
            op.f("fk_disclosure_mailing_list_id"), "mailing_list", ["mailing_list_id"], ["id"]
        )
        disclosure.create_check_constraint(
            op.f("ck_disclosure_of_a_list"), "kind = 'export' OR mailing_list_id IS NULL"
        )
    op.create_index(INDEX, "disclosure", ["kind", "occurred_at"])


def downgrade() -> None:
    op.drop_index(INDEX, "disclosure")
    with op.batch_alter_table("disclosure") as disclosure:
        disclosure.drop_constraint(op.f("ck_disclosure_of_a_list"), type_="check")
        disclosure.drop_constraint(op.f("fk_disclosure_mailing_list_id"), type_="foreignkey")
        disclosure.drop_column("mailing_list_id")
    op.execute("DELETE FROM letter WHERE kind = 'export_made'")
    _allow_letters(*KINDS)


def _allow_letters(*kinds: str) -> None:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("letter") as letter:
        letter.drop_constraint(op.f("ck_letter_kind"), type_="check")
        letter.create_check_constraint(op.f("ck_letter_kind"), f"kind IN ({listed})")
