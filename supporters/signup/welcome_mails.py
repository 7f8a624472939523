"""Welcomes people who have just confirmed a list, if the list has a welcome email (ADR 070).

The confirmation knows nothing of it: a worker looks every minute for subscriptions that were not
welcomed yet. Each gets one email, and none is older than a day.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select

from supporters import clock
from supporters.consent.eligibility import is_eligible, may_be_written_to
from supporters.consent.models import EventKind
from supporters.consent.receipt_links import sign_own_receipt_link
from supporters.crypto.tokens import TokenPurpose
from supporters.database import db, transaction
from supporters.extensions import current_tokens
from supporters.languages import LANGUAGES
from supporters.lists.list_sender import sender_values
from supporters.lists.models import ListThanks, MailingList, Subscription
from supporters.locks import Lock
from supporters.mail.links import link_to
from supporters.mail.models import EmailKind, OutboxEmail
from supporters.mail.outbox import EmailDraft, TemplateValues, put_email
from supporters.people.addresses import key_of, mailbox_mac
from supporters.people.models import Subscriber
from supporters.people.queries import find_subscriber

log = structlog.get_logger(__name__)
WELCOMED_WITHIN = timedelta(days=1)
USEFUL_FOR = timedelta(days=2)
BATCH, MOST_BATCHES = 500, 10
NO_CAMPAIGN = 0
NewReader = tuple[Subscription, Subscriber]
Thanks = Mapping[str, ListThanks]


def send_next_welcomes(now: datetime) -> int:
    """Put the welcome emails that are due into the outbox; return how many."""
    sent = 0
    for mailing_list, thanks in _list_welcoming():
        for _ in range(MOST_BATCHES):
            put = _welcome_batch(mailing_list, thanks, now)
            sent += put
            if put < BATCH:
                break
    if sent:
        log.info("welcome.queued", emails=sent)
    return sent


def is_welcome_wanted(_email: OutboxEmail, recipient: str, values: TemplateValues) -> bool:
    """Tell whether the person is still on the list at this address, and may be written to."""
    subscriber_id, list_id = values.get("subscriber_id"), values.get("list_id")
    if not isinstance(subscriber_id, int) or not isinstance(list_id, int):
        return False
    subscriber = find_subscriber(subscriber_id)
    subscription = db.session.get(Subscription, (subscriber_id, list_id))
    if subscriber is None or subscription is None or subscriber.address_key != key_of(recipient):
        return False
    return may_be_written_to(subscriber_id, subscription.purpose_id, clock.now())


def _list_welcoming() -> Sequence[tuple[MailingList, Thanks]]:
    """Return the lists with a welcome email, and its texts by their languages."""
    rows = db.session.execute(
        select(MailingList, ListThanks)
        .join(ListThanks, ListThanks.mailing_list_id == MailingList.id)
        .where(ListThanks.welcomed_since.is_not(None))
        .order_by(MailingList.id)
    ).all()
    lists = {mailing_list.id: mailing_list for mailing_list, _ in rows}
    return [
        (each, {thanks.language: thanks for owner, thanks in rows if owner.id == each.id})
        for each in lists.values()
    ]


def _welcome_batch(mailing_list: MailingList, thanks: Thanks, now: datetime) -> int:
    """Write to some new readers of a list in one transaction; return how many."""
    with transaction():
        Lock.WELCOME.take()
        readers = _list_new_readers(mailing_list, thanks, now)
        for reader in readers:
            reader[0].welcomed_at = now
            put_email(_draft(mailing_list, thanks, reader), now=now)
    return len(readers)


def _list_new_readers(
    mailing_list: MailingList, thanks: Thanks, now: datetime
) -> Sequence[NewReader]:
    since = min(each.welcomed_since for each in thanks.values() if each.welcomed_since)
    rows = db.session.execute(
        select(Subscription, Subscriber)
        .join(Subscriber, Subscriber.id == Subscription.subscriber_id)
        .where(
            Subscription.mailing_list_id == mailing_list.id,
            Subscription.subscribed_at >= max(since, now - WELCOMED_WITHIN),
            Subscription.consent_kind == EventKind.CONFIRMED.value,
            Subscription.welcomed_at.is_(None),
            is_eligible(mailing_list.purpose_id, now),
        )
        .order_by(Subscription.subscribed_at)
        .limit(BATCH)
        .with_for_update(of=Subscription)
    )
    return [(subscription, subscriber) for subscription, subscriber in rows]


def _draft(mailing_list: MailingList, thanks: Thanks, reader: NewReader) -> EmailDraft:
    subscription, subscriber = reader
    text = _choose(thanks, subscriber.language)
    return EmailDraft(
        kind=EmailKind.WELCOME,
        recipient=subscriber.address,
        language=text.language,
        values={
            **sender_values(mailing_list),
            "subscriber_id": subscriber.id,
            "list_id": mailing_list.id,
            "list_slug": mailing_list.slug,
            "list_name": mailing_list.name,
            "given_name": subscriber.given_name or "",
            "paragraphs": text.welcome.split("\n\n"),
            "next_email": text.next_email,
            **_links(subscription, text.language),
        },
        useful_for=USEFUL_FOR,
        rate_mac=mailbox_mac(subscriber.address),
    )


def _choose(thanks: Thanks, language: str) -> ListThanks:
    """Return the text in the language of the person, or else in the first that the list has."""
    return next(thanks[each] for each in (language, *LANGUAGES) if each in thanks)


def _links(subscription: Subscription, language: str) -> dict[str, str]:
    tokens = current_tokens()
    receipt = sign_own_receipt_link(subscription.consent_event_id)
    ids: list[str | int] = [subscription.subscriber_id, subscription.mailing_list_id, NO_CAMPAIGN]
    leave = tokens.sign(TokenPurpose.UNSUBSCRIBE, ids)
    return {
        "receipt_url": link_to("public.receipt", lang_code=language, token=receipt),
        "leave_url": link_to("public.leave", token=leave),
    }
