"""Erasing, restricting and lifting at a person's request: once, with a closed case."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from threading import Event
from time import sleep

import pytest
from flask import Flask

from supporters import clock
from supporters.cases.case_fulfilment import (
    Grounds,
    RestrictResult,
    erase_at_request,
    lift_restriction_at_request,
    restrict_at_request,
)
from supporters.cases.case_service import close_case
from supporters.cases.models import Case, CaseAct, CaseKind, Channel
from supporters.cases.queries import list_entries
from supporters.consent.models import ConsentEvent, EventKind, Method
from supporters.consent.queries import list_events_of
from supporters.database import db, transaction
from supporters.delivery.results import record_batch
from supporters.people.models import Subscriber
from supporters.personal_data.erasure import EraseResult, finish_erasures
from supporters.personal_data.models import PendingErasure
from supporters.personal_data.restriction import restrict_person
from tests.factories.accounts import make_dpo
from tests.factories.campaigns import (
    ACCEPTED,
    ANNA,
    BORIS,
    claim,
    launch_to_addresses,
    subscriber_at,
)
from tests.factories.cases import again, make_case
from tests.factories.lists import make_list
from tests.factories.signups import ADDRESS, make_subscriber
from tests.machinery.prepared_states import made_once
from tests.machinery.threads import in_threads

pytestmark = pytest.mark.either_database

REASON = "Demandé par téléphone."
WITHDRAWN = "Demande retirée."
THEN = datetime(2026, 9, 1, tzinfo=UTC)
A_MOMENT = 0.5


@pytest.fixture
def grounds(app: Flask) -> Grounds:
    """Return the grounds of the officer."""
    return Grounds(reason=REASON, channel=Channel.PHONE, by=make_dpo().id)


@made_once
def camille(app: Flask) -> int:
    return make_subscriber(ADDRESS, make_list(), given_name="Camille").id


def cases() -> Sequence[Case]:
    """Return every case, oldest first."""
    db.session.rollback()
    return db.session.scalars(db.select(Case).order_by(Case.id)).all()


def while_a_colleague_closes(app: Flask, case: Case, act: Callable[[], object]) -> None:
    """Run an action that begins while a colleague closes a case and has to wait for it."""
    closing = Event()

    def close() -> None:
        with transaction():
            close_case(case.id, WITHDRAWN, by=None, now=THEN)
            db.session.flush()
            closing.set()
            sleep(A_MOMENT)

    def act_meanwhile() -> None:
        assert closing.wait(60)
        act()

    in_threads(app, [close, act_meanwhile])


def is_restricted(subscriber_id: int) -> bool:
    """Tell whether a person is restricted now."""
    db.session.rollback()
    return db.session.get_one(Subscriber, subscriber_id).restricted_at is not None


def test_an_erasure_leaves_a_closed_case_of_nobody(camille: int, grounds: Grounds) -> None:
    assert erase_at_request(camille, grounds) is EraseResult.DONE
    [case] = cases()
    assert (case.kind, case.channel, case.outcome) == (CaseKind.ERASURE, Channel.PHONE, REASON)
    assert (case.subscriber_id, case.closed_at is None) == (None, False)
    [(entry, email)] = list_entries(case.id)
    assert (entry.act, email) == (CaseAct.CLOSED, "dpo@parti.example")


@pytest.mark.both_databases
def test_an_erasure_that_was_asked_for_closes_that_case_and_wipes_it(
    camille: int, grounds: Grounds
) -> None:
    asked = make_case(clock.now(), CaseKind.ERASURE, camille)
    other = make_case(clock.now(), CaseKind.ACCESS, camille)
    erase_at_request(camille, grounds)
    assert [(case.id, case.outcome) for case in cases()] == [
        (asked.id, REASON),
        (other.id, "erased"),
    ]
    assert {case.subscriber_id for case in cases()} == {None}


def test_a_restricted_person_can_be_erased(camille: int, grounds: Grounds) -> None:
    restrict_person(camille, Method.MY_DATA)
    assert erase_at_request(camille, grounds) is EraseResult.DONE
    assert erase_at_request(camille, grounds) is EraseResult.UNKNOWN
    assert len(cases()) == 1


@pytest.mark.both_databases
def test_while_an_erasure_is_under_way_nothing_else_is_done(grounds: Grounds) -> None:
    campaign_id = launch_to_addresses(ANNA, BORIS)
    held = claim(campaign_id)
    assert held is not None
    boris = subscriber_at(BORIS).id
    assert [erase_at_request(boris, grounds) for _ in range(2)] == [EraseResult.UNDER_WAY] * 2
    assert lift_restriction_at_request(boris, grounds) is RestrictResult.UNKNOWN
    assert (len(cases()), is_restricted(boris)) == (1, True)
    record_batch(held, [(to, ACCEPTED) for to in held.recipients], now=clock.now())
    assert finish_erasures() == 1
    assert db.session.scalars(db.select(PendingErasure)).all() == []


def test_restricting_and_lifting_each_leave_a_closed_case(camille: int, grounds: Grounds) -> None:
    assert restrict_at_request(camille, grounds) is RestrictResult.DONE
    assert is_restricted(camille)
    assert lift_restriction_at_request(camille, grounds) is RestrictResult.DONE
    assert not is_restricted(camille)
    said = [(case.kind, case.subscriber_id, case.outcome) for case in cases()]
    assert said == [(CaseKind.RESTRICTION, camille, REASON)] * 2
    acts = [(event.kind, event.method) for event, _ in list_events_of(camille)[-2:]]
    assert acts == [
        (EventKind.RESTRICTED, Method.ORGANISER),
        (EventKind.RESTRICTION_LIFTED, Method.ORGANISER),
    ]


def test_restricting_closes_the_case_that_asks_for_it(camille: int, grounds: Grounds) -> None:
    asked = make_case(clock.now(), CaseKind.RESTRICTION, camille)
    other = make_case(clock.now(), CaseKind.ACCESS, camille)
    restrict_at_request(camille, grounds)
    assert (again(asked).outcome, again(other).closed_at) == (REASON, None)
    assert len(cases()) == 2


@pytest.mark.both_databases
def test_an_erasure_case_that_a_colleague_closes_meanwhile_is_not_closed_again(
    app: Flask, camille: int, grounds: Grounds
) -> None:
    asked = make_case(clock.now(), CaseKind.ERASURE, camille)
    while_a_colleague_closes(app, asked, lambda: erase_at_request(camille, grounds))
    [closed, own] = cases()
    assert (closed.id, closed.closed_at, closed.outcome) == (asked.id, THEN, "erased")
    assert (list_entries(closed.id), own.outcome) == ([], REASON)


@pytest.mark.both_databases
def test_a_restriction_case_that_a_colleague_closes_meanwhile_keeps_its_outcome(
    app: Flask, camille: int, grounds: Grounds
) -> None:
    asked = make_case(clock.now(), CaseKind.RESTRICTION, camille)
    while_a_colleague_closes(app, asked, lambda: restrict_at_request(camille, grounds))
    assert [(case.closed_at == THEN, case.outcome) for case in cases()] == [
        (True, WITHDRAWN),
        (False, REASON),
    ]


def test_lifting_a_restriction_closes_no_case_that_asks_for_one(
    camille: int, grounds: Grounds
) -> None:
    restrict_person(camille, Method.ORGANISER)
    asked = make_case(clock.now(), CaseKind.RESTRICTION, camille)
    assert lift_restriction_at_request(camille, grounds) is RestrictResult.DONE
    assert [(case.id == asked.id, case.outcome) for case in cases()] == [
        (True, None),
        (False, REASON),
    ]


def test_a_person_with_an_open_dispute_stays_restricted(camille: int, grounds: Grounds) -> None:
    restrict_person(camille, Method.PAGE)
    dispute = make_case(clock.now(), CaseKind.DISPUTE, camille)
    assert lift_restriction_at_request(camille, grounds) is RestrictResult.DISPUTED
    assert (is_restricted(camille), len(cases())) == (True, 1)
    close_case(dispute.id, "La preuve tient.", by=None)
    assert lift_restriction_at_request(camille, grounds) is RestrictResult.DONE
    assert not is_restricted(camille)


def test_repetitions_change_nothing(camille: int, grounds: Grounds) -> None:
    assert lift_restriction_at_request(camille, grounds) is RestrictResult.ALREADY
    restrict_at_request(camille, grounds)
    assert restrict_at_request(camille, grounds) is RestrictResult.ALREADY
    restricted = db.select(ConsentEvent).where(ConsentEvent.kind == EventKind.RESTRICTED)
    assert (len(cases()), len(db.session.scalars(restricted).all())) == (1, 1)


def test_an_unknown_person_is_neither_erased_nor_restricted(grounds: Grounds) -> None:
    assert erase_at_request(404, grounds) is EraseResult.UNKNOWN
    assert restrict_at_request(404, grounds) is RestrictResult.UNKNOWN
    assert lift_restriction_at_request(404, grounds) is RestrictResult.UNKNOWN
    assert cases() == []
