"""All tables of the first release, with their triggers and their first rows.

No release was made before it, so nobody has data of an earlier schema (ADR 093).
"""

import secrets
from datetime import UTC, datetime
from functools import partial
from typing import Any

from alembic import op
from flask import current_app
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    func,
    insert,
    text,
    true,
)

from supporters.migrations.count_triggers import create_count_triggers, drop_count_triggers
from supporters.migrations.edition_triggers import create_edition_triggers, drop_edition_triggers
from supporters.migrations.ended_consent_triggers import (
    create_ended_consent_triggers,
    drop_ended_consent_triggers,
)
from supporters.migrations.frozen_change_triggers import (
    create_frozen_change_trigger,
    drop_frozen_change_trigger,
)

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = DateTime(timezone=True)
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
KEYS = ("addresses", "log", "log-signing")  # random ones (ADR 013)
UNBORN = b"log-birth: none"  # ADR 081
RULES = (  # of retention: category, days, basis, note
    ("accounts", 365, "staff", "since-disabled"),
    ("answers", 1095, "consent", "each-question"),
    ("audit", 1095, "accountability", "acts-of-team"),
    ("breaches", 365, "accountability", "since-breach-closed"),
    ("cases", 1826, "accountability", "since-closed"),
    ("deliveries", 1095, "proof", "since-end-of-campaign"),
    ("disclosures", 1826, "accountability", "handed-out"),
    ("drafts", 30, "undoing-mistakes", "trash-and-history"),
    ("invitations", 30, "asking-once", "unanswered-invitations"),
    ("letters", 31, "security", "sent-letters"),
    ("log", None, "proof", "unreadable-without-key"),
    ("people", 1095, "consent", "since-last-act"),
    ("pictures", 365, "showing-our-work", "unused-pictures"),
    ("proofs", 1826, "proof", "since-leaving"),
    ("signups", 3, "steps-before-consent", "unconfirmed-signups"),
    ("suppressions", None, "objection", "until-they-come-back"),
    ("tickets", 3, "security", "access-links"),
)

metadata = MetaData(naming_convention=NAMING)
needed = partial(Column, nullable=False)
optional = partial(Column, nullable=True)


def upgrade() -> None:
    connection = op.get_bind()
    metadata.create_all(connection, checkfirst=False)
    if connection.dialect.name == "postgresql":
        op.execute("CREATE SEQUENCE count_change")
        op.execute("ALTER TABLE delivery SET (fillfactor = 45)")
    _add_first_rows()
    create_triggers()


def downgrade() -> None:
    drop_triggers()
    connection = op.get_bind()
    metadata.drop_all(connection, checkfirst=False)
    if connection.dialect.name == "postgresql":
        op.execute("DROP SEQUENCE count_change")


def create_triggers() -> None:
    create_count_triggers()
    create_edition_triggers()
    create_ended_consent_triggers()
    create_frozen_change_trigger()


def drop_triggers() -> None:
    drop_count_triggers()
    drop_edition_triggers()
    drop_ended_consent_triggers()
    drop_frozen_change_trigger()


def _add_first_rows() -> None:
    now = datetime.now(UTC)
    seal = current_app.extensions["sealer"].seal
    keys = {**{name: secrets.token_bytes(32) for name in KEYS}, "log-birth": UNBORN}
    for name, value in keys.items():
        _add("data_key", name=name, sealed=seal(value), created_at=now)
    for category, days, basis, note in RULES:
        rule = {"category": category, "days": days, "basis": basis, "note": note}
        _add("retention_rule", **rule, created_at=now)
    for counted in ("known", "on_a_list"):
        _add("people_count", counted=counted, change_id=0, people=0)
    _add("role", name="approver")
    _add("delivery_control", id=1)
    _add("site_edition", id=1, value=secrets.token_hex(16))


def _add(table: str, **values: object) -> None:
    op.execute(insert(metadata.tables[table]).values(**values))


def _one_of(column: str, *values: str) -> CheckConstraint:
    """Return the check that a column has one of these values."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def _where(condition: str) -> dict[str, Any]:
    """Return the options of an index that has only the rows for which the condition holds."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


Table(
    "asked_link",
    metadata,
    Column("url_hash", String(64), primary_key=True),
    needed("asked_at", MOMENT),
    optional("outcome", String(20)),
    optional("http_status", Integer),
    _one_of(
        "outcome",
        "answered",
        "gone",
        "troubled",
        "unknown_host",
        "unreachable",
        "insecure",
        "not_public",
    ),
    Index("ix_asked_link_asked_at", "asked_at"),
)
Table(
    "attempt_count",
    metadata,
    Column("key_mac", LargeBinary, primary_key=True),
    needed("attempts", Integer),
    needed("last_at", MOMENT),
    optional("blocked_until", MOMENT),
    needed("forgotten_at", MOMENT),
    Index("ix_attempt_count_forgotten_at", "forgotten_at"),
)
Table(
    "breach",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    needed("title", String(200)),
    needed("status", String(20)),
    needed("discovered_at", MOMENT),
    optional("authority_told_at", MOMENT),
    needed("recorded_at", MOMENT),
    optional("closed_at", MOMENT),
    CheckConstraint(
        "status <> 'notified' OR authority_told_at IS NOT NULL", name="notified_at_a_time"
    ),
    CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name="closed_at_a_time"),
    _one_of("status", "open", "notified", "not-notifiable", "closed"),
)
Table(
    "consent_count",
    metadata,
    Column("wording_id", Integer, primary_key=True, autoincrement=False),
    Column("change_id", BigInteger, primary_key=True, autoincrement=False),
    needed("people", Integer),
)
Table(
    "controller",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    needed("name", Text),
    needed("address", Text),
    needed("contact", Text),
    needed("data_protection_officer", Text),
    needed("first_used_at", MOMENT),
    UniqueConstraint("name", "address", "contact", "data_protection_officer"),
)
Table(
    "data_key",
    metadata,
    Column("name", String(40), primary_key=True),
    needed("sealed", LargeBinary),
    needed("created_at", MOMENT),
)
Table(
    "disk_cleanup",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    needed("began_at", MOMENT),
    needed("too_large", JSON),
)
Table(
    "erasure",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    needed("reason", String(20)),
    needed("records", Text),
    needed("occurred_at", MOMENT),
    _one_of("reason", "asked", "expired", "replayed"),
)
Table(
    "event_count",
    metadata,
    Column("day", Date, primary_key=True),
    Column("purpose_id", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(20), primary_key=True),
    Column("page_snapshot_id", Integer, primary_key=True, autoincrement=False),
    Column("change_id", BigInteger, primary_key=True, autoincrement=False),
    needed("events", Integer),
)
Table(
    "former_count",
    metadata,
    Column("mailing_list_id", Integer, primary_key=True, autoincrement=False),
    Column("change_id", BigInteger, primary_key=True, autoincrement=False),
    needed("people", Integer),
)
Table(
    "journal_gap",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    needed("since", MOMENT),
)
Table(
    "outbox_email",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    needed("kind", String(20)),
    needed("language", String(5)),
    optional("rate_mac", LargeBinary),
    needed("status", String(20)),
    optional("sealed", LargeBinary),
    needed("attempts", Integer),
    needed("created_at", MOMENT),
    needed("next_attempt_at", MOMENT),
    needed("expires_at", MOMENT),
    optional("answered_at", MOMENT),
    optional("settled_at", MOMENT),
    optional("last_reply", String(40)),
    optional("claimed_by", String(32)),
    needed("times_lost", Integer, server_default="0"),
    needed("waits_for_relay", Boolean, server_default=false()),
    _one_of(
        "kind",
        "confirm_signup",
        "already_subscribed",
        "invitation",
        "reset_password",
        "campaign_test",
        "re_permission",
        "log_head",
        "contested_stop",
        "my_data",
        "new_address",
        "address_moved",
        "ask_again",
        "case_due",
        "case_extended",
        "export_made",
        "taken_off",
        "security_notice",
        "done_on_behalf",
        "breach_notice",
        "welcome",
        "paused",
        "back_on_list",
    ),
    _one_of("status", "queued", "sending", "sent", "withheld", "given_up"),
    Index("ix_outbox_email_rate_mac_created_at", "rate_mac", "created_at"),
    Index("ix_outbox_email_status_next_attempt_at", "status", "next_attempt_at"),
)
Table(
    "log_entry",
    metadata,
    Column("kind", String(20), primary_key=True),
    Column("record_id", BigInteger, primary_key=True, autoincrement=False),
    needed("commitment", LargeBinary),
    optional("position", BigInteger),
    Index("ix_log_entry_position", "position", unique=True),
    Index("ix_log_entry_unsealed", "record_id", **_where("position IS NULL")),
)
Table(
    "log_checkpoint",
    metadata,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    needed("root", LargeBinary),
    needed("sealed_at", MOMENT),
    needed("checkpoint", Text),
)
Table(
    "log_tile",
    metadata,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    needed("hashes", LargeBinary),
)
Table(
    "machine",
    metadata,
    Column("name", String(32), primary_key=True),
    needed("seen_at", MOMENT),
    needed("keys", Text),
)
Table(
    "page_style",
    metadata,
    Column("content_hash", String(64), primary_key=True),
    needed("content", LargeBinary),
)
Table(
    "pending_count",
    metadata,
    Column("list_ids", Text, primary_key=True),
    needed("addresses", Integer),
    needed("counted_at", MOMENT),
)
Table(
    "people_count",
    metadata,
    Column("counted", String(20), primary_key=True),
    Column("change_id", BigInteger, primary_key=True, autoincrement=False),
    needed("people", Integer),
)
Table(
    "purpose",
    metadata,
    Column("id", Integer, primary_key=True),
    needed("created_at", MOMENT),
    needed("kind", String(20)),
    optional("succeeds_id", Integer, ForeignKey("purpose.id")),
    _one_of("kind", "newsletter", "targeting", "measurement"),
    UniqueConstraint("succeeds_id"),
)
Table(
    "request_count",
    metadata,
    Column("key_mac", LargeBinary, primary_key=True),
    needed("requests", Integer),
    needed("ends_at", MOMENT),
    Index("ix_request_count_ends_at", "ends_at"),
)
Table(
    "restoration",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    needed("lost_head", Text),
    needed("replayed", Integer),
    needed("occurred_at", MOMENT),
    needed("restored_size", BigInteger),
)
Table(
    "retention_rule",
    metadata,
    Column("category", String(40), primary_key=True),
    optional("days", Integer),
    needed("basis", Text),
    needed("note", Text),
    needed("created_at", MOMENT),
    CheckConstraint("days > 0", name="days"),
)
Table(
    "retention_run",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    needed("is_round", Boolean),
    needed("started_at", MOMENT),
    optional("finished_at", MOMENT),
)
Table(
    "role",
    metadata,
    Column("id", Integer, primary_key=True),
    needed("name", String(40)),
    optional("description", String(200)),
    optional("permissions", Text),
    UniqueConstraint("name"),
)
Table(
    "site_edition",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    needed("value", String(40)),
    CheckConstraint("id = 1", name="only_one"),
)
Table(
    "suppression",
    metadata,
    Column("address_mac", LargeBinary, primary_key=True),
    Column("scope", String(40), primary_key=True),
    needed("since", MOMENT),
    optional("until", MOMENT),
)
Table(
    "used_challenge",
    metadata,
    Column("challenge_hash", LargeBinary, primary_key=True),
    needed("used_at", MOMENT),
)
Table(
    "reconfirmation",
    metadata,
    Column("purpose_id", Integer, ForeignKey("purpose.id"), primary_key=True),
    needed("asked_up_to", BigInteger),
    needed("due_at", MOMENT),
    needed("started_at", MOMENT),
    optional("stopped_at", MOMENT),
    optional("text_hash", String(64)),
)
Table(
    "mailing_list",
    metadata,
    Column("id", Integer, primary_key=True),
    needed("slug", String(60)),
    needed("name", String(120)),
    needed("description", String(500)),
    needed("purpose_id", Integer, ForeignKey("purpose.id")),
    needed("created_at", MOMENT),
    optional("closed_at", MOMENT),
    needed("sender_name", String(70), server_default=""),
    needed("reply_to", String(254), server_default=""),
    needed("language", String(5), server_default="fr"),
    needed("position", Integer, server_default="0"),
    needed("is_offered_elsewhere", Boolean, server_default=true()),
    needed("is_draft", Boolean, server_default=false()),
    needed("asks_to_publish", Boolean, server_default=false()),
    needed("is_indexed", Boolean, server_default=true()),
    needed("time_zone", String(40), server_default=""),
    UniqueConstraint("slug"),
    UniqueConstraint("purpose_id"),
)
Table(
    "optional_purpose",
    metadata,
    Column("purpose_id", Integer, ForeignKey("purpose.id"), primary_key=True),
    needed("since", MOMENT),
)
Table(
    "organiser",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    needed("email", String(254)),
    optional("password", String(255)),
    needed("active", Boolean),
    needed("fs_uniquifier", String(64)),
    needed("language", String(5)),
    needed("invited_at", MOMENT),
    optional("welcomed_at", MOMENT),
    optional("invitation_email_id", BigInteger, ForeignKey("outbox_email.id", ondelete="SET NULL")),
    optional("last_invited_at", MOMENT),
    needed("invitations", Integer, server_default="1"),
    needed("is_address_unproved", Boolean, server_default=false()),
    optional("tested_on", Date),
    needed("tests", Integer, server_default="0"),
    needed("is_limited", Boolean, server_default=false()),
    optional("name", String(80)),
    optional(
        "invited_by_id",
        BigInteger().with_variant(Integer, "sqlite"),
        ForeignKey("organiser.id", ondelete="SET NULL"),
    ),
    needed("was_owner", Boolean, server_default=false()),
    optional("disabled_at", MOMENT),
    optional("anonymised_at", MOMENT),
    UniqueConstraint("email"),
    UniqueConstraint("fs_uniquifier"),
    Index(
        "ix_organiser_invitation_email_id",
        "invitation_email_id",
        **_where("invitation_email_id IS NOT NULL"),
    ),
    sqlite_autoincrement=True,
)
Table(
    "page_snapshot",
    metadata,
    Column("id", Integer, primary_key=True),
    needed("language", String(5)),
    needed("content", LargeBinary),
    needed("content_hash", String(64)),
    needed("first_used_at", MOMENT),
    optional("style_hash", String(64), ForeignKey("page_style.content_hash")),
    UniqueConstraint("content_hash"),
)
Table(
    "retention_result",
    metadata,
    Column(
        "run_id", BigInteger, ForeignKey("retention_run.id", ondelete="CASCADE"), primary_key=True
    ),
    Column("category", String(40), ForeignKey("retention_rule.category"), primary_key=True),
    needed("looked_at", Integer),
    needed("deleted", Integer),
    needed("asked", Integer),
    needed("errors", Integer),
)
Table(
    "subscriber",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    needed("address", String(254)),
    needed("address_key", String(254)),
    needed("address_mac", LargeBinary),
    optional("given_name", String(80)),
    needed("language", String(5)),
    needed("created_at", MOMENT),
    needed("joined_event_id", BigInteger),
    needed("joined_event_kind", String(20)),
    needed("acted_at", MOMENT),
    optional("asked_again_at", MOMENT),
    optional("paused_until", MOMENT),
    optional("restricted_at", MOMENT),
    needed("log_salt", LargeBinary),
    optional("inactivity_email_id", BigInteger, ForeignKey("outbox_email.id", ondelete="SET NULL")),
    optional("postcode", String(5)),
    CheckConstraint("joined_event_kind = 'confirmed'", name="joined_by_confirming"),
    ForeignKeyConstraint(
        ["joined_event_id", "joined_event_kind", "id"],
        ["consent_event.id", "consent_event.kind", "consent_event.subscriber_id"],
        deferrable=True,
        initially="DEFERRED",
        use_alter=True,
        name="fk_subscriber_joined_event",
    ),
    UniqueConstraint("address_key"),
    UniqueConstraint("address_mac"),
    UniqueConstraint("joined_event_id"),
    Index("ix_subscriber_acted_at", "acted_at"),
    Index(
        "ix_subscriber_inactivity_email_id",
        "inactivity_email_id",
        **_where("inactivity_email_id IS NOT NULL"),
    ),
    Index("ix_subscriber_language_id", "language", "id"),
    Index("ix_subscriber_paused_until", "paused_until", **_where("paused_until IS NOT NULL")),
    Index("ix_subscriber_restricted_at", "restricted_at", **_where("restricted_at IS NOT NULL")),
)
Table(
    "wording",
    metadata,
    Column("id", Integer, primary_key=True),
    needed("purpose_id", Integer, ForeignKey("purpose.id")),
    needed("language", String(5)),
    needed("version", Integer),
    needed("text", Text),
    needed("text_hash", String(64)),
    needed("created_at", MOMENT),
    UniqueConstraint("purpose_id", "language", "version"),
    UniqueConstraint("id", "purpose_id"),
)
Table(
    "access_ticket",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    optional("token_hash", LargeBinary),
    optional("subscriber_id", BigInteger, ForeignKey("subscriber.id", ondelete="CASCADE")),
    needed("created_at", MOMENT),
    optional("used_at", MOMENT),
    needed("closes_at", MOMENT),
    optional("sealed", LargeBinary),
    UniqueConstraint("token_hash"),
    Index("ix_access_ticket_closes_at", "closes_at"),
    Index("ix_access_ticket_subscriber_id", "subscriber_id"),
)
Table(
    "address_change",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    needed("subscriber_id", BigInteger, ForeignKey("subscriber.id", ondelete="CASCADE")),
    needed("address", String(254)),
    needed("address_mac", LargeBinary),
    optional("email_id", BigInteger, ForeignKey("outbox_email.id", ondelete="SET NULL")),
    needed("token_hash", LargeBinary),
    needed("created_at", MOMENT),
    needed("expires_at", MOMENT),
    UniqueConstraint("token_hash"),
    Index("ix_address_change_expires_at", "expires_at"),
    Index("ix_address_change_subscriber_id", "subscriber_id"),
)
Table(
    "approval_rule",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    needed("alone_up_to", Integer),
    needed("changed_at", MOMENT),
    optional("changed_by", BigInteger, ForeignKey("organiser.id", ondelete="SET NULL")),
    CheckConstraint("id = 1", name="only_one"),
    CheckConstraint("alone_up_to >= 0", name="alone_up_to"),
)
Table(
    "audit_event",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    needed("act", String(60)),
    needed("actor_kind", String(20)),
    optional("account_id", BigInteger, ForeignKey("organiser.id")),
    optional("actor_name", String(64)),
    optional("network_mac", LargeBinary),
    optional("object_id", BigInteger),
    needed("details", Text),
    needed("occurred_at", MOMENT),
    _one_of("actor_kind", "account", "command", "worker", "visitor"),
    Index("ix_audit_event_account_id_id", "account_id", "id"),
    Index("ix_audit_event_act_id", "act", "id"),
    Index("ix_audit_event_object_id_id", "object_id", "id"),
)
Table(
    "authenticator_app",
    metadata,
    Column(
        "organiser_id", BigInteger, ForeignKey("organiser.id", ondelete="CASCADE"), primary_key=True
    ),
    needed("sealed", LargeBinary),
    needed("last_step", BigInteger),
    needed("failures", Integer),
    optional("blocked_until", MOMENT),
    needed("added_at", MOMENT),
    optional("last_used_at", MOMENT),
)
Table(
    "breach_entry",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    needed("breach_id", BigInteger, ForeignKey("breach.id")),
    needed("act", String(20)),
    optional("fact", String(20)),
    optional("text", Text),
    optional("made_by", BigInteger, ForeignKey("organiser.id", ondelete="SET NULL")),
    needed("made_at", MOMENT),
    CheckConstraint("(act = 'stated') = (fact IS NOT NULL)", name="states_a_fact"),
    _one_of(
        "act",
        "opened",
        "stated",
        "noted",
        "notified",
        "delay-explained",
        "dismissed",
        "people-told",
        "people-not-told",
        "people-chosen",
        "people-emptied",
        "notice-written",
        "notice-approved",
        "notice-voided",
        "notice-sent",
        "alarmed",
        "overdue",
        "closed",
        "reopened",
    ),
    _one_of(
        "fact",
        "what-happened",
        "discovered",
        "nature",
        "people",
        "people-count",
        "data",
        "record-count",
        "consequences",
        "measures",
        "processor",
    ),
    Index("ix_breach_entry_breach_id", "breach_id"),
)
Table(
    "breach_notice",
    metadata,
    Column("breach_id", BigInteger, ForeignKey("breach.id"), primary_key=True, autoincrement=False),
    needed("status", String(20)),
    needed("content", Text),
    needed("hash", String(64)),
    optional("written_by_id", BigInteger, ForeignKey("organiser.id", ondelete="SET NULL")),
    needed("written_at", MOMENT),
    optional("approved_by_id", BigInteger, ForeignKey("organiser.id", ondelete="SET NULL")),
    optional("approved_at", MOMENT),
    optional("people", Integer),
    optional("finished_at", MOMENT),
    CheckConstraint(
        "status = 'awaiting-approval' OR approved_at IS NOT NULL", name="approved_before_sending"
    ),
    CheckConstraint("approved_by_id <> written_by_id", name="approved_by_another"),
    _one_of("status", "awaiting-approval", "sending", "sent"),
)
Table(
    "breach_person",
    metadata,
    Column("breach_id", BigInteger, ForeignKey("breach.id"), primary_key=True),
    Column("address_mac", LargeBinary, primary_key=True),
    optional("subscriber_id", BigInteger, ForeignKey("subscriber.id", ondelete="CASCADE")),
    needed("added_at", MOMENT),
    optional("settled_at", MOMENT),
    needed("is_written", Boolean),
    optional("email_id", BigInteger, ForeignKey("outbox_email.id", ondelete="SET NULL")),
    CheckConstraint("NOT is_written OR settled_at IS NOT NULL", name="written_at_a_time"),
    UniqueConstraint("breach_id", "subscriber_id"),
    Index("ix_breach_person_address_mac", "address_mac"),
    Index("ix_breach_person_email_id", "email_id", **_where("email_id IS NOT NULL")),
    Index("ix_breach_person_subscriber_id", "subscriber_id"),
    Index("ix_breach_person_waiting", "breach_id", **_where("settled_at IS NULL")),
)
Table(
    "consent_change",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    needed("purpose_id", Integer, ForeignKey("purpose.id")),
    needed("kind", String(20)),
    needed("status", String(20)),
    needed("texts", JSON),
    needed("text_hash", String(64)),
    needed("requested_by_id", BigInteger, ForeignKey("organiser.id")),
    needed("requested_at", MOMENT),
    optional("agreed_by_id", BigInteger, ForeignKey("organiser.id")),
    optional("agreed_at", MOMENT),
    optional("starts_at", MOMENT),
    optional("ended_at", MOMENT),
    optional("result_id", Integer, ForeignKey("purpose.id")),
    CheckConstraint("agreed_by_id <> requested_by_id", name="agreed_by_another"),
    CheckConstraint(
        "status NOT IN ('agreed', 'done') OR agreed_at IS NOT NULL", name="agreed_before_done"
    ),
    CheckConstraint(
        "agreed_by_id IS NOT NULL OR agreed_at IS NULL OR starts_at IS NOT NULL",
        name="alone_it_waits",
    ),
    _one_of("kind", "meaning", "mailing"),
    _one_of("status", "open", "agreed", "done", "cancelled", "lapsed"),
    Index("ix_consent_change_result_id", "result_id"),
    Index(
        "uq_consent_change_waiting",
        "purpose_id",
        unique=True,
        **_where("status IN ('open', 'agreed')"),
    ),
)
Table(
    "consent_event",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    needed("kind", String(20)),
    needed(
        "subscriber_id",
        BigInteger,
        ForeignKey("subscriber.id", deferrable=True, initially="DEFERRED"),
    ),
    optional("purpose_id", Integer, ForeignKey("purpose.id")),
    optional("wording_id", Integer),
    needed("method", String(20)),
    optional("page_url", String(500)),
    optional("requested_at", MOMENT),
    needed("occurred_at", MOMENT),
    optional("evidence", LargeBinary),
    needed("address_mac", LargeBinary),
    optional("page_snapshot_id", Integer, ForeignKey("page_snapshot.id")),
    optional("request_id", BigInteger),
    optional("controller_id", BigInteger, ForeignKey("controller.id")),
    optional("basis", String(20)),
    CheckConstraint(
        "kind NOT IN ('confirmed', 'renewed') OR (wording_id IS NOT NULL AND requested_at IS NOT NULL AND page_url IS NOT NULL AND evidence IS NOT NULL AND method IN ('link', 'code', 'my-data'))",
        name="confirmed_by_the_holder",
    ),
    CheckConstraint(
        "purpose_id IS NOT NULL OR kind IN ('objected', 'restricted', 'released', 'moved')",
        name="for_a_purpose",
    ),
    CheckConstraint("(basis IS NULL) = (controller_id IS NULL)", name="answered_for"),
    ForeignKeyConstraint(["wording_id", "purpose_id"], ["wording.id", "wording.purpose_id"]),
    UniqueConstraint("id", "kind", "subscriber_id"),
    UniqueConstraint("id", "kind", "subscriber_id", "purpose_id"),
    UniqueConstraint("evidence", "purpose_id"),
    _one_of(
        "kind",
        "requested",
        "confirmed",
        "renewed",
        "withdrawn",
        "objected",
        "restricted",
        "released",
        "asked-again",
        "moved",
        "corrected",
    ),
    _one_of(
        "method", "form", "link", "code", "one-click", "page", "my-data", "organiser", "letter"
    ),
    CheckConstraint("basis IN ('9(2)(a)')", name="basis"),
    Index(
        "ix_consent_event_asked",
        "purpose_id",
        "kind",
        "subscriber_id",
        **_where("kind IN ('asked-again', 'renewed')"),
    ),
    Index(
        "ix_consent_event_left",
        "purpose_id",
        "subscriber_id",
        **_where("kind IN ('withdrawn', 'objected')"),
    ),
    Index("ix_consent_event_purpose_id_occurred_at", "purpose_id", "occurred_at"),
    Index("ix_consent_event_subscriber_id", "subscriber_id"),
)
Table(
    "delivery_control",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    optional("stopped_at", MOMENT),
    optional("next_slot_at", MOMENT),
    optional("held_at", MOMENT),
    optional("lifted_at", MOMENT),
    optional("held_because", String(20)),
    optional("held_size", BigInteger),
    optional("lifted_by_id", BigInteger, ForeignKey("organiser.id", ondelete="SET NULL")),
    optional("lifted_because", String(500)),
    CheckConstraint("id = 1", name="only_one"),
    _one_of("held_because", "unknown", "older", "restored", "begun-again", "faulty"),
)
Table(
    "departure",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    needed("subscriber_id", BigInteger, ForeignKey("subscriber.id", ondelete="CASCADE")),
    needed("kind", String(20)),
    optional("token_hash", LargeBinary),
    needed("left_at", MOMENT),
    needed("expires_at", MOMENT),
    optional("undone_at", MOMENT),
    UniqueConstraint("token_hash"),
    _one_of("kind", "unsubscribed", "disputed", "on-behalf"),
    Index("ix_departure_expires_at", "expires_at"),
    Index("ix_departure_subscriber_id", "subscriber_id"),
)
Table(
    "disclosure",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    needed("kind", String(20)),
    optional("subscriber_id", BigInteger, ForeignKey("subscriber.id")),
    needed("asked_by", String(254)),
    needed("reason", String(500)),
    needed("people", Integer),
    needed("occurred_at", MOMENT),
    optional("mailing_list_id", Integer, ForeignKey("mailing_list.id")),
    CheckConstraint(
        "kind = 'evidence' OR (kind = 'export') = (subscriber_id IS NULL)", name="of_somebody"
    ),
    CheckConstraint("kind = 'export' OR mailing_list_id IS NULL", name="of_a_list"),
    _one_of("kind", "evidence", "access", "export"),
    Index("ix_disclosure_kind_occurred_at", "kind", "occurred_at"),
    Index("ix_disclosure_subscriber_id", "subscriber_id"),
)
Table(
    "announced_broadcast",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    needed("name", String(80)),
    needed("mailing_list_id", Integer, ForeignKey("mailing_list.id")),
    needed("factor", Integer),
    needed("begins_at", MOMENT),
    needed("ends_at", MOMENT),
    needed("created_at", MOMENT),
    optional("created_by", BigInteger, ForeignKey("organiser.id", ondelete="SET NULL")),
    CheckConstraint("ends_at >= begins_at", name="ends_after_it_begins"),
    CheckConstraint("factor BETWEEN 2 AND 1000", name="factor_is_limited"),
)
Table(
    "stored_form",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    needed("organiser_id", BigInteger, ForeignKey("organiser.id", ondelete="CASCADE")),
    needed("sealed", LargeBinary),
    needed("kept_at", MOMENT),
    Index("ix_stored_form_organiser_id", "organiser_id"),
)
Table(
    "known_device",
    metadata,
    Column(
        "organiser_id", BigInteger, ForeignKey("organiser.id", ondelete="CASCADE"), primary_key=True
    ),
    Column("network_mac", LargeBinary, primary_key=True),
    Column("browser", String(60), primary_key=True),
    needed("used_at", MOMENT),
    Index("ix_known_device_used_at", "used_at"),
)
Table(
    "list_import",
    metadata,
    Column("id", Integer, primary_key=True),
    needed("mailing_list_id", Integer, ForeignKey("mailing_list.id")),
    needed("status", String(20)),
    needed("language", String(5)),
    needed("imported_by_id", BigInteger, ForeignKey("organiser.id")),
    optional("approved_by_id", BigInteger, ForeignKey("organiser.id")),
    needed("file_name", String(120)),
    needed("file_key", String(40)),
    needed("file_hash", String(64)),
    needed("file_bytes", BigInteger),
    needed("delimiter", String(1)),
    needed("header", JSON),
    needed("format", String(20)),
    optional("address_column", Integer),
    optional("name_column", Integer),
    optional("language_column", Integer),
    optional("way", String(20)),
    optional("collected_by", String(120)),
    optional("collected_from", Integer),
    optional("collected_until", Integer),
    optional("statement", Text),
    needed("offset", BigInteger),
    needed("line", Integer),
    needed("refusals", JSON),
    needed("rows", Integer),
    needed("fitting", Integer),
    needed("invited", Integer),
    needed("asked", Integer),
    needed("skipped", Integer),
    needed("refused", Integer),
    needed("confirmed", Integer),
    needed("declined", Integer),
    needed("unanswered", Integer),
    needed("day", Integer),
    needed("asked_in_day", Integer),
    needed("tried", Integer),
    needed("refused_lately", Integer),
    needed("created_at", MOMENT),
    optional("worked_at", MOMENT),
    optional("checked_at", MOMENT),
    optional("approved_at", MOMENT),
    optional("asking_since", MOMENT),
    optional("held_at", MOMENT),
    optional("ended_at", MOMENT),
    optional("most_invited", Integer),
    optional("hold_reason", String(20)),
    needed("answers_before", JSON),
    CheckConstraint("approved_by_id <> imported_by_id", name="approved_by_another"),
    CheckConstraint(
        "status NOT IN ('making', 'asking', 'held', 'done') OR approved_by_id IS NOT NULL",
        name="approved_before_asking",
    ),
    CheckConstraint(
        "status IN ('draft', 'cancelled') OR (way IS NOT NULL AND collected_by IS NOT NULL AND collected_from IS NOT NULL AND collected_until IS NOT NULL AND statement IS NOT NULL AND address_column IS NOT NULL)",
        name="provenance_is_stated",
    ),
    UniqueConstraint("id", "approved_by_id"),
    UniqueConstraint("file_key"),
    _one_of(
        "status",
        "draft",
        "checking",
        "checked",
        "waiting",
        "making",
        "asking",
        "held",
        "done",
        "cancelled",
    ),
    _one_of("format", "mailchimp", "listmonk", "phplist", "mailman", "other"),
    _one_of("way", "site", "paper", "event", "petition", "members"),
    _one_of("hold_reason", "rejected", "few_accept", "many_decline", "restored"),
)
Table(
    "list_purpose",
    metadata,
    Column("purpose_id", Integer, ForeignKey("purpose.id"), primary_key=True),
    needed("mailing_list_id", Integer, ForeignKey("mailing_list.id")),
    needed("since", MOMENT),
    UniqueConstraint("mailing_list_id", "purpose_id"),
)
Table(
    "list_question",
    metadata,
    Column("id", Integer, primary_key=True),
    needed("mailing_list_id", Integer, ForeignKey("mailing_list.id", ondelete="CASCADE")),
    needed("kind", String(20)),
    needed("position", Integer),
    needed("days", Integer),
    needed("created_at", MOMENT),
    optional("closed_at", MOMENT),
    CheckConstraint("days BETWEEN 1 AND 1095", name="days"),
    UniqueConstraint("id", "mailing_list_id"),
    _one_of("kind", "text", "choice", "yes-no", "date"),
    Index("ix_list_question_mailing_list_id", "mailing_list_id"),
)
Table(
    "list_territory",
    metadata,
    Column(
        "mailing_list_id",
        Integer,
        ForeignKey("mailing_list.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("kind", String(20), primary_key=True),
    Column("code", String(5), primary_key=True),
    _one_of("kind", "departement", "commune", "postcode"),
)
Table(
    "list_text",
    metadata,
    Column(
        "mailing_list_id",
        Integer,
        ForeignKey("mailing_list.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("language", String(5), primary_key=True),
    needed("name", String(120)),
    needed("description", String(500)),
    CheckConstraint("name <> ''", name="has_a_name"),
)
Table(
    "list_thanks",
    metadata,
    Column("mailing_list_id", Integer, ForeignKey("mailing_list.id"), primary_key=True),
    Column("language", String(5), primary_key=True),
    needed("next_email", String(200)),
    needed("welcome", String(2000)),
    optional("welcomed_since", MOMENT),
)
Table(
    "openid_identity",
    metadata,
    Column(
        "organiser_id", BigInteger, ForeignKey("organiser.id", ondelete="CASCADE"), primary_key=True
    ),
    needed("issuer", String(500)),
    needed("subject", String(255)),
    UniqueConstraint("issuer", "subject"),
)
Table(
    "organiser_list",
    metadata,
    Column(
        "organiser_id",
        BigInteger().with_variant(Integer, "sqlite"),
        ForeignKey("organiser.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column(
        "mailing_list_id",
        Integer,
        ForeignKey("mailing_list.id", ondelete="CASCADE"),
        primary_key=True,
    ),
)
Table(
    "organiser_role",
    metadata,
    Column(
        "organiser_id",
        BigInteger().with_variant(Integer, "sqlite"),
        ForeignKey("organiser.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("role_id", Integer, ForeignKey("role.id"), primary_key=True),
    needed("granted_at", MOMENT, server_default=func.now()),
    optional(
        "granted_by_id",
        BigInteger().with_variant(Integer, "sqlite"),
        ForeignKey("organiser.id", ondelete="SET NULL"),
    ),
)
Table(
    "passkey",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    needed("organiser_id", BigInteger, ForeignKey("organiser.id", ondelete="CASCADE")),
    needed("credential_id", LargeBinary),
    needed("public_key", LargeBinary),
    needed("sign_count", BigInteger),
    needed("name", String(60)),
    needed("is_synced", Boolean),
    needed("added_at", MOMENT),
    optional("last_used_at", MOMENT),
    UniqueConstraint("credential_id"),
    Index("ix_passkey_organiser_id", "organiser_id"),
)
Table(
    "password_reset",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    optional("sealed", LargeBinary),
    optional("organiser_id", BigInteger, ForeignKey("organiser.id", ondelete="CASCADE")),
    optional("secret_hash", LargeBinary),
    needed("requested_at", MOMENT),
    optional("used_at", MOMENT),
    Index("ix_password_reset_organiser_id", "organiser_id"),
    Index("ix_password_reset_requested_at", "requested_at"),
)
Table(
    "pending_erasure",
    metadata,
    Column(
        "subscriber_id",
        BigInteger,
        ForeignKey("subscriber.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    needed("reason", String(20)),
    needed("since", MOMENT),
    _one_of("reason", "asked", "expired", "replayed"),
)
Table(
    "picture",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    needed("name", String(22)),
    needed("hash", String(64)),
    needed("format", String(20)),
    needed("width", Integer),
    needed("height", Integer),
    needed("octets", Integer),
    needed("content", LargeBinary),
    needed("description", String(500)),
    needed("is_decoration", Boolean),
    optional("uploaded_by", BigInteger, ForeignKey("organiser.id", ondelete="SET NULL")),
    needed("uploaded_at", MOMENT),
    needed("used_at", MOMENT),
    UniqueConstraint("name"),
    UniqueConstraint("hash"),
    _one_of("format", "jpg", "png"),
)
Table(
    "recovery_code",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    needed("organiser_id", BigInteger, ForeignKey("organiser.id", ondelete="CASCADE")),
    needed("code_hash", LargeBinary),
    needed("made_at", MOMENT),
    Index("ix_recovery_code_organiser_id", "organiser_id"),
)
Table(
    "refused_sign_in",
    metadata,
    Column("key_mac", LargeBinary, primary_key=True),
    optional("organiser_id", BigInteger, ForeignKey("organiser.id", ondelete="CASCADE")),
    needed("network", String(50)),
    needed("begun_at", MOMENT),
    needed("compared", Integer),
    needed("limited", Integer),
    needed("failures", Integer),
    Index("ix_refused_sign_in_begun_at", "begun_at"),
    Index("ix_refused_sign_in_organiser_id", "organiser_id"),
)
Table(
    "retention_change",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    needed("category", String(40), ForeignKey("retention_rule.category")),
    needed("days_before", Integer),
    needed("days_after", Integer),
    needed("reason", Text),
    optional("changed_by", BigInteger, ForeignKey("organiser.id", ondelete="SET NULL")),
    needed("changed_at", MOMENT),
)
Table(
    "right_request",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    needed("organiser_id", BigInteger, ForeignKey("organiser.id", ondelete="CASCADE")),
    needed("role", String(20)),
    needed("status", String(20)),
    optional("requested_by_id", BigInteger, ForeignKey("organiser.id", ondelete="SET NULL")),
    needed("requested_at", MOMENT),
    optional("decided_by_id", BigInteger, ForeignKey("organiser.id", ondelete="SET NULL")),
    optional("decided_at", MOMENT),
    _one_of("role", "owner", "organiser", "dpo", "exporter", "approver"),
    _one_of("status", "open", "granted", "declined", "withdrawn", "lapsed"),
    Index(
        "uq_right_request_open", "organiser_id", "role", unique=True, **_where("status = 'open'")
    ),
)
Table(
    "search_word",
    metadata,
    Column(
        "word", String(64).with_variant(String(64, collation="C"), "postgresql"), primary_key=True
    ),
    Column(
        "subscriber_id",
        BigInteger,
        ForeignKey("subscriber.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Index("ix_search_word_subscriber_id", "subscriber_id"),
    sqlite_with_rowid=False,
)
Table(
    "sign_in_session",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    needed("organiser_id", BigInteger, ForeignKey("organiser.id", ondelete="CASCADE")),
    needed("secret_hash", LargeBinary),
    needed("begun_at", MOMENT),
    needed("used_at", MOMENT),
    needed("confirmed_at", MOMENT),
    needed("network_mac", LargeBinary),
    needed("browser", String(60)),
    needed("methods", String(60)),
    UniqueConstraint("secret_hash"),
    Index("ix_sign_in_session_organiser_id", "organiser_id"),
    Index("ix_sign_in_session_used_at", "used_at"),
)
Table(
    "signup_hold",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    needed("began_at", MOMENT),
    needed("counted", Integer),
    needed("most", Integer),
    optional("ended_at", MOMENT),
    optional("ended_by", BigInteger, ForeignKey("organiser.id", ondelete="SET NULL")),
    optional("causes", JSON),
    CheckConstraint("counted >= most", name="was_a_spike"),
)
Table(
    "source_count",
    metadata,
    Column(
        "mailing_list_id",
        Integer,
        ForeignKey("mailing_list.id", name="fk_source_count_mailing_list_id_mailing_list"),
        primary_key=True,
    ),
    Column("source", String(40), primary_key=True),
    Column("day", Date, primary_key=True),
    needed("requests", Integer),
)
Table(
    "team_text",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    needed("kind", String(20)),
    needed("name", String(80)),
    needed("language", String(5)),
    needed("subject", String(200)),
    needed("preheader", String(200)),
    needed("document", Text),
    optional("created_by", BigInteger, ForeignKey("organiser.id", ondelete="SET NULL")),
    needed("created_at", MOMENT),
    UniqueConstraint("kind", "name"),
    _one_of("kind", "template", "piece"),
)
Table(
    "agreement",
    metadata,
    Column("subscriber_id", BigInteger, ForeignKey("subscriber.id"), primary_key=True),
    Column("purpose_id", Integer, ForeignKey("purpose.id"), primary_key=True),
    needed("consent_event_id", BigInteger),
    needed("consent_kind", String(20)),
    CheckConstraint("consent_kind IN ('confirmed', 'renewed')", name="confirmed"),
    ForeignKeyConstraint(
        ["consent_event_id", "consent_kind", "subscriber_id", "purpose_id"],
        [
            "consent_event.id",
            "consent_event.kind",
            "consent_event.subscriber_id",
            "consent_event.purpose_id",
        ],
        name="fk_agreement_consent",
    ),
    UniqueConstraint("consent_event_id"),
)
Table(
    "campaign",
    metadata,
    Column("id", Integer, primary_key=True),
    needed("mailing_list_id", Integer),
    needed("purpose_id", Integer),
    needed("language", String(5)),
    needed("subject", String(200)),
    needed("body", Text),
    needed("status", String(20)),
    optional("audience", Integer),
    optional("created_by", BigInteger, ForeignKey("organiser.id", ondelete="SET NULL")),
    needed("created_at", MOMENT),
    needed("updated_at", MOMENT),
    optional("launched_at", MOMENT),
    optional("finished_at", MOMENT),
    optional("problem", String(60)),
    optional("problem_at", MOMENT),
    optional("restored_at", MOMENT),
    needed("recent_answers", Integer, server_default="0"),
    needed("recent_refusals", Integer, server_default="0"),
    needed("recent_refusals_of_us", Integer, server_default="0"),
    needed("revision", Integer, server_default="1"),
    optional("updated_by", BigInteger, ForeignKey("organiser.id", ondelete="SET NULL")),
    needed("preheader", String(200), server_default=""),
    optional("document", Text),
    optional("trashed_at", MOMENT),
    optional("trashed_by", BigInteger, ForeignKey("organiser.id", ondelete="SET NULL")),
    needed("internal_name", String(120), server_default=""),
    needed("left_out", Integer, server_default="0"),
    optional("audience_check_began_at", MOMENT),
    optional("audience_checked_at", MOMENT),
    ForeignKeyConstraint(
        ["mailing_list_id", "purpose_id"],
        ["list_purpose.mailing_list_id", "list_purpose.purpose_id"],
    ),
    UniqueConstraint("id", "purpose_id"),
    CheckConstraint("(status = 'trashed') = (trashed_at IS NOT NULL)", name="trashed"),
    _one_of(
        "status",
        "draft",
        "awaiting_approval",
        "approved",
        "running",
        "paused",
        "sent",
        "cancelled",
        "trashed",
    ),
    sqlite_autoincrement=True,
)
Table(
    "import_evidence",
    metadata,
    Column(
        "import_id", Integer, ForeignKey("list_import.id"), primary_key=True, autoincrement=False
    ),
    needed("name", String(120)),
    needed("content_hash", String(64)),
    needed("content", LargeBinary),
)
Table(
    "import_refusal",
    metadata,
    Column(
        "import_id", Integer, ForeignKey("list_import.id"), primary_key=True, autoincrement=False
    ),
    Column("line", Integer, primary_key=True, autoincrement=False),
    needed("reason", String(20)),
    _one_of(
        "reason",
        "no_address",
        "malformed",
        "role",
        "twice",
        "on_list",
        "had_left",
        "may_not",
        "too_many_columns",
        "too_long",
        "unreadable",
    ),
    sqlite_with_rowid=False,
)
Table(
    "import_seen",
    metadata,
    Column(
        "import_id", Integer, ForeignKey("list_import.id"), primary_key=True, autoincrement=False
    ),
    Column("fingerprint", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
Table(
    "invitation",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    needed("import_id", Integer),
    needed("approved_by_id", BigInteger),
    needed("status", String(20)),
    needed("address", String(254)),
    needed("address_mac", LargeBinary),
    optional("given_name", String(80)),
    needed("language", String(5)),
    optional("email_id", BigInteger, ForeignKey("outbox_email.id", ondelete="SET NULL")),
    optional("secret_hash", LargeBinary),
    optional("asked_at", MOMENT),
    optional("expires_at", MOMENT),
    ForeignKeyConstraint(
        ["import_id", "approved_by_id"], ["list_import.id", "list_import.approved_by_id"]
    ),
    UniqueConstraint("address_mac"),
    _one_of("status", "waiting", "leaving", "sent"),
    Index("ix_invitation_expires_at", "expires_at", **_where("expires_at IS NOT NULL")),
    Index("ix_invitation_import_id_status", "import_id", "status"),
    Index("ix_invitation_email_id", "email_id", **_where("email_id IS NOT NULL")),
)
Table(
    "theme",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    needed("accent", String(7)),
    needed("accent_words", String(7)),
    needed("stripe", String(7)),
    needed("alignment", String(20)),
    needed("shows_name", Boolean),
    optional("logo_id", BigInteger, ForeignKey("picture.id")),
    optional("logo_file", String(30)),
    optional("logo_width", Integer),
    optional("logo_height", Integer),
    needed("logo_alt", String(100)),
    needed("links", Text),
    needed("postal_address", String(300)),
    needed("changed_at", MOMENT),
    optional("changed_by", BigInteger, ForeignKey("organiser.id", ondelete="SET NULL")),
    optional("picture_id", BigInteger, ForeignKey("picture.id")),
    optional("share_id", BigInteger, ForeignKey("picture.id")),
    optional("icon_id", BigInteger, ForeignKey("picture.id")),
    optional("picture_file", String(30)),
    optional("picture_width", Integer),
    optional("picture_height", Integer),
    optional("share_file", String(30)),
    optional("share_width", Integer),
    optional("share_height", Integer),
    needed("picture_alt", String(100), server_default=""),
    needed("picture_in_mails", Boolean, server_default=false()),
    needed("share_words", Text, server_default="{}"),
    optional("icon", LargeBinary),
    CheckConstraint("id = 1", name="only_one"),
    CheckConstraint("(logo_id IS NULL) = (logo_file IS NULL)", name="logo"),
    CheckConstraint("(picture_id IS NULL) = (picture_file IS NULL)", name="picture"),
    CheckConstraint("(share_id IS NULL) = (share_file IS NULL)", name="share"),
    CheckConstraint("(icon_id IS NULL) = (icon IS NULL)", name="icon"),
    _one_of("alignment", "left", "center"),
)
Table(
    "question_text",
    metadata,
    Column(
        "question_id", Integer, ForeignKey("list_question.id", ondelete="CASCADE"), primary_key=True
    ),
    Column("language", String(5), primary_key=True),
    needed("label", String(120)),
    needed("sentence", String(300)),
    needed("choices", Text),
)
Table(
    "signup_form",
    metadata,
    Column("id", Integer, primary_key=True),
    needed("slug", String(60)),
    needed("name", String(120)),
    needed("status", String(20)),
    needed("goes_to", String(500)),
    optional("picture_id", BigInteger, ForeignKey("picture.id")),
    optional("picture_file", String(30)),
    optional("picture_hash", String(64)),
    optional("picture_width", Integer),
    optional("picture_height", Integer),
    needed("created_at", MOMENT),
    needed("changed_at", MOMENT),
    UniqueConstraint("slug"),
    CheckConstraint("(picture_id IS NULL) = (picture_file IS NULL)", name="picture"),
    _one_of("status", "draft", "open", "closed"),
)
Table(
    "subscription",
    metadata,
    Column("subscriber_id", BigInteger, ForeignKey("subscriber.id"), primary_key=True),
    Column("mailing_list_id", Integer, primary_key=True),
    needed("purpose_id", Integer),
    needed("consent_event_id", BigInteger),
    needed("consent_kind", String(20)),
    needed("subscribed_at", MOMENT),
    optional("welcomed_at", MOMENT),
    CheckConstraint("consent_kind IN ('confirmed', 'renewed')", name="confirmed"),
    ForeignKeyConstraint(
        ["mailing_list_id", "purpose_id"],
        ["list_purpose.mailing_list_id", "list_purpose.purpose_id"],
    ),
    ForeignKeyConstraint(
        ["consent_event_id", "consent_kind", "subscriber_id", "purpose_id"],
        [
            "consent_event.id",
            "consent_event.kind",
            "consent_event.subscriber_id",
            "consent_event.purpose_id",
        ],
        name="fk_subscription_consent",
    ),
    UniqueConstraint("consent_event_id"),
    Index(
        "ix_subscription_mailing_list_id_purpose_id_subscriber_id",
        "mailing_list_id",
        "purpose_id",
        "subscriber_id",
    ),
    Index("ix_subscription_mailing_list_id_subscribed_at", "mailing_list_id", "subscribed_at"),
)
Table(
    "team_text_picture",
    metadata,
    Column(
        "team_text_id", BigInteger, ForeignKey("team_text.id", ondelete="CASCADE"), primary_key=True
    ),
    Column("picture_id", BigInteger, ForeignKey("picture.id"), primary_key=True),
    Index("ix_team_text_picture_picture_id", "picture_id"),
)
Table(
    "campaign_comment",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    needed("campaign_id", Integer, ForeignKey("campaign.id", ondelete="CASCADE")),
    optional("parent_id", BigInteger, ForeignKey("campaign_comment.id", ondelete="CASCADE")),
    optional("block_id", String(40)),
    needed("quote", String(200)),
    needed("body", Text),
    optional("author_id", BigInteger, ForeignKey("organiser.id", ondelete="SET NULL")),
    needed("created_at", MOMENT),
    needed("changed_at", MOMENT),
    optional("resolved_at", MOMENT),
    optional("resolved_by", BigInteger, ForeignKey("organiser.id", ondelete="SET NULL")),
    Index("ix_campaign_comment_campaign_id_id", "campaign_id", "id"),
    Index("ix_campaign_comment_parent_id", "parent_id"),
)
Table(
    "campaign_presence",
    metadata,
    Column("campaign_id", Integer, ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True),
    Column(
        "organiser_id", BigInteger, ForeignKey("organiser.id", ondelete="CASCADE"), primary_key=True
    ),
    needed("seen_at", MOMENT),
    optional("typed_at", MOMENT),
    Index("ix_campaign_presence_seen_at", "seen_at"),
)
Table(
    "campaign_test",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    needed("campaign_id", Integer, ForeignKey("campaign.id", ondelete="CASCADE")),
    needed("hash", String(64)),
    optional("organiser_id", BigInteger, ForeignKey("organiser.id", ondelete="SET NULL")),
    needed("sent_at", MOMENT),
    optional("sent_by", BigInteger, ForeignKey("organiser.id", ondelete="SET NULL")),
    Index("ix_campaign_test_campaign_id", "campaign_id"),
)
Table(
    "campaign_version",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    needed("campaign_id", Integer, ForeignKey("campaign.id", ondelete="CASCADE")),
    needed("number", Integer),
    needed("hash", String(64)),
    needed("content", Text),
    optional("asked_by", BigInteger, ForeignKey("organiser.id", ondelete="SET NULL")),
    needed("asked_at", MOMENT),
    optional("approved_by", BigInteger, ForeignKey("organiser.id", ondelete="SET NULL")),
    optional("approved_at", MOMENT),
    optional("approved_audience", Integer),
    optional("ended_by", BigInteger, ForeignKey("organiser.id", ondelete="SET NULL")),
    optional("ended_at", MOMENT),
    optional("ended_because", String(20)),
    optional("remarks", String(2000)),
    UniqueConstraint("campaign_id", "number"),
    _one_of("ended_because", "rejected", "withdrawn", "changed", "restored"),
)
Table(
    "dispute_stop",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    needed("campaign_id", Integer, ForeignKey("campaign.id", ondelete="CASCADE")),
    needed("disputes", Integer),
    needed("accepted", Integer),
    needed("occurred_at", MOMENT),
    Index("ix_dispute_stop_campaign_id", "campaign_id"),
)
Table(
    "delivery",
    metadata,
    Column("campaign_id", Integer, primary_key=True),
    Column("subscriber_id", BigInteger, primary_key=True),
    needed("batch", Integer),
    needed("purpose_id", Integer),
    needed("consent_event_id", BigInteger),
    needed("consent_kind", String(20)),
    needed("status", String(20)),
    needed("attempts", Integer),
    needed("next_attempt_at", MOMENT),
    optional("left_by", String(40)),
    optional("settled_at", MOMENT),
    optional("reply", String(40)),
    CheckConstraint("consent_kind IN ('confirmed', 'renewed')", name="confirmed"),
    ForeignKeyConstraint(["campaign_id", "purpose_id"], ["campaign.id", "campaign.purpose_id"]),
    ForeignKeyConstraint(
        ["consent_event_id", "consent_kind", "subscriber_id", "purpose_id"],
        [
            "consent_event.id",
            "consent_event.kind",
            "consent_event.subscriber_id",
            "consent_event.purpose_id",
        ],
        name="fk_delivery_consent",
    ),
    _one_of("status", "queued", "accepted", "deferred", "refused", "skipped", "uncertain"),
    Index("ix_delivery_campaign_id_batch", "campaign_id", "batch"),
    Index("ix_delivery_subscriber_id", "subscriber_id"),
)
Table(
    "delivery_batch",
    metadata,
    Column("campaign_id", Integer, ForeignKey("campaign.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    needed("size", Integer),
    optional("due_at", MOMENT),
    optional("claimed_at", MOMENT),
    optional("claimed_by", String(40)),
    optional("revoked_at", MOMENT),
    needed("accepted", Integer),
    needed("deferred", Integer),
    needed("refused", Integer),
    needed("skipped", Integer),
    needed("uncertain", Integer),
    needed("cancelled", Integer, server_default="0"),
    CheckConstraint(
        "accepted >= 0 AND deferred >= 0 AND refused >= 0 AND skipped >= 0 AND uncertain >= 0 AND accepted + deferred + refused + skipped + uncertain <= size",
        name="adds_up",
    ),
    CheckConstraint("cancelled >= 0 AND cancelled <= skipped", name="cancelled"),
    Index(
        "ix_delivery_batch_campaign_id_due_at",
        "campaign_id",
        "due_at",
        **_where("due_at IS NOT NULL"),
    ),
    Index("ix_delivery_batch_claimed_by", "claimed_by", **_where("claimed_by IS NOT NULL")),
)
Table(
    "delivery_interval",
    metadata,
    Column("campaign_id", Integer, ForeignKey("campaign.id"), primary_key=True),
    Column("started_at", MOMENT, primary_key=True),
    needed("accepted", Integer),
    needed("deferred", Integer),
    needed("refused", Integer),
    needed("uncertain", Integer),
)
Table(
    "form_source_count",
    metadata,
    Column(
        "form_id",
        Integer,
        ForeignKey(
            "signup_form.id", name="fk_form_source_count_form_id_signup_form", ondelete="CASCADE"
        ),
        primary_key=True,
    ),
    Column("source", String(40), primary_key=True),
    Column("day", Date, primary_key=True),
    needed("requests", Integer),
)
Table(
    "list_answer",
    metadata,
    Column("subscriber_id", BigInteger, primary_key=True),
    Column("question_id", Integer, primary_key=True),
    needed("mailing_list_id", Integer),
    needed("value", String(300)),
    needed("answered_at", MOMENT),
    needed("expires_at", MOMENT),
    ForeignKeyConstraint(
        ["subscriber_id", "mailing_list_id"],
        ["subscription.subscriber_id", "subscription.mailing_list_id"],
        name="fk_list_answer_subscriber_id",
        ondelete="CASCADE",
    ),
    ForeignKeyConstraint(
        ["question_id", "mailing_list_id"],
        ["list_question.id", "list_question.mailing_list_id"],
        name="fk_list_answer_question",
    ),
    Index("ix_list_answer_expires_at", "expires_at"),
    Index("ix_list_answer_question_id", "question_id"),
    Index("ix_list_answer_subscriber_id_mailing_list_id", "subscriber_id", "mailing_list_id"),
)
Table(
    "picture_use",
    metadata,
    Column("campaign_id", Integer, ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("picture_id", BigInteger, ForeignKey("picture.id"), primary_key=True),
    Index("ix_picture_use_picture_id", "picture_id"),
)
Table(
    "privacy_case",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    needed("kind", String(20)),
    needed("channel", String(20)),
    optional("subscriber_id", BigInteger, ForeignKey("subscriber.id", ondelete="SET NULL")),
    optional("campaign_id", Integer, ForeignKey("campaign.id", ondelete="SET NULL")),
    needed("received_at", MOMENT),
    needed("due_at", MOMENT),
    optional("extended_at", MOMENT),
    optional("extension_reason", Text),
    optional("closed_at", MOMENT),
    optional("outcome", Text),
    optional("note", Text),
    CheckConstraint(
        "(extended_at IS NULL) = (extension_reason IS NULL)", name="extended_with_a_reason"
    ),
    CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name="closed_with_an_outcome"),
    _one_of(
        "kind",
        "access",
        "rectification",
        "erasure",
        "restriction",
        "portability",
        "objection",
        "contested",
        "complaint",
    ),
    _one_of("channel", "page", "mail", "post", "phone", "in-person"),
    Index("ix_privacy_case_campaign_id", "campaign_id"),
    Index("ix_privacy_case_closed_at_due_at", "closed_at", "due_at"),
    Index("ix_privacy_case_subscriber_id", "subscriber_id"),
)
Table(
    "saved_text",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    needed("campaign_id", Integer, ForeignKey("campaign.id", ondelete="CASCADE")),
    needed("number", Integer),
    needed("revision", Integer),
    needed("language", String(5)),
    needed("subject", String(200)),
    needed("preheader", String(200)),
    needed("body", Text),
    optional("document", Text),
    optional("saved_by", BigInteger, ForeignKey("organiser.id", ondelete="SET NULL")),
    needed("begun_at", MOMENT),
    needed("saved_at", MOMENT),
    needed("name", String(80), server_default=""),
    optional("version", Integer),
    optional("restored_number", Integer),
    UniqueConstraint("campaign_id", "number"),
)
Table(
    "signup_form_count",
    metadata,
    Column("form_id", Integer, ForeignKey("signup_form.id", ondelete="CASCADE"), primary_key=True),
    needed("sent", Integer),
    needed("confirmed", Integer),
)
Table(
    "signup_form_list",
    metadata,
    Column("form_id", Integer, ForeignKey("signup_form.id", ondelete="CASCADE"), primary_key=True),
    Column(
        "mailing_list_id",
        Integer,
        ForeignKey("mailing_list.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    needed("position", Integer),
    Index("ix_signup_form_list_mailing_list_id", "mailing_list_id"),
)
Table(
    "signup_form_question",
    metadata,
    Column("form_id", Integer, ForeignKey("signup_form.id", ondelete="CASCADE"), primary_key=True),
    Column(
        "question_id", Integer, ForeignKey("list_question.id", ondelete="CASCADE"), primary_key=True
    ),
    Index("ix_signup_form_question_question_id", "question_id"),
)
Table(
    "signup_form_text",
    metadata,
    Column("form_id", Integer, ForeignKey("signup_form.id", ondelete="CASCADE"), primary_key=True),
    Column("language", String(5), primary_key=True),
    needed("title", String(120)),
    needed("intro", String(2000)),
    needed("thanks", String(1000)),
    needed("picture_alt", String(300)),
    CheckConstraint("title <> ''", name="has_a_title"),
)
Table(
    "signup_request",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    needed("public_id", String(40)),
    needed("address", String(254)),
    needed("address_key", String(254)),
    needed("address_mac", LargeBinary),
    optional("given_name", String(80)),
    needed("language", String(5)),
    needed("mailing_list_id", Integer, ForeignKey("mailing_list.id")),
    needed("page_url", String(500)),
    optional("email_id", BigInteger, ForeignKey("outbox_email.id", ondelete="SET NULL")),
    needed("token_hash", LargeBinary),
    needed("code_mac", LargeBinary),
    needed("code_attempts", Integer),
    needed("code_guesses", Integer),
    needed("created_at", MOMENT),
    needed("expires_at", MOMENT),
    optional("confirmed_at", MOMENT),
    optional("page_snapshot_id", Integer, ForeignKey("page_snapshot.id")),
    needed("log_salt", LargeBinary),
    optional("controller_id", BigInteger, ForeignKey("controller.id")),
    optional("refused_at", MOMENT),
    optional("source", String(40)),
    optional("network_mac", LargeBinary),
    optional("postcode", String(5)),
    optional("form_id", Integer, ForeignKey("signup_form.id", ondelete="SET NULL")),
    UniqueConstraint("public_id"),
    UniqueConstraint("token_hash"),
    Index("ix_signup_request_address_mac", "address_mac"),
    Index("ix_signup_request_expires_at", "expires_at"),
    Index("ix_signup_request_form_id", "form_id", **_where("form_id IS NOT NULL")),
    Index("ix_signup_request_source", "source", **_where("source IS NOT NULL")),
)
Table(
    "case_entry",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    needed("case_id", BigInteger, ForeignKey("privacy_case.id", ondelete="CASCADE")),
    needed("act", String(20)),
    optional("text", Text),
    optional("made_by", BigInteger, ForeignKey("organiser.id", ondelete="SET NULL")),
    needed("made_at", MOMENT),
    optional("email_id", BigInteger, ForeignKey("outbox_email.id", ondelete="SET NULL")),
    _one_of("act", "noted", "extended", "reminded", "reminded-last", "closed"),
    Index("ix_case_entry_case_id", "case_id"),
    Index("ix_case_entry_email_id", "email_id", **_where("email_id IS NOT NULL")),
)
Table(
    "comment_mention",
    metadata,
    Column(
        "comment_id",
        BigInteger,
        ForeignKey("campaign_comment.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column(
        "organiser_id", BigInteger, ForeignKey("organiser.id", ondelete="CASCADE"), primary_key=True
    ),
    optional("told_at", MOMENT),
    Index("ix_comment_mention_told_at", "told_at"),
)
Table(
    "delivery_erased",
    metadata,
    Column("campaign_id", Integer, primary_key=True, autoincrement=False),
    Column("batch", Integer, primary_key=True, autoincrement=False),
    Column("status", String(20), primary_key=True),
    needed("mails", Integer),
    ForeignKeyConstraint(
        ["campaign_id", "batch"],
        ["delivery_batch.campaign_id", "delivery_batch.number"],
        name="fk_delivery_erased_campaign_id",
    ),
    _one_of("status", "queued", "accepted", "deferred", "refused", "skipped", "uncertain"),
)
Table(
    "issue",
    metadata,
    Column(
        "campaign_id",
        Integer,
        ForeignKey("campaign.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    needed("version_id", BigInteger, ForeignKey("campaign_version.id", ondelete="CASCADE")),
    needed("slug", String(100)),
    needed("language", String(5)),
    needed("title", String(600)),
    needed("summary", String(600)),
    needed("sent_at", MOMENT),
    needed("published_at", MOMENT),
    optional("published_by", BigInteger, ForeignKey("organiser.id", ondelete="SET NULL")),
    optional("withdrawn_at", MOMENT),
    UniqueConstraint("slug"),
    CheckConstraint("slug <> ''", name="has_a_slug"),
)
Table(
    "signup_answer",
    metadata,
    Column(
        "signup_request_id",
        BigInteger,
        ForeignKey("signup_request.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("question_id", Integer, primary_key=True),
    needed("mailing_list_id", Integer),
    needed("value", String(300)),
    needed("days", Integer),
    ForeignKeyConstraint(
        ["question_id", "mailing_list_id"],
        ["list_question.id", "list_question.mailing_list_id"],
        name="fk_signup_answer_question",
    ),
    Index("ix_signup_answer_question_id", "question_id"),
)
Table(
    "signup_choice",
    metadata,
    Column(
        "signup_request_id",
        BigInteger,
        ForeignKey("signup_request.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    optional("mailing_list_id", Integer),
    Column("purpose_id", Integer, primary_key=True),
    needed("wording_id", Integer),
    needed("event_id", BigInteger),
    ForeignKeyConstraint(
        ["mailing_list_id", "purpose_id"],
        ["list_purpose.mailing_list_id", "list_purpose.purpose_id"],
    ),
    ForeignKeyConstraint(["wording_id", "purpose_id"], ["wording.id", "wording.purpose_id"]),
)
