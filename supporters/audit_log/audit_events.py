"""Records who did what: an event for each act, in the transaction of the act (REQ-140).

Each event is sealed in the transparency log. It names accounts and records by their ids, and nobody
else. The network of a browser is stored as a keyed hash.

Limits of a day count these acts: in the database, so they hold over all processes, and after a
restart.
"""

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Self

from flask import Flask, current_app
from flask_babel import LazyString, lazy_gettext as _
from sqlalchemy import BigInteger, Index, Select, String, Text, and_, func, select
from sqlalchemy.orm import Mapped, mapped_column

from supporters import clock
from supporters.actors import ActorKind, current_actor
from supporters.audit_log.audit_stream import stream_act
from supporters.crypto.encryption import keyed_hash
from supporters.database import (
    Model,
    db,
    enum_column,
    foreign_key,
    in_transaction,
    run_after_commit,
    use_case,
)
from supporters.ids import first_id_of, new_id
from supporters.submodules import collect_members, require_declared
from supporters.transparency_log.log_records import LogRecord, add_entry, audit_key, format_moment
from supporters.transparency_log.models import LogEntry

AUDITED = "audited"
TEAM = (ActorKind.ACCOUNT, ActorKind.COMMAND)
Details = Mapping[str, str | int | bool | None]


class Act(StrEnum):
    """An act with its sentence. Each feature declares its own as an enum of this class.

    The value is stored and sealed: it never changes. The part before its dot names what the
    object's id belongs to. The sentence may use %(actor)s, %(object)s and the details.
    """

    sentence: LazyString

    def __new__(cls, key: str, sentence: LazyString) -> Self:
        """Make an act of the two values of its line."""
        act = str.__new__(cls, key)
        act._value_, act.sentence = key, sentence
        return act


class AuditLogAct(Act):
    """Acts about the audit log itself."""

    DOWNLOADED = "audit.downloaded", _("%(actor)s downloaded the audit log.")


def init_app(app: Flask) -> None:
    """Collect the acts of all features. Raises DeclarationError if two have one value."""
    app.extensions["acts"] = collect_members(Act)


def declared_acts() -> Mapping[str, Act]:
    """Return the acts of all features by their stored values."""
    acts: Mapping[str, Act] = current_app.extensions["acts"]
    return acts


class AuditEvent(Model):
    """An act: the actor, the act, the record that it was about, and when.

    `act` is a value of an `Act`, `object_id` an id of the table that the act is about, `details` a
    JSON object without personal data. It has no check constraint: a later version adds acts.
    """

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_act_id", "act", "id"),
        Index("ix_audit_event_account_id_id", "account_id", "id"),
        Index("ix_audit_event_object_id_id", "object_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    act: Mapped[str] = mapped_column(String(60))
    actor_kind: Mapped[ActorKind] = mapped_column(enum_column(ActorKind, "actor_kind"))
    account_id: Mapped[int | None] = foreign_key("organiser.id")
    actor_name: Mapped[str | None] = mapped_column(String(64))
    network_mac: Mapped[bytes | None]
    object_id: Mapped[int | None] = mapped_column(BigInteger)
    details: Mapped[str] = mapped_column(Text)
    occurred_at: Mapped[datetime]


@in_transaction
def record_act(
    act: Act, object_id: int | None = None, details: Details | None = None
) -> AuditEvent:
    """Record an act of the current actor, and add its entry to the transparency log.

    `details` says what the ids don't: a role, a count, a reason from a list. It never has an
    address, a name or a text about a subscriber. Raises DeclarationError for an undeclared act.
    """
    require_declared(act, declared_acts())
    now, actor = clock.now(), current_actor()
    event = AuditEvent(
        id=new_id(now),
        act=act.value,
        actor_kind=actor.kind,
        account_id=actor.account_id,
        actor_name=actor.name,
        network_mac=None if actor.network is None else network_mac(actor.network),
        object_id=object_id,
        details=json.dumps(dict(details or {}), ensure_ascii=False, sort_keys=True),
        occurred_at=now,
    )
    db.session.add(event)
    record = describe_audit_event(event)
    add_entry(record)
    run_after_commit(partial(stream_act, {"id": str(event.id), **record.fields}))
    return event


@in_transaction
def record_team_act(
    act: Act, object_id: int | None = None, details: Details | None = None
) -> AuditEvent | None:
    """Record an act if an account or a command does it.

    The worker and the people themselves use the same use cases; their acts have records of their
    own.
    """
    if current_actor().kind not in TEAM:
        return None
    return record_act(act, object_id, details)


@in_transaction
def record_command_act(
    act: Act, object_id: int | None = None, details: Details | None = None
) -> AuditEvent | None:
    """Record an act if a command does it. The console's own use case records it for an account."""
    if current_actor().kind is not ActorKind.COMMAND:
        return None
    return record_act(act, object_id, details)


@use_case
def record_audit_download(*, is_filtered: bool) -> None:
    """Record that the current account downloads the audit log, or a part of it."""
    record_team_act(AuditLogAct.DOWNLOADED, details={"is_filtered": is_filtered})


def find_newest_act(act: Act, object_id: int, *or_acts: Act) -> AuditEvent | None:
    """Return the newest event of an act, or of others, on a record."""
    return db.session.scalar(
        select(AuditEvent)
        .where(AuditEvent.object_id == object_id, AuditEvent.act.in_([act, *or_acts]))
        .order_by(AuditEvent.id.desc())
        .limit(1)
    )


def list_sealed_acts(
    act: Act, object_id: int | None = None, *, since: datetime | None = None
) -> list[AuditEvent]:
    """Return the events of an act that are as they were sealed, oldest first."""
    rows = (
        select(AuditEvent, LogEntry.commitment)
        .join(LogEntry, and_(LogEntry.kind == AUDITED, LogEntry.record_id == AuditEvent.id))
        .where(AuditEvent.act == act.value)
        .order_by(AuditEvent.id)
    )
    if object_id is not None:
        rows = rows.where(AuditEvent.object_id == object_id)
    if since is not None:
        rows = rows.where(AuditEvent.id >= first_id_of(since))
    return [
        event
        for event, commitment in db.session.execute(rows)
        if describe_audit_event(event).commitment == commitment
    ]


def network_mac(network: str) -> bytes:
    """Return the hash of a network, by which events from one network are recognised: 16 bytes."""
    return keyed_hash(audit_key(), "network", network)[:16]


def describe_audit_event(event: AuditEvent) -> LogRecord:
    """Return the record of an event, as it is sealed."""
    fields = {
        "act": event.act,
        "actor": {
            "kind": event.actor_kind.value,
            "account": None if event.account_id is None else str(event.account_id),
            "name": event.actor_name,
            "network": None if event.network_mac is None else event.network_mac.hex(),
        },
        "object": None if event.object_id is None else str(event.object_id),
        "details": json.loads(event.details),
        "occurred_at": format_moment(event.occurred_at),
    }
    return LogRecord(kind=AUDITED, id=event.id, fields=fields, key=audit_key())


def count_acts(acts: Collection[Act], *, since: datetime, account_id: int | None = None) -> int:
    """Return how many of these acts an account did since a moment; None: all accounts."""
    counted = _acts_since(acts, since)
    if account_id is not None:
        counted = counted.where(AuditEvent.account_id == account_id)
    return db.session.scalar(counted) or 0


def has_done(act: Act, object_id: int, *, since: datetime, account_id: int) -> bool:
    """Tell whether an account did this act to this object since a moment."""
    counted = _acts_since([act], since).where(
        AuditEvent.account_id == account_id, AuditEvent.object_id == object_id
    )
    return bool(db.session.scalar(counted))


def find_last_account(act: Act, object_id: int) -> int | None:
    """Return the account that did an act to an object last."""
    return db.session.scalar(
        select(AuditEvent.account_id)
        .where(AuditEvent.act == act.value, AuditEvent.object_id == object_id)
        .order_by(AuditEvent.id.desc())
        .limit(1)
    )


def _acts_since(acts: Collection[Act], since: datetime) -> Select[int]:
    """Return the statement. Ids are ordered in time, and both indexes end with the id."""
    return (
        select(func.count())
        .select_from(AuditEvent)
        .where(
            AuditEvent.act.in_(sorted(act.value for act in acts)),
            AuditEvent.id >= first_id_of(since),
        )
    )
