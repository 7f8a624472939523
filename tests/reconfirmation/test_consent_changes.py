"""Another meaning, and its mailing, need a second person; the texts are frozen meanwhile."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from supporters import clock
from supporters.accounts.models import Organiser
from supporters.accounts.second_person import SecondPersonFault
from supporters.actors import Actor, ActorKind, acting_as
from supporters.audit_log.audit_events import AuditEvent
from supporters.consent.queries import find_successor
from supporters.database import db
from supporters.delivery.emergency_stop import resume_all, stop_all
from supporters.delivery.restore_hold import hold_sending, lift_hold
from supporters.delivery.rules import HoldReason
from supporters.lists.models import MailingList
from supporters.lists.purpose_changes import ChangeWordingError, current_texts
from supporters.reconfirmation.consent_changes import (
    ConsentChangeError,
    agree_to_change,
    cancel_change,
    request_mailing,
    request_meaning,
)
from supporters.reconfirmation.models import ConsentChange, ConsentChangeStatus
from supporters.reconfirmation.reconfirmation_rounds import (
    send_next_reconfirmations,
    start_reconfirmation,
)
from supporters.reconfirmation.states import CONSENT_CHANGE_STATES, ConsentChangeMove
from supporters.tasks import ask_again as ask_again_job
from supporters.team.accounts import disable_organiser
from tests.factories.accounts import hold_since, make_dpo, make_owner
from tests.factories.consent.consent_changes import (
    FIRST,
    SECOND,
    THIRD,
    ask_for_meaning,
    status_of,
    texts_of,
)
from tests.factories.consent.reconfirmation import change_meaning, reconfirmation_emails
from tests.factories.lists import SENTENCES
from tests.factories.notices import notices_to
from tests.factories.signups import values_in
from tests.machinery.state_tables import wrong_moves

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]
HOURS_48 = timedelta(hours=48)
Status = ConsentChangeStatus


def test_nothing_changes_before_a_second_owner_agrees_and_then_at_once(
    owners: tuple[Organiser, Organiser], mailing_list: MailingList
) -> None:
    before = mailing_list.purpose_id
    change_id = ask_for_meaning(mailing_list, owners[0])
    assert find_successor(before) is None
    agreed = agree_to_change(change_id, owners[1].id)
    assert isinstance(agreed, ConsentChange)
    assert (agreed.status, texts_of(mailing_list)) == (Status.DONE, SENTENCES)
    assert agreed.result_id == mailing_list.purpose_id != before


def test_with_the_texts_the_second_person_agreed_to_their_mailing(
    owners: tuple[Organiser, Organiser], mailing_list: MailingList
) -> None:
    agree_to_change(ask_for_meaning(mailing_list, owners[0]), owners[1].id)
    db.session.refresh(mailing_list)
    assert start_reconfirmation(mailing_list.purpose_id) is None
    assert send_next_reconfirmations(clock.now()) == 1
    assert values_in(reconfirmation_emails()[0])["new_text"] == SENTENCES["fr"]


def test_the_owner_who_asked_can_not_agree(
    owners: tuple[Organiser, Organiser], mailing_list: MailingList
) -> None:
    change_id = ask_for_meaning(mailing_list, owners[0])
    assert agree_to_change(change_id, owners[0].id) is ConsentChangeError.OWN_CHANGE
    assert status_of(change_id) is Status.OPEN


def test_a_second_self_can_not_agree(
    owners: tuple[Organiser, Organiser], mailing_list: MailingList
) -> None:
    change_id = ask_for_meaning(mailing_list, owners[0])
    with acting_as(Actor(ActorKind.ACCOUNT, account_id=owners[0].id)):
        puppet = make_owner(THIRD)
        hold_since(puppet, clock.now() - timedelta(days=1))
    assert agree_to_change(change_id, puppet.id) is SecondPersonFault.TOO_NEW
    assert status_of(change_id) is Status.OPEN


def test_after_the_officer_agrees_48_hours_pass(
    owners: tuple[Organiser, Organiser], mailing_list: MailingList
) -> None:
    before = mailing_list.purpose_id
    change_id = ask_for_meaning(mailing_list, owners[0])
    agree_to_change(change_id, make_dpo().id)
    with time_machine.travel(clock.now() + HOURS_48 - timedelta(minutes=1), tick=False):
        ask_again_job()
        assert (status_of(change_id), find_successor(before)) == (Status.AGREED, None)
    with time_machine.travel(clock.now() + HOURS_48, tick=False):
        ask_again_job()
        assert (status_of(change_id), texts_of(mailing_list)) == (Status.DONE, SENTENCES)


@pytest.mark.both_databases
def test_each_owner_cancels_within_the_48_hours(
    owners: tuple[Organiser, Organiser], mailing_list: MailingList
) -> None:
    change_id = ask_for_meaning(mailing_list, owners[0])
    agree_to_change(change_id, make_dpo().id)
    cancel_change(change_id, owners[1].id)
    with time_machine.travel(clock.now() + HOURS_48, tick=False):
        ask_again_job()
    assert status_of(change_id) is Status.CANCELLED
    assert texts_of(mailing_list) != SENTENCES
    assert cancel_change(change_id, owners[1].id) is ConsentChangeError.NOT_WAITING
    assert agree_to_change(change_id, owners[1].id) is ConsentChangeError.NOT_WAITING


def test_the_only_owner_of_a_party_waits_48_hours(mailing_list: MailingList) -> None:
    change_id = ask_for_meaning(mailing_list, make_owner(FIRST))
    assert status_of(change_id) is Status.AGREED
    ask_again_job()
    assert texts_of(mailing_list) != SENTENCES
    with time_machine.travel(clock.now() + HOURS_48, tick=False):
        ask_again_job()
        assert texts_of(mailing_list) == SENTENCES


def test_an_officer_in_the_team_is_the_second_person_of_the_only_owner(
    mailing_list: MailingList,
) -> None:
    make_dpo()
    assert status_of(ask_for_meaning(mailing_list, make_owner(FIRST))) is Status.OPEN


def test_without_an_answer_it_ends_after_a_week(
    owners: tuple[Organiser, Organiser], mailing_list: MailingList
) -> None:
    change_id = ask_for_meaning(mailing_list, owners[0])
    with time_machine.travel(clock.now() + timedelta(days=7), tick=False):
        assert agree_to_change(change_id, owners[1].id) is ConsentChangeError.NOT_WAITING
        ask_again_job()
    assert status_of(change_id) is Status.LAPSED
    assert texts_of(mailing_list) != SENTENCES


@pytest.mark.parametrize("gone", [0, "dpo"])
def test_an_account_that_lost_its_role_meanwhile_ends_it(
    owners: tuple[Organiser, Organiser], mailing_list: MailingList, gone: int | str
) -> None:
    change_id, officer = ask_for_meaning(mailing_list, owners[0]), make_dpo()
    agree_to_change(change_id, officer.id)
    disable_organiser(officer.id if gone == "dpo" else owners[0].id)
    with time_machine.travel(clock.now() + HOURS_48, tick=False):
        ask_again_job()
    assert status_of(change_id) is Status.LAPSED
    assert texts_of(mailing_list) != SENTENCES


def test_nobody_agrees_for_an_owner_who_is_gone(
    owners: tuple[Organiser, Organiser], mailing_list: MailingList
) -> None:
    change_id = ask_for_meaning(mailing_list, owners[0])
    disable_organiser(owners[0].id)
    assert agree_to_change(change_id, owners[1].id) is ConsentChangeError.PERSON_GONE


def test_a_restored_request_does_not_start_by_itself(
    owners: tuple[Organiser, Organiser], mailing_list: MailingList
) -> None:
    change_id = ask_for_meaning(mailing_list, owners[0])
    agree_to_change(change_id, make_dpo().id)
    hold_sending(HoldReason.RESTORED)
    assert lift_hold(owners[0].id, "a test")
    with time_machine.travel(clock.now() + HOURS_48, tick=False):
        ask_again_job()
    assert status_of(change_id) is Status.LAPSED
    assert texts_of(mailing_list) != SENTENCES


@pytest.mark.both_databases
def test_an_emergency_stop_delays_it(mailing_list: MailingList) -> None:
    ask_for_meaning(mailing_list, make_owner(FIRST))
    stop_all()
    with time_machine.travel(clock.now() + HOURS_48, tick=False):
        ask_again_job()
        assert texts_of(mailing_list) != SENTENCES
        resume_all(None, "Corrected.")
        ask_again_job()
        assert texts_of(mailing_list) == SENTENCES


def test_the_other_owners_and_the_officer_read_the_text_in_an_email(
    owners: tuple[Organiser, Organiser], mailing_list: MailingList
) -> None:
    change_id = ask_for_meaning(mailing_list, owners[0])
    for address in (FIRST, SECOND, "donnees@parti.example"):
        (mail,) = notices_to(address)
        assert SENTENCES["fr"] in mail.body
        assert FIRST in mail.body
        assert f"/console/consents/changes/{change_id}" in mail.body


def test_each_step_is_in_the_audit_log(
    owners: tuple[Organiser, Organiser], mailing_list: MailingList
) -> None:
    agree_to_change(ask_for_meaning(mailing_list, owners[0]), owners[1].id)
    acts = db.session.scalars(select(AuditEvent.act).order_by(AuditEvent.id)).all()
    steps = [each for each in acts if each.startswith("purpose.change_")]
    assert steps == ["purpose.change_requested", "purpose.change_agreed", "purpose.change_done"]


def test_the_same_text_and_an_old_purpose_are_refused(
    owners: tuple[Organiser, Organiser], mailing_list: MailingList
) -> None:
    purpose_id, own = mailing_list.purpose_id, owners[0].id
    same = request_meaning(purpose_id, current_texts(purpose_id), own)
    assert same is ChangeWordingError.SAME_TEXT
    change_meaning(mailing_list)
    assert request_meaning(purpose_id, SENTENCES, own) is ChangeWordingError.SUCCEEDED
    nobody = request_mailing(purpose_id, own, expected_people=0)
    assert nobody is ConsentChangeError.NOBODY_TO_ASK


def test_the_moves_of_a_consent_change() -> None:
    allowed = {
        (Status.OPEN, ConsentChangeMove.AGREE): Status.AGREED,
        (Status.AGREED, ConsentChangeMove.APPLY): Status.DONE,
        **{(each, ConsentChangeMove.CANCEL): Status.CANCELLED for each in WAITING_STATUSES},
        **{(each, ConsentChangeMove.LAPSE): Status.LAPSED for each in WAITING_STATUSES},
    }
    assert not wrong_moves(
        CONSENT_CHANGE_STATES, allowed, lambda status: ConsentChange(status=status)
    )


WAITING_STATUSES = (Status.OPEN, Status.AGREED)
