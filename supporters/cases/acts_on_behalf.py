"""Acts for a person at their request by phone, post or in person, and notices of what was done.

Nobody can see that the person asked. So each account does it a few times in a day, each act is in
the audit log, and many acts of the whole team alarm the owners and the officer. The mailbox learns
of it and knows where to write if it was somebody else (ADR 053). A person whose mail stops gets an
email that says so, with a link that undoes it (GDPR article 21).
"""

from dataclasses import replace
from datetime import datetime, timedelta
from enum import Enum, auto

import structlog
from flask_babel import force_locale

from supporters import clock
from supporters.accounts.models import RoleName
from supporters.accounts.queries import find_organiser
from supporters.actors import current_actor
from supporters.audit_log.audit_events import Act, Details, count_acts, record_act
from supporters.cases.acts import CaseTeamNotice
from supporters.cases.case_service import close_case, open_case
from supporters.cases.current_consents import list_sentences_to
from supporters.cases.departures import record_departure
from supporters.cases.models import CaseKind, Channel, DepartureKind, StoredText
from supporters.cases.queries import list_open_cases_of
from supporters.cases.rules import ACTS_A_DAY, ACTS_A_DAY_OF_GUARDIANS, ALARM_EVERY
from supporters.consent.models import Method
from supporters.database import db, in_transaction, use_case
from supporters.lists.acts import ListAct
from supporters.lists.subscriptions import object_to_everything
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
USEFUL_FOR = timedelta(days=3)
DAY = timedelta(hours=24)
ON_BEHALF = (
    ListAct.PERSON_STOPPED,
    PersonAct.CORRECTED,
    PersonAct.RESTRICTED,
    PersonAct.RESTRICTION_LIFTED,
    PersonAct.ERASED,
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
