"""Another meaning, and its mailing, need a second person; the texts are frozen meanwhile."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from supporters import clock
from supporters.actors import Actor, ActorKind, acting_as
from supporters.consent.models import Purpose, Wording
from supporters.consent.queries import find_successor
from supporters.consent.rules import WordingChange, WordingFault, has_web_address
from supporters.database import db, transaction
from supporters.delivery.emergency_stop import resume_all, stop_all
from supporters.delivery.restore_hold import hold_sending, lift_hold
from supporters.delivery.rules import HoldReason
from supporters.lists.models import MailingList
from supporters.lists.wording_changes import ChangeWordingError, change_wording, current_texts
from supporters.organisers.accounts import disable_organiser
from supporters.organisers.audit_events import AuditEvent
from supporters.organisers.models import Organiser
from supporters.organisers.second_person import SecondPersonFault
from supporters.reconfirmation.consent_changes import (
    ConsentChangeError,
    agree_to_change,
    cancel_change,
    request_mailing,
    request_meaning,
)
from supporters.reconfirmation.models import (
    ConsentChange,
    ConsentChangeStatus,
)
from supporters.reconfirmation.queries import find_reconfirmation
from supporters.reconfirmation.reconfirmation_rounds import (
    PeopleCountChanged,
    StartReconfirmationError,
    send_next_reconfirmations,
    start_reconfirmation,
)
from supporters.reconfirmation.states import CONSENT_CHANGE_STATES, ConsentChangeMove
from supporters.tasks import ask_again as ask_again_job
from tests.factories.accounts import hold_since, make_dpo, make_owner
from tests.factories.lists import SENTENCES, make_list
from tests.factories.notices import notices_to
from tests.factories.reconfirmation import change_meaning, reconfirmation_emails
from tests.factories.signups import make_subscriber, values_in
from tests.state_tables import check_move, every_move
from tests.threads import at_once, in_threads

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]
FIRST, SECOND, THIRD = (f"{name}@parti.example" for name in ("first", "second", "third"))
HOURS_48 = timedelta(hours=48)
OTHER = {code: each.replace(".", " !") for code, each in SENTENCES.items()}
Status = ConsentChangeStatus


@pytest.fixture
def owners() -> tuple[Organiser, Organiser]:
    """Return two owners."""
    return make_owner(FIRST), make_owner(SECOND)


@pytest.fixture
def mailing_list() -> MailingList:
    """Return a list with one person."""
    created = make_list()
    make_subscriber("anna@example.org", created)
    return created


def ask_for_meaning(mailing_list: MailingList, owner: Organiser) -> int:
    """Ask for another meaning as an owner; return the id of the change."""
    with acting_as(Actor(ActorKind.ACCOUNT, account_id=owner.id)):
        change = request_meaning(mailing_list.purpose_id, SENTENCES, owner.id)
    assert isinstance(change, ConsentChange), change
    return change.id


def status_of(change_id: int) -> ConsentChangeStatus:
    """Return the stored status of a change."""
    db.session.rollback()
    return db.session.get_one(ConsentChange, change_id, populate_existing=True).status


def texts_of(mailing_list: MailingList) -> dict[str, str]:
    """Return the texts that a signup page shows now."""
    db.session.rollback()
    db.session.refresh(mailing_list)
    return current_texts(mailing_list.purpose_id)


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


def test_an_emergency_stop_delays_it(mailing_list: MailingList) -> None:
    ask_for_meaning(mailing_list, make_owner(FIRST))
    stop_all()
    with time_machine.travel(clock.now() + HOURS_48, tick=False):
        ask_again_job()
        assert texts_of(mailing_list) != SENTENCES
        resume_all()
        ask_again_job()
        assert texts_of(mailing_list) == SENTENCES


@pytest.mark.both_databases
def test_two_owners_who_agree_at_once_change_it_once(
    app: Flask, owners: tuple[Organiser, Organiser], mailing_list: MailingList
) -> None:
    change_id, third = ask_for_meaning(mailing_list, owners[0]), make_owner(THIRD)
    press = [lambda each=each: agree_to_change(change_id, each.id) for each in (owners[1], third)]
    outcomes = in_threads(app, press)
    assert ConsentChangeError.NOT_WAITING in outcomes
    assert status_of(change_id) is Status.DONE
    assert len(db.session.scalars(select(Purpose)).all()) == 2


@pytest.mark.both_databases
def test_an_agreement_and_a_cancellation_at_once_have_one_outcome(
    app: Flask, owners: tuple[Organiser, Organiser], mailing_list: MailingList
) -> None:
    change_id = ask_for_meaning(mailing_list, owners[0])
    decide: list[Callable[[], object]] = [
        lambda: agree_to_change(change_id, owners[1].id),
        lambda: cancel_change(change_id, owners[0].id),
    ]
    outcomes = in_threads(app, decide)
    assert outcomes.count(ConsentChangeError.NOT_WAITING) == 1
    is_done = status_of(change_id) is Status.DONE
    assert (texts_of(mailing_list) == SENTENCES) is is_done


@pytest.mark.both_databases
def test_of_two_requests_at_once_one_waits(
    app: Flask, owners: tuple[Organiser, Organiser], mailing_list: MailingList
) -> None:
    purpose_id, owner_id = mailing_list.purpose_id, owners[0].id
    outcomes = at_once(app, lambda: request_meaning(purpose_id, SENTENCES, owner_id))
    assert outcomes.count(ConsentChangeError.ALREADY_WAITS) == 1
    db.session.rollback()
    assert len(db.session.scalars(select(ConsentChange)).all()) == 1


def test_other_words_after_the_agreement_need_another_one(
    owners: tuple[Organiser, Organiser], mailing_list: MailingList
) -> None:
    purpose_id = change_meaning(mailing_list).id
    change_wording(purpose_id, OTHER, WordingChange.SAME_MEANING)
    assert start_reconfirmation(purpose_id) is StartReconfirmationError.NOT_AGREED
    assert request_mailing(purpose_id, owners[0].id, expected_people=2) == PeopleCountChanged(1)
    change = request_mailing(purpose_id, owners[0].id, expected_people=1)
    assert isinstance(change, ConsentChange)
    assert send_next_reconfirmations(clock.now()) == 0
    agree_to_change(change.id, owners[1].id)
    assert send_next_reconfirmations(clock.now()) == 1
    assert values_in(reconfirmation_emails()[0])["new_text"] == OTHER["fr"]


def test_words_that_change_while_a_mailing_waits_void_it(
    owners: tuple[Organiser, Organiser], mailing_list: MailingList
) -> None:
    purpose_id = change_meaning(mailing_list).id
    change_wording(purpose_id, OTHER, WordingChange.SAME_MEANING)
    change = request_mailing(purpose_id, owners[0].id, expected_people=1)
    assert isinstance(change, ConsentChange)
    change_wording(purpose_id, SENTENCES, WordingChange.SAME_MEANING)
    assert agree_to_change(change.id, owners[1].id) is ConsentChangeError.WORDS_CHANGED
    assert find_reconfirmation(purpose_id) is None


@pytest.mark.parametrize("what", ["words", "name"])
def test_words_that_change_while_people_are_asked_stop_the_emails(
    owners: tuple[Organiser, Organiser], mailing_list: MailingList, what: str
) -> None:
    purpose_id = change_meaning(mailing_list).id
    start_reconfirmation(purpose_id)
    if what == "words":
        change_wording(purpose_id, OTHER, WordingChange.SAME_MEANING)
    else:
        with transaction():
            db.session.get_one(MailingList, mailing_list.id).name = "Votez pour l’autre"
    assert send_next_reconfirmations(clock.now()) == 0
    assert reconfirmation_emails() == []
    assert find_reconfirmation(purpose_id).stopped_at is not None  # type: ignore[union-attr]
    assert "a second person agreed to" in notices_to(SECOND, "en")[-1].body


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


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "change",
    [
        "text_hash = 'x'",
        "texts = '{}'",
        "purpose_id = purpose_id + 0",
        "agreed_by_id = requested_by_id",
        "status = 'agreed'",
    ],
)
def test_the_database_keeps_a_frozen_text_and_needs_a_second_person(
    owners: tuple[Organiser, Organiser], mailing_list: MailingList, change: str
) -> None:
    ask_for_meaning(mailing_list, owners[0])
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(text(f"UPDATE consent_change SET {change}"))


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


@pytest.mark.parametrize(
    "address",
    [
        *("https://evil.example/vote", "www.evil.example", "evil.example/x", "evil.example"),
        *("EVIL.Example", "a@evil.example", "t.me/x", "192.0.2.7", "http://[::1]", "été.example"),
        *("evil\u200b.example", "evil\uff0eexample", "evil。example", "www.x.y", "ftp://x"),
    ],
)
def test_a_web_address_in_a_new_text_is_a_fault(
    owners: tuple[Organiser, Organiser], mailing_list: MailingList, address: str
) -> None:
    texts = {**SENTENCES, "fr": SENTENCES["fr"].replace("campagne", f"campagne {address} ,")}
    assert request_meaning(mailing_list.purpose_id, texts, owners[0].id) == {
        "fr": [WordingFault.WEB_ADDRESS]
    }


@pytest.mark.parametrize(
    "words",
    [
        *("J’accepte, p.ex. chaque jour.", "z.B. täglich, d.h. oft.", "El Partido e.V. (p.ej.)"),
        *("Oui. Non.", "10.5 %", "le 1.10.2026", "S.p.A. o S.r.l.", "J’accepte… tout.", "l’U.E."),
    ],
)
def test_ordinary_words_are_no_web_address(words: str) -> None:
    assert not has_web_address(words, "Parti de l’Exemple")


def test_a_party_named_like_a_site_may_name_itself() -> None:
    assert not has_web_address("J’accepte que Parti.example m’écrive.", "Parti.example")


def test_a_text_of_before_with_an_address_may_stay(
    mailing_list: MailingList,
) -> None:
    with transaction():
        for each in db.session.scalars(select(Wording).where(Wording.language == "fr")):
            each.text = f"{each.text} www.parti.example."
    kept = {**SENTENCES, "fr": current_texts(mailing_list.purpose_id)["fr"]}
    assert isinstance(
        change_wording(mailing_list.purpose_id, kept, WordingChange.SAME_MEANING), Purpose
    )


@every_move(ConsentChangeStatus, ConsentChangeMove)
def test_the_moves_of_a_consent_change(
    status: ConsentChangeStatus, move: ConsentChangeMove
) -> None:
    allowed = {
        (Status.OPEN, ConsentChangeMove.AGREE): Status.AGREED,
        (Status.AGREED, ConsentChangeMove.APPLY): Status.DONE,
        **{(each, ConsentChangeMove.CANCEL): Status.CANCELLED for each in WAITING_STATUSES},
        **{(each, ConsentChangeMove.LAPSE): Status.LAPSED for each in WAITING_STATUSES},
    }
    check_move(CONSENT_CHANGE_STATES, allowed, ConsentChange(status=status), move)


WAITING_STATUSES = (Status.OPEN, Status.AGREED)
