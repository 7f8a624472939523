"""Acts of an account on behalf of people: recorded with the account, and limited in a day."""

import json
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from supporters.audit_log.audit_events import Act, AuditEvent
from supporters.cases.acts_on_behalf import OnBehalfError
from supporters.cases.case_fulfilment import (
    CorrectPersonResult,
    Grounds,
    correct_at_request,
    erase_at_request,
    lift_restriction_at_request,
    restrict_at_request,
)
from supporters.cases.models import Case, CaseKind, Channel
from supporters.consent.models import Method
from supporters.database import db
from supporters.people.models import SearchWord, Subscriber
from supporters.people.profile import Profile
from supporters.personal_data.acts import PersonAct
from supporters.personal_data.restriction import restrict_person
from tests.factories.accounts import make_dpo
from tests.factories.lists import make_list
from tests.factories.lookups import acting_account, use_up_acts
from tests.factories.signups import ADDRESS, make_subscriber

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

ZOE = Profile(given_name="Zoé", language="en")


@pytest.fixture
def grounds(app: Flask) -> Grounds:
    """Return the grounds of the officer."""
    return Grounds(reason="asked", channel=Channel.PHONE, by=make_dpo().id)


@pytest.fixture
def camille(app: Flask) -> int:
    """Return the id of a person."""
    return make_subscriber(ADDRESS, make_list(), given_name="Camille").id


def act_as(grounds: Grounds, act: Callable[[], object]) -> object:
    """Do something as the account of the grounds."""
    with acting_account(grounds.by):
        return act()


def event_of(act: Act) -> AuditEvent:
    """Return the event of an act in the audit log."""
    db.session.rollback()
    return db.session.scalars(select(AuditEvent).where(AuditEvent.act == act.value)).one()


def person() -> Subscriber:
    """Return the person, as the database has them now."""
    db.session.rollback()
    return db.session.scalars(select(Subscriber)).one()


def test_a_correction_names_its_fields_and_not_their_values(camille: int, grounds: Grounds) -> None:
    assert act_as(grounds, lambda: correct_at_request(camille, ZOE, grounds)) is (
        CorrectPersonResult.DONE
    )
    assert (person().given_name, person().language) == ("Zoé", "en")
    event = event_of(PersonAct.CORRECTED)
    assert event.account_id == grounds.by
    assert json.loads(event.details) == {"channel": "phone", "fields": "given_name, language"}
    assert "zoe" in db.session.scalars(select(SearchWord.word)).all()
    assert [each.kind for each in db.session.scalars(select(Case))] == [CaseKind.RECTIFICATION]


def test_a_correction_without_a_difference_leaves_nothing(camille: int, grounds: Grounds) -> None:
    same = Profile(given_name="Camille", language="fr")
    result = act_as(grounds, lambda: correct_at_request(camille, same, grounds))
    assert (result, db.session.scalars(select(Case)).all()) == (CorrectPersonResult.SAME, [])


def test_restricted_or_unknown_people_are_not_corrected(camille: int, grounds: Grounds) -> None:
    restrict_person(camille, Method.MY_DATA)
    results = [
        act_as(grounds, lambda each=each: correct_at_request(each, ZOE, grounds))
        for each in (camille, 404)
    ]
    assert results == [CorrectPersonResult.RESTRICTED, CorrectPersonResult.UNKNOWN]
    assert person().given_name == "Camille"


def test_each_act_is_recorded_with_its_channel(camille: int, grounds: Grounds) -> None:
    acts = {
        PersonAct.RESTRICTED: restrict_at_request,
        PersonAct.RESTRICTION_LIFTED: lift_restriction_at_request,
        PersonAct.ERASED: erase_at_request,
    }
    for act, carry_out in acts.items():
        act_as(grounds, lambda carry_out=carry_out: carry_out(camille, grounds))
        event = event_of(act)
        assert event.object_id == camille
        assert json.loads(event.details)["channel"] == "phone"


def test_nothing_is_done_beyond_the_limit(camille: int, grounds: Grounds) -> None:
    use_up_acts(grounds.by)
    results = {
        act_as(grounds, lambda: correct_at_request(camille, ZOE, grounds)),
        act_as(grounds, lambda: restrict_at_request(camille, grounds)),
        act_as(grounds, lambda: erase_at_request(camille, grounds)),
    }
    restrict_person(camille, Method.MY_DATA)
    results.add(act_as(grounds, lambda: lift_restriction_at_request(camille, grounds)))
    assert results == {OnBehalfError.LIMIT_REACHED}
    assert (person().given_name, person().restricted_at is None) == ("Camille", False)
    assert db.session.scalars(select(Case)).all() == []
