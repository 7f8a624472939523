"""An import is known to all owners, waits, has a limit, and stops if people don't want it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from supporters import clock, tasks
from supporters.audit_log.audit_events import AuditEvent
from supporters.database import db, transaction
from supporters.extensions import current_settings
from supporters.imports.acts import ImportAct, ImportNotice
from supporters.imports.import_approval import (
    ApproveResult,
    approve_import,
    cancel_import,
    hold_unwanted_imports,
    request_approval,
    resume_import,
)
from supporters.imports.invitation_mails import send_next_invitations
from supporters.imports.models import ImportHoldReason, ImportStatus, Invitation, ListImport
from supporters.imports.rules import FEWEST_ALLOWED, WAITING_TIME
from supporters.mail.models import EmailKind, OutboxEmail
from supporters.notices.security_notices import Notice
from tests.factories.accounts import make_dpo
from tests.factories.imports import (
    APPROVER,
    IMPORTER,
    approve,
    approved,
    checked,
    csv_of_many,
    invitations,
    invited,
    lift_limit,
    owner,
    process_file,
    reload,
    waiting,
)
from tests.factories.signups import recipient_of, values_in

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

NOON = datetime(2026, 11, 25, 12, tzinfo=clock.now().tzinfo)


@pytest.fixture(autouse=True)
def travel() -> Iterator[time_machine.Traveller]:
    """Set the clock to noon, and let the test move it."""
    with time_machine.travel(NOON, tick=False) as coordinates:
        yield coordinates


def notices(notice: Notice) -> set[str]:
    """Return the recipients of a notice."""
    db.session.rollback()
    letters = db.session.scalars(
        select(OutboxEmail).where(OutboxEmail.kind == EmailKind.SECURITY_NOTICE)
    ).all()
    return {recipient_of(each) for each in letters if values_in(each)["notice"] == notice.value}


def answered(import_id: int, *, asked: int, confirmed: int = 0, declined: int = 0) -> None:
    """Give an import counts of answers. Its invitations are old enough to be answered."""
    with transaction():
        found = db.session.get_one(ListImport, import_id)
        found.asked, found.confirmed, found.declined = asked, confirmed, declined


def test_all_owners_and_the_officer_learn_that_an_import_waits() -> None:
    third, officer = owner("third@parti.example"), make_dpo()
    waiting(csv_of_many(2))
    told = {IMPORTER, third.email, officer.email, current_settings().dpo_contact}
    assert notices(ImportNotice.WAITS) == told
    assert notices(ImportNotice.APPROVED) == set()


def test_all_owners_and_the_officer_learn_of_the_approval() -> None:
    third = owner("third@parti.example")
    approved(csv_of_many(2))
    told = {IMPORTER, APPROVER, third.email, current_settings().dpo_contact}
    assert notices(ImportNotice.APPROVED) == told


def test_no_invitation_leaves_in_the_first_48_hours(travel: time_machine.Traveller) -> None:
    import_id = approved(csv_of_many(2))
    process_file(import_id)
    travel.shift(WAITING_TIME - timedelta(seconds=1))
    assert send_next_invitations(clock.now()) == 0
    travel.shift(timedelta(seconds=1))
    assert send_next_invitations(clock.now()) == 1


def test_an_import_that_waits_does_not_hold_up_another(travel: time_machine.Traveller) -> None:
    first = approved(csv_of_many(2))
    process_file(first)
    second = invited(csv_of_many(2, prefix="q"))
    assert send_next_invitations(clock.now()) == 1
    assert (reload(first).asked, reload(second).asked) == (0, 1)


def test_an_owner_stops_an_import_before_anybody_is_written_to(
    travel: time_machine.Traveller,
) -> None:
    import_id = approved(csv_of_many(2))
    process_file(import_id)
    cancel_import(import_id)
    travel.shift(timedelta(days=3))
    assert (send_next_invitations(clock.now()), invitations()) == (0, [])


@pytest.mark.both_databases
def test_resuming_an_import_does_not_shorten_its_waiting_time() -> None:
    import_id = approved(csv_of_many(2))
    process_file(import_id)
    with transaction():
        db.session.get_one(ListImport, import_id).status = ImportStatus.HELD
    resume_import(import_id)
    assert send_next_invitations(clock.now()) == 0


@pytest.mark.both_databases
def test_a_party_without_subscribers_invites_at_most_500_people() -> None:
    import_id = invited(csv_of_many(FEWEST_ALLOWED + 20))
    found = reload(import_id)
    assert (found.invited, found.most_invited, found.skipped) == (500, 500, 20)
    assert len(invitations()) == FEWEST_ALLOWED


def test_a_second_file_does_not_get_round_the_limit(travel: time_machine.Traveller) -> None:
    invited(csv_of_many(FEWEST_ALLOWED))
    second = checked(csv_of_many(10, prefix="q"))
    assert request_approval(second) is ApproveResult.LIMIT_REACHED
    travel.shift(timedelta(days=31))
    assert request_approval(second) is ApproveResult.DONE


def test_two_imports_that_wait_together_share_the_limit() -> None:
    first, second = waiting(csv_of_many(FEWEST_ALLOWED)), waiting(csv_of_many(10, prefix="q"))
    approver = owner(APPROVER).id
    assert approve_import(first, approver) is ApproveResult.DONE
    assert approve_import(second, approver) is ApproveResult.LIMIT_REACHED


def test_a_cancelled_import_counts_by_the_invitations_that_left() -> None:
    first = approved(csv_of_many(FEWEST_ALLOWED))
    process_file(first)
    cancel_import(first)
    assert request_approval(checked(csv_of_many(10, prefix="q"))) is ApproveResult.DONE


@pytest.mark.both_databases
def test_an_import_that_hardly_anybody_accepts_stops_and_the_owners_learn_why() -> None:
    import_id = invited(csv_of_many(300))
    answered(import_id, asked=300, confirmed=5)
    tasks.ask_invited()
    found = reload(import_id)
    assert (found.status, found.hold_reason) == (ImportStatus.HELD, ImportHoldReason.FEW_ACCEPT)
    assert APPROVER in notices(ImportNotice.RARELY_ACCEPTED)
    act = db.session.scalars(select(AuditEvent.act).where(AuditEvent.object_id == import_id)).all()
    assert ImportAct.HELD.value in act


@pytest.mark.both_databases
def test_an_import_that_many_decline_stops_and_the_owners_learn_why() -> None:
    import_id = invited(csv_of_many(200))
    answered(import_id, asked=120, confirmed=60, declined=12)
    assert hold_unwanted_imports(clock.now()) == 1
    assert reload(import_id).hold_reason is ImportHoldReason.MANY_DECLINE
    assert APPROVER in notices(ImportNotice.DECLINED)


@pytest.mark.both_databases
def test_people_have_three_days_before_few_answers_stop_an_import(
    travel: time_machine.Traveller,
) -> None:
    import_id = invited(csv_of_many(300))
    answered(import_id, asked=300)
    with transaction():
        db.session.execute(db.update(Invitation).values(asked_at=clock.now()))
    assert hold_unwanted_imports(clock.now()) == 0
    travel.shift(timedelta(days=3))
    assert hold_unwanted_imports(clock.now()) == 1


def test_a_wanted_import_goes_on() -> None:
    import_id = invited(csv_of_many(300))
    answered(import_id, asked=300, confirmed=6, declined=9)
    assert hold_unwanted_imports(clock.now()) == 0
    assert reload(import_id).status is ImportStatus.ASKING


@pytest.mark.both_databases
def test_after_an_owner_resumed_it_only_new_answers_stop_it_again() -> None:
    import_id = invited(csv_of_many(300))
    answered(import_id, asked=300, declined=20)
    hold_unwanted_imports(clock.now())
    resume_import(import_id)
    assert reload(import_id).hold_reason is None
    assert hold_unwanted_imports(clock.now()) == 0
    answered(import_id, asked=420, declined=40)
    assert hold_unwanted_imports(clock.now()) == 1


def test_an_import_of_before_the_limit_has_none() -> None:
    import_id = checked(csv_of_many(FEWEST_ALLOWED + 5))
    approver = owner(APPROVER)
    assert request_approval(import_id) is ApproveResult.DONE
    assert approve_import(import_id, approver.id) is ApproveResult.DONE
    lift_limit(import_id)
    process_file(import_id)
    assert reload(import_id).invited == FEWEST_ALLOWED + 5


def test_approving_again_after_the_limit_is_free_works() -> None:
    import_id = checked(csv_of_many(3))
    approve(import_id)
    assert reload(import_id).most_invited == FEWEST_ALLOWED
