"""Notifies a mailbox that it was unsubscribed from every list by a link, or by the team (ADR 029).

Links in emails need no password, so anybody who gets a forwarded email can use them; and nobody
sees who asks the team by phone. The unsubscription takes effect at once. The notice has a link that
undoes it; it goes to the person alone, and never to a person who objected before. The notice of a
link is sent at most once a day.
"""

from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from flask_babel import force_locale
from sqlalchemy import exists, select

from supporters import clock
from supporters.cases.current_consents import Sentence, list_sentences_to
from supporters.cases.models import Channel, Departure, DepartureKind
from supporters.consent.models import Method
from supporters.consent.queries import is_suppressed
from supporters.consent.suppression import EVERYTHING
from supporters.crypto.tokens import RowSecret, TokenPurpose, hash_secret, new_secret, sign_row
from supporters.database import db, delete_where, in_transaction, transaction, use_case
from supporters.delivery.after_sending.departure_counts import NO_CAMPAIGN, count_departure
from supporters.extensions import current_tokens
from supporters.ids import new_id
from supporters.lists.subscriptions import unsubscribe_from_every_list
from supporters.mail.links import link_to
from supporters.mail.models import EmailKind
from supporters.mail.outbox import EmailDraft, put_email
from supporters.people.addresses import mailbox_mac
from supporters.people.models import Subscriber
from supporters.people.queries import lock_subscriber
from supporters.text.local_dates import format_date

log = structlog.get_logger(__name__)

UNDO_LIFETIME = timedelta(days=14)
BETWEEN_NOTICES = timedelta(days=1)
NOTICE_USEFUL_FOR = timedelta(days=3)


def unsubscribe_from_all(
    subscriber_id: int, method: Method, *, campaign_id: int = NO_CAMPAIGN
) -> None:
    """Unsubscribe a person from every list by a link, and notify the mailbox.

    `campaign_id` is the campaign whose email had the link: it counts the departure.
    """
    with transaction():
        person = lock_subscriber(subscriber_id)
        if person is None:
            return
        now = clock.now()
        withdrawn = list_sentences_to(person)
        unsubscribe_from_every_list(subscriber_id, method, now=now)
        if withdrawn:
            record_departure(person, DepartureKind.UNSUBSCRIBED, withdrawn, now=now)
            count_departure(campaign_id, now)


@in_transaction
def record_departure(
    person: Subscriber,
    kind: DepartureKind,
    withdrawn: list[Sentence],
    *,
    now: datetime,
    channel: Channel = Channel.PAGE,
) -> None:
    """Record the unsubscription so that it can be undone, and write the notice.

    `channel` is the channel of a request to the team.
    """
    if is_suppressed(person.address_mac, [EVERYTHING], now):
        return
    departure = Departure(
        id=new_id(now),
        subscriber_id=person.id,
        kind=kind,
        left_at=now,
        expires_at=now + UNDO_LIFETIME,
    )
    if kind is DepartureKind.ON_BEHALF or not _was_notified_lately(person, now):
        secret = new_secret()
        departure.token_hash = hash_secret(secret, person.address_key)
        token = sign_row(current_tokens(), TokenPurpose.UNDO, RowSecret(departure.id, secret))
        draft = _draft(person, departure, withdrawn=withdrawn, token=token)
        put_email(replace(draft, values={**draft.values, "channel": channel}), now=now)
    db.session.add(departure)
    log.info(
        "person.taken_off",
        kind=kind.value,
        subscriber=person.id,
        is_told=departure.token_hash is not None,
    )


@use_case
def purge_departures(now: datetime) -> int:
    """Delete the records that can't be undone any more; return how many."""
    return delete_where(Departure, Departure.expires_at <= now)


def _was_notified_lately(person: Subscriber, now: datetime) -> bool:
    notified = exists().where(
        Departure.subscriber_id == person.id,
        Departure.token_hash.is_not(None),
        Departure.left_at > now - BETWEEN_NOTICES,
    )
    return bool(db.session.scalar(select(notified)))


def _draft(
    person: Subscriber, departure: Departure, *, withdrawn: list[Sentence], token: str
) -> EmailDraft:
    with force_locale(person.language):
        when = format_date(departure.left_at)
    return EmailDraft(
        kind=EmailKind.UNSUBSCRIBED_FROM_ALL,
        recipient=person.address,
        language=person.language,
        values={
            "kind": departure.kind.value,
            "when": when,
            "names": [each.name for each in withdrawn],
            "undo_url": link_to("public.undo", lang_code=person.language, token=token),
            "days": UNDO_LIFETIME.days,
        },
        useful_for=NOTICE_USEFUL_FOR,
        rate_mac=mailbox_mac(person.address),
    )
