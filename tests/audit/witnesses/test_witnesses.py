"""Witnesses sign the checkpoints of a log that only grew; their refusals are told (ADR 135)."""

import json
import time
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask

from supporters import clock
from supporters.audit.log_verification import verify
from supporters.audit.witness_watch import WitnessAct, WitnessThread, tell
from supporters.audit_log.audit_events import AuditEvent
from supporters.cli.log_findings import look_at_witnesses
from supporters.consent.models import Method
from supporters.database import db, transaction
from supporters.lists.models import Subscription
from supporters.lists.subscriptions import unsubscribe_from_every_list
from supporters.monitoring.health_problems import HealthProblem, list_problems
from supporters.people.models import Subscriber
from supporters.transparency_log import limited_posts
from supporters.transparency_log.cosignatures import cosign, find_cosigned, has_quorum
from supporters.transparency_log.models import LogCosignature, WitnessFailure, WitnessState
from supporters.transparency_log.queries import find_latest_checkpoint
from supporters.transparency_log.tree_sealing import log_verifier
from supporters.transparency_log.witness_rounds import ask_witnesses
from tests.audit.witnesses.witnessed_log import (
    LINE,
    answer_with,
    ask_later,
    grow,
    refusals,
    size,
    state,
    with_witness,
)
from tests.machinery.threads import close_database
from tests.servers.log_witness import LogWitness, Reply, Tree
from tests.servers.processes import wait_until
from tests.servers.rude_server import make_certificate

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("log")]


@pytest.mark.both_databases
def test_a_witness_signs_each_newest_checkpoint(witness: LogWitness) -> None:
    assert ask_witnesses(tell) == 1
    first = size()
    for minute in range(1, 4):
        grow()
        assert ask_later(minute) == 1
    assert [text.partition("\n")[0] for text in witness.asked[:2]] == ["old 0", f"old {first}"]
    assert witness.trees[log_verifier().name].size == size() == state().size
    assert db.session.query(LogCosignature).count() == 4
    assert [str(each) for each in verify(clock.now()).faults] == []
    assert look_at_witnesses().state == "right"


@pytest.mark.both_databases
def test_the_cosignature_is_served_with_the_checkpoint(app: Flask, witness: LogWitness) -> None:
    ask_witnesses(tell)
    newest = find_latest_checkpoint()
    assert newest is not None
    line = db.session.scalars(db.select(LogCosignature.line)).one()
    served = app.test_client().get("/consent-log/checkpoint").text
    assert served == newest.checkpoint + line == cosign([newest])[newest.size]
    assert line.startswith("— witness.example/w1 ")
    assert (find_cosigned(), has_quorum(newest)) == (newest, True)
    grow()
    told = app.test_client().get("/consent-log/heads.json").json
    assert told["heads"][0]["checkpoint"].count("—") == 2
    assert told["cosigned"]["checkpoint"] == told["first"]["checkpoint"] == served


def test_the_page_of_the_log_says_who_signed_and_who_does_not(
    app: Flask, witness: LogWitness
) -> None:
    assert "Has signed nothing yet" in app.test_client().get("/en/consent-log").text
    ask_witnesses(tell)
    said = app.test_client().get("/en/consent-log").text
    assert f"Signed {size()} entries" in said
    assert "As many of them signed it as our rule demands" in said
    assert "Add the keys of the witnesses" in said
    grow()
    witness.odd = answer_with(422)
    ask_later(1)
    said = app.test_client().get("/en/consent-log").text
    assert "it has signed another log under this name" in said


def test_a_worker_asks_in_a_thread_of_its_own(app: Flask, witness: LogWitness) -> None:
    thread = WitnessThread(app)
    thread.start()
    assert wait_until(lambda: log_verifier().name in witness.trees)
    thread.end()
    assert thread.join(10)


def test_nothing_is_asked_more_than_once_a_minute_or_without_news(witness: LogWitness) -> None:
    ask_witnesses(tell)
    grow()
    assert ask_witnesses(tell) == 0
    assert ask_later(1) == 1
    assert ask_later(100) == 0
    assert len(witness.asked) == 2


@pytest.mark.both_databases
def test_a_witness_that_remembers_another_size_gets_the_proof_from_there(
    witness: LogWitness,
) -> None:
    ask_witnesses(tell)
    middle = grow()
    ask_later(1)
    grow()
    with transaction():
        db.session.execute(db.update(WitnessState).values(size=0))  # as a restored database
    assert ask_later(2) == 1
    assert [text.partition("\n")[0] for text in witness.asked[-2:]] == ["old 0", f"old {middle}"]
    assert refusals() == []


def test_a_witness_that_saw_another_root_at_this_size_tells_of_a_fork(
    witness: LogWitness,
) -> None:
    witness.trees[log_verifier().name] = Tree(size(), bytes(32))
    assert ask_witnesses(tell) == 0
    assert state().failure is WitnessFailure.FORKED
    assert HealthProblem.FORKED in list_problems(clock.now())
    assert look_at_witnesses().state == "wrong"
    assert "another log" in look_at_witnesses().words


def test_a_log_that_was_rewritten_is_refused_for_ever_and_told_once(
    witness: LogWitness,
) -> None:
    witness.trees[log_verifier().name] = Tree(2, bytes(32))
    for minutes in (0, 61, 122):
        assert ask_later(minutes) == 0
        grow()
    assert state().failure is WitnessFailure.FORKED
    assert refusals() == ["forked"]


def test_a_log_that_was_cut_off_is_told_as_such(witness: LogWitness) -> None:
    witness.trees[log_verifier().name] = Tree(5_000, bytes(32))
    ask_witnesses(tell)
    assert state().failure is WitnessFailure.AHEAD
    assert HealthProblem.FORKED in list_problems(clock.now())
    details = db.session.scalars(
        db.select(AuditEvent.details).where(AuditEvent.act == WitnessAct.REFUSED)
    ).one()
    assert json.loads(details)["told"] == 5_000


def test_a_witness_that_another_machine_asked_meanwhile_is_no_alarm(
    app: Flask, witness: LogWitness
) -> None:
    def grow_elsewhere(_witness: LogWitness, _text: str) -> Reply:
        with app.app_context():
            told = grow()
            close_database()
        return Reply(409, f"{told}\n".encode())

    witness.odd = grow_elsewhere
    assert ask_witnesses(tell) == 0
    assert (state().failure, refusals()) == (None, [])
    witness.odd = None
    assert ask_later() == 1


@pytest.mark.both_databases
def test_a_witness_that_is_unknown_or_knows_another_key_says_so(witness: LogWitness) -> None:
    key = witness.logs.pop(log_verifier().name)
    ask_witnesses(tell)
    assert state().failure is WitnessFailure.UNKNOWN_LOG
    witness.logs[log_verifier().name] = Ed25519PrivateKey.generate().public_key()
    ask_later()
    assert state().failure is WitnessFailure.KEY_REFUSED
    witness.logs[log_verifier().name] = key
    ask_later(200)
    assert (state().failure, state().failing_since) == (None, None)
    assert refusals() == ["unknown_log", "key_refused"]
    again = db.select(AuditEvent).where(AuditEvent.act == WitnessAct.SIGNED_AGAIN)
    assert len(db.session.scalars(again).all()) == 1


def test_a_witness_that_hangs_or_is_gone_holds_nothing_up_for_long(
    witness: LogWitness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limited_posts, "STEP_SECONDS", 0.2)
    monkeypatch.setattr(limited_posts, "LONGEST_SECONDS", 0.5)
    witness.odd = lambda _witness, _text: time.sleep(1)
    begun = time.monotonic()
    assert ask_witnesses(tell) == 0
    assert time.monotonic() - begun < 1
    assert state().failure is WitnessFailure.SILENT
    day = clock.now() + timedelta(hours=25)
    assert look_at_witnesses().state == "look"
    assert HealthProblem.WITNESSES not in list_problems(clock.now())
    assert HealthProblem.WITNESSES in list_problems(day)
    assert refusals() == []


@pytest.mark.both_databases
def test_a_cosignature_that_was_altered_in_the_database_is_a_fault(witness: LogWitness) -> None:
    ask_witnesses(tell)
    with transaction():
        db.session.execute(db.update(LogCosignature).values(line=LINE))
    (fault,) = verify(clock.now()).faults
    assert "witness.example/w1 didn't sign" in str(fault)


@pytest.mark.both_databases
def test_people_can_leave_while_a_witness_is_waited_for(app: Flask, witness: LogWitness) -> None:
    person_id = db.session.scalars(db.select(Subscriber.id)).one()

    def leave(_witness: LogWitness, _text: str) -> None:
        with app.app_context():
            unsubscribe_from_every_list(person_id, Method.PAGE)
            left.append(db.session.query(Subscription).count())
            close_database()

    left: list[int] = []
    witness.odd = leave
    assert ask_witnesses(tell) == 1
    assert left == [0]


def test_a_witness_is_asked_over_tls_if_its_certificate_is_right(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = make_certificate(tmp_path)
    with LogWitness("secure.example/w", certificate=certificate) as secure:
        secure.trust(log_verifier().as_text())
        app.extensions["settings"] = with_witness(app.extensions["settings"], secure)
        assert ask_witnesses(tell) == 0
        failures = db.session.scalars(db.select(WitnessState.failure)).all()
        assert (failures, secure.asked) == ([WitnessFailure.SILENT], [])
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert ask_later() == 1
