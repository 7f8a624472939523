"""Rules of retention and outcomes of cases have keys instead of English sentences.

A text that is none of these sentences is the installation's own, and stays as it is.
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

BASES = {
    "consent": "The person’s explicit consent (GDPR articles 6(1)(a) and 9(2)(a)).",
    "proof": "Our duty to prove consent, and our defence against claims (GDPR articles 7(1), 17(3)(e)).",
    "accountability": "Our duty to answer for what we do (GDPR articles 5(2), 12 and 24).",
    "security": "Our legitimate interest in a service that can’t be abused (GDPR article 6(1)(f)).",
    "steps-before-consent": "Steps that the person asked for: no consent exists yet (GDPR article 5(1)(e)).",
    "asking-once": "Our legitimate interest in asking once (GDPR article 6(1)(f)).",
    "objection": "The person’s objection (GDPR article 21(3)).",
    "staff": "Who works here (GDPR article 6(1)(f)).",
}  # fmt: skip
NOTES = {
    "unconfirmed-signups": "A sign-up that nobody confirms, with what was typed. No reminder is sent.",
    "sent-letters": "That a letter was sent; its text and recipient are wiped at once. Counts of letters need it.",
    "unanswered-invitations": "People of a former list who were asked and have not answered.",
    "since-last-act": "Counted from the last act of the person. They are asked 30 days before; opening a mail is no act.",
    "since-leaving": "People who are on no list any more, in a closed archive. Counted from when they last left.",
    "since-end-of-campaign": "Which mail went to whom. Counted from the end of the campaign.",
    "handed-out": "What was handed out, to whom and why.",
    "since-closed": "Requests and complaints. Counted from when they were closed.",
    "access-links": "That somebody asked for a fresh link to their own data; such a link is over within hours.",
    "until-they-come-back": "Addresses that must not be written to, as keyed hashes that nobody can read. Kept until the person comes back.",
    "accounts-stay": "Accounts of this console. Disabled when a person leaves; what they did stays theirs.",
    "unreadable-without-key": "Commitments that can’t be read without the person’s key; erasing the person destroys it.",
}  # fmt: skip
OUTCOMES = {
    "done-at-once": "done at once",
    "somebody-else": "the mailbox says that it was somebody else",
}
COLUMNS = (
    ("retention_rule", "basis", BASES),
    ("retention_rule", "note", NOTES),
    ("rights_case", "outcome", OUTCOMES),
    ("case_entry", "text", OUTCOMES),
)


def upgrade() -> None:
    for table, column, texts in COLUMNS:
        for key, text in texts.items():
            _replace(table, column, text, key)


def downgrade() -> None:
    for table, column, texts in COLUMNS:
        for key, text in texts.items():
            _replace(table, column, key, text)


def _replace(table: str, column: str, before: str, after: str) -> None:
    field: sa.ColumnClause[str] = sa.column(column)
    op.execute(sa.table(table, field).update().where(field == before).values({column: after}))
