"""The actions in My data: correct, join lists, download, pause, object, erase.

Anybody who gets a forwarded email can press “pause”, so no pause begins unseen: each one sends an
email with the way to end it, and by a link only a few begin in a day.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from flask_babel import force_locale
from sqlalchemy import func, select

from supporters import clock
from supporters.cases.case_service import add_closed_case
from supporters.cases.models import AccessTicket, CaseKind
from supporters.cases.rules import UNTIL_RESUMED, pause_until
from supporters.consent.act_places import ActPlace, ActSurface
from supporters.consent.committed_acts import PromisedAct
from supporters.consent.models import ConsentEvent, Method, Wording
from supporters.consent.promised.act_lookup import find_erasure_act
from supporters.consent.promised.promises import begin_erasure, tell_nothing
from supporters.consent.record_models import ErasureReason
from supporters.crypto.tokens import TokenPurpose, new_secret
from supporters.database import db, in_transaction, use_case
from supporters.extensions import current_tokens
from supporters.lists.models import MailingList, Subscription
from supporters.lists.queries import list_open_lists, list_subscriptions_of
from supporters.lists.subscriptions import object_to_everything
from supporters.mail.links import link_to
from supporters.mail.models import EmailKind, OutboxEmail
from supporters.mail.outbox import EmailDraft, put_email
from supporters.mailbox_health.reachability import reset_unreachable
from supporters.people.activity import record_activity
from supporters.people.addresses import mailbox_mac, stored_address
from supporters.people.models import Subscriber
from supporters.people.profile import Profile, list_cells, profile_of
from supporters.people.queries import lock_subscriber
from supporters.personal_data.erasure import ErasureOrder, erase_person
from supporters.personal_data.list_exports import COLUMNS, write_rows
from supporters.personal_data.queries import is_erasure_pending
from supporters.questions.queries import list_answers_of
from supporters.questions.subscriber_answers import correct_answers
from supporters.signup.confirmation import confirm_request
from supporters.signup.new_requests import RequestProof, Signup, store_request
from supporters.signup.queries import SignupBox, TickedBox, list_signup_boxes, list_ticked_boxes
from supporters.text.local_dates import format_date, format_date_and_time

CODE_BYTES = 32
MOST_A_DAY = 3
USEFUL_FOR = timedelta(days=3)
SAME_END = timedelta(days=1)  # a second press on the same button


@use_case
def correct(subscriber_id: int, profile: Profile) -> bool:
    """Store another profile; tell whether it was done: not if the data is restricted."""
    person = lock_subscriber(subscriber_id)
    if person is None or person.restricted_at is not None:
        return False
    for name, value in vars(profile).items():
        setattr(person, name, value)
    record_activity(person, clock.now())
    return True


@use_case
def correct_own_answers(subscriber_id: int, typed: Mapping[int, str]) -> bool:
    """Store the answers to questions of lists; tell whether it was done, as `correct`."""
    person, now = lock_subscriber(subscriber_id), clock.now()
    if person is None or person.restricted_at is not None:
        return False
    correct_answers(subscriber_id, typed, now=now)
    record_activity(person, now)
    return True


def list_offers_to(standing: set[int], language: str) -> list[SignupBox]:
    """Return what a person can still agree to: the lists that pages offer, then other purposes."""
    if not list_open_lists():
        return []
    offers = list_signup_boxes("", language)
    return [offer for offer in offers if offer[1].purpose_id not in standing]


@use_case
def agree(
    session_id: int, wording_ids: Sequence[int], *, page_url: str, page_snapshot_id: int
) -> bool:
    """Record that the person of a session agreed to the ticked boxes; tell whether it was done."""
    ticket = db.session.get(AccessTicket, session_id)
    person = lock_subscriber(ticket.subscriber_id or 0) if ticket else None
    if ticket is None or person is None or person.restricted_at is not None:
        return False
    ticked = list_ticked_boxes(wording_ids)
    form = Signup(
        address=stored_address(person.address),
        profile=profile_of(person),
        mailing_list_id=_list_of(ticked),
        wording_ids=wording_ids,
        page_url=page_url,
        page_snapshot_id=page_snapshot_id,
        lifetime=timedelta(0),  # its confirmation follows at once
        place=ActPlace(surface=ActSurface.MY_DATA),
    )
    asked = store_request(form, _make_proof(person, ticket), now=clock.now())
    confirm_request(asked.request.public_id, Method.MY_DATA)
    return True


def _make_proof(person: Subscriber, ticket: AccessTicket) -> RequestProof:
    """Return the proof of a request: the email that opened the session."""
    public_id = new_secret()
    return RequestProof(
        public_id=public_id,
        address_mac=person.address_mac,
        log_salt=person.log_salt,
        token_hash=hashlib.sha256((ticket.token_hash or b"") + public_id.encode()).digest(),
        code_mac=secrets.token_bytes(CODE_BYTES),
    )


def _list_of(ticked: Sequence[TickedBox]) -> int:
    """Return the first list that was ticked; if none, the first open list."""
    lists = (mailing_list.id for mailing_list, _, _ in ticked if mailing_list is not None)
    return next(lists, None) or list_open_lists()[0].id


def write_own_file(person: Subscriber) -> bytes:
    """Return a CSV file: a row for each list of the person, or one row without a list.

    It has the columns of an export (`personal_data.list_exports`), so our importer can read it, and
    a column for each question that the person answered.
    """
    given_answers = list_answers_of(person.id)
    questions = [each.question for each in given_answers]
    joined = db.session.execute(
        select(
            MailingList.id,
            MailingList.name,
            Subscription.subscribed_at,
            Wording.version,
            Subscription.consent_event_id,
        )
        .join(Subscription, Subscription.mailing_list_id == MailingList.id)
        .join(ConsentEvent, ConsentEvent.id == Subscription.consent_event_id)
        .join(Wording, Wording.id == ConsentEvent.wording_id)
        .where(Subscription.subscriber_id == person.id)
        .order_by(MailingList.name)
    ).all()
    answers = {(each.question.list_id, each.question.id): each.value for each in given_answers}
    lists = [
        (
            row.name,
            row.subscribed_at.isoformat(timespec="seconds"),
            str(row.version),
            str(row.consent_event_id),
            *(each.write_cell(answers.get((row.id, each.id), "")) for each in questions),
        )
        for row in joined
    ]
    given = person.address, *list_cells(profile_of(person))
    rows = ((*given, *each) for each in lists or [("", "", "", "")])
    columns = (*COLUMNS, *(each.column for each in questions))
    return b"".join(write_rows(rows, has_mark=True, columns=columns))


@use_case
def object_from_my_data(subscriber_id: int) -> None:
    """Unsubscribe a person from everything, for good; a second call changes nothing."""
    now = clock.now()
    if lock_subscriber(subscriber_id) is not None:
        object_to_everything(subscriber_id, Method.MY_DATA, now=now)
        add_closed_case(CaseKind.OBJECTION, now=now, subscriber_id=subscriber_id)


def erase_from_my_data(person: Subscriber) -> PromisedAct:
    """Erase a person; only a closed case without a person remains. Return what to promise them.

    A second press at the same time erases nothing.
    """
    now = clock.now()
    begun = begin_erasure(person.address, now)
    order = ErasureOrder(
        reason=ErasureReason.ASKED,
        now=now,
        also=lambda: add_closed_case(CaseKind.ERASURE, now=now),
        holder=begun.holder,
    )
    erase_person(person.id, order)
    if is_erasure_pending(begun.holder):
        return begun
    act = find_erasure_act(begun)
    return act if act.commitment else tell_nothing(now)


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


@use_case
def confirm_address(subscriber_id: int) -> bool:
    """Write again to a person whose mailbox couldn't be reached; tell whether it was done.

    They opened My data by an email to this mailbox.
    """
    now, person = clock.now(), lock_subscriber(subscriber_id)
    if person is None or person.restricted_at is not None:
        return False
    reset_unreachable(person.address_mac, now, method=Method.MY_DATA)
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
