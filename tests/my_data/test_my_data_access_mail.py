"""A person whose address isn't a subscriber's gets a complete answer."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from supporters import clock
from supporters.cases.rules import LINK_LIFETIME
from supporters.consent.suppression import INVITATIONS, block_signup_mail, suppress
from supporters.database import db, transaction
from supporters.imports.invitation_mails import send_next_invitations
from supporters.imports.models import ListImport
from supporters.lists.subscriptions import object_by_address
from supporters.mail.models import EmailKind, EmailStatus, OutboxEmail
from supporters.mail.outbox_sender import send_due_emails
from supporters.people.addresses import address_mac
from supporters.personal_data.data_registry import export_everything
from supporters.personal_data.data_subjects import data_subject_of_address
from tests.factories.imports import csv_of, invited, national, upload
from tests.factories.my_data import send_access_link
from tests.factories.signups import request_to_join as sign_up
from tests.servers.relay import Relay

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

BORIS = "boris@example.org"
NOTHING = "We have no data about it."


def answer(relay: Relay, language: str = "en") -> str:
    """Ask for the data of the address; return both parts of the email without line breaks."""
    send_access_link(BORIS, language)
    send_due_emails()
    mails = [mail for mail in relay.mails_to(BORIS) if "about this address" in mail.part("html")]
    return " ".join(f"{mails[-1].part('plain')} {mails[-1].part('html')}".split())


def be_invited() -> None:
    """Be on a former list, and wait for the invitation."""
    invited(csv_of(f"{BORIS},Boris,en"))


def get_an_email() -> None:
    """Get a transactional email; its signup or case is deleted since."""
    be_invited()
    send_next_invitations(clock.now())
    send_due_emails()
    with transaction():
        db.session.execute(db.text("DELETE FROM invitation"))


def have_signed_up() -> None:
    """Have a signup request without confirmation."""
    sign_up(BORIS, national())


def have_objected() -> None:
    """Have objected to all mail."""
    object_by_address(address_mac(BORIS))


def have_not_answered() -> None:
    """Have been invited once, without an answer."""
    with transaction():
        suppress(address_mac(BORIS), INVITATIONS, now=clock.now(), until=None)


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("live", "words"),
    [
        (be_invited, ["former list that we imported", "la section de Brest", "2015"]),
        (get_an_email, ["to this address in the last 31 days"]),
        (have_signed_up, ["entered this address to sign up"]),
        (have_objected, ["a fingerprint of this address"]),
        (have_not_answered, ["a fingerprint of this address"]),
    ],
)
def test_all_data_is_in_the_answer(relay: Relay, live: object, words: list[str]) -> None:
    assert callable(live)
    live()
    text = answer(relay)
    assert NOTHING not in text
    for each in words:
        assert text.count(each) >= 2, each


def test_the_answer_is_empty_only_if_every_table_is(relay: Relay) -> None:
    assert not any(export_everything(data_subject_of_address(BORIS)).values())
    assert answer(relay).count(NOTHING) == 2


def test_every_table_that_can_hold_an_unknown_address_has_its_words(app: Flask) -> None:
    for live in (be_invited, have_signed_up, have_objected):
        live()
    held = export_everything(data_subject_of_address(BORIS))
    tables = {"signup_request", "signup_choice", "invitation", "outbox_email", "suppression"}
    assert {table for table, items in held.items() if items} <= tables


def test_a_former_list_that_waits_for_its_approval_is_told(relay: Relay) -> None:
    uploaded = upload(csv_of(f"{BORIS},Boris,en"))
    assert isinstance(uploaded, ListImport)
    assert "former list that we imported" in answer(relay)
    rows = export_everything(data_subject_of_address(BORIS))["invitation"]
    assert [(each["status"], each["way"]) for each in rows] == [("waiting", None)]


@pytest.mark.both_databases
def test_a_former_list_without_the_address_is_not_told(relay: Relay) -> None:
    upload(csv_of(f"x{BORIS},Boris,en"))
    assert NOTHING in answer(relay)


@pytest.mark.both_databases
def test_the_answer_itself_is_not_counted(relay: Relay) -> None:
    answer(relay)
    assert db.session.scalars(db.select(OutboxEmail.kind)).all() == [EmailKind.MY_DATA]


def links() -> int:
    """Return how many emails with a link that works are on their way or arrived."""
    since = clock.now() - LINK_LIFETIME
    found = db.session.query(OutboxEmail).filter(
        OutboxEmail.kind == EmailKind.MY_DATA, OutboxEmail.created_at > since
    )
    return found.filter(OutboxEmail.status != EmailStatus.WITHHELD).count()


@pytest.mark.parametrize("is_blocked", [False, True])
def test_strangers_shut_nobody_out_of_their_data(is_blocked: bool) -> None:
    if is_blocked:
        with transaction():
            block_signup_mail(address_mac(BORIS), clock.now())
    start, had_link = clock.now(), []
    for hour in range(0, 4 * 24, 11):
        with time_machine.travel(start + timedelta(hours=hour), tick=False):
            for _ in range(2):  # a stranger, and then the person
                send_access_link(BORIS, "fr")
            had_link.append(links())
    assert all(had_link)
    assert max(had_link) <= (1 if is_blocked else 3)
