"""Undoes an unsubscription that the same browser made a moment ago, as a correction (ADR 070).

It gives no new consent: the subscription rests on the consent that it rested on before, and the log
has both the withdrawal and its correction. A secret in the session of the browser proves that the
same browser pressed both (ADR 080), and the mailbox gets an email about it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest

import structlog
from flask_babel import force_locale
from sqlalchemy import func, select

from supporters import clock
from supporters.consent.consent_events import ConfirmationEvidence, NewEvent, record_event
from supporters.consent.corrections import hash_for_correction, hash_for_withdrawal
from supporters.consent.models import ConsentEvent, EventKind, Method
from supporters.consent.receipts import CONSENTS
from supporters.consent.suppression import find_objection, lift_scopes, purpose_scope
from supporters.crypto.tokens import TokenPurpose
from supporters.database import db, use_case
from supporters.delivery.after_sending.departure_counts import NO_CAMPAIGN, uncount_departure
from supporters.extensions import current_tokens
from supporters.lists.models import Subscription, list_name_of
from supporters.lists.queries import find_list, list_purpose_ids
from supporters.mail.links import link_to
from supporters.mail.models import EmailKind
from supporters.mail.outbox import EmailDraft, put_email
from supporters.people.activity import record_activity
from supporters.people.addresses import mailbox_mac
from supporters.people.models import Subscriber
from supporters.people.queries import lock_subscriber
from supporters.personal_data.queries import is_being_erased
from supporters.text.local_dates import format_date, format_date_and_time

log = structlog.get_logger(__name__)
UNDO_WITHIN = timedelta(minutes=10)
MOST_A_DAY = 3  # of one person: each sends an email
USEFUL_FOR = timedelta(days=3)


@dataclass(frozen=True, kw_only=True)
class PressedUndo:
    """The press on “undo”: the secret in the session of the browser, and the page that it saw.

    `campaign_id` is the campaign whose link the person had left by.
    """

    secret: str
    page_url: str
    page_snapshot_id: int
    campaign_id: int = NO_CAMPAIGN


@use_case
def undo_unsubscription(subscriber_id: int, list_id: int, pressed: PressedUndo) -> bool:
    """Put a person back on a list that this browser left; tell whether they are on it now."""
    now, person = clock.now(), lock_subscriber(subscriber_id)
    if person is None or not _may_come_back(person, now):
        return False
    if db.session.get(Subscription, (subscriber_id, list_id)) is not None:
        return True
    withdrawal = _find_fresh_withdrawal(subscriber_id, list_id, now)
    evidence = hash_for_correction(pressed.secret)
    if withdrawal is None or not _is_of_browser(withdrawal, evidence):
        return False
    given = _find_consent_before(withdrawal)
    if not given or given.address_mac != person.address_mac:  # another mailbox gave it
        return False
    proof = ConfirmationEvidence(
        token_hash=evidence,
        page_url=pressed.page_url,
        page_snapshot_id=pressed.page_snapshot_id,
        requested_at=withdrawal.occurred_at,
    )
    _restore(person, list_id, given, proof=proof, now=now)
    uncount_departure(pressed.campaign_id, withdrawal.occurred_at)
    _tell(person, list_id, given, now=now)
    log.info("person.withdrawal_undone", subscriber=subscriber_id, list=list_id)
    return True


def _may_come_back(person: Subscriber, now: datetime) -> bool:
    has_objected = find_objection(person.address_mac, now) is not None
    is_free = person.restricted_at is None and not has_objected and not is_being_erased(person.id)
    return is_free and _count_lately(person, now) < MOST_A_DAY


def _count_lately(person: Subscriber, now: datetime) -> int:
    """Return how often this person undid an unsubscription within a day."""
    counted = select(func.count(ConsentEvent.id)).where(
        ConsentEvent.subscriber_id == person.id,
        ConsentEvent.kind == EventKind.CORRECTED,
        ConsentEvent.occurred_at > now - timedelta(days=1),
    )
    return db.session.scalar(counted) or 0


def _is_of_browser(withdrawal: ConsentEvent, evidence: bytes) -> bool:
    """Tell whether the browser that left has made this evidence."""
    return compare_digest(withdrawal.evidence or b"", hash_for_withdrawal(evidence))


def _find_fresh_withdrawal(subscriber_id: int, list_id: int, now: datetime) -> ConsentEvent | None:
    """Return the last event about a list, if it is a withdrawal by a page within ten minutes."""
    last = db.session.scalar(
        select(ConsentEvent)
        .where(
            ConsentEvent.subscriber_id == subscriber_id,
            ConsentEvent.purpose_id.in_(list_purpose_ids(list_id)),
        )
        .order_by(ConsentEvent.occurred_at.desc(), ConsentEvent.id.desc())
        .limit(1)
    )
    if last is None or last.occurred_at < now - UNDO_WITHIN:
        return None
    is_own = last.kind is EventKind.WITHDRAWN and last.method is Method.PAGE
    return last if is_own else None


def _find_consent_before(withdrawal: ConsentEvent) -> ConsentEvent | None:
    """Return the consent that a withdrawal ended."""
    return db.session.scalar(
        select(ConsentEvent)
        .where(
            ConsentEvent.subscriber_id == withdrawal.subscriber_id,
            ConsentEvent.purpose_id == withdrawal.purpose_id,
            ConsentEvent.kind.in_(CONSENTS),
            ConsentEvent.occurred_at <= withdrawal.occurred_at,
        )
        .order_by(ConsentEvent.occurred_at.desc(), ConsentEvent.id.desc())
        .limit(1)
    )


def _tell(person: Subscriber, list_id: int, given: ConsentEvent, *, now: datetime) -> None:
    """Write the email to the mailbox: what was recorded, and how to leave."""
    mailing_list = find_list(list_id)
    with force_locale(person.language):
        when, since = format_date_and_time(now), format_date(given.occurred_at)
        name = list_name_of(mailing_list) if mailing_list else ""
    leave = current_tokens().sign(TokenPurpose.UNSUBSCRIBE, [person.id, list_id, 0])
    draft = EmailDraft(
        kind=EmailKind.BACK_ON_LIST,
        recipient=person.address,
        language=person.language,
        values={
            "list_name": name,
            "when": when,
            "given": since,
            "leave_url": link_to("public.leave_page", token=leave),
        },
        useful_for=USEFUL_FOR,
        rate_mac=mailbox_mac(person.address),
    )
    put_email(draft, now=now)


def _restore(
    person: Subscriber,
    list_id: int,
    given: ConsentEvent,
    *,
    proof: ConfirmationEvidence,
    now: datetime,
) -> None:
    purpose_id = given.purpose_id or 0
    act = NewEvent(
        kind=EventKind.CORRECTED,
        method=Method.PAGE,
        now=now,
        purpose_id=given.purpose_id,
        evidence=proof,
    )
    record_event(person, act)
    lift_scopes(person.address_mac, [purpose_scope(purpose_id)])
    db.session.add(
        Subscription(
            subscriber_id=person.id,
            mailing_list_id=list_id,
            purpose_id=purpose_id,
            consent_event_id=given.id,
            consent_kind=given.kind.value,
            subscribed_at=given.occurred_at,
            welcomed_at=now,
        )
    )
    record_activity(person, now)
