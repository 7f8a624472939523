"""Pauses all emails to a person, and tells the mailbox (ADR 080).

Anybody who gets a forwarded email can press “pause”, so no pause begins unseen: each one sends an
email with the way to end it, and by a link only a few begin in a day.
"""

from datetime import datetime, timedelta

from flask_babel import force_locale
from sqlalchemy import func, select

from supporters import clock
from supporters.cases.rules import UNTIL_RESUMED, pause_until
from supporters.crypto.tokens import TokenPurpose
from supporters.database import db, in_transaction, use_case
from supporters.extensions import current_tokens
from supporters.lists.queries import list_subscriptions_of
from supporters.mail.links import link_to
from supporters.mail.models import EmailKind, OutboxEmail
from supporters.mail.outbox import EmailDraft, put_email
from supporters.people.activity import record_activity
from supporters.people.address_hashes import mailbox_mac
from supporters.people.models import Subscriber
from supporters.people.queries import lock_subscriber
from supporters.text.local_dates import format_date, format_date_and_time

MOST_A_DAY = 3
USEFUL_FOR = timedelta(days=3)
SAME_END = timedelta(days=1)  # a second press on the same button


@use_case
def pause(subscriber_id: int, months: int | None) -> bool:
    """Pause all mail for some months, or until the person resumes it; tell whether it was done."""
    now, person = clock.now(), lock_subscriber(subscriber_id)
    if person is None or person.restricted_at is not None:
        return False
    _pause(person, months, now)
    return True


@use_case
def pause_by_link(subscriber_id: int, months: int) -> bool:
    """Pause all mail by the link of an email; tell whether it was done, or is already so.

    An unknown person gets the answer of a person who may.
    """
    now, person = clock.now(), lock_subscriber(subscriber_id)
    if person is None:
        return True
    if person.restricted_at is not None or _count_told(person, now) >= MOST_A_DAY:
        return False
    _pause(person, months, now)
    return True


@use_case
def resume(subscriber_id: int) -> bool:
    """End a pause; tell whether it was done."""
    now, person = clock.now(), lock_subscriber(subscriber_id)
    if person is None or person.restricted_at is not None:
        return False
    person.paused_until = None
    record_activity(person, now)
    return True


@in_transaction
def _pause(person: Subscriber, months: int | None, now: datetime) -> None:
    before, until = person.paused_until, pause_until(now, months)
    person.paused_until = until
    record_activity(person, now)
    if before is None or abs(until - before) >= SAME_END:
        _tell(person, until, now)


def _tell(person: Subscriber, until: datetime, now: datetime) -> None:
    """Write the email. A person without a list gets none: a pause changes nothing for them."""
    lists = list_subscriptions_of(person.id)
    if not lists or _count_told(person, now) >= MOST_A_DAY:
        return
    with force_locale(person.language):
        when = format_date_and_time(now)
        end = "" if until == UNTIL_RESUMED else format_date(until)
    token = current_tokens().sign(TokenPurpose.UNSUBSCRIBE, [person.id, lists[0][1].id, 0])
    draft = EmailDraft(
        kind=EmailKind.PAUSED,
        recipient=person.address,
        language=person.language,
        values={"when": when, "until": end, "pause_url": link_to("public.leave_page", token=token)},
        useful_for=USEFUL_FOR,
        rate_mac=mailbox_mac(person.address),
    )
    put_email(draft, now=now)


def _count_told(person: Subscriber, now: datetime) -> int:
    """Return how many emails about a pause the mailbox got within a day."""
    counted = select(func.count(OutboxEmail.id)).where(
        OutboxEmail.rate_mac == mailbox_mac(person.address),
        OutboxEmail.created_at > now - timedelta(days=1),
        OutboxEmail.kind == EmailKind.PAUSED,
    )
    return db.session.scalar(counted) or 0
