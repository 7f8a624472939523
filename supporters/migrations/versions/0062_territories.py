"""The territory of a list, and the postcode of a person who wants it to be kept."""

import sqlalchemy as sa
from alembic import op

from supporters.migrations.edition_triggers import CHANGES, POSTGRESQL, SQLITE

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None

TABLE = "list_territory"
KINDS = ("departement", "commune", "postcode")
OF_PEOPLE = ("subscriber", "signup_request")


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("mailing_list_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(*KINDS, name="kind", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("code", sa.String(length=5), nullable=False),
        sa.ForeignKeyConstraint(
            ["mailing_list_id"],
            ["mailing_list.id"],
            name=op.f("fk_list_territory_mailing_list_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("mailing_list_id", "kind", "code", name=op.f("pk_list_territory")),
    )
    for table in OF_PEOPLE:
        op.add_column(table, sa.Column("postcode", sa.String(length=5), nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        op.execute(POSTGRESQL.format(table=TABLE))
        return
    for change in CHANGES:
        op.execute(SQLITE.format(change=change, table=TABLE))


def downgrade() -> None:
    for table in OF_PEOPLE:
        op.drop_column(table, "postcode")
    op.drop_table(TABLE)
