"""The notice of a breach to the people whom it affects (GDPR article 34): a legal duty.

It is no campaign: it needs no consent, and neither an unsubscription, an objection, a suppression,
a restriction nor an unreachable mailbox stops it (ADR 053). A second person approves it with the
number of people. Each affected person gets it once: their row is settled in the transaction that
puts the email into the outbox. Nobody gets it who was erased.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select

from supporters import clock
from supporters.accounts.models import Organiser, RoleName
from supporters.accounts.queries import find_organiser
from supporters.accounts.second_person import SecondPersonFault, find_second_person_fault
from supporters.actors import current_actor
from supporters.audit_log.audit_events import Details
from supporters.breaches.acts import BreachTeamAct, BreachTeamNotice
from supporters.breaches.affected_people import may_change_people
from supporters.breaches.breach_register import BreachError, add_breach_entry, record_breach_step
from supporters.breaches.models import (
    Breach,
    BreachAct,
    BreachNotice,
    BreachNoticeStatus,
    BreachPerson,
)
from supporters.breaches.queries import (
    count_unwritten,
    count_written,
    find_breach,
    find_breach_notice,
)
from supporters.breaches.states import BREACH_NOTICE_STATES, BreachNoticeMove
from supporters.database import db, transaction, use_case
from supporters.delivery.restore_hold import is_held
from supporters.imports.models import Invitation
from supporters.languages import DEFAULT_LANGUAGE
from supporters.mail.links import link_to
from supporters.mail.mail_templates import MailContent, render_content
from supporters.mail.models import EmailKind, EmailStatus, OutboxEmail
from supporters.mail.outbox import EmailDraft, TemplateValues, put_email
from supporters.notices.security_notices import (
    Notice,
    name_of_actor,
    owners_and_officer,
    put_notice,
)
from supporters.people.addresses import mailbox_mac
from supporters.people.models import Subscriber
from supporters.people.queries import find_subscriber, find_subscriber_by_mac
from supporters.personal_data.queries import is_being_erased
from supporters.public_languages import choose_text_language

log = structlog.get_logger(__name__)
USEFUL_FOR = timedelta(days=30)
PEOPLE_PER_BATCH = 200
MOST_WAITING = 400  # in the outbox: emails that people ask for now must not wait behind them
APPROVERS = (RoleName.DPO, RoleName.OWNER)


@dataclass(frozen=True, kw_only=True)
class BreachNoticeText:
    """The notice in one language, in plain words: the three parts that article 34(2) demands."""

    subject: str
    nature: str
    consequences: str
    measures: str


NoticeTexts = Mapping[str, BreachNoticeText]


@dataclass(frozen=True)
class NoticeChanged:
    """The notice or the number of people isn't what the approver read."""

    people: int


@use_case
def write_breach_notice(breach_id: int, texts: NoticeTexts) -> BreachNotice | BreachError:
    """Write the notice anew. It needs the approval of a second person; an earlier one is void."""
    breach, notice = find_breach(breach_id, for_update=True), find_breach_notice(breach_id)
    if breach is None:
        return BreachError.UNKNOWN
    if not may_change_people(breach, notice):
        return BreachError.NOT_NOW
    content = json.dumps({code: asdict(each) for code, each in texts.items()}, ensure_ascii=False)
    if notice is None:
        notice = BreachNotice(breach_id=breach_id, status=BreachNoticeStatus.AWAITING_APPROVAL)
        db.session.add(notice)
    else:
        BREACH_NOTICE_STATES.transition(notice, BreachNoticeMove.CHANGE)
    notice.content, notice.hash = content, hashlib.sha256(content.encode()).hexdigest()
    notice.written_by_id, notice.written_at = current_actor().account_id, clock.now()
    notice.approved_by_id = notice.approved_at = notice.people = None
    written = "\n\n".join("\n\n".join(asdict(each).values()) for each in texts.values())
    details = {"sha256": notice.hash}
    record_breach_step(
        breach_id,
        BreachAct.NOTICE_WRITTEN,
        BreachTeamAct.NOTICE_WRITTEN,
        details=details,
        text=written,
    )
    _tell_guardians(BreachTeamNotice.NOTICE_WAITS, breach)
    return notice


@use_case
def approve_breach_notice(
    breach_id: int, approver_id: int, *, read_hash: str, people: int
) -> BreachNotice | BreachError | SecondPersonFault | NoticeChanged:
    """Approve the notice for a number of people; it leaves from the next minute on."""
    breach, approver = find_breach(breach_id, for_update=True), find_organiser(approver_id)
    notice = find_breach_notice(breach_id, for_update=True)
    if breach is None or notice is None or approver is None:
        return BreachError.UNKNOWN
    waiting = count_unwritten(breach_id)
    is_due = BREACH_NOTICE_STATES.allows(notice.status, BreachNoticeMove.APPROVE)
    if not (is_due and waiting and may_change_people(breach, notice)):
        return BreachError.NOT_NOW
    if fault := find_notice_fault(notice, approver):
        return fault
    if (notice.hash, waiting) != (read_hash, people):
        return NoticeChanged(waiting)
    BREACH_NOTICE_STATES.transition(notice, BreachNoticeMove.APPROVE)
    notice.approved_by_id, notice.approved_at = approver_id, clock.now()
    notice.people, notice.finished_at = people, None
    details: Details = {"people": people, "sha256": notice.hash}
    record_breach_step(
        breach_id,
        BreachAct.NOTICE_APPROVED,
        BreachTeamAct.NOTICE_APPROVED,
        details=details,
        text=str(people),
    )
    _tell_guardians(BreachTeamNotice.NOTICE_APPROVED, breach, people=people)
    return notice


def find_notice_fault(notice: BreachNotice, approver: Organiser) -> SecondPersonFault | None:
    """Return why an account can't be the second person: an owner or the officer, but another."""
    faults = [
        find_second_person_fault(
            approver, notice.written_by_id, clock.now(), right=right, began_at=notice.written_at
        )
        for right in APPROVERS
    ]
    if None in faults:
        return None
    other_than_right = [each for each in faults if each is not SecondPersonFault.NO_RIGHT]
    return (other_than_right or faults)[0]


def read_notice_texts(notice: BreachNotice) -> NoticeTexts:
    """Return the texts of a notice by language."""
    texts = json.loads(notice.content)
    return {code: BreachNoticeText(**each) for code, each in texts.items()}


def preview_breach_notice(notice: BreachNotice, language: str) -> MailContent:
    """Return the notice as its readers get it."""
    texts = read_notice_texts(notice)
    return render_content(EmailKind.BREACH_NOTICE, language, asdict(texts[language]))


def send_next_notices(now: datetime) -> int:
    """Put the next emails of approved notices into the outbox; return how many.

    After a restore the database may not know who was written to: then the approval is void.
    """
    sending = select(BreachNotice.breach_id).where(
        BreachNotice.status == BreachNoticeStatus.SENDING
    )
    return sum(_send_next(breach_id, now) for breach_id in db.session.scalars(sending).all())


def _send_next(breach_id: int, now: datetime) -> int:
    with transaction():
        notice = find_breach_notice(breach_id, for_update=True)
        if notice is None or notice.status is not BreachNoticeStatus.SENDING:
            return 0
        if is_held():
            BREACH_NOTICE_STATES.transition(notice, BreachNoticeMove.VOID)
            add_breach_entry(breach_id, BreachAct.NOTICE_VOIDED)
            return 0
        people = _list_next(breach_id) if _has_space(breach_id) else []
        count = sum(_settle(notice, each, now) for each in people)
        if not count_unwritten(breach_id):
            BREACH_NOTICE_STATES.transition(notice, BreachNoticeMove.FINISH)
            notice.finished_at = now
            words = str(count_written(breach_id))
            add_breach_entry(breach_id, BreachAct.NOTICE_SENT, words)
    log.info("breach.notified", breach=breach_id, emails=count)
    return count


def _list_next(breach_id: int) -> Sequence[BreachPerson]:
    return db.session.scalars(
        select(BreachPerson)
        .where(BreachPerson.breach_id == breach_id, BreachPerson.settled_at.is_(None))
        .order_by(BreachPerson.address_mac)
        .limit(PEOPLE_PER_BATCH)
        .with_for_update(skip_locked=True)
    ).all()


def _has_space(breach_id: int) -> bool:
    waiting = (
        select(OutboxEmail.id)
        .join(BreachPerson, BreachPerson.email_id == OutboxEmail.id)
        .where(
            BreachPerson.breach_id == breach_id,
            OutboxEmail.status.in_([EmailStatus.QUEUED, EmailStatus.SENDING]),
        )
        .limit(MOST_WAITING)
    )
    return len(db.session.scalars(waiting).all()) < MOST_WAITING


def _settle(notice: BreachNotice, person: BreachPerson, now: datetime) -> bool:
    """Put the email to a person into the outbox; tell whether there was somebody to write to."""
    person.settled_at = now
    reader = _find_reader(person)
    if reader is None:
        return False
    email = put_email(_draft(notice, *reader), now=now)
    db.session.flush()  # the foreign key needs the row of the email
    person.is_written, person.email_id = True, email.id
    return True


def _find_reader(person: BreachPerson) -> tuple[str, str] | None:
    """Return the present address and the language of a person; None if we have neither."""
    found: Subscriber | Invitation | None
    if person.subscriber_id is not None:
        found = find_subscriber(person.subscriber_id)
    else:
        invited = select(Invitation).where(Invitation.address_mac == person.address_mac)
        found = find_subscriber_by_mac(person.address_mac) or db.session.scalar(invited)
    if found is None or (isinstance(found, Subscriber) and is_being_erased(found.id)):
        return None
    return found.address, found.language


def _draft(notice: BreachNotice, address: str, language: str) -> EmailDraft:
    texts = read_notice_texts(notice)
    language = choose_text_language(language, texts) or DEFAULT_LANGUAGE
    return EmailDraft(
        kind=EmailKind.BREACH_NOTICE,
        recipient=address,
        language=language,
        values=asdict(texts[language]),
        useful_for=USEFUL_FOR,
        rate_mac=mailbox_mac(address),
    )


def is_breach_notice_wanted(email: OutboxEmail, recipient: str, _values: TemplateValues) -> bool:
    """Tell whether an email belongs to an affected person who still has this address.

    No other code can send emails of this kind: without the row of a person none leaves.
    """
    person = db.session.scalar(select(BreachPerson).where(BreachPerson.email_id == email.id))
    reader = None if person is None else _find_reader(person)
    return reader is not None and reader[0] == recipient


def _tell_guardians(notice: Notice, breach: Breach, **values: int) -> None:
    put_notice(
        notice,
        owners_and_officer(),
        {"title": breach.title, "actor": name_of_actor(), **values},
        url=link_to("console.show_breach", breach_id=breach.id),
    )
