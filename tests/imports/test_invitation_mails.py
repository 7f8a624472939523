"""Each imported address gets one invitation, at the pace of the warm-up, and no second one."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from supporters import clock, tasks
from supporters.consent.models import Suppression
from supporters.consent.suppression import INVITATIONS
from supporters.database import db
from supporters.delivery.emergency_stop import stop_all
from supporters.imports.import_approval import ImportControlResult, cancel_import, resume_import
from supporters.imports.import_cleanup import (
    clean_up_imports,
    end_finished_imports,
    purge_unanswered_invitations,
)
from supporters.imports.invitation_mails import record_invitation_results, send_next_invitations
from supporters.imports.models import ImportStatus, RejectionReason
from supporters.lists.subscriptions import object_by_address
from supporters.mail.models import EmailKind, OutboxEmail
from supporters.mail.outbox_sender import send_due_emails
from supporters.people.addresses import address_mac
from tests.factories.imports import (
    checked,
    csv_of,
    csv_of_many,
    declared,
    draft,
    invitations,
    invited,
    refusals,
    reload,
)
from tests.servers.relay import Relay

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

NOON = datetime(2026, 11, 25, 12, tzinfo=clock.now().tzinfo)


@pytest.fixture(autouse=True)
def travel() -> Iterator[time_machine.Traveller]:
    """Set the clock to noon, and let the test move it."""
    with time_machine.travel(NOON, tick=False) as coordinates:
        yield coordinates


def emails() -> int:
    """Return how many invitation emails there are."""
    db.session.rollback()
    counted = select(func.count()).where(OutboxEmail.kind == EmailKind.INVITATION)
    return db.session.scalar(counted) or 0


def test_the_email_names_the_sender_the_reason_and_the_provenance(relay: Relay) -> None:
    invited(csv_of("anne@example.org,Zoé,en"))
    send_next_invitations(clock.now())
    send_due_emails()
    [mail] = relay.mails_to("anne@example.org")
    for part in (mail.part("plain"), mail.part("html")):
        for words in (
            "Zoé",
            "Parti de l’Exemple",
            "political",
            "2015",
            "2019",
            "la section de Brest",
            "La Lettre nationale",
            "http://localhost/en/invited/",
            "http://localhost/en/no-more/",
            "30 days",
        ):
            assert words in part, words
    assert mail.message["List-Unsubscribe"].startswith("<http://localhost/en/no-more/")
    assert mail.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_an_invitation_in_french_is_in_french(relay: Relay) -> None:
    invited(csv_of("anne@example.org,,"))
    send_next_invitations(clock.now())
    send_due_emails()
    [mail] = relay.mails_to("anne@example.org")
    assert "http://localhost/fr/invited/" in mail.part("plain")


@pytest.mark.both_databases
def test_emails_are_spread_evenly_over_the_day(travel: time_machine.Traveller) -> None:
    invited(csv_of_many(60))
    assert [send_next_invitations(clock.now()), send_next_invitations(clock.now())] == [1, 0]
    travel.shift(timedelta(hours=2, minutes=24))
    assert [send_next_invitations(clock.now()), send_next_invitations(clock.now())] == [50, 0]
    assert emails() == 51


@pytest.mark.both_databases
def test_a_new_day_has_its_own_count_and_a_higher_limit(travel: time_machine.Traveller) -> None:
    import_id = invited(csv_of_many(60))
    send_next_invitations(clock.now())
    travel.shift(timedelta(days=1, minutes=72))
    assert send_next_invitations(clock.now()) == 51
    assert (reload(import_id).day, reload(import_id).asked_in_day) == (1, 51)


def test_nobody_is_invited_twice(travel: time_machine.Traveller, relay: Relay) -> None:
    invited(csv_of_many(3))
    for _ in range(5):
        travel.shift(timedelta(hours=5))
        tasks.ask_invited()
        send_due_emails()
    assert sorted(mail.recipient for mail in relay.mails if "p" in mail.recipient[:1]) == [
        f"p{number}@example.org" for number in range(3)
    ]


def test_imports_are_sent_one_after_the_other(travel: time_machine.Traveller) -> None:
    first, second = invited(csv_of_many(2)), invited(csv_of_many(2, prefix="q"))
    for _ in range(4):
        travel.shift(timedelta(hours=1))
        send_next_invitations(clock.now())
    assert (reload(first).asked, reload(second).asked) == (2, 2)


@pytest.mark.both_databases
def test_people_who_objected_meanwhile_get_no_email() -> None:
    import_id = invited(csv_of("anne@example.org,,"))
    object_by_address(address_mac("anne@example.org"))
    assert (send_next_invitations(clock.now()), invitations()) == (0, [])
    assert reload(import_id).skipped == 1


def test_an_emergency_stop_also_stops_invitations() -> None:
    invited(csv_of_many(2))
    stop_all()
    tasks.ask_invited()
    assert emails() == 0


def test_an_import_is_held_when_too_many_emails_are_rejected(
    travel: time_machine.Traveller, relay: Relay
) -> None:
    relay.on_rcpt = lambda to: "550 no such user" if to.startswith("p1") else "250 OK"
    import_id = invited(csv_of_many(120))
    travel.shift(timedelta(hours=5))
    tasks.ask_invited()
    send_due_emails()
    tasks.ask_invited()
    found = reload(import_id)
    assert (found.status, found.tried, found.refused) == (ImportStatus.HELD, 105, 16)
    travel.shift(timedelta(hours=8))
    assert send_next_invitations(clock.now()) == 0


@pytest.mark.both_databases
def test_a_held_import_resumes_at_the_pace_of_its_first_day(
    travel: time_machine.Traveller, relay: Relay
) -> None:
    relay.on_rcpt = lambda to: "550 no such user"
    import_id = invited(csv_of_many(120))
    travel.shift(timedelta(hours=5))
    tasks.ask_invited()
    send_due_emails()
    record_invitation_results(clock.now())
    assert resume_import(import_id) is ImportControlResult.DONE
    assert send_next_invitations(clock.now()) == 1


@pytest.mark.both_databases
def test_an_invitation_whose_email_was_rejected_is_deleted(relay: Relay) -> None:
    relay.on_rcpt = lambda to: "550 no such user"
    import_id = invited(csv_of_many(1))
    send_next_invitations(clock.now())
    send_due_emails()
    record_invitation_results(clock.now())
    assert (invitations(), reload(import_id).refused) == ([], 1)


@pytest.mark.both_databases
def test_unanswered_invitations_are_deleted_after_thirty_days_and_not_repeated(
    travel: time_machine.Traveller, relay: Relay
) -> None:
    import_id = invited(csv_of_many(1))
    send_next_invitations(clock.now())
    send_due_emails()
    record_invitation_results(clock.now())
    travel.shift(timedelta(days=29, hours=23))
    assert purge_unanswered_invitations(clock.now()) == 0
    travel.shift(timedelta(hours=1))
    assert (purge_unanswered_invitations(clock.now()), end_finished_imports()) == (1, 1)
    found = reload(import_id)
    assert (found.status, found.unanswered, invitations()) == (ImportStatus.DONE, 1, [])
    assert refusals(checked(csv_of_many(1))) == {2: RejectionReason.MAY_NOT}
    assert db.session.scalars(select(Suppression.scope)).all() == [INVITATIONS]


def test_sent_invitations_can_be_accepted_after_a_cancellation() -> None:
    import_id = invited(csv_of_many(3))
    send_next_invitations(clock.now())
    cancel_import(import_id)
    assert [each.address for each in invitations()] == ["p0@example.org"]


def test_an_import_abandoned_for_two_weeks_is_cancelled(travel: time_machine.Traveller) -> None:
    ids = [draft(csv_of_many(1)), checked(csv_of_many(2))]
    travel.shift(timedelta(days=14, seconds=1))
    clean_up_imports(clock.now())
    assert {reload(each).status for each in ids} == {ImportStatus.CANCELLED}


def test_the_report_is_deleted_a_month_after_the_end(travel: time_machine.Traveller) -> None:
    import_id = checked(csv_of("nobody,,"))
    cancel_import(import_id)
    travel.shift(timedelta(days=29))
    clean_up_imports(clock.now())
    assert refusals(import_id) == {2: RejectionReason.MALFORMED}
    travel.shift(timedelta(days=2))
    clean_up_imports(clock.now())
    assert (refusals(import_id), reload(import_id).refusals) == ({}, {"malformed": 1})


@pytest.mark.both_databases
def test_lost_work_is_queued_again() -> None:
    import_id = declared(csv_of_many(2))
    tasks.queue.open().flush()
    tasks.take_up_imports()
    tasks.queue.run_all()
    send_due_emails()
    assert reload(import_id).status is ImportStatus.CHECKED
