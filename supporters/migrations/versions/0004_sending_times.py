"""Add the sending window, and ballots with their silence and their places."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NO_OR_WHOLE_SILENCE = (
    "(begins_on IS NULL AND begins_minute IS NULL AND ends_on IS NULL AND ends_minute IS NULL)"
    " OR (begins_on IS NOT NULL AND begins_minute IS NOT NULL AND ends_on IS NOT NULL"
    " AND ends_minute IS NOT NULL)"
)


def upgrade() -> None:
    op.create_table(
        "sending_window",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("days", sa.Integer, nullable=False),
        sa.Column("opens", sa.Integer, nullable=False),
        sa.Column("closes", sa.Integer, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        _account("sending_window", "changed_by"),
        _check("sending_window", "only_one", "id = 1"),
        _check("sending_window", "opens_on_a_day", "days BETWEEN 1 AND 127"),
        _check(
            "sending_window",
            "minutes",
            "opens BETWEEN 0 AND 1439 AND closes BETWEEN 0 AND 1439",
        ),
        _check("sending_window", "opens_at_some_time", "opens <> closes OR opens = 0"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sending_window")),
    )
    op.create_table(
        "ballot",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("first_day", sa.Date, nullable=False),
        sa.Column("last_day", sa.Date, nullable=False),
        sa.Column("silence", sa.String(20), nullable=False),
        sa.Column("begins_on", sa.Date, nullable=True),
        sa.Column("begins_minute", sa.Integer, nullable=True),
        sa.Column("ends_on", sa.Date, nullable=True),
        sa.Column("ends_minute", sa.Integer, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        _account("ballot", "created_by"),
        sa.Column("changed_at", MOMENT, nullable=False),
        _account("ballot", "changed_by"),
        _check("ballot", "has_a_name", "name <> ''"),
        _check("ballot", "ends_after_it_begins", "last_day >= first_day"),
        _check("ballot", "silence", "silence IN ('rule', 'typed', 'none')"),
        _check("ballot", "whole_silence", NO_OR_WHOLE_SILENCE),
        _check(
            "ballot",
            "silence_ends_after_it_begins",
            "begins_on < ends_on OR (begins_on = ends_on AND begins_minute < ends_minute)",
        ),
        _check(
            "ballot",
            "minutes",
            "begins_minute BETWEEN 0 AND 1439 AND ends_minute BETWEEN 0 AND 1439",
        ),
        _check("ballot", "no_silence", "silence <> 'none' OR begins_on IS NULL"),
        _check("ballot", "typed_silence", "silence <> 'typed' OR begins_on IS NOT NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot")),
    )
    op.create_index(op.f("ix_ballot_ends_on"), "ballot", ["ends_on"])
    op.create_table(
        "ballot_place",
        sa.Column("ballot_id", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("code", sa.String(5), nullable=False),
        _check("ballot_place", "kind", "kind IN ('departement', 'commune', 'postcode')"),
        sa.ForeignKeyConstraint(
            ["ballot_id"],
            ["ballot.id"],
            name=op.f("fk_ballot_place_ballot_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("ballot_id", "kind", "code", name=op.f("pk_ballot_place")),
    )


def downgrade() -> None:
    op.drop_table("ballot_place")
    op.drop_table("ballot")
    op.drop_table("sending_window")
    op.execute("UPDATE campaign SET problem = NULL, problem_at = NULL WHERE problem LIKE 'silence:%'")


def _account(table: str, column: str) -> sa.Column[int]:
    name = op.f(f"fk_{table}_{column}")
    key = sa.ForeignKey("organiser.id", name=name, ondelete="SET NULL")
    return sa.Column(column, sa.BigInteger, key, nullable=True)


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))
