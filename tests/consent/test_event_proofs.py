"""An altered record is never called proved; each identity of the controller is stored once."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, text, update

from supporters import clock
from supporters.audit.log_verification import verify
from supporters.consent.consent_events import current_controller
from supporters.consent.log_sealing import seal
from supporters.consent.models import ConsentEvent, Controller, Method
from supporters.consent.promised.receipt_links import sign_receipt_link
from supporters.consent.receipts import NotProvable, prove_event
from supporters.database import db, transaction
from supporters.fast_path.site_edition import SiteEdition
from supporters.lists.subscriptions import unsubscribe_from_every_list
from supporters.people.models import Subscriber
from supporters.signup.confirmation import ConfirmedSignup, confirm_by_link
from supporters.transparency_log.models import LogEntry
from supporters.transparency_log.queries import find_latest_checkpoint
from tests.factories.lists import make_list
from tests.factories.signups import ADDRESS, confirm_token, make_subscriber, request_to_join
from tests.lists.test_mailing_lists import rename_party
from tests.machinery.prepared_states import made_once
from tests.machinery.threads import at_once
from tests.markup import Markup
from tests.transparency_log.tampered_logs import unguarded

pytestmark = pytest.mark.either_database
ALTERATIONS = [
    "UPDATE consent_event SET page_url = 'http://autre' WHERE kind = 'confirmed'",
    "UPDATE wording SET text = 'Autre chose.'",
    "UPDATE wording SET text_hash = '00'",
    "UPDATE controller SET name = 'autre'",
    "UPDATE log_entry SET commitment = 'autre' WHERE kind = 'confirmed'",
    "UPDATE log_entry SET position = NULL WHERE kind = 'confirmed'",
    "UPDATE log_entry SET position = 99 WHERE kind = 'confirmed'",
    "DELETE FROM log_checkpoint",
    "UPDATE log_tile SET hashes = 'autre'",
    "DELETE FROM log_entry WHERE kind = 'confirmed'",
]
LOST = {
    *("subscriber", "subscription", "agreement", "consent_event", "controller"),
    *("signup_request", "signup_choice"),
}
OF_A_SIGNUP = ("requested", "confirmed", "controller")


@made_once
def anna(app: Flask) -> Subscriber:
    """Return a subscriber whose consent was sealed an hour ago."""
    with time_machine.travel(clock.now() - timedelta(hours=1), tick=False):
        person = make_subscriber(ADDRESS, make_list())
    seal()
    return person


def alter(statement: str) -> None:
    """Change stored data, like an attacker with the password of the database."""
    with transaction():
        db.session.execute(text(statement))
    db.session.expire_all()


def prove(person: Subscriber) -> int | None:
    """Return the position of a consent in the latest tree."""
    event = db.session.get_one(ConsentEvent, person.joined_event_id)
    proof = prove_event(event, log_salt=person.log_salt, head=find_latest_checkpoint())
    return proof.position if proof else None


def names() -> list[str]:
    """Return the names of all controllers, oldest first."""
    return [*db.session.scalars(select(Controller.name).order_by(Controller.id))]


def test_an_unaltered_event_has_a_proof(anna: Subscriber) -> None:
    assert prove(anna) is not None


def test_an_unsealed_event_has_no_proof_yet(app: Flask) -> None:
    assert prove(make_subscriber(ADDRESS, make_list())) is None


@pytest.mark.both_databases
@pytest.mark.parametrize("statement", ALTERATIONS)
def test_an_altered_event_is_not_provable(anna: Subscriber, statement: str) -> None:
    alter(statement)
    with pytest.raises(NotProvable):
        prove(anna)


@pytest.mark.both_databases
def test_an_event_older_than_the_log_waits_for_sealing(app: Flask) -> None:
    person = make_subscriber(ADDRESS, make_list())
    alter("DELETE FROM log_entry")
    assert prove(person) is None


def test_an_event_during_sealing_waits_for_the_next_checkpoint(anna: Subscriber) -> None:
    boris = make_subscriber("boris@example.org", make_list("b", "B"))
    assert prove(boris) is None


def test_an_event_without_its_controller_is_not_provable(anna: Subscriber) -> None:
    person_id = anna.id
    with unguarded() as connection:
        connection.execute(text("DELETE FROM controller"))
    with pytest.raises(NotProvable):
        prove(db.session.get_one(Subscriber, person_id))


def test_an_event_altered_before_sealing_is_not_provable(app: Flask) -> None:
    person = make_subscriber(ADDRESS, make_list())
    alter(ALTERATIONS[0])
    with pytest.raises(NotProvable):
        prove(person)


def test_the_receipt_page_says_not_provable_and_offers_no_file(
    client: FlaskClient, anna: Subscriber
) -> None:
    alter(ALTERATIONS[0])
    page = f"/en/receipt/{sign_receipt_link(anna.joined_event_id)}"
    markup = Markup(client.get(page).text)
    assert "This record can’t be proved." in markup.words
    assert not [link for link in markup.links if link.endswith("receipt.json")]
    assert client.get(f"{page}/receipt.json").status_code == 500


@pytest.mark.both_databases
def test_each_identity_is_stored_once_and_sealed(app: Flask) -> None:
    mailing_list = make_list()
    make_subscriber("ada@example.org", mailing_list)
    make_subscriber("boris@example.org", mailing_list)
    rename_party(app, "Le Nouveau Parti")
    make_subscriber("chloe@example.org", mailing_list)
    rename_party(app, "Parti de l’Exemple")
    make_subscriber("dora@example.org", mailing_list)
    seal()
    assert names() == ["Parti de l’Exemple", "Le Nouveau Parti"]
    entries = select(LogEntry.position).where(LogEntry.kind == "controller")
    assert None not in [*db.session.scalars(entries)]
    assert verify(clock.now()).faults == []


def test_a_confirmation_adds_no_controller_without_consents(app: Flask) -> None:
    public_id = request_to_join("ada@example.org", make_list())
    rename_party(app, "Le Nouveau Parti")
    assert isinstance(confirm_by_link(confirm_token(public_id)), ConfirmedSignup)
    assert names() == ["Parti de l’Exemple"]


@pytest.mark.both_databases
def test_a_restored_database_gets_its_controller_again(app: Flask) -> None:
    mailing_list = make_list()
    make_subscriber("ada@example.org", mailing_list)
    db.session.refresh(mailing_list)
    db.session.remove()
    restore_empty_database()
    boris = make_subscriber("boris@example.org", mailing_list)
    unsubscribe_from_every_list(boris.id, Method.PAGE)
    assert names() == ["Parti de l’Exemple"]


def restore_empty_database() -> None:
    """Restore the state before the first signup, while the process goes on."""
    with unguarded() as connection:
        for table in reversed(db.metadata.sorted_tables):
            if table.name in LOST:
                connection.execute(table.delete())
        connection.execute(delete(LogEntry).where(LogEntry.kind.in_(OF_A_SIGNUP)))
        connection.execute(update(SiteEdition).values(value="of the backup"))
        connection.commit()


def add_and_roll_back() -> None:
    """Add the controller twice in a transaction that is rolled back."""
    with transaction():
        assert current_controller().id == current_controller().id
        raise ZeroDivisionError


def test_a_rolled_back_controller_is_added_the_next_time(app: Flask) -> None:
    with pytest.raises(ZeroDivisionError):
        add_and_roll_back()
    assert names() == []
    make_subscriber("ada@example.org", make_list())
    assert len(names()) == 1


@pytest.mark.both_databases
def test_two_at_once_add_one(app: Flask) -> None:
    def keep() -> int:
        with transaction():
            return current_controller().id

    assert len({*at_once(app, keep, workers=4)}) == 1
    assert len(names()) == 1
