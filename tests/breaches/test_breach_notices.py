"""The notice reaches every affected person once, whatever they withdrew, and no erased one."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from supporters import clock
from supporters.accounts.models import Organiser
from supporters.accounts.second_person import SecondPersonFault
from supporters.breaches import breach_notices
from supporters.breaches.affected_people import AffectedWay, empty_affected
from supporters.breaches.breach_notices import (
    NoticeChanged,
    approve_breach_notice,
    send_next_notices,
)
from supporters.breaches.breach_register import BreachError, close_breach, dismiss_notification
from supporters.breaches.models import Breach, BreachNotice, BreachNoticeStatus, BreachPerson
from supporters.breaches.queries import count_returned_notices, count_unwritten, count_written
from supporters.consent.models import Method
from supporters.consent.record_models import ErasureReason
from supporters.database import db, transaction
from supporters.delivery.restore_hold import hold_sending
from supporters.delivery.rules import HoldReason
from supporters.feedback.intake.apply_report import Source, apply_report
from supporters.lists.models import MailingList
from supporters.lists.subscriptions import object_by_address, unsubscribe_from_every_list
from supporters.mail.models import EmailKind, EmailStatus
from supporters.mail.outbox import EmailDraft, put_email
from supporters.mail.outbox_claims import NOT_WANTED
from supporters.mail.outbox_sender import send_due_emails
from supporters.people.addresses import address_mac
from supporters.personal_data.erasure import ErasureOrder, erase_person
from supporters.personal_data.restriction import restrict_person
from tests.factories.accounts import make_dpo, make_organiser, make_owner
from tests.factories.breaches import FRENCH, affect, approve_notice, make_breach, write_notice
from tests.factories.campaigns import ANNA, BORIS, CHLOE, subscriber_at
from tests.factories.imports import csv_of, invited
from tests.factories.lists import make_list
from tests.factories.returned.failures import fail
from tests.factories.returned.feedback import report_on_email
from tests.factories.signups import make_subscriber
from tests.machinery.prepared_states import begins_with
from tests.mail.outbox_emails import send_email, state
from tests.servers.relay import Relay

DENIS, EMMA = "denis@example.org", "emma@example.org"


def make_people(app: Flask) -> tuple[int, int]:
    """Make an owner and an officer, and three people: an English one, and two who want no mail."""
    national = make_list()
    make_subscriber(ANNA, national, language="en")
    for address in (BORIS, CHLOE):
        make_subscriber(address, national)
    unsubscribe_from_every_list(subscriber_at(BORIS).id, Method.PAGE)
    object_by_address(address_mac(BORIS))
    restrict_person(subscriber_at(CHLOE).id, Method.MY_DATA)
    return make_owner().id, make_dpo().id


pytestmark = [begins_with(make_people), pytest.mark.either_database]
LATER = timedelta(hours=73)


@pytest.fixture
def team(prepared: tuple[int, int]) -> tuple[int, int]:
    """Return the ids of the owner and of the officer."""
    return prepared


def account(account_id: int) -> Organiser:
    return db.session.get_one(Organiser, account_id)


def approved_breach(team: tuple[int, int]) -> int:
    """Return a breach whose notice to everybody the officer approved."""
    breach = make_breach()
    affect(breach)
    write_notice(breach, account(team[0]))
    assert isinstance(approve_notice(breach, account(team[1])), BreachNotice)
    return breach.id


def status_of(breach_id: int) -> BreachNoticeStatus:
    db.session.rollback()
    return db.session.get_one(BreachNotice, breach_id).status


def notices(relay: Relay) -> dict[str, int]:
    """Return how many notices each address got."""
    subjects = {"Vos données ont été vues par un tiers", "Somebody else saw your data"}
    found = [each.recipient for each in relay.mails if each.message["Subject"] in subjects]
    return {address: found.count(address) for address in found}


def test_it_reaches_people_who_unsubscribed_objected_or_restricted_their_data(
    app: Flask, relay: Relay, team: tuple[int, int]
) -> None:
    breach_id = approved_breach(team)
    send_next_notices(clock.now())
    send_due_emails()
    assert notices(relay) == {ANNA: 1, BORIS: 1, CHLOE: 1}
    assert status_of(breach_id) is BreachNoticeStatus.SENT


def test_each_person_reads_it_in_their_language_with_no_link_to_unsubscribe(
    app: Flask, relay: Relay, team: tuple[int, int]
) -> None:
    approved_breach(team)
    send_next_notices(clock.now())
    send_due_emails()
    mail = relay.mails_to(ANNA)[-1]
    text = mail.part("plain")
    assert "It is no advertising." in text
    assert "List-Unsubscribe" not in mail.message
    [french] = relay.mails_to(BORIS)[-1:]
    assert FRENCH.measures.splitlines()[0] in french.part("plain")


def test_it_never_reaches_an_erased_person(app: Flask, relay: Relay, team: tuple[int, int]) -> None:
    approved_breach(team)
    erase_person(subscriber_at(ANNA).id, ErasureOrder(reason=ErasureReason.ASKED))
    send_next_notices(clock.now())
    erase_person(subscriber_at(BORIS).id, ErasureOrder(reason=ErasureReason.ASKED))
    send_due_emails()
    assert notices(relay) == {CHLOE: 1}


def test_nobody_gets_it_twice(app: Flask, relay: Relay, team: tuple[int, int]) -> None:
    approved_breach(team)
    for _ in range(3):
        send_next_notices(clock.now())
        send_due_emails()
    assert notices(relay) == {ANNA: 1, BORIS: 1, CHLOE: 1}


@pytest.mark.both_databases
def test_a_batch_that_fails_is_done_again_as_a_whole(
    app: Flask, relay: Relay, team: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    breach_id = approved_breach(team)
    monkeypatch.setitem(app.extensions, "encryptor", None)  # the first email can't be encrypted
    with pytest.raises(AttributeError):
        send_next_notices(clock.now())
    monkeypatch.undo()
    assert count_unwritten(breach_id) == 3
    send_next_notices(clock.now())
    send_due_emails()
    assert notices(relay) == {ANNA: 1, BORIS: 1, CHLOE: 1}


@pytest.mark.both_databases
def test_people_found_later_get_it_after_another_approval_and_the_others_do_not(
    app: Flask, relay: Relay, team: tuple[int, int]
) -> None:
    breach_id = approved_breach(team)
    send_next_notices(clock.now())
    make_subscriber(DENIS, db.session.scalars(db.select(MailingList)).first())
    breach = db.session.get_one(Breach, breach_id)
    affect(breach)
    assert send_next_notices(clock.now()) == 0
    approve_notice(breach, account(team[1]))
    send_next_notices(clock.now())
    send_due_emails()
    assert notices(relay) == {ANNA: 1, BORIS: 1, CHLOE: 1, DENIS: 1}


@pytest.mark.both_databases
def test_an_invited_person_gets_it_as_well(app: Flask, relay: Relay, team: tuple[int, int]) -> None:
    import_id = invited(csv_of(f"{EMMA},Emma,fr"))
    breach = make_breach()
    affect(breach, AffectedWay.IMPORT, number=import_id)
    write_notice(breach, account(team[0]))
    approve_notice(breach, account(team[1]))
    send_next_notices(clock.now())
    send_due_emails()
    assert notices(relay) == {EMMA: 1}


@pytest.mark.both_databases
def test_an_email_of_this_kind_without_an_affected_person_does_not_leave(
    app: Flask, relay: Relay
) -> None:
    draft = EmailDraft(
        kind=EmailKind.BREACH_NOTICE,
        recipient=BORIS,
        language="fr",
        values=vars(FRENCH),
        useful_for=LATER,
    )
    with transaction():
        email_id = put_email(draft, now=clock.now()).id
    send_email(email_id)
    assert (relay.mails_to(BORIS)[1:], state(email_id)) == ([], (EmailStatus.GIVEN_UP, NOT_WANTED))


def test_the_writer_does_not_approve_their_own_notice(app: Flask, team: tuple[int, int]) -> None:
    breach = make_breach()
    affect(breach)
    write_notice(breach, account(team[0]))
    assert approve_notice(breach, account(team[0])) is SecondPersonFault.SAME_ACCOUNT
    assert send_next_notices(clock.now()) == 0


def test_an_organiser_does_not_approve_it(app: Flask, team: tuple[int, int]) -> None:
    breach = make_breach()
    affect(breach)
    write_notice(breach, account(team[0]))
    assert approve_notice(breach, make_organiser()) is SecondPersonFault.NO_RIGHT


def test_another_text_voids_what_the_second_person_read(app: Flask, team: tuple[int, int]) -> None:
    breach = make_breach()
    affect(breach)
    write_notice(breach, account(team[0]))
    found = approve_breach_notice(breach.id, team[1], read_hash="another", people=3)
    assert found == NoticeChanged(3)


@pytest.mark.both_databases
def test_a_restored_database_needs_a_new_approval(app: Flask, team: tuple[int, int]) -> None:
    breach_id = approved_breach(team)
    hold_sending(HoldReason.RESTORED)
    assert send_next_notices(clock.now()) == 0
    assert status_of(breach_id) is BreachNoticeStatus.AWAITING_APPROVAL


def test_what_was_put_into_the_outbox_waits_while_sending_is_held(
    app: Flask, relay: Relay, team: tuple[int, int]
) -> None:
    approved_breach(team)
    send_next_notices(clock.now())
    hold_sending(HoldReason.RESTORED)
    send_due_emails()
    assert notices(relay) == {}


def test_the_list_stays_while_the_notice_is_sent(app: Flask, team: tuple[int, int]) -> None:
    breach_id = approved_breach(team)
    dismiss_notification(breach_id, "Sans risque.")
    assert empty_affected(breach_id) is BreachError.NOT_NOW
    assert close_breach(breach_id) is BreachError.NOTICE_UNFINISHED


def test_the_notice_waits_for_space_in_the_outbox(
    app: Flask, team: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(breach_notices, "PEOPLE_PER_BATCH", 2)
    monkeypatch.setattr(breach_notices, "MOST_WAITING", 2)
    breach_id = approved_breach(team)
    assert [send_next_notices(clock.now()) for _ in range(2)] == [2, 0]
    with time_machine.travel(clock.now() + timedelta(minutes=1), tick=False):
        send_due_emails()
    assert send_next_notices(clock.now()) == 1
    assert count_written(breach_id) == 3


@pytest.mark.both_databases
def test_it_reaches_people_whose_mailbox_failed_before_and_its_returns_are_counted(
    app: Flask, relay: Relay, team: tuple[int, int]
) -> None:
    fail(subscriber_at(ANNA))
    breach_id = approved_breach(team)
    send_next_notices(clock.now())
    send_due_emails()
    assert notices(relay)[ANNA] == 1
    theirs = BreachPerson.subscriber_id == subscriber_at(ANNA).id
    email_id = db.session.scalar(db.select(BreachPerson.email_id).where(theirs))
    apply_report(report_on_email(email_id or 0), Source.LMTP, clock.now())
    assert count_returned_notices(breach_id) == 1
