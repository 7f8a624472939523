"""After an erasure no trace is left in the database, the instance folder or the logs."""

import base64
import hashlib
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters import clock
from supporters.audit.log_verification import verify
from supporters.cases.case_service import NewCaseEntry, add_entry, open_case
from supporters.cases.departures import unsubscribe_from_all
from supporters.cases.models import CaseAct, CaseKind, Channel
from supporters.config import Settings
from supporters.consent.log_sealing import seal
from supporters.consent.models import Method
from supporters.consent.queries import is_suppressed
from supporters.consent.suppression import EVERYTHING
from supporters.database import db, transaction
from supporters.delivery.engine.sending_engine import send_here
from supporters.evidence.evidence_disclosure import disclose_evidence
from supporters.extensions import queue
from supporters.imports.models import RejectionReason
from supporters.mail.outbox_sender import send_due_emails
from supporters.my_data.address_change import request_address_change
from supporters.people.addresses import address_mac, parse_address
from supporters.signup.confirmation import confirm_by_link
from tests.factories.campaigns import ANNA, RecordingTransport, launch, subscriber_at
from tests.factories.consent.reconfirmation import ask_one, change_meaning
from tests.factories.imports import checked, csv_of, refusals, waiting
from tests.factories.lists import make_list
from tests.factories.my_data import MY_DATA, open_my_data
from tests.factories.signups import confirm_token, make_subscriber, request_to_join
from tests.servers.relay import Relay
from tests.web.public.pages import press

pytestmark = pytest.mark.either_database

CANARY = "kanarienvogel"
ADDRESS = f"Zoe.{CANARY}@example.org"
NEW_ADDRESS = f"new.{CANARY}@example.net"
NAME = f"Zoé {CANARY.title()}"


def hashes_of(address: str) -> list[bytes]:
    """Return the hashes of an address that need no key."""
    spellings = {address, address.lower(), parse_address(address).key, parse_address(address).text}
    return [
        hashed.digest()
        for each in spellings
        for hashed in (
            hashlib.sha256(each.encode()),
            hashlib.sha1(each.encode()),  # noqa: S324 - what must not be there
            hashlib.md5(each.encode()),  # noqa: S324
        )
    ]


def traces() -> list[bytes]:
    """Return every spelling of the person that must not remain, in lower case."""
    found = [CANARY.encode(), NAME.lower().encode()]
    found += [base64.b64encode(f"x{CANARY}"[pad:].encode())[:-4].lower() for pad in range(2)]
    for digest in (*hashes_of(ADDRESS), *hashes_of(NEW_ADDRESS)):
        found += [digest.lower(), digest.hex().encode(), base64.b64encode(digest).lower()]
    return found


def dump() -> bytes:
    """Return every cell of every table, as bytes and as text."""
    cells = []
    with db.engine.connect() as connection:
        for table in db.metadata.tables.values():
            for row in connection.execute(table.select()):
                for cell in row:
                    raw = cell if isinstance(cell, bytes) else str(cell).encode()
                    cells += [raw, raw.hex().encode()]
    return b"\n".join(cells).lower()


def files_under(*folders: Path) -> dict[str, bytes]:
    """Return the bytes of all files, the write-ahead log included."""
    return {
        str(path): path.read_bytes().lower()
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file()
    }


def find_traces(content: bytes) -> list[bytes]:
    return [trace for trace in traces() if trace in content]


def live_a_life(client: FlaskClient) -> int:
    """Fill every table for a person who also gets emails; return their id."""
    mailing_list, other = make_list(), make_list("paris", "Paris")
    make_subscriber(ADDRESS, mailing_list, given_name=NAME)
    make_subscriber(ANNA, mailing_list, given_name="Anna")
    request_to_join(ADDRESS, other, given_name=NAME)
    launch(mailing_list, "Une campagne")
    send_here(RecordingTransport())
    subscriber_id = subscriber_at(parse_address(ADDRESS).text).id
    with transaction():
        case = open_case(
            CaseKind.COMPLAINT, Channel.MAIL, now=clock.now(), subscriber_id=subscriber_id
        )
        case.note = f"{NAME} wrote from {ADDRESS}"
        case.extended_at, case.extension_reason = clock.now(), f"ask {NAME} again"
        add_entry(
            case.id,
            NewCaseEntry(act=CaseAct.NOTED, at=clock.now(), text=f"{NAME} called from {ADDRESS}"),
        )
    disclose_evidence(subscriber_id, asked_by="dpo@parti.example", reason=f"{NAME} wrote")
    ask_one(subscriber_at(parse_address(ADDRESS).text), change_meaning(mailing_list).id)
    open_my_data(client, ADDRESS)
    request_address_change(subscriber_id, parse_address(NEW_ADDRESS), "fr")
    unsubscribe_from_all(subscriber_id, Method.PAGE)
    waiting(csv_of(f'{ADDRESS},"{NAME}",fr', f"{ANNA},Anna,fr", "boris@example.org,Boris,fr"))
    seal()
    return subscriber_id


@pytest.mark.both_databases
def test_no_trace_is_left_anywhere(
    client: FlaskClient, settings: Settings, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    live_a_life(client)
    assert find_traces(dump()) != []
    page = f"{MY_DATA}/erase"
    assert press(client, page, is_sure="y").location == f"{MY_DATA}/erased"
    db.session.remove()
    queue.run_all()
    send_due_emails()
    db.session.remove()
    assert find_traces(dump()) == []
    left = {
        name: found
        for name, content in files_under(tmp_path, settings.instance_dir).items()
        if (found := find_traces(content))
    }
    assert left == {}
    logged = "".join(capfd.readouterr())
    assert "person.erased" in logged
    assert find_traces(logged.lower().encode()) == []


def test_the_log_can_still_be_verified_and_the_address_is_not_taken_in_again(
    app: Flask, client: FlaskClient
) -> None:
    live_a_life(client)
    press(client, f"{MY_DATA}/erase", is_sure="y")
    queue.run_all()
    send_due_emails()
    seal()
    assert verify(clock.now()).faults == []
    import_id = checked(csv_of(f"{ADDRESS.upper()},{NAME},fr", "third@example.org,,"))
    assert refusals(import_id) == {2: RejectionReason.MAY_NOT}


def test_waiting_emails_are_not_sent_any_more(client: FlaskClient, relay: Relay) -> None:
    live_a_life(client)
    press(client, f"{MY_DATA}/erase", is_sure="y")
    send_due_emails()
    recipients = {mail.recipient for mail in relay.mails}
    assert ANNA in recipients
    assert not [each for each in recipients if CANARY in each]


def test_the_address_stays_suppressed_until_the_person_confirms_again(client: FlaskClient) -> None:
    live_a_life(client)
    press(client, f"{MY_DATA}/erase", is_sure="y")
    mac = address_mac(parse_address(ADDRESS.upper()).key)
    fresh = make_list("fresh", "Fresh")
    public_id = request_to_join(ADDRESS, fresh)
    assert is_suppressed(mac, [EVERYTHING], clock.now())
    confirm_by_link(confirm_token(public_id))
    assert not is_suppressed(mac, [EVERYTHING], clock.now())
