"""Acts for a person at their request by phone, post or in person, and notices of what was done.

Links in emails need no password, so anybody who gets a forwarded email can use them; and nobody
sees who asks the team by phone. The unsubscription takes effect at once. The notice has a link that
undoes it; it goes to the person alone, and never to a person who objected before. The notice of a
link is sent at most once a day.

Nobody can see that a person asked the team for something, so the mailbox learns of it and knows
where to write if it was somebody else (ADR 053). The stop of all emails has its own notice, with a
link that undoes it.

Nobody can see that the person asked. So each account does it a few times in a day, each act is in
the audit log, and many acts of the whole team alarm the owners and the officer.

A person whose mail stops gets an email that says so, with a link that undoes it (GDPR article 21).
"""

from dataclasses import replace
from datetime import datetime, timedelta
from enum import Enum, auto

import structlog
from flask_babel import force_locale
from sqlalchemy import exists, select

from supporters import clock
from supporters.accounts.models import RoleName
from supporters.accounts.queries import find_organiser
from supporters.actors import current_actor
from supporters.audit_log.audit_events import Act, Details, count_acts, record_act
from supporters.cases.acts import CaseTeamNotice
from supporters.cases.case_service import close_case, open_case
from supporters.cases.current_consents import Sentence, list_sentences_to
from supporters.cases.models import CaseKind, Channel, Departure, DepartureKind, StoredText
from supporters.cases.queries import list_open_cases_of
from supporters.cases.rules import ACTS_A_DAY, ACTS_A_DAY_OF_GUARDIANS, ALARM_EVERY
from supporters.consent.models import Method
from supporters.consent.queries import is_suppressed
from supporters.consent.suppression import EVERYTHING
from supporters.crypto.tokens import RowSecret, TokenPurpose, hash_secret, new_secret, sign_row
from supporters.database import db, delete_where, in_transaction, transaction, use_case
from supporters.extensions import current_tokens
from supporters.ids import new_id
from supporters.lists.acts import ListAct
from supporters.lists.subscriptions import object_to_everything, unsubscribe_from_every_list
from supporters.locks import Lock
from supporters.mail.links import link_to
from supporters.mail.models import EmailKind
from supporters.mail.outbox import EmailDraft, put_email
from supporters.notices.security_notices import name_of_actor, owners_and_officer, put_notice
from supporters.people.addresses import mailbox_mac
from supporters.people.models import Subscriber
from supporters.people.queries import lock_subscriber
from supporters.personal_data.acts import PersonAct
from supporters.personal_data.queries import is_being_erased
from supporters.text.local_dates import format_date

log = structlog.get_logger(__name__)
UNDO_LIFETIME = timedelta(days=14)
BETWEEN_NOTICES = timedelta(days=1)
NOTICE_USEFUL_FOR = timedelta(days=3)
USEFUL_FOR = timedelta(days=3)
DAY = timedelta(hours=24)
ON_BEHALF = (
    ListAct.PERSON_STOPPED,
    PersonAct.CORRECTED,
    PersonAct.RESTRICTED,
    PersonAct.RESTRICTION_LIFTED,
    PersonAct.ERASED,
)


def unsubscribe_from_all(subscriber_id: int, method: Method) -> None:
    """Unsubscribe a person from every list by a link, and notify the mailbox."""
    with transaction():
        person = lock_subscriber(subscriber_id)
        if person is None:
            return
        now = clock.now()
        withdrawn = list_sentences_to(person)
        unsubscribe_from_every_list(subscriber_id, method, now=now)
        if withdrawn:
            record_departure(person, DepartureKind.UNSUBSCRIBED, withdrawn, now=now)


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


def draft_report(person: Subscriber, act: Act, channel: Channel, *, now: datetime) -> EmailDraft:
    """Return the email about an act for a person, while we still know their address.

    The one about an erasure has no key of the mailbox: nothing but its sealed content names the
    person, and that is deleted when it is sent, or after three days.
    """
    with force_locale(person.language):
        when = format_date(now)
    draft = EmailDraft(
        kind=EmailKind.DONE_ON_BEHALF,
        recipient=person.address,
        language=person.language,
        values={"act": act.value, "when": when, "channel": channel.value},
        useful_for=USEFUL_FOR,
        rate_mac=mailbox_mac(person.address),
    )
    return replace(draft, rate_mac=None) if act is PersonAct.ERASED else draft


@in_transaction
def put_report(draft: EmailDraft, *, now: datetime) -> None:
    """Put the email into the outbox; a worker gets it at the commit."""
    put_email(draft, now=now)


class OnBehalfError(Enum):
    """Why an account may not act on behalf of a person."""

    LIMIT_REACHED = auto()


@in_transaction
def may_act_on_behalf() -> bool:
    """Tell whether the current account may act for one more person; call it with them locked.

    No other account acts until the end of the transaction, so that parallel requests are counted.
    """
    Lock.ACTS_ON_BEHALF.take()
    account_id = current_actor().account_id
    return account_id is None or count_left(account_id) > 0


def count_left(account_id: int) -> int:
    """Return for how many people an account may still act now."""
    done = count_acts(ON_BEHALF, since=clock.now() - DAY, account_id=account_id)
    return max(0, find_limit(account_id) - done)


def find_limit(account_id: int) -> int:
    """Return for how many people an account may act within 24 hours."""
    account = find_organiser(account_id)
    is_guardian = account is not None and any(
        account.has_role(role.value) for role in (RoleName.OWNER, RoleName.DPO)
    )
    return ACTS_A_DAY_OF_GUARDIANS if is_guardian else ACTS_A_DAY


@in_transaction
def record_on_behalf(act: Act, subscriber_id: int | None, details: Details) -> None:
    """Record an act for a person; each tenth of the team within 24 hours alarms the owners."""
    record_act(act, subscriber_id, details)
    db.session.flush()
    count = count_acts(ON_BEHALF, since=clock.now() - DAY)
    if count % ALARM_EVERY == 0:
        put_notice(
            CaseTeamNotice.MANY_ACTS_ON_BEHALF,
            owners_and_officer(),
            {"count": count, "account": name_of_actor()},
            url=link_to("console.organisers"),
        )


class StopWritingResult(Enum):
    """The result of stopping all mail to a person."""

    DONE = auto()
    UNKNOWN = auto()


@use_case
def stop_writing(
    subscriber_id: int, channel: Channel, *, by: int, note: str = ""
) -> StopWritingResult | OnBehalfError:
    """Stop all mail, close the case of the objection, and tell the person."""
    person = lock_subscriber(subscriber_id)
    if person is None or is_being_erased(subscriber_id):
        return StopWritingResult.UNKNOWN
    if not may_act_on_behalf():
        return OnBehalfError.LIMIT_REACHED
    stop_all_mail_to(person, channel)
    _close_cases(person, channel, by=by, note=note)
    return StopWritingResult.DONE


@in_transaction
def stop_all_mail_to(person: Subscriber, channel: Channel) -> None:
    """Stop all mail to a locked person; record and tell it."""
    now, withdrawn = clock.now(), list_sentences_to(person)
    if withdrawn:
        record_departure(person, DepartureKind.ON_BEHALF, withdrawn, channel=channel, now=now)
    object_to_everything(person.id, Method.ORGANISER, now=now)
    record_on_behalf(ListAct.PERSON_STOPPED, person.id, {"channel": channel.value})


def _close_cases(person: Subscriber, channel: Channel, *, by: int, note: str) -> None:
    now = clock.now()
    cases = [*list_open_cases_of(person.id, CaseKind.OBJECTION)]
    if not cases:
        opened = open_case(CaseKind.OBJECTION, channel, now=now, subscriber_id=person.id)
        opened.note = note or None
        db.session.flush()
        cases = [opened]
    for case in cases:
        close_case(case.id, StoredText.DONE_AT_ONCE.value, now=now, by=by)
