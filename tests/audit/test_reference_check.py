"""Address changes older than the rule stay valid without evidence; new ones do not."""

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade

from supporters import clock
from supporters.audit.log_verification import verify
from supporters.consent.consent_events import NewEvent, record_event
from supporters.consent.log_sealing import seal
from supporters.consent.models import EventKind, Method
from supporters.consent.record_models import LogRule
from supporters.database import db, transaction
from supporters.mail.models import EmailKind
from supporters.people.address_hashes import address_mac
from supporters.people.addresses import parse_address
from supporters.people.models import Subscriber
from supporters.privacy_requests.address_change import request_address_change
from tests.factories.campaigns import ANNA, BORIS, CHLOE, subscriber_at
from tests.factories.lists import make_list
from tests.factories.my_data import confirm_address_change, emails_to, path_in
from tests.factories.signups import make_subscriber
from tests.prepared_states import begins_with

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

MOVED = "anna@example.net"
BARE = "no mailbox confirmed this new address: it has no link and no page"
ELSEWHERE = "the consent it rests on was never confirmed from the current address"


def change_address_without_evidence(person_id: int, address: str) -> None:
    """Change an address as the earlier version did."""
    with transaction():
        moved = db.session.get_one(Subscriber, person_id)
        moved.address = moved.address_key = address
        moved.address_mac = address_mac(address)
        record_event(
            moved, NewEvent(kind=EventKind.ADDRESS_CHANGED, method=Method.MY_DATA, now=clock.now())
        )


def faults() -> set[str]:
    """Return the faults that the verification reports."""
    seal()
    return {each.what for each in verify(clock.now()).faults}


def upgrade_from_before() -> None:
    """Downgrade to the version before the rule, and upgrade again."""
    db.session.remove()
    downgrade(revision="0027")
    upgrade()


def make_earlier_changes(_app: Flask) -> None:
    """Change two addresses without evidence, one of which is sealed; upgrade then."""
    mailing_list = make_list()
    anna, _boris, chloe = (make_subscriber(each, mailing_list).id for each in (ANNA, BORIS, CHLOE))
    change_address_without_evidence(anna, MOVED)
    seal()
    change_address_without_evidence(chloe, "chloe@example.net")
    upgrade_from_before()


def test_an_address_change_without_evidence_is_a_fault() -> None:
    change_address_without_evidence(make_subscriber(ANNA, make_list()).id, "accomplice@example.org")
    assert faults() == {BARE, ELSEWHERE}


@begins_with(make_earlier_changes)
def test_an_address_change_before_the_upgrade_stays_valid() -> None:
    assert db.session.scalars(db.select(LogRule)).one().name == "moves-are-confirmed"
    assert faults() == set()


@begins_with(make_earlier_changes)
def test_an_address_change_without_evidence_after_the_upgrade_is_a_fault() -> None:
    change_address_without_evidence(subscriber_at(BORIS).id, "boris@example.net")
    assert faults() == {BARE, ELSEWHERE}
    change_address_without_evidence(subscriber_at(MOVED).id, "accomplice@example.org")
    assert [each.table for each in verify(clock.now()).faults].count("subscription") == 2


def test_a_new_installation_needs_no_rule(app: Flask) -> None:
    upgrade_from_before()
    assert db.session.scalars(db.select(LogRule)).all() == []


@begins_with(make_earlier_changes)
def test_a_later_change_with_evidence_leaves_no_faults() -> None:
    request_address_change(subscriber_at(MOVED).id, parse_address("anna@example.com"), "fr")
    email = emails_to("anna@example.com", EmailKind.NEW_ADDRESS)[-1]
    confirm_address_change(path_in(email, "confirm_url").rpartition("/")[2])
    assert faults() == set()
    upgrade_from_before()
    assert faults() == set()
