"""Turns the plan of a confirmation into statements: in one trip, or within a transaction.

No other code adds people.
"""

from collections.abc import Sequence

from sqlalchemy import bindparam, insert, null, select, update

from supporters.consent.consent_events import describe_record
from supporters.consent.event_records import EventRecord, add_event_rows
from supporters.consent.models import EventKind, Method
from supporters.consent.suppression import lift_suppression_row
from supporters.consent.suppression_records import describe_ends
from supporters.consent.withdrawal_journal import Withdrawal, WithdrawalKind
from supporters.database import UtcDateTime
from supporters.fast_path.prepared_statements import Call, RowsInsert, Statement, together
from supporters.lists.consent_rows import (
    add_agreement_rows,
    end_agreement_row,
    put_subscription_rows,
)
from supporters.mail.models import OutboxEmail
from supporters.people.activity import columns_of_activity
from supporters.people.models import Subscriber
from supporters.people.profile import PROFILE_FIELDS
from supporters.people.search_words import add_word_rows
from supporters.questions.subscriber_answers import drop_waiting_rows, put_answer_rows
from supporters.signup.address_facts import GivenConsent, PersonFacts, RequestFacts
from supporters.signup.confirmation_plan import ConfirmationPlan
from supporters.signup.models import SignupRequest
from supporters.transparency_log.log_records import LogRecord, add_entry_rows

_PERSON_COLUMNS = (
    *("id", "address", "address_key", "address_mac", "created_at", "acted_at", "log_salt"),
    *("joined_event_id", "joined_event_kind", *PROFILE_FIELDS),
)
_ADD_PERSON = RowsInsert(insert(Subscriber), _PERSON_COLUMNS)
_UPDATE_PERSON = Statement(
    update(Subscriber)
    .where(Subscriber.id == bindparam("person_id"))
    .values(
        {
            **{name: bindparam(f"person_{name}") for name in PROFILE_FIELDS},
            **columns_of_activity(bindparam("person_acted_at", type_=UtcDateTime)),
            "paused_until": bindparam("person_paused_until"),
            **dict.fromkeys(("restricted_at", "failed_at"), null()),
            **dict.fromkeys(("unreachable_since", "unreachable_because"), null()),
        }
    )
)
_CONFIRM_REQUEST = Statement(
    update(SignupRequest)
    .where(SignupRequest.id == bindparam("confirmed_id"))
    .values(
        {
            **{name: bindparam(f"confirmed_{name}") for name in PROFILE_FIELDS},
            "confirmed_at": bindparam("confirmed_time"),
        }
    )
)
_SETTLE_REQUEST = Statement(
    update(SignupRequest)
    .where(SignupRequest.id == bindparam("settled_id"))
    .values(confirmed_at=bindparam("settled_time"))
)
_RESTART_CAPS = Statement(
    update(OutboxEmail)
    .where(
        OutboxEmail.id.in_(
            select(SignupRequest.email_id).where(
                SignupRequest.address_mac == bindparam("answered_mac")
            )
        )
    )
    .values(answered_at=bindparam("answered_time"))
)


def list_writes(plan: ConfirmationPlan) -> list[Call]:
    """Return the statements of a plan. The first locks a known person before anything else."""
    confirmed = [each.request for each in plan.settled if each.is_confirmed]
    others = [each.request for each in plan.settled if not each.is_confirmed]
    person = plan.person
    first, *more = [
        _CONFIRM_REQUEST(
            confirmed_id=each.id,
            confirmed_time=plan.now,
            **{f"confirmed_{name}": value for name, value in vars(each.profile).items()},
        )
        for each in confirmed
    ]
    return [
        together(
            *_write_new_person(plan),
            *_write_events(plan),
            *_write_consents(plan.given),
            *_write_answers(plan),
            first,
            _RESTART_CAPS(answered_mac=confirmed[0].address_mac, answered_time=plan.now),
            *_write_known_person(plan),
        ),
        *_lift_suppressions(plan),
        *(end_agreement_row(person.id, each.purpose_id) for each in plan.replaced),
        *more,
        *(drop_waiting_rows(each) for each in _list_answered(plan, confirmed)),
        *(_SETTLE_REQUEST(settled_id=each.id, settled_time=plan.now) for each in others),
    ]


def _lift_suppressions(plan: ConfirmationPlan) -> list[Call]:
    lifted = [*dict.fromkeys(plan.lifted)]
    ends = describe_ends([record_id for _, _, record_id in lifted])
    rows = [lift_suppression_row(mac, scope) for mac, scope, _ in lifted]
    return [*rows, *([add_entry_rows(ends)] if ends else ())]


def _write_new_person(plan: ConfirmationPlan) -> list[Call]:
    if plan.before is not None:
        return []
    person, joined = plan.person, plan.given[0][0]
    row = {
        **{name: getattr(person, name, None) for name in _PERSON_COLUMNS},
        **vars(person.profile),
        "joined_event_id": joined.id,
        "joined_event_kind": joined.kind.value,
    }
    return [_ADD_PERSON([row]), *_add_words(person)]


def _write_known_person(plan: ConfirmationPlan) -> list[Call]:
    """Update a known person. PostgreSQL runs the last part first: so their row is locked first."""
    if plan.before is None:
        return []
    person = plan.person
    has_other_name = person.profile.given_name != plan.before.profile.given_name
    profile = {f"person_{name}": value for name, value in vars(person.profile).items()}
    moments = {"person_acted_at": person.acted_at, "person_paused_until": person.paused_until}
    update_person = _UPDATE_PERSON(person_id=person.id, **moments, **profile)
    return [*(_add_words(person) if has_other_name else ()), update_person]


def _add_words(person: PersonFacts) -> Sequence[Call]:
    return add_word_rows(person.id, person.address_key, person.profile.given_name)


def _write_events(plan: ConfirmationPlan) -> list[Call]:
    if not plan.events:
        return []
    return [add_event_rows(plan.events), add_entry_rows(list_records(plan))]


def list_records(plan: ConfirmationPlan) -> list[LogRecord]:
    """Return the records that the log gets by a plan."""
    salt = plan.person.log_salt
    return [describe_record(each, log_salt=salt) for each in plan.logged]


def _write_consents(given: Sequence[tuple[EventRecord, GivenConsent]]) -> list[Call]:
    on_lists, beside = [], []
    for event, consent in given:
        row = {
            "subscriber_id": event.subscriber_id,
            "purpose_id": consent.purpose_id,
            "consent_event_id": event.id,
            "consent_kind": event.kind.value,
        }
        if consent.mailing_list is None:
            beside.append(row)
            continue
        place = {"mailing_list_id": consent.mailing_list.id, "subscribed_at": event.occurred_at}
        on_lists.append({**row, **place})
    return [
        *([put_subscription_rows(on_lists)] if on_lists else ()),
        *([add_agreement_rows(beside)] if beside else ()),
    ]


def _write_answers(plan: ConfirmationPlan) -> list[Call]:
    """Write the newest answer to each question."""
    newest = {each.question_id: each for each in plan.answers}
    return [put_answer_rows(plan.person.id, newest.values(), now=plan.now)] if newest else []


def _list_answered(plan: ConfirmationPlan, confirmed: Sequence[RequestFacts]) -> list[int]:
    """Return the confirmed requests that had answers."""
    ids = {each.id for each in confirmed}
    return [
        each.request.id for each in plan.facts.requests if each.answers and each.request.id in ids
    ]


def list_journal_lines(plan: ConfirmationPlan) -> list[Withdrawal]:
    """Return the lines that say that an address may get emails again."""
    reachable = [
        Withdrawal(
            kind=WithdrawalKind.REACHABLE, at=plan.now, person=each.address_mac, method=each.method
        )
        for each in plan.logged
        if each.kind is EventKind.REACHABLE
    ]
    return reachable + [
        Withdrawal(
            kind=WithdrawalKind.SIGNUP_MAIL_UNBLOCKED, at=plan.now, person=mac, method=Method.LINK
        )
        for mac in plan.unblocked
    ]
