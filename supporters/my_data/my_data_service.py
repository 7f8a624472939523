"""The actions in My data: correct, join lists, download, object, erase."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import select

from supporters import clock
from supporters.cases.case_service import add_closed_case
from supporters.cases.models import AccessTicket, CaseKind
from supporters.consent.models import ConsentEvent, Method, Wording
from supporters.consent.record_models import ErasureReason
from supporters.crypto.tokens import new_secret
from supporters.database import db, use_case
from supporters.lists.models import MailingList, Subscription
from supporters.lists.queries import list_open_lists
from supporters.lists.subscriptions import object_to_everything
from supporters.people.activity import record_activity
from supporters.people.addresses import stored_address
from supporters.people.models import Subscriber
from supporters.people.profile import Profile, list_cells, profile_of
from supporters.people.queries import lock_subscriber
from supporters.personal_data.erasure import EraseResult, ErasureOrder, erase_person
from supporters.personal_data.list_exports import COLUMNS, write_rows
from supporters.questions.queries import list_answers_of
from supporters.questions.subscriber_answers import correct_answers
from supporters.signup.confirmation import confirm_request
from supporters.signup.new_requests import RequestProof, Signup, store_request
from supporters.signup.queries import SignupBox, TickedBox, list_signup_boxes, list_ticked_boxes

CODE_BYTES = 32


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


def erase_from_my_data(subscriber_id: int) -> EraseResult:
    """Erase a person; only a closed case without a person remains."""
    now = clock.now()
    order = ErasureOrder(
        reason=ErasureReason.ASKED, now=now, also=lambda: add_closed_case(CaseKind.ERASURE, now=now)
    )
    return erase_person(subscriber_id, order)
