"""Keep a pace for each receiving provider: ceilings, use by hours, and shared connections."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

GROUPS = (
    *("everybody", "orange", "free", "sfr", "la_poste", "bouygues", "google", "microsoft"),
    *("yahoo", "apple", "proton", "gmx", "t_online", "libero"),
)
PLANS = ("careful", "middle", "fast")
REASONS = ("rate_limit", "refusals", "complaints")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(f'{each!r}' for each in values)})"


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "domain_ceiling",
        sa.Column("domain_group", sa.String(20), nullable=False),
        sa.Column("an_hour", sa.Integer, nullable=True),
        sa.Column("a_day", sa.Integer, nullable=True),
        sa.Column("plan", sa.String(20), nullable=True),
        sa.Column("plan_began_on", sa.Date, nullable=True),
        sa.Column("lowered_by", sa.Integer, nullable=False),
        sa.Column("lowered_at", moment, nullable=True),
        sa.Column("lowered_until", moment, nullable=True),
        sa.Column("lowered_because", sa.String(20), nullable=True),
        sa.Column("found_an_hour", sa.Integer, nullable=True),
        sa.Column("full_until", moment, nullable=True),
        sa.CheckConstraint(
            "(an_hour IS NULL OR an_hour BETWEEN 1 AND 1000000)"
            " AND (a_day IS NULL OR a_day BETWEEN 1 AND 10000000)",
            name=op.f("ck_domain_ceiling_ceilings"),
        ),
        sa.CheckConstraint(
            "(plan IS NULL) = (plan_began_on IS NULL)", name=op.f("ck_domain_ceiling_warm_up")
        ),
        sa.CheckConstraint(
            "lowered_by >= 1 AND (lowered_until IS NULL) = (lowered_at IS NULL)"
            " AND (lowered_until IS NULL) = (lowered_because IS NULL)",
            name=op.f("ck_domain_ceiling_lowered"),
        ),
        sa.CheckConstraint(
            _one_of("domain_group", GROUPS), name=op.f("ck_domain_ceiling_domain_group")
        ),
        sa.CheckConstraint(_one_of("plan", PLANS), name=op.f("ck_domain_ceiling_plan")),
        sa.CheckConstraint(
            _one_of("lowered_because", REASONS), name=op.f("ck_domain_ceiling_lowered_because")
        ),
        sa.PrimaryKeyConstraint("domain_group", name=op.f("pk_domain_ceiling")),
    )
    op.create_table(
        "domain_use",
        sa.Column("domain_group", sa.String(20), nullable=False),
        sa.Column("started_at", moment, nullable=False),
        sa.Column("mails", sa.Integer, nullable=False),
        sa.CheckConstraint(
            _one_of("domain_group", GROUPS), name=op.f("ck_domain_use_domain_group")
        ),
        sa.PrimaryKeyConstraint("domain_group", "started_at", name=op.f("pk_domain_use")),
    )
    op.create_table(
        "relay_lease",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("held_by", sa.String(40), nullable=True),
        sa.Column("held_until", moment, nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_relay_lease")),
    )
    op.add_column("delivery_batch", sa.Column("domain_group", sa.String(20), nullable=True))


def downgrade() -> None:
    op.drop_column("delivery_batch", "domain_group")
    for table in ("relay_lease", "domain_use", "domain_ceiling"):
        op.drop_table(table)
