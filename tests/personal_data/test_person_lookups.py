"""Each look at a person is recorded, and an account has an allowance of them in a day."""

import json
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from supporters import clock
from supporters.audit_log.audit_events import Act, AuditEvent
from supporters.database import db
from supporters.personal_data.acts import PersonAct
from supporters.personal_data.person_lookups import (
    OpenPersonResult,
    extend_allowance,
    get_allowance,
    is_opened,
    open_person,
    record_search,
)
from supporters.personal_data.rules import PEOPLE_A_DAY, SEARCHES_A_DAY, Allowance, LookupReason
from tests.factories.accounts import make_dpo, make_organiser
from tests.factories.lists import make_list
from tests.factories.lookups import (
    acting_account,
    notices_to,
    record_many,
    use_up_people,
    use_up_searches,
)
from tests.factories.signups import ADDRESS, make_subscriber
from tests.machinery.threads import in_threads

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]


@pytest.fixture
def account_id() -> int:
    return make_organiser().id


@pytest.fixture
def person_id() -> int:
    return make_subscriber(ADDRESS, make_list()).id


def acts(act: Act) -> list[AuditEvent]:
    """Return the recorded acts of a kind, oldest first."""
    db.session.rollback()
    found = select(AuditEvent).where(AuditEvent.act == act.value).order_by(AuditEvent.id)
    return [*db.session.scalars(found)]


def test_opening_is_recorded_with_the_account_and_the_person(
    account_id: int, person_id: int
) -> None:
    with acting_account(account_id):
        assert open_person(person_id) is OpenPersonResult.DONE
    (event,) = acts(PersonAct.OPENED)
    assert (event.account_id, event.object_id) == (account_id, person_id)
    assert is_opened(person_id, account_id, clock.now())
    assert not is_opened(person_id, account_id + 1, clock.now())


def test_a_person_opened_again_within_a_day_counts_once(account_id: int, person_id: int) -> None:
    with acting_account(account_id):
        open_person(person_id)
        open_person(person_id)
    assert len(acts(PersonAct.OPENED)) == 1
    with time_machine.travel(clock.now() + timedelta(hours=25)):
        assert not is_opened(person_id, account_id, clock.now())


def test_an_unknown_person_is_not_opened(account_id: int) -> None:
    with acting_account(account_id):
        assert open_person(404) is OpenPersonResult.UNKNOWN
    assert acts(PersonAct.OPENED) == []


def test_an_account_opens_no_more_than_its_allowance(account_id: int, person_id: int) -> None:
    use_up_people(account_id)
    with acting_account(account_id):
        assert open_person(person_id) is OpenPersonResult.LIMIT_REACHED
    assert len(acts(PersonAct.OPENED)) == PEOPLE_A_DAY
    with acting_account(make_dpo().id):
        assert open_person(person_id) is OpenPersonResult.DONE


def test_the_next_day_has_a_new_allowance(account_id: int, person_id: int) -> None:
    use_up_people(account_id)
    with time_machine.travel(clock.now() + timedelta(hours=24, minutes=1)):
        assert get_allowance(account_id, clock.now()) == Allowance(PEOPLE_A_DAY, SEARCHES_A_DAY)


def test_an_account_makes_no_more_searches_than_its_allowance(account_id: int) -> None:
    with acting_account(account_id):
        assert record_search()
    use_up_searches(account_id)
    with acting_account(account_id):
        assert not record_search()


def test_a_reason_gives_the_allowance_once_more_and_is_told(account_id: int) -> None:
    officer = make_dpo()
    use_up_people(account_id)
    with acting_account(account_id):
        assert extend_allowance(LookupReason.EVENT, "Congrès\n de Lyon")
    assert get_allowance(account_id, clock.now()).people == PEOPLE_A_DAY
    (event,) = acts(PersonAct.LOOKUPS_EXTENDED)
    assert json.loads(event.details) == {"reason": "event", "people": PEOPLE_A_DAY}
    (values,) = notices_to(officer.email)
    assert values["note"] == "Congrès de Lyon"
    assert values["reason"] == "Je prépare un événement ou une réunion."


def test_a_reason_given_too_early_changes_nothing(account_id: int) -> None:
    with acting_account(account_id):
        assert not extend_allowance(LookupReason.EVENT, "")
    assert acts(PersonAct.LOOKUPS_EXTENDED) == []


@pytest.mark.both_databases
def test_parallel_openings_stay_within_the_allowance(app: Flask, account_id: int) -> None:
    mailing_list = make_list()
    people = [make_subscriber(f"p{each}@example.org", mailing_list).id for each in range(4)]
    record_many(account_id, PersonAct.OPENED, PEOPLE_A_DAY - 2)

    def opening(person_id: int) -> OpenPersonResult:
        with acting_account(account_id):
            return open_person(person_id)

    results = in_threads(app, [lambda each=each: opening(each) for each in people])
    assert results.count(OpenPersonResult.DONE) == 2
    assert len(acts(PersonAct.OPENED)) == PEOPLE_A_DAY


def test_only_an_account_opens_people(person_id: int) -> None:
    with pytest.raises(RuntimeError, match="account"):
        open_person(person_id)
