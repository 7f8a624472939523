"""An erasure that a sender holds up is promised without its record, and proved once it is done."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from supporters import clock
from supporters.consent.log_sealing import seal
from supporters.database import db
from supporters.delivery.results import record_batch
from supporters.my_data.my_data_service import erase_from_my_data
from supporters.people.queries import find_subscriber_by_key
from supporters.personal_data.erasure import finish_erasures
from tests.factories.campaigns import ACCEPTED, ANNA, BORIS, claim, launch_to_addresses
from tests.factories.consent.proofs import Proof, ask_for_receipt, check, promises_on
from tests.factories.my_data import MY_DATA, open_my_data
from tests.web.public.pages import press

pytestmark = pytest.mark.both_databases


def erase_boris(client: FlaskClient) -> Proof:
    """Erase a person in My data; return the promise of it."""
    open_my_data(client, BORIS)
    (promise,) = promises_on(client, press(client, f"{MY_DATA}/erase", is_sure="y"))
    return promise


def test_an_erasure_that_waits_for_a_sender_is_proved_by_its_holder(
    app: Flask, client: FlaskClient, tmp_path: Path
) -> None:
    claimed = claim(launch_to_addresses(ANNA, BORIS))
    assert claimed is not None
    promise = erase_boris(client)
    key = promise["verifier_key"]
    assert ("leaf" in promise, check(tmp_path, promise, key).returncode) == (False, 0)
    asked = check(tmp_path, promise, key, "--log", "http://127.0.0.1:9")
    assert "It has no leaf: its erasure had to wait." in asked.stderr
    assert ask_for_receipt(client, promise).status_code == 202
    record_batch(claimed, [(to, ACCEPTED) for to in claimed.recipients], now=clock.now())
    assert finish_erasures() == 1
    assert ask_for_receipt(client, promise).status_code == 202
    seal()
    kept = check(tmp_path, promise, key, later=ask_for_receipt(client, promise).get_json())
    assert (kept.returncode, "The promise was kept" in kept.stdout) == (0, True)


def test_a_second_press_while_an_erasure_waits_is_promised_nothing(app: Flask) -> None:
    assert claim(launch_to_addresses(ANNA, BORIS)) is not None
    person = find_subscriber_by_key(BORIS)
    assert person is not None
    db.session.expunge(person)  # as a request has it that began before the first press
    assert [erase_from_my_data(person).kind for _ in range(2)] == ["erased", "nothing"]


def test_an_erasure_that_is_never_done_is_a_broken_promise(app: Flask, client: FlaskClient) -> None:
    assert claim(launch_to_addresses(ANNA, BORIS)) is not None
    promise = erase_boris(client)
    with time_machine.travel(clock.now() + timedelta(days=1, minutes=1)):
        late = ask_for_receipt(client, promise)
    assert (late.status_code, late.get_json()["state"]) == (500, "broken")
