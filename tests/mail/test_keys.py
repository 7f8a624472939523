"""While the secret keys are rotated machines have different ones, and no email is lost."""

import dataclasses
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise

import pytest
import time_machine
from flask import Flask

from supporters import clock, create_app
from supporters.config import DEVELOPMENT_SECRET, Settings
from supporters.database import db
from supporters.delivery.known_machines.machine_list import list_machines_without
from supporters.delivery.machines import register_machine
from supporters.mail.models import EmailStatus, OutboxEmail
from supporters.mail.outbox_claims import retry_waiting_for_key
from supporters.mail.outbox_sender import send_due_emails
from supporters.people.data_keys import data_key, reencrypt_data_keys
from supporters.signup.rules import REQUEST_LIFETIME
from tests.factories.lists import make_list
from tests.factories.signups import ADDRESS, email_of_request, request_to_join
from tests.servers.relay import Relay

pytestmark = pytest.mark.either_database

NEW_KEY = "a-new-secret-key-of-some-length!"


@contextmanager
def machine(settings: Settings, *keys: str) -> Iterator[Flask]:
    """Work on a machine that has these keys, newest first."""
    folder = settings.instance_dir.parent / f"machine-{'-'.join(key[:5] for key in keys)}"
    folder.mkdir(mode=0o700, exist_ok=True)
    app = create_app(dataclasses.replace(settings, secret_keys=keys, instance_dir=folder))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def email_id(app: Flask, settings: Settings) -> int:
    """Return an email that was encrypted on a machine with a new key."""
    with machine(settings, NEW_KEY, DEVELOPMENT_SECRET):
        return email_of_request(request_to_join(ADDRESS, make_list())).id


def test_email_that_this_machine_cannot_open_waits_for_one_that_can(
    email_id: int, settings: Settings, relay: Relay
) -> None:
    send_due_emails()
    email = db.session.get_one(OutboxEmail, email_id, populate_existing=True)
    assert (email.status, email.encrypted is not None) == (EmailStatus.QUEUED, True)
    assert email.next_attempt_at > clock.now()
    with (
        time_machine.travel(clock.now() + timedelta(minutes=2), tick=True),
        machine(settings, NEW_KEY, DEVELOPMENT_SECRET),
    ):
        send_due_emails()
    assert len(relay.mails_to(ADDRESS)) == 1


@pytest.mark.both_databases
def test_a_worker_that_got_the_key_tries_at_once(
    email_id: int, settings: Settings, relay: Relay
) -> None:
    send_due_emails()
    with machine(settings, NEW_KEY, DEVELOPMENT_SECRET):
        retry_waiting_for_key()
        send_due_emails()
    assert len(relay.mails_to(ADDRESS)) == 1


@pytest.mark.both_databases
def test_it_is_tried_less_and_less_often_and_given_up_when_its_time_is_over(
    email_id: int, relay: Relay
) -> None:
    start, waits = clock.now(), []
    for _ in range(5):
        due = db.session.get_one(OutboxEmail, email_id, populate_existing=True).next_attempt_at
        waits.append(due - start)
        db.session.rollback()
        with time_machine.travel(max(due, start) + timedelta(seconds=1), tick=False):
            send_due_emails()
    gaps = [after - before for before, after in pairwise(waits)]
    assert gaps == sorted(gaps)
    with time_machine.travel(start + REQUEST_LIFETIME + timedelta(minutes=1), tick=False):
        send_due_emails()
    email = db.session.get_one(OutboxEmail, email_id, populate_existing=True)
    assert (email.status, email.encrypted) == (EmailStatus.GIVEN_UP, None)
    assert relay.mails_to(ADDRESS) == []


def findings_of(app: Flask) -> dict[str, dict[str, str]]:
    """Return the doctor's findings on a machine, by their subject."""
    examined = json.loads(app.test_cli_runner().invoke(args=["doctor", "--json"]).stdout)
    return {each["about"]: each for each in examined["findings"]}


def test_doctor_counts_emails_that_wait_for_a_key(
    email_id: int, app: Flask, settings: Settings
) -> None:
    found = findings_of(app)["encrypted emails"]
    assert found["state"] == "wrong"
    assert found["words"].startswith("1 email waits for a key that this machine doesn't have")
    with machine(settings, NEW_KEY, DEVELOPMENT_SECRET) as other:
        assert findings_of(other)["encrypted emails"]["state"] == "right"


def test_doctor_tells_keys_by_their_fingerprints_and_what_is_sealed_with_which(
    email_id: int, settings: Settings
) -> None:
    with machine(settings, NEW_KEY, DEVELOPMENT_SECRET) as app:
        newest, older = app.extensions["encryptor"].fingerprints
        found = findings_of(app)
        assert f"{older} (" in found["data keys"]["words"]
        assert f"{newest} (1)" in found["encrypted emails"]["words"]
        assert NEW_KEY not in str(found)
        reencrypt_data_keys()
        assert f"{newest} (" in findings_of(app)["data keys"]["words"]


def test_machine_at_work_that_lacks_the_newest_key_is_found(app: Flask, settings: Settings) -> None:
    register_machine()
    with machine(settings, NEW_KEY, DEVELOPMENT_SECRET) as other:
        register_machine()
        newest = other.extensions["encryptor"].fingerprints[0]
        assert len(list_machines_without(newest)) == 1
        assert findings_of(other)["data keys"]["state"] == "wrong"


@pytest.mark.both_databases
def test_process_that_began_before_the_rotation_goes_on(app: Flask, settings: Settings) -> None:
    before = data_key("addresses")
    with machine(settings, NEW_KEY, DEVELOPMENT_SECRET):
        reencrypt_data_keys()
    assert len(data_key("log-signing")) == len(before)
