"""Writes to people who have just confirmed: the welcome of a list, and what was recorded (ADR 070).

The confirmation knows nothing of it: a worker looks every minute for subscriptions that nobody has
written to yet. None is older than a day. A list's welcome goes to each reader of the list. With the
consent notice, one email of each confirmation also says what was recorded: the first welcome, or
one of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import structlog
from flask_babel import force_locale
from sqlalchemy import and_, select

from supporters import clock
from supporters.consent.eligibility import is_eligible, may_be_written_to
from supporters.consent.models import ConsentEvent, EventKind
from supporters.consent.promised.receipt_links import sign_own_receipt_link
from supporters.crypto.tokens import TokenPurpose
from supporters.database import db, transaction
from supporters.dialects import in_values_bytes
from supporters.extensions import current_tokens
from supporters.languages import LANGUAGES
from supporters.lists.consent_notice import find_notice_since
from supporters.lists.list_sender import sender_values
from supporters.lists.models import ListThanks, MailingList, Subscription
from supporters.lists.queries import name_of_purpose
from supporters.locks import Lock
from supporters.mail.links import link_to
from supporters.mail.models import EmailKind, OutboxEmail
from supporters.mail.outbox import EmailDraft, TemplateValues, put_email
from supporters.people.addresses import key_of, mailbox_mac
from supporters.people.models import Subscriber
from supporters.people.queries import find_subscriber
from supporters.text.local_dates import format_date_and_time

log = structlog.get_logger(__name__)
WELCOMED_WITHIN = timedelta(days=1)
USEFUL_FOR = timedelta(days=2)
BATCH, MOST_BATCHES = 500, 10
NO_CAMPAIGN = 0
Thanks = Mapping[str, ListThanks]
Press = tuple[bytes | None, datetime]


class NewReader(NamedTuple):
    """A subscription, its person, and the evidence of its confirmation."""

    subscription: Subscription
    subscriber: Subscriber
    evidence: bytes | None

    @property
    def press(self) -> Press:
        """The press that confirmed it, perhaps with others."""
        return self.evidence, self.subscription.subscribed_at


@dataclass(frozen=True, kw_only=True)
class ListWelcome:
    """A list, its welcome by languages, and since when the consent notice is sent, if it is."""

    mailing_list: MailingList
    thanks: Thanks
    noticed_since: datetime | None

    @property
    def since(self) -> datetime:
        """Since when people get an email after their confirmation."""
        times = [each.welcomed_since for each in self.thanks.values()]
        return min(each for each in (*times, self.noticed_since) if each is not None)

    def find_text(self, reader: NewReader) -> ListThanks | None:
        """Return the welcome in the language of a person, or else in the first that there is."""
        confirmed_at = reader.subscription.subscribed_at
        begun = [each.welcomed_since for each in self.thanks.values() if each.welcomed_since]
        if not begun or confirmed_at < min(begun):
            return None
        languages = (reader.subscriber.language, *LANGUAGES)
        return next(self.thanks[each] for each in languages if each in self.thanks)

    def is_told(self, reader: NewReader) -> bool:
        """Tell whether a person may learn what was recorded."""
        since = self.noticed_since
        return since is not None and reader.subscription.subscribed_at >= since


def send_next_welcomes(now: datetime) -> int:
    """Put the emails that are due into the outbox; return how many."""
    sent = 0
    for each in _list_welcoming():
        for _ in range(MOST_BATCHES):
            seen, put = _welcome_batch(each, now)
            sent += put
            if seen < BATCH:
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


def _list_welcoming() -> Sequence[ListWelcome]:
    """Return the lists with a welcome; with the consent notice all, those without one last."""
    noticed_since = find_notice_since()
    is_welcome = and_(
        ListThanks.mailing_list_id == MailingList.id, ListThanks.welcomed_since.is_not(None)
    )
    joined = select(MailingList, ListThanks).join(
        ListThanks, is_welcome, isouter=noticed_since is not None
    )
    rows: Sequence[Any] = db.session.execute(
        joined.order_by(ListThanks.mailing_list_id.is_(None), MailingList.id)
    ).all()
    return [
        ListWelcome(
            mailing_list=each,
            thanks={
                text.language: text for owner, text in rows if text is not None and owner is each
            },
            noticed_since=noticed_since,
        )
        for each in dict.fromkeys(mailing_list for mailing_list, _ in rows)
    ]


def _welcome_batch(welcome: ListWelcome, now: datetime) -> tuple[int, int]:
    """Write to some new readers of a list in one transaction; return how many, and the emails."""
    sent = 0
    with transaction():
        Lock.WELCOME.take()
        readers = _list_new_readers(welcome, now)
        untold = _list_untold([each for each in readers if welcome.is_told(each)])
        for reader in readers:
            reader.subscription.welcomed_at = now
            text, recorded = welcome.find_text(reader), untold.get(reader.press, ())
            if text or recorded:
                draft = _draft(welcome.mailing_list, reader, text, recorded=recorded)
                put_email(draft, now=now)
                sent += 1
    return len(readers), sent


def _list_new_readers(welcome: ListWelcome, now: datetime) -> Sequence[NewReader]:
    mailing_list = welcome.mailing_list
    rows = db.session.execute(
        select(Subscription, Subscriber, ConsentEvent.evidence)
        .join(Subscriber, Subscriber.id == Subscription.subscriber_id)
        .join(ConsentEvent, ConsentEvent.id == Subscription.consent_event_id)
        .where(
            Subscription.mailing_list_id == mailing_list.id,
            Subscription.subscribed_at >= max(welcome.since, now - WELCOMED_WITHIN),
            Subscription.consent_kind == EventKind.CONFIRMED.value,
            Subscription.welcomed_at.is_(None),
            is_eligible(mailing_list.purpose_id, now),
        )
        .order_by(Subscription.subscribed_at)
        .limit(BATCH)
        .with_for_update(of=Subscription)
    )
    return [NewReader(*row) for row in rows]


def _list_untold(readers: Sequence[NewReader]) -> dict[Press, list[int]]:
    """Return the purposes that people confirmed by a press, unless an email has told of it."""
    evidences = [each.evidence for each in readers if each.evidence]
    if not evidences:
        return {}
    rows: Sequence[Any] = db.session.execute(
        select(
            ConsentEvent.evidence,
            ConsentEvent.occurred_at,
            ConsentEvent.purpose_id,
            Subscription.welcomed_at,
        )
        .outerjoin(Subscription, Subscription.consent_event_id == ConsentEvent.id)
        .where(
            in_values_bytes(ConsentEvent.evidence, evidences),
            ConsentEvent.purpose_id.is_not(None),
        )
        .order_by(ConsentEvent.purpose_id)
    ).all()
    found: dict[Press, list[int]] = {}
    told: set[Press] = set()
    for evidence, occurred_at, purpose_id, welcomed_at in rows:
        found.setdefault((evidence, occurred_at), []).append(purpose_id)
        if welcomed_at is not None:
            told.add((evidence, occurred_at))
    return {press: purposes for press, purposes in found.items() if press not in told}


def _draft(
    mailing_list: MailingList,
    reader: NewReader,
    text: ListThanks | None,
    *,
    recorded: Sequence[int],
) -> EmailDraft:
    subscription, subscriber = reader.subscription, reader.subscriber
    language = text.language if text else subscriber.language
    return EmailDraft(
        kind=EmailKind.WELCOME,
        recipient=subscriber.address,
        language=language,
        values={
            **sender_values(mailing_list),
            "subscriber_id": subscriber.id,
            "list_id": mailing_list.id,
            "list_slug": mailing_list.slug,
            "list_name": mailing_list.name,
            "given_name": subscriber.given_name or "",
            "paragraphs": text.welcome.split("\n\n") if text else [],
            "next_email": text.next_email if text else "",
            **_tell(recorded, subscription.subscribed_at, language),
            **_links(subscription, language),
        },
        useful_for=USEFUL_FOR,
        rate_mac=mailbox_mac(subscriber.address),
    )


def _tell(purpose_ids: Sequence[int], pressed_at: datetime, language: str) -> TemplateValues:
    """Return the names of what was recorded, and when by the clock of the party."""
    with force_locale(language):
        return {
            "recorded": [name_of_purpose(each) for each in purpose_ids],
            "recorded_at": format_date_and_time(pressed_at),
        }


def _links(subscription: Subscription, language: str) -> dict[str, str]:
    tokens = current_tokens()
    receipt = sign_own_receipt_link(subscription.consent_event_id)
    ids: list[str | int] = [subscription.subscriber_id, subscription.mailing_list_id, NO_CAMPAIGN]
    leave, why = (tokens.sign(each, ids) for each in (TokenPurpose.UNSUBSCRIBE, TokenPurpose.WHY))
    return {
        "receipt_url": link_to("public.receipt", lang_code=language, token=receipt),
        "leave_url": link_to("public.leave", token=leave),
        "why_url": link_to("public.why", lang_code=language, token=why),
    }
