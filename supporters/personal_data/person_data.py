"""The person, their subscriptions and their consents."""

from collections.abc import Sequence

from sqlalchemy import delete, select

from supporters.consent.consent_events import find_controller
from supporters.consent.labels import purpose_kind_name
from supporters.consent.models import (
    Agreement,
    ConsentEvent,
    EventKind,
    Purpose,
    Suppression,
    Wording,
)
from supporters.consent.queries import list_events_of
from supporters.consent.suppression import ScopeKind, scope_kind
from supporters.database import db
from supporters.lists.models import Subscription, list_name_of
from supporters.lists.queries import list_subscriptions_of, name_of_purpose
from supporters.people.models import SearchWord, Subscriber
from supporters.people.profile import profile_of
from supporters.personal_data.data_subjects import DataSubject, ExportedRow
from supporters.personal_data.exported_rows import export_columns
from supporters.signup_forms.used_forms import find_used_form


def export_person(subject: DataSubject) -> Sequence[ExportedRow]:
    """Return the person."""
    person = db.session.get(Subscriber, subject.id)
    if person is None:
        return []
    return [
        {
            "id": str(person.id),
            "address": person.address,
            **vars(profile_of(person)),
            "created_at": person.created_at,
            "acted_at": person.acted_at,
            "asked_again_at": person.asked_again_at,
            "paused_until": person.paused_until,
            "restricted_at": person.restricted_at,
            "unreachable_since": person.unreachable_since,
            "unreachable_because": person.unreachable_because,
            "joined_event_id": str(person.joined_event_id),
        }
    ]


def export_search_words(subject: DataSubject) -> Sequence[ExportedRow]:
    """Return the words by which the team finds a person."""
    words = db.session.scalars(
        select(SearchWord.word)
        .where(SearchWord.subscriber_id == subject.id)
        .order_by(SearchWord.word)
    )
    return [{"word": word} for word in words]


def export_subscriptions(subject: DataSubject) -> Sequence[ExportedRow]:
    """Return the mailing lists of a person."""
    return [
        {
            "mailing_list_id": mailing_list.id,
            "list": list_name_of(mailing_list),
            "purpose_id": subscription.purpose_id,
            "subscribed_at": subscription.subscribed_at,
            "welcomed_at": subscription.welcomed_at,
            "consent_event_id": str(subscription.consent_event_id),
            "consent_kind": EventKind(subscription.consent_kind),
        }
        for subscription, mailing_list in list_subscriptions_of(subject.id)
    ]


def export_agreements(subject: DataSubject) -> Sequence[ExportedRow]:
    """Return the consents of a person that belong to no mailing list."""
    rows = db.session.execute(
        select(Agreement, Purpose)
        .join(Purpose, Purpose.id == Agreement.purpose_id)
        .where(Agreement.subscriber_id == subject.id)
        .order_by(Agreement.consent_event_id)
    )
    return [
        {
            "purpose_id": purpose.id,
            "purpose": purpose_kind_name(purpose.kind),
            "consent_event_id": str(agreement.consent_event_id),
            "consent_kind": EventKind(agreement.consent_kind),
        }
        for agreement, purpose in rows
    ]


def export_consent_events(subject: DataSubject) -> Sequence[ExportedRow]:
    """Return every consent event of a person, with the exact wording that they saw."""
    return [_export_consent_event(event, wording) for event, wording in list_events_of(subject.id)]


def _export_consent_event(event: ConsentEvent, wording: Wording | None) -> ExportedRow:
    controller, used = find_controller(event), find_used_form(event)
    return {
        "id": str(event.id),
        "kind": event.kind,
        "purpose_id": event.purpose_id,
        "purpose": None if event.purpose_id is None else name_of_purpose(event.purpose_id),
        "wording_id": event.wording_id,
        "wording": wording.text if wording else None,
        "wording_version": wording.version if wording else None,
        "wording_language": wording.language if wording else None,
        "wording_sha256": wording.text_hash if wording else None,
        "method": event.method,
        **export_columns(event, "surface", "origin", "typed_at"),
        "form": used.title if used else None,
        "page_url": event.page_url,
        "page_snapshot_id": event.page_snapshot_id,
        "request_id": None if event.request_id is None else str(event.request_id),
        "requested_at": event.requested_at,
        "occurred_at": event.occurred_at,
        "evidence": _as_hex(event.evidence),
        "controller": controller.name if controller else None,
        "basis": None if event.basis is None else event.basis.value,
        "email_status": event.email_status,
        "email_settled_at": event.email_settled_at,
        "email_reply": event.email_reply,
        "email_sha256": _as_hex(event.email_sha256),
        "email_snapshot_sha256": _as_hex(event.email_snapshot_sha256),
    }


def _as_hex(value: bytes | None) -> str | None:
    return None if value is None else value.hex()


def export_suppressions(subject: DataSubject) -> Sequence[ExportedRow]:
    """Return the suppressions of an address."""
    rows = db.session.scalars(
        select(Suppression)
        .where(Suppression.address_mac == subject.address_mac)
        .order_by(Suppression.since)
    )
    return [
        {
            "scope": scope_kind(row.scope),
            **_purpose_of(row.scope),
            "since": row.since,
            "until": row.until,
        }
        for row in rows
    ]


def _purpose_of(scope: str) -> ExportedRow:
    """Return the purpose that a scope names, if it names one."""
    if scope_kind(scope) is not ScopeKind.PURPOSE:
        return {"purpose_id": None, "purpose": None}
    number = int(scope.partition(":")[2])
    return {"purpose_id": number, "purpose": name_of_purpose(number)}


def erase_subscriptions(subject: DataSubject) -> None:
    """Unsubscribe a person from every list."""
    db.session.execute(delete(Subscription).where(Subscription.subscriber_id == subject.id))


def erase_agreements(subject: DataSubject) -> None:
    """Delete the consents of a person that belong to no mailing list."""
    db.session.execute(delete(Agreement).where(Agreement.subscriber_id == subject.id))
