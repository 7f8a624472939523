"""Moves are confirmed by the new mailbox; who is taken off by a link can undo it."""

import hashlib
import hmac
import json
import re
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

LETTER = "taken_off"
LETTER_RULE = "ck_letter_kind"
KINDS = "'unsubscribed', 'disputed'"
RULE = "moves-are-confirmed"


def upgrade() -> None:
    _take_only([*_kinds(), LETTER])
    op.create_table(
        "departure",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("subscriber_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=True),
        _moment("left_at"),
        _moment("expires_at"),
        _moment("undone_at", nullable=True),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_departure_kind")),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscriber.id"],
            name=op.f("fk_departure_subscriber_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_departure")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_departure_token_hash")),
    )
    for column in ("subscriber_id", "expires_at"):
        op.create_index(f"ix_departure_{column}", "departure", [column])
    if not sa.inspect(op.get_bind()).has_table("log_rule"):
        _make_rules()


def downgrade() -> None:
    op.drop_table("departure")
    op.execute(f"DELETE FROM letter WHERE kind = '{LETTER}'")
    _take_only([kind for kind in _kinds() if kind != LETTER])
    if not op.get_bind().execute(sa.text("SELECT 1 FROM log_rule")).first():
        op.drop_table("log_rule")  # what is sealed stays, for the next upgrade


def _moment(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _make_rules() -> None:
    op.create_table(
        "log_rule",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        _moment("since"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_rule")),
    )
    bare = "SELECT 1 FROM consent_event WHERE kind = 'moved' AND evidence IS NULL"
    if op.get_bind().execute(sa.text(bare)).first():
        _seal_rule(datetime.now(UTC))


def _seal_rule(now: datetime) -> None:
    """Say in the log from where on moves need evidence: an entry can't be put before it later."""
    rule_id = int(now.timestamp() * 1000) << 21
    since = now.isoformat(timespec="microseconds").replace("+00:00", "Z")
    fields = {"name": RULE, "since": since, "schema": "supporters.consent/1", "kind": "rule"}
    text = json.dumps({**fields, "id": str(rule_id)}, sort_keys=True, separators=(",", ":"))
    key = hmac.digest(bytes(32), f"rule\n{rule_id}".encode(), hashlib.sha256)
    rules = sa.table("log_rule", sa.column("id"), sa.column("name"), _moment("since"))
    entries = sa.table(
        "log_entry", sa.column("kind"), sa.column("record_id"), sa.column("commitment")
    )
    op.execute(rules.insert().values(id=rule_id, name=RULE, since=now))
    op.execute(
        entries.insert().values(
            kind="rule",
            record_id=rule_id,
            commitment=hmac.digest(key, text.encode(), hashlib.sha256),
        )
    )


def _kinds() -> list[str]:
    """Return the kinds of letters that the table takes at this moment."""
    for rule in sa.inspect(op.get_bind()).get_check_constraints("letter"):
        if rule["name"] == LETTER_RULE:
            return re.findall(r"'(\w+)'", rule["sqltext"])
    message = f"The table of letters has no rule {LETTER_RULE}."
    raise RuntimeError(message)


def _take_only(kinds: list[str]) -> None:
    allowed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("letter") as letter:
        letter.drop_constraint(op.f(LETTER_RULE), type_="check")
        letter.create_check_constraint(op.f(LETTER_RULE), f"kind IN ({allowed})")
