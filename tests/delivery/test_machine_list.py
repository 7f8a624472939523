"""Machines are known with what they run, and one that is lost holds nothing any more."""

import dataclasses
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from supporters import clock
from supporters.audit_log.audit_events import AuditEvent
from supporters.config import DEVELOPMENT_SECRET, Settings
from supporters.consent.withdrawal_journal import JOURNAL_RETENTION
from supporters.crypto.encryption import Encryptor
from supporters.database import db, transaction
from supporters.delivery.claims import claim_batch
from supporters.delivery.database_clock import database_time
from supporters.delivery.known_machines.journal_machines import list_machines, register_pages
from supporters.delivery.known_machines.machine_list import list_machines_without
from supporters.delivery.known_machines.secret_keys import RotationStep, find_step
from supporters.delivery.machines import find_machine_name, register_machine
from supporters.delivery.models import Delivery, Machine
from supporters.delivery.rules import DeliveryStatus
from supporters.delivery.send_journal.lost_machines import LostMachineError, declare_lost
from supporters.delivery.send_journal.worker_registry import sender_name
from supporters.sign_in.session_models import PasswordReset
from tests.conftest import running_app
from tests.factories.campaigns import ANNA, BORIS, launch_to_addresses

pytestmark = pytest.mark.either_database
NEW_KEY = "k" * 24 + "0123456789abcdefghijkl"
A_WHILE = timedelta(minutes=3)


@contextmanager
def machine(settings: Settings, name: str, *keys: str) -> Iterator[Flask]:
    """Work on a machine of its own."""
    folder = settings.instance_dir.parent / name
    folder.mkdir(mode=0o700, exist_ok=True)
    keys = keys or settings.secret_keys
    with running_app(dataclasses.replace(settings, instance_dir=folder, secret_keys=keys)) as app:
        yield app


def fall_silent() -> None:
    """Let all machines be seen some minutes ago."""
    with transaction():
        long_ago = clock.now() - A_WHILE
        db.session.execute(update(Machine).values(seen_at=long_ago, pages_seen_at=None))


def findings(app: Flask, *options: str) -> dict[str, str]:
    examined = json.loads(app.test_cli_runner().invoke(args=["doctor", "--json", *options]).stdout)
    return {each["about"]: each["state"] for each in examined["findings"]}


@pytest.mark.both_databases
def test_a_machine_with_both_has_one_row_with_the_keys_of_both(
    app: Flask, settings: Settings
) -> None:
    with machine(settings, "first"):
        register_machine()
        register_pages()
        (row,) = db.session.scalars(select(Machine)).all()
        assert row.host
        assert row.version
        assert row.pages_keys == row.keys
    with machine(settings, "first", NEW_KEY, DEVELOPMENT_SECRET) as restarted:
        register_machine()  # the worker has the key, and the pages were not restarted yet
        newest = restarted.extensions["encryptor"].fingerprints[0]
        assert len(list_machines_without(newest)) == 1
        register_pages()
        assert not list_machines_without(newest)


@pytest.mark.both_databases
def test_a_machine_whose_worker_moved_away_has_pages_only(app: Flask, settings: Settings) -> None:
    with machine(settings, "first"):
        register_machine()
        fall_silent()
    with machine(settings, "first", NEW_KEY, DEVELOPMENT_SECRET) as pages:
        register_pages()
        shown = pages.test_cli_runner().invoke(args=["machines", "list", "--json"])
        (row,) = json.loads(shown.stdout)["machines"]
        ring = ",".join(pages.extensions["encryptor"].fingerprints)
        assert (row["role"], row["state"], row["keys"]) == ("web", "alive", ring)
        with transaction():
            db.session.execute(update(Machine).values(version="0.9"))  # of the worker that ended
        states = findings(pages, "--all")
        assert [each for name, each in states.items() if name.startswith("machine ")] == ["right"]


def test_another_version_beside_this_one_is_no_fault_as_in_an_upgrade(
    app: Flask, settings: Settings
) -> None:
    with machine(settings, "older"):
        register_machine()
        with transaction():
            db.session.execute(update(Machine).values(version="0.9"))
    with machine(settings, "newer") as newer:
        register_pages()
        states = findings(newer, "--all")
        shown = sorted(each for name, each in states.items() if name.startswith("machine "))
        assert shown == ["look", "right"]


def test_a_machine_with_pages_only_is_well_while_a_worker_runs_elsewhere(
    app: Flask, settings: Settings
) -> None:
    with machine(settings, "pages") as pages:
        register_pages()
        assert findings(pages)["worker"] == "wrong"
    with machine(settings, "worker"):
        register_machine()
    with machine(settings, "pages") as pages:
        assert findings(pages)["worker"] == "right"
        shown = [each for each in findings(pages, "--all") if each.startswith("machine ")]
        assert len(shown) == 2


@pytest.mark.both_databases
def test_what_a_lost_machine_had_claimed_is_settled_at_once(app: Flask, settings: Settings) -> None:
    with machine(settings, "lost"):
        register_machine()
        name = str(find_machine_name())
        campaign = launch_to_addresses(ANNA, BORIS)
        assert claim_batch(campaign, sender_name(0), now=database_time()) is not None
        assert declare_lost(name) is LostMachineError.SEEN_JUST_NOW
    with machine(settings, "other") as other:
        register_machine()
        fall_silent()
        assert findings(other, "--all")
        ran = other.test_cli_runner().invoke(args=["machines", "lost", name, "--json"])
        assert json.loads(ran.stdout)["batches"] == 1
        states = {*db.session.scalars(select(Delivery.status))}
        assert states == {DeliveryStatus.UNCERTAIN}
        assert name not in {each.name for each in list_machines()}
        assert db.session.scalar(select(AuditEvent.act).where(AuditEvent.act == "machine.lost"))
    with machine(settings, "lost"):
        register_machine()
        assert db.session.get_one(Machine, name).lost_at is None  # it is back


@pytest.mark.both_databases
def test_a_journal_matters_while_worker_or_pages_were_seen_within_a_year(
    app: Flask, settings: Settings
) -> None:
    with machine(settings, "moved"):  # its worker runs elsewhere by now
        register_machine()
        name = str(find_machine_name())
        let_be_seen(name, worker=2 * JOURNAL_RETENTION, pages=None)
        assert not list_machines()
        register_pages()
        assert [each.name for each in list_machines()] == [name]
        let_be_seen(name, worker=2 * JOURNAL_RETENTION, pages=JOURNAL_RETENTION - A_WHILE)
        assert declare_lost(name) is not LostMachineError.SEEN_JUST_NOW
        register_pages()
        let_be_seen(name, worker=2 * JOURNAL_RETENTION, pages=JOURNAL_RETENTION - A_WHILE)
        assert [each.name for each in list_machines()] == [name]  # it isn't lost: it is back
        let_be_seen(name, worker=2 * JOURNAL_RETENTION, pages=JOURNAL_RETENTION + A_WHILE)
        assert not list_machines()


def let_be_seen(name: str, *, worker: timedelta, pages: timedelta | None) -> None:
    """Let a machine be seen so long ago."""
    with transaction():
        now, row = database_time(), db.session.get_one(Machine, name)
        row.seen_at, row.pages_seen_at = now - worker, None if pages is None else now - pages


def test_an_unknown_machine_is_not_lost(app: Flask) -> None:
    assert declare_lost("nobody") is LostMachineError.UNKNOWN


OLD, NEW = "old", "new"


@pytest.mark.parametrize(
    ("rings", "step", "waits_for"),
    [
        ({"a": [[OLD]], "b": [[OLD]]}, RotationStep.NO_NEW_KEY, []),
        ({"a": [[OLD, NEW]], "b": [[OLD]]}, RotationStep.ADD_BEHIND, ["b"]),
        ({"a": [[OLD, NEW], [OLD]]}, RotationStep.ADD_BEHIND, ["a"]),
        ({"a": [[OLD, NEW]], "b": [[OLD, NEW]]}, RotationStep.MOVE_IN_FRONT, ["a", "b"]),
        ({"a": [[NEW, OLD]], "b": [[OLD, NEW]]}, RotationStep.MOVE_IN_FRONT, ["b"]),
        ({"a": [[NEW, OLD]], "b": [[NEW, OLD]]}, RotationStep.ENCRYPT_ANEW, []),
    ],
)
def test_a_rotation_waits_for_each_process(
    rings: dict[str, list[list[str]]], step: RotationStep, waits_for: list[str]
) -> None:
    found = find_step(rings, {OLD})
    assert (found.step, [*found.waits_for]) == (step, waits_for)


@pytest.mark.both_databases
def test_a_rotation_is_guided_to_its_end(app: Flask, settings: Settings) -> None:
    def rotate(*keys: str) -> dict[str, object]:
        with machine(settings, "one", *keys) as one:
            register_machine()
            register_pages()
            ran = one.test_cli_runner().invoke(args=["keys", "rotate", "--json"])
            figures = json.loads(ran.stdout)
            assert ran.exit_code == bool(figures["unopened"])
            return figures

    assert rotate(DEVELOPMENT_SECRET)["step"] == "no_new_key"
    assert rotate(DEVELOPMENT_SECRET, NEW_KEY)["step"] == "move_in_front"
    with machine(settings, "one"):
        value = Encryptor(["an older key"]).encrypt(b"a value")
        with transaction():
            db.session.add(PasswordReset(id=1, encrypted=value, requested_at=clock.now()))
    done = rotate(NEW_KEY, DEVELOPMENT_SECRET)
    assert done["unopened"] == {"password_reset.encrypted": 1}
    assert (done["step"], done["encrypted_anew"]) == ("encrypt_anew", 4)
    assert rotate(NEW_KEY, DEVELOPMENT_SECRET)["step"] == "no_new_key"
    with machine(settings, "one", NEW_KEY) as one:  # the former key isn't needed for any value
        ran = one.test_cli_runner().invoke(args=["keys", "status", "--json"])
        assert ran.exit_code == 1
        assert "1 in password_reset.encrypted. Put the key" in ran.stderr
        status = json.loads(ran.stdout)
        assert status["unopened"] == {"password_reset.encrypted": 1}
        assert {each["key"] for each in status["keys"]} >= {done["key"]}
