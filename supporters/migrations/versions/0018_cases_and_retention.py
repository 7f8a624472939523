"""What happened to each case; how long each kind of data is kept, and who saw to it."""

import re
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

LETTERS = ("case_due", "case_extended")
RULE = "ck_letter_kind"
ACTS = ("noted", "extended", "reminded", "reminded-last", "closed")

CONSENT = "The person’s explicit consent (GDPR articles 6(1)(a) and 9(2)(a))."
PROOF = "Our duty to prove consent, and our defence against claims (GDPR articles 7(1), 17(3)(e))."
ANSWER = "Our duty to answer for what we do (GDPR articles 5(2), 12 and 24)."
SECURITY = "Our legitimate interest in a service that can’t be abused (GDPR article 6(1)(f))."
RULES = (
    ("signups", 3, "Steps that the person asked for: no consent exists yet (GDPR article 5(1)(e)).",
     "A sign-up that nobody confirms, with what was typed. No reminder is sent."),
    ("letters", 31, SECURITY,
     "That a letter was sent; its text and recipient are wiped at once. Counts of letters need it."),
    ("invitations", 30, "Our legitimate interest in asking once (GDPR article 6(1)(f)).",
     "People of a former list who were asked and have not answered."),
    ("people", 1095, CONSENT,
     "Counted from the last act of the person. They are asked 30 days before; opening a mail is no act."),
    ("proofs", 1826, PROOF,
     "People who are on no list any more, in a closed archive. Counted from when they last left."),
    ("deliveries", 1095, PROOF, "Which mail went to whom. Counted from the end of the campaign."),
    ("disclosures", 1826, ANSWER, "What was handed out, to whom and why."),
    ("cases", 1826, ANSWER, "Requests and complaints. Counted from when they were closed."),
    ("tickets", 3, SECURITY, "That somebody asked for a fresh link to their own data; such a link is over within hours."),
    ("suppressions", None, "The person’s objection (GDPR article 21(3)).",
     "Addresses that must not be written to, as keyed hashes that nobody can read. Kept until the person comes back."),
    ("accounts", None, "Who works here (GDPR article 6(1)(f)).",
     "Accounts of this console. Disabled when a person leaves; what they did stays theirs."),
    ("log", None, PROOF,
     "Commitments that can’t be read without the person’s key; erasing the person destroys it."),
)  # fmt: skip


def _moment(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _kinds() -> list[str]:
    """Return the kinds of letters that the table takes at this moment."""
    for rule in sa.inspect(op.get_bind()).get_check_constraints("letter"):
        if rule["name"] == RULE:
            return re.findall(r"'(\w+)'", rule["sqltext"])
    message = f"The table of letters has no rule {RULE}."
    raise RuntimeError(message)


def _take_only(kinds: list[str]) -> None:
    allowed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("letter") as letter:
        letter.drop_constraint(op.f(RULE), type_="check")
        letter.create_check_constraint(op.f(RULE), f"kind IN ({allowed})")


def upgrade() -> None:
    _take_only([*_kinds(), *LETTERS])
    _create_entries()
    _create_rules()
    _create_runs()


def _create_entries() -> None:
    allowed = ", ".join(f"'{act}'" for act in ACTS)
    op.create_table(
        "case_entry",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        _moment("made_at"),
        sa.CheckConstraint(f"act IN ({allowed})", name=op.f("ck_case_entry_act")),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["rights_case.id"],
            name=op.f("fk_case_entry_case_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["made_by"],
            ["organiser.id"],
            name=op.f("fk_case_entry_made_by"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_entry")),
    )
    op.create_index("ix_case_entry_case_id", "case_entry", ["case_id"])


def _create_rules() -> None:
    rule = op.create_table(
        "retention_rule",
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        _moment("created_at"),
        sa.CheckConstraint("days > 0", name=op.f("ck_retention_rule_days")),
        sa.PrimaryKeyConstraint("category", name=op.f("pk_retention_rule")),
    )
    now = datetime.now(UTC)
    names = ("category", "days", "basis", "note")
    op.bulk_insert(rule, [{**dict(zip(names, each)), "created_at": now} for each in RULES])
    op.create_table(
        "retention_change",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("days_before", sa.Integer(), nullable=False),
        sa.Column("days_after", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=True),
        _moment("changed_at"),
        sa.ForeignKeyConstraint(
            ["category"], ["retention_rule.category"], name=op.f("fk_retention_change_category")
        ),
        sa.ForeignKeyConstraint(
            ["changed_by"],
            ["organiser.id"],
            name=op.f("fk_retention_change_changed_by"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_change")),
    )


def _create_runs() -> None:
    op.create_table(
        "retention_run",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("is_round", sa.Boolean(), nullable=False),
        _moment("started_at"),
        _moment("finished_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_run")),
    )
    op.create_table(
        "retention_result",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("looked_at", sa.Integer(), nullable=False),
        sa.Column("deleted", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("errors", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["retention_run.id"],
            name=op.f("fk_retention_result_run_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["category"], ["retention_rule.category"], name=op.f("fk_retention_result_category")
        ),
        sa.PrimaryKeyConstraint("run_id", "category", name=op.f("pk_retention_result")),
    )


def downgrade() -> None:
    for table in ("retention_result", "retention_run", "retention_change", "retention_rule"):
        op.drop_table(table)
    op.drop_table("case_entry")
    listed = ", ".join(f"'{kind}'" for kind in LETTERS)
    op.execute(f"DELETE FROM letter WHERE kind IN ({listed})")
    _take_only([kind for kind in _kinds() if kind not in LETTERS])
