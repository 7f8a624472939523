"""Reads everything about one address by one statement (ADR 061)."""

from collections.abc import Sequence
from operator import itemgetter

from sqlalchemy import (
    BigInteger,
    LargeBinary,
    bindparam,
    case,
    cast,
    func,
    null,
    or_,
    select,
    union,
)

from supporters.consent.act_places import PLACE_FIELDS
from supporters.consent.confirming_emails import EMAIL_COLUMNS, judge_email
from supporters.consent.models import (
    Agreement,
    ConsentEvent,
    EventKind,
    Purpose,
    Suppression,
    Wording,
)
from supporters.database import is_in_transaction
from supporters.fast_path.prepared_statements import Call, Row, Statement
from supporters.fast_path.round_trips import read_one
from supporters.fast_path.session_calls import read_in_session
from supporters.fast_path.site_edition import get_shared_row
from supporters.fast_path.union_reads import UnionRead
from supporters.lists.models import Subscription
from supporters.mail.models import EmailKind, EmailStatus, OutboxEmail
from supporters.people.models import Subscriber
from supporters.people.profile import PROFILE_FIELDS, Profile
from supporters.questions.models import SignupAnswer
from supporters.questions.subscriber_answers import Answer
from supporters.signup.address_facts import (
    AddressFacts,
    AddressKey,
    AskedBox,
    AskedRequest,
    GivenConsent,
    PersonFacts,
    ProofFacts,
    RequestFacts,
)
from supporters.signup.models import SignupChoice, SignupRequest
from supporters.signup.queries import ConsentSubject
from supporters.signup.shared_rows import find_shared_list_of, get_shared_list

REQUEST_COLUMNS = (
    *("id", "public_id", "address", "address_key", "address_mac", "page_url", "page_snapshot_id"),
    *("controller_id", "token_hash", "code_mac", "log_salt", "codes_typed", "code_guesses"),
    *("created_at", "expires_at", "confirmed_at", "refused_at", "form_id", "mailing_list_id"),
    *("email_id", "source", "network_mac", "record_form", *PLACE_FIELDS),
)
PERSON_COLUMNS = (
    *("id", "address", "address_key", "address_mac", "created_at", "acted_at", "restricted_at"),
    *("paused_until", "unreachable_since", "log_salt"),
)
CONFIRMATIONS = (EventKind.CONFIRMED, EventKind.RENEWED)
ANSWER_COLUMNS = ("question_id", "mailing_list_id", "value", "days")
BOX_COLUMNS = ("purpose_id", "mailing_list_id", "wording_id", "event_id")
_MAC = bindparam("mac", type_=LargeBinary)
_PROOF = bindparam("proof", type_=LargeBinary)
_IS_CONFIRMATION = or_(*(ConsentEvent.kind == each for each in CONFIRMATIONS))
_PERSON = select(
    func.coalesce(
        select(func.min(ConsentEvent.subscriber_id))
        .where(ConsentEvent.evidence == _PROOF, _IS_CONFIRMATION)
        .scalar_subquery(),
        select(Subscriber.id).where(Subscriber.address_mac == _MAC).scalar_subquery(),
        type_=BigInteger,
    ).label("person_id")
).cte("person")
_PERSON_ID = select(_PERSON.c.person_id).scalar_subquery()
_HAS_CODE = case(
    (
        (OutboxEmail.kind == EmailKind.CONFIRM_SIGNUP)
        & (OutboxEmail.status != EmailStatus.WITHHELD),
        1,
    ),
    else_=0,
)
_EVIDENCE = union(
    select(SignupRequest.token_hash.label("evidence")).where(SignupRequest.address_mac == _MAC),
    select(_PROOF.label("evidence")),
).subquery()
_READ = UnionRead(
    select(
        *(getattr(SignupRequest, name) for name in (*REQUEST_COLUMNS, *PROFILE_FIELDS)),
        _HAS_CODE,
        *(getattr(OutboxEmail, name) for name in EMAIL_COLUMNS),
        *(getattr(SignupChoice, name) for name in BOX_COLUMNS),
    )
    .outerjoin(SignupChoice, SignupChoice.signup_request_id == SignupRequest.id)
    .outerjoin(OutboxEmail, OutboxEmail.id == SignupRequest.email_id)
    .where(SignupRequest.address_mac == _MAC),
    select(
        SignupAnswer.signup_request_id, *(getattr(SignupAnswer, name) for name in ANSWER_COLUMNS)
    )
    .join(SignupRequest, SignupRequest.id == SignupAnswer.signup_request_id)
    .where(SignupRequest.address_mac == _MAC),
    select(*(getattr(Subscriber, name) for name in (*PERSON_COLUMNS, *PROFILE_FIELDS))).where(
        Subscriber.id == _PERSON_ID
    ),
    # By its kind, PostgreSQL would find all confirmations of everybody.
    select(ConsentEvent.id, ConsentEvent.evidence, ConsentEvent.purpose_id, ConsentEvent.kind).join(
        _EVIDENCE, ConsentEvent.evidence == _EVIDENCE.c.evidence
    ),
    select(
        Subscription.mailing_list_id,
        Subscription.purpose_id,
        Subscription.consent_event_id,
        ConsentEvent.wording_id,
        ConsentEvent.occurred_at,
    )
    .join(ConsentEvent, ConsentEvent.id == Subscription.consent_event_id)
    .where(Subscription.subscriber_id == _PERSON_ID),
    select(
        cast(null(), BigInteger).label("no_list"),
        Agreement.purpose_id,
        Agreement.consent_event_id,
        ConsentEvent.wording_id,
        ConsentEvent.occurred_at,
    )
    .join(ConsentEvent, ConsentEvent.id == Agreement.consent_event_id)
    .where(Agreement.subscriber_id == _PERSON_ID),
    select(
        Suppression.address_mac, Suppression.scope, Suppression.record_id, Suppression.until
    ).where(Suppression.address_mac == _MAC),
)
_FIND_REQUEST = Statement(
    select(SignupRequest.address_mac, SignupRequest.token_hash).where(
        SignupRequest.public_id == bindparam("page_id")
    )
)


def fetch_now(call: Call) -> list[Row]:
    """Return the rows of a read: through the session within its transaction, else in a trip."""
    return read_in_session(call) if is_in_transaction() else read_one(call)


def find_address_of_request(public_id: str) -> tuple[bytes, bytes] | None:
    """Return the keyed hash of the address of a request, and the request's proof."""
    rows = fetch_now(_FIND_REQUEST(page_id=public_id))
    return (rows[0][0], rows[0][1]) if rows else None


def call_for_facts(key: AddressKey) -> Call:
    """Return the call that reads the facts."""
    return _READ.statement(mac=key.mac, proof=key.proof)


def read_facts(key: AddressKey) -> AddressFacts:
    """Return the facts of an address: in one trip, or within the transaction of the session."""
    return make_facts(fetch_now(call_for_facts(key)))


def make_facts(rows: Sequence[Row]) -> AddressFacts:
    """Return the facts from the rows of their call. Raises NotCached."""
    requests, answers, people, events, *consents, blocks = _READ.sort(rows)
    return AddressFacts(
        requests=_make_requests(requests, answers),
        confirmations=[
            _make_confirmation(row)
            for row in sorted(events, key=itemgetter(0))
            if row[-1] in CONFIRMATIONS
        ],
        person=_make_person(people[0]) if people else None,
        consents=[_make_consent(row) for row in (*consents[0], *consents[1])],
        blocks=[(mac, scope, record, until) for mac, scope, record, until in blocks],
    )


def _make_requests(rows: Sequence[Row], answers: Sequence[Row]) -> list[AskedRequest]:
    """Return the requests, newest first, with their boxes: lists first, then other purposes."""
    found: dict[int, tuple[RequestFacts, list[AskedBox]]] = {}
    for row in rows:
        if row[0] not in found:
            found[row[0]] = _make_request(row), []
        if row[-1] is not None:
            found[row[0]][1].append(_make_box(row))
    asked = [
        AskedRequest(
            request=request,
            choices=sorted(boxes, key=_order_of_box),
            answers=[_make_answer(row) for row in answers if row[0] == request.id],
        )
        for request, boxes in found.values()
    ]
    return sorted(asked, key=lambda each: (each.request.created_at, each.request.id), reverse=True)


def _make_answer(row: Row) -> Answer:
    _, question_id, list_id, value, days = row
    return Answer(question_id=question_id, list_id=list_id, value=value, days=days)


def _order_of_box(box: AskedBox) -> tuple[bool, int, int]:
    list_id = box.subject.list_id
    return list_id is None, list_id or 0, box.purpose_id


def _make_request(row: Row) -> RequestFacts:
    own, profile = len(REQUEST_COLUMNS), len(PROFILE_FIELDS)
    return RequestFacts(
        **dict(zip(REQUEST_COLUMNS, row[:own], strict=True)),
        profile=Profile(**dict(zip(PROFILE_FIELDS, row[own : own + profile], strict=True))),
        has_code=bool(row[own + profile]),
        email=judge_email(row[own + profile + 1 : -len(BOX_COLUMNS)]),
    )


def _make_box(row: Row) -> AskedBox:
    purpose_id, list_id, wording_id, event_id = row[-len(BOX_COLUMNS) :]
    return AskedBox(
        event_id=event_id,
        mailing_list=None if list_id is None else get_shared_list(list_id),
        wording=get_shared_row(Wording, wording_id),
        purpose=get_shared_row(Purpose, purpose_id),
    )


def _make_person(row: Row) -> PersonFacts:
    own = len(PERSON_COLUMNS)
    return PersonFacts(
        **dict(zip(PERSON_COLUMNS, row[:own], strict=True)),
        profile=Profile(**dict(zip(PROFILE_FIELDS, row[own:], strict=True))),
    )


def _make_confirmation(row: Row) -> ProofFacts:
    event_id, evidence, purpose_id, _ = row
    found = find_shared_list_of(purpose_id)
    subject = ConsentSubject(found.id if found else None, get_shared_row(Purpose, purpose_id).kind)
    return ProofFacts(id=event_id, evidence=evidence, purpose_id=purpose_id, subject=subject)


def _make_consent(row: Row) -> GivenConsent:
    list_id, purpose_id, event_id, wording_id, agreed_at = row
    return GivenConsent(
        mailing_list=None if list_id is None else get_shared_list(list_id),
        kind=get_shared_row(Purpose, purpose_id).kind,
        purpose_id=purpose_id,
        event_id=event_id,
        agreed_at=agreed_at,
        wording=get_shared_row(Wording, wording_id),
    )
