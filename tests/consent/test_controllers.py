"""Each identity of the controller is stored once, by the first event that names it."""

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from supporters import clock
from supporters.audit.log_verification import verify
from supporters.consent.controllers import current_controller
from supporters.consent.log_sealing import seal
from supporters.consent.models import Controller, Method
from supporters.database import db, transaction
from supporters.fast_path.site_edition import SiteEdition
from supporters.lists.subscriptions import unsubscribe_from_every_list
from supporters.signup.confirmation import ConfirmedSignup, confirm_by_link
from supporters.transparency_log.models import LogEntry
from tests.factories.lists import make_list
from tests.factories.signups import confirm_token, make_subscriber, request_to_join
from tests.lists.test_mailing_lists import rename_party
from tests.machinery.threads import at_once
from tests.transparency_log.tampered_logs import unguarded

pytestmark = pytest.mark.either_database

LOST = {
    *("subscriber", "subscription", "agreement", "consent_event", "controller"),
    *("signup_request", "signup_choice"),
}
OF_A_SIGNUP = ("requested", "confirmed", "controller")


def names() -> list[str]:
    """Return the names of all controllers, oldest first."""
    return [*db.session.scalars(select(Controller.name).order_by(Controller.id))]


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
