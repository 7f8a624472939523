"""Store what comes back and what it did, and let people leave by a complaint."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

from supporters.migrations.count_triggers import create_count_triggers, drop_count_triggers
from supporters.migrations.ended_consent_triggers import (
    create_ended_consent_triggers,
    drop_ended_consent_triggers,
)

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
METHODS = ("form", "link", "code", "one-click", "page", "my-data", "organiser", "letter", "bounce")
EMAILS = (
    *("confirm_signup", "already_subscribed", "invitation", "reset_password", "campaign_test"),
    *("re_permission", "log_head", "contested_stop", "my_data", "new_address", "address_moved"),
    *("ask_again", "case_due", "case_extended", "export_made", "taken_off", "security_notice"),
    *("done_on_behalf", "breach_notice", "welcome", "paused", "back_on_list"),
)
SOURCES = ("imap", "maildir", "lmtp", "pipe", "dialogue", "brevo", "mailjet", "ses")
KINDS = (
    *("bounce", "delay", "delivered", "complaint", "other_feedback", "unsubscribe"),
    *("auto_reply", "answer", "unreadable"),
)
CLASSES = (
    *("no_mailbox", "no_domain", "disabled", "full", "transient", "expired", "content", "size"),
    *("policy", "authentication", "reputation", "rate", "protocol", "unknown"),
)
EFFECTS = (
    *("none", "counted", "about_us", "unreachable", "left", "left_list", "signup_told"),
    *("answer_counted", "answer_passed_on", "ignored_no_token", "ignored_too_old"),
    *("unreadable", "repeated"),
)
SHARES = (
    "disputed BETWEEN 1 AND 1000 AND refused BETWEEN 1 AND 1000 AND departed BETWEEN 1 AND 1000"
)
COMPLAINED = f"{SHARES} AND complained BETWEEN 1 AND 1000"


def upgrade() -> None:
    op.create_table(
        "return_count",
        sa.Column("campaign_id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("figure", sa.String(20), nullable=False),
        sa.Column("people", sa.Integer, nullable=False),
        sa.Column("known", sa.Integer, nullable=False, server_default="0"),
        sa.Column("told_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("campaign_id", "figure", name=op.f("pk_return_count")),
    )
    op.create_table(
        "feedback_report",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("natural_key", sa.LargeBinary, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        *(sa.Column(name, sa.String(20), nullable=False) for name in ("source", "kind")),
        sa.Column("bounce_class", sa.String(20), nullable=True),
        sa.Column("effect", sa.String(20), nullable=False),
        sa.Column("campaign_id", sa.Integer, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_report")),
        sa.UniqueConstraint("natural_key", name=op.f("uq_feedback_report_natural_key")),
        _one_of("feedback_report", "source", SOURCES),
        _one_of("feedback_report", "kind", KINDS),
        _one_of("feedback_report", "bounce_class", CLASSES),
        _one_of("feedback_report", "effect", EFFECTS),
    )
    op.create_table(
        "unreadable_mail",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("source", sa.String(20), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("encrypted", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unreadable_mail")),
        _one_of("unreadable_mail", "source", SOURCES),
    )
    for table in ("feedback_report", "unreadable_mail"):
        op.create_index(op.f(f"ix_{table}_received_at"), table, ["received_at"])
    with op.batch_alter_table("outbox_email") as batch:
        batch.add_column(sa.Column("bounced_at", MOMENT, nullable=True))
        batch.add_column(
            sa.Column("is_dead", sa.Boolean, nullable=False, server_default=sa.false())
        )
        _allow(batch, "outbox_email", "kind", (*EMAILS, "answer_passed_on"))
    with op.batch_alter_table("sending_thresholds") as batch:
        batch.add_column(sa.Column("complained", sa.Integer, nullable=False, server_default="3"))
        batch.drop_constraint(op.f("ck_sending_thresholds_shares"), type_="check")
        batch.create_check_constraint(op.f("ck_sending_thresholds_shares"), COMPLAINED)
    _change_methods((*METHODS, "complaint"))


def downgrade() -> None:
    _change_methods(METHODS)
    with op.batch_alter_table("sending_thresholds") as batch:
        batch.drop_constraint(op.f("ck_sending_thresholds_shares"), type_="check")
        batch.drop_column("complained")
        batch.create_check_constraint(op.f("ck_sending_thresholds_shares"), SHARES)
    op.execute("DELETE FROM outbox_email WHERE kind = 'answer_passed_on'")
    with op.batch_alter_table("outbox_email") as batch:
        _allow(batch, "outbox_email", "kind", EMAILS)
        batch.drop_column("is_dead")
        batch.drop_column("bounced_at")
    for table in ("unreadable_mail", "feedback_report", "return_count"):
        op.drop_table(table)


def _one_of(table: str, column: str, values: Sequence[str]) -> sa.CheckConstraint:
    return sa.CheckConstraint(_is_one_of(column, values), name=op.f(f"ck_{table}_{column}"))


def _is_one_of(column: str, values: Sequence[str]) -> str:
    quoted = ", ".join(f"'{each}'" for each in values)
    return f"{column} IN ({quoted})"


def _allow(batch: BatchOperations, table: str, column: str, values: Sequence[str]) -> None:
    name = op.f(f"ck_{table}_{column}")
    batch.drop_constraint(name, type_="check")
    batch.create_check_constraint(name, _is_one_of(column, values))


def _change_methods(methods: Sequence[str]) -> None:
    """Change how people may cause a consent event. SQLite builds the table anew."""
    drop_ended_consent_triggers()
    drop_count_triggers()
    with op.batch_alter_table("consent_event") as batch:
        _allow(batch, "consent_event", "method", methods)
    create_count_triggers()
    create_ended_consent_triggers()
