"""The undo of an unsubscription: a correction within ten minutes, and never a new consent."""

from datetime import datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select, update

from supporters import clock
from supporters.audit.log_verification import verify
from supporters.consent.corrections import hash_for_correction, hash_for_withdrawal
from supporters.consent.eligibility import may_be_written_to
from supporters.consent.log_sealing import seal
from supporters.consent.models import ConsentEvent, EventKind, Method
from supporters.database import db, transaction
from supporters.lists.models import MailingList, Subscription
from supporters.lists.subscriptions import object_to_everything, unsubscribe_from_list
from supporters.mail.models import EmailKind
from supporters.my_data.address_change import AddressChangeResult, request_address_change
from supporters.my_data.unsubscription_undo import MOST_A_DAY, undo_unsubscription
from supporters.people.addresses import parse_address
from supporters.people.models import Subscriber
from supporters.personal_data.restriction import restrict_person
from tests.factories.corrections import EVIDENCE, PAGE_URL, SECRET, press_undo
from tests.factories.lists import make_list
from tests.factories.my_data import confirm_address_change, emails_to, path_in
from tests.factories.signups import ADDRESS, make_subscriber, values_in

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]


ENDS = (EventKind.WITHDRAWN, EventKind.CORRECTED)
BARE = "it has no evidence and no page: no browser undid a press of its own"


def left_person(method: Method = Method.PAGE) -> tuple[Subscriber, MailingList]:
    """Return a person who has just left a list, and the list."""
    mailing_list = make_list()
    person = make_subscriber(ADDRESS, mailing_list)
    unsubscribe_from_list(person.id, mailing_list.id, method, evidence=EVIDENCE)
    return person, mailing_list


def kinds_of(person: Subscriber) -> list[EventKind]:
    """Return the kinds of the events of a person, oldest first."""
    kinds = select(ConsentEvent.kind).where(ConsentEvent.subscriber_id == person.id)
    return [*db.session.scalars(kinds.order_by(ConsentEvent.occurred_at, ConsentEvent.id))]


def faults() -> list[str]:
    """Return the faults that the verification finds."""
    seal()
    return [each.what for each in verify(clock.now()).faults]


def test_the_undo_restores_the_consent_of_before_and_gives_no_new_one() -> None:
    mailing_list = make_list()
    person = make_subscriber(ADDRESS, mailing_list)
    key = (person.id, mailing_list.id)
    before = db.session.get_one(Subscription, key).consent_event_id
    unsubscribe_from_list(person.id, mailing_list.id, Method.PAGE, evidence=EVIDENCE)
    assert undo_unsubscription(*key, press_undo()) is True
    assert db.session.get_one(Subscription, key).consent_event_id == before
    assert kinds_of(person)[-2:] == [EventKind.WITHDRAWN, EventKind.CORRECTED]
    assert kinds_of(person).count(EventKind.CONFIRMED) == 1
    assert may_be_written_to(person.id, mailing_list.purpose_id, clock.now())
    assert faults() == []
    assert undo_unsubscription(*key, press_undo()) is True
    assert kinds_of(person).count(EventKind.CORRECTED) == 1


def test_after_ten_minutes_nothing_is_undone() -> None:
    person, mailing_list = left_person()
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        assert undo_unsubscription(person.id, mailing_list.id, press_undo()) is False
    assert db.session.get(Subscription, (person.id, mailing_list.id)) is None


@pytest.mark.parametrize("method", [Method.ONE_CLICK, Method.ORGANISER, Method.MY_DATA])
def test_only_the_press_of_a_page_is_undone(method: Method) -> None:
    person, mailing_list = left_person(method)
    assert undo_unsubscription(person.id, mailing_list.id, press_undo()) is False


def test_nobody_comes_back_who_objected_or_is_restricted_or_unknown() -> None:
    person, mailing_list = left_person()
    assert undo_unsubscription(404, mailing_list.id, press_undo()) is False
    restrict_person(person.id, Method.ORGANISER)
    assert undo_unsubscription(person.id, mailing_list.id, press_undo()) is False
    object_to_everything(person.id)
    assert undo_unsubscription(person.id, mailing_list.id, press_undo()) is False


def test_a_second_departure_stands_after_an_undo() -> None:
    person, mailing_list = left_person()
    undo_unsubscription(person.id, mailing_list.id, press_undo())
    unsubscribe_from_list(person.id, mailing_list.id, Method.ONE_CLICK)
    assert undo_unsubscription(person.id, mailing_list.id, press_undo()) is False
    assert db.session.get(Subscription, (person.id, mailing_list.id)) is None


def test_a_consent_from_an_earlier_address_does_not_come_back() -> None:
    person, mailing_list = left_person()
    request_address_change(person.id, parse_address("new@example.net"), "fr")
    email = emails_to("new@example.net", EmailKind.NEW_ADDRESS)[-1]
    assert (
        confirm_address_change(path_in(email, "confirm_url").rpartition("/")[2])
        is AddressChangeResult.DONE
    )
    assert undo_unsubscription(person.id, mailing_list.id, press_undo()) is False
    assert faults() == []


def move_correction(moment: datetime) -> None:
    """Move the correction to another time, as nobody can by our pages."""
    with transaction():
        db.session.execute(
            update(ConsentEvent)
            .where(ConsentEvent.kind == EventKind.CORRECTED)
            .values(occurred_at=moment)
        )


def test_the_verification_finds_a_correction_that_comes_too_late() -> None:
    person, mailing_list = left_person()
    undo_unsubscription(person.id, mailing_list.id, press_undo())
    move_correction(clock.now() + timedelta(hours=1))
    assert "it corrects no withdrawal of the ten minutes before it" in faults()


@pytest.mark.both_databases
def test_a_script_without_the_secret_of_the_browser_puts_nobody_back() -> None:
    person, mailing_list = left_person()
    assert undo_unsubscription(person.id, mailing_list.id, press_undo("of a script")) is False
    assert db.session.get(Subscription, (person.id, mailing_list.id)) is None


def test_a_press_without_a_secret_is_not_undone() -> None:
    mailing_list = make_list()
    person = make_subscriber(ADDRESS, mailing_list)
    unsubscribe_from_list(person.id, mailing_list.id, Method.PAGE)
    assert undo_unsubscription(person.id, mailing_list.id, press_undo()) is False


def test_a_correction_has_the_page_and_the_evidence_of_its_browser() -> None:
    person, mailing_list = left_person()
    undo_unsubscription(person.id, mailing_list.id, press_undo())
    left, corrected = db.session.scalars(
        select(ConsentEvent).where(ConsentEvent.kind.in_(ENDS)).order_by(ConsentEvent.id)
    )
    assert left.evidence == hash_for_withdrawal(corrected.evidence or b"")
    assert corrected.evidence == hash_for_correction(SECRET)
    assert corrected.page_snapshot_id is not None
    assert (corrected.requested_at, corrected.page_url) == (left.occurred_at, PAGE_URL)


@pytest.mark.both_databases
def test_each_correction_tells_the_mailbox_what_was_recorded_and_how_to_leave() -> None:
    person, mailing_list = left_person()
    undo_unsubscription(person.id, mailing_list.id, press_undo())
    (email,) = emails_to(ADDRESS, EmailKind.BACK_ON_LIST)
    values = values_in(email)
    assert values["list_name"] == mailing_list.name
    assert "/leave/" in values["leave_url"]


def test_the_emails_about_corrections_are_few() -> None:
    mailing_list = make_list()
    person = make_subscriber(ADDRESS, mailing_list)
    for number in range(MOST_A_DAY + 1):
        secret = f"press {number}"
        evidence = hash_for_withdrawal(hash_for_correction(secret))
        unsubscribe_from_list(person.id, mailing_list.id, Method.PAGE, evidence=evidence)
        is_back = undo_unsubscription(person.id, mailing_list.id, press_undo(secret))
        assert is_back is (number < MOST_A_DAY)
    assert len(emails_to(ADDRESS, EmailKind.BACK_ON_LIST)) == MOST_A_DAY
    assert faults() == []


def strip_correction(**values: object) -> None:
    """Change the columns of the correction, as only somebody with the database can."""
    undo = update(ConsentEvent).where(ConsentEvent.kind == EventKind.CORRECTED).values(**values)
    with transaction():
        db.session.execute(undo)


@pytest.mark.both_databases
@pytest.mark.parametrize("column", ["evidence", "page_snapshot_id"])
def test_the_verification_names_a_correction_without_evidence(column: str) -> None:
    person, mailing_list = left_person()
    undo_unsubscription(person.id, mailing_list.id, press_undo())
    strip_correction(**{column: None})
    assert BARE in faults()


def test_the_verification_names_a_correction_by_another_browser() -> None:
    person, mailing_list = left_person()
    undo_unsubscription(person.id, mailing_list.id, press_undo())
    strip_correction(evidence=b"invented")
    assert "its evidence isn't that of the browser that left" in faults()
