"""An altered record is never called proved: neither in a receipt nor on its page."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from supporters import clock
from supporters.consent.event_proofs import NotProvable, prove_event
from supporters.consent.log_sealing import seal
from supporters.consent.models import ConsentEvent
from supporters.database import db, transaction
from supporters.people.models import Subscriber
from supporters.transparency_log.queries import find_latest_checkpoint
from supporters.web.public.notices.receipt_pages import sign_receipt_link
from tests.factories.lists import make_list
from tests.factories.signups import ADDRESS, make_subscriber
from tests.machinery.prepared_states import made_once
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


def test_an_unaltered_event_has_a_proof(anna: Subscriber) -> None:
    assert prove(anna) is not None


def test_an_unsealed_event_has_no_proof_yet(app: Flask) -> None:
    assert prove(make_subscriber(ADDRESS, make_list())) is None


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
