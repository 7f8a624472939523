"""An address change that no mailbox confirmed is a fault."""

import pytest

from supporters import clock
from supporters.audit.log_verification import verify
from supporters.consent.consent_events import NewEvent, record_event
from supporters.consent.log_sealing import seal
from supporters.consent.models import EventKind, Method
from supporters.database import db, transaction
from supporters.people.address_hashes import address_mac
from supporters.people.models import Subscriber
from tests.factories.campaigns import ANNA
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

MOVED = "anna@example.net"
BARE = "no mailbox confirmed this new address: it has no link and no page"
ELSEWHERE = "the consent it rests on was never confirmed from the current address"


def change_address_without_evidence(person_id: int, address: str) -> None:
    """Change an address as somebody with the database can."""
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


def test_an_address_change_without_evidence_is_a_fault() -> None:
    change_address_without_evidence(make_subscriber(ANNA, make_list()).id, "accomplice@example.org")
    assert faults() == {BARE, ELSEWHERE}
