"""The rule of the owners: up to how many people one person may write to alone."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError

from supporters import clock
from supporters.accounts.second_person import WAITING_TIME
from supporters.actors import Actor, ActorKind, acting_as
from supporters.audit_log.audit_events import AuditEvent
from supporters.campaigns.approval_rule import change_alone_limit, find_alone_limit
from supporters.campaigns.models import ApprovalRule
from supporters.consent.log_sealing import seal
from supporters.database import db
from supporters.delivery.log_watch import verify_all
from supporters.mail.models import EmailKind
from tests.factories.accounts import make_owner
from tests.web.console.pages import emails

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]


def test_without_a_rule_nobody_launches_alone() -> None:
    assert find_alone_limit().people == 0
    assert not find_alone_limit().allows(1)


def test_the_limit_is_the_largest_audience() -> None:
    change_alone_limit(9, None)
    for audience, is_allowed in ((0, False), (1, True), (9, True), (10, False)):
        assert find_alone_limit().allows(audience) is is_allowed, audience


@pytest.mark.both_databases
def test_a_change_is_recorded_and_told_once() -> None:
    owner = make_owner()
    assert change_alone_limit(50, owner.id) is True
    assert change_alone_limit(50, owner.id) is False
    acts = db.session.scalars(db.select(AuditEvent.details)).all()
    assert '{"after": 50, "before": 0}' in acts
    assert len(emails(EmailKind.SECURITY_NOTICE)) == 2  # the owner and the officer's address
    assert find_alone_limit().changed_by == owner.id


@pytest.mark.both_databases
@pytest.mark.parametrize("people", [20, 500])
def test_what_one_of_several_owners_sets_counts_after_72_hours(people: int) -> None:
    owner = make_owner()
    make_owner("second@parti.example")
    change_alone_limit(50, None)
    change_alone_limit(people, owner.id)
    assert not find_alone_limit().allows(1)
    with time_machine.travel(clock.now() + WAITING_TIME + timedelta(seconds=1)):
        assert find_alone_limit().allows(people)


def test_what_the_only_owner_sets_counts_at_once() -> None:
    change_alone_limit(50, make_owner().id)
    assert find_alone_limit().allows(50)


@pytest.mark.both_databases
@pytest.mark.parametrize("values", [{"id": 2, "alone_up_to": 1}, {"id": 1, "alone_up_to": -1}])
def test_the_database_holds_one_rule_that_is_not_negative(values: dict[str, int]) -> None:
    other = insert(ApprovalRule).values(**values, changed_at=clock.now())
    with pytest.raises(IntegrityError):
        db.session.execute(other)
    db.session.rollback()


LARGER = "UPDATE approval_rule SET alone_up_to = 1000000"
FORGED = [
    (5, LARGER),
    (5, 'UPDATE audit_event SET details = \'{"before": 0, "after": 1000000}\''),
    (5, "DELETE FROM audit_event WHERE act = 'approval_rule.changed'"),
    (0, "UPDATE approval_rule SET changed_by = NULL, changed_at = '2020-01-01 00:00:00'"),
]


@pytest.mark.both_databases
@pytest.mark.parametrize(("days", "statement"), FORGED)
def test_a_rule_that_was_changed_in_the_database_alone_allows_nothing(
    days: int, statement: str
) -> None:
    owner = make_owner()
    make_owner("second@parti.example")
    is_owner = acting_as(Actor(ActorKind.ACCOUNT, account_id=owner.id))
    with is_owner, clock.pretend(clock.now() - timedelta(days=days)):
        change_alone_limit(50, owner.id)
    assert find_alone_limit().allows(1) is (days > 0)
    db.session.execute(text(statement))
    db.session.commit()
    assert not find_alone_limit().allows(1)


@pytest.mark.both_databases
def test_a_rule_that_no_owner_set_is_found_at_night() -> None:
    change_alone_limit(50, None)
    seal()
    assert verify_all(clock.now()).faults == []
    db.session.execute(text(LARGER))
    db.session.commit()
    assert [fault.table for fault in verify_all(clock.now()).faults] == ["approval_rule"]
