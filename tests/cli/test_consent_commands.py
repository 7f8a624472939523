"""`flask consent` verifies the log and compares checkpoints; the worker checks at its start."""

import json
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from supporters.config import Settings
from supporters.consent.log_sealing import seal
from supporters.consent.models import Wording
from supporters.database import db, transaction
from supporters.transparency_log.checkpoint_store import checkpoints_file
from supporters.transparency_log.models import LogCheckpoint, LogTile
from supporters.transparency_log.queries import find_latest_checkpoint
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.machinery.prepared_states import made_once
from tests.servers.processes import environment_of, run_flask, started, wait_until


@made_once
def log(app: Flask) -> None:
    """Seal a log with the consent of one person."""
    make_subscriber("anna@example.org", make_list())
    seal()


@pytest.mark.usefixtures("log")
def test_a_log_in_order_ends_with_0(runner: FlaskCliRunner) -> None:
    verified = runner.invoke(args=["consent", "verify"])
    assert verified.exit_code == 0, verified.output
    assert "faults 0" in " ".join(verified.output.split())


@pytest.mark.usefixtures("log")
def test_an_altered_row_ends_with_1_and_is_named(runner: FlaskCliRunner) -> None:
    with transaction():
        wording = db.session.scalars(db.select(Wording)).first()
        assert wording is not None
        wording.language = "xx"
    verified = runner.invoke(args=["consent", "verify", "--json"])
    assert verified.exit_code == 1
    assert verified.stderr.startswith("Error: The consent log has 2 faults")
    findings = json.loads(verified.stdout)["findings"]
    assert {(each["table"], each["row"]) for each in findings} == {
        ("wording", f"wording {wording.id}")
    }


def test_there_is_no_checkpoint_before_the_first_sealing(runner: FlaskCliRunner) -> None:
    shown = runner.invoke(args=["consent", "head"])
    assert (shown.exit_code, shown.stderr.count("\n")) == (1, 1)


@pytest.mark.usefixtures("log")
def test_the_checkpoint_is_shown_with_its_key(runner: FlaskCliRunner) -> None:
    head = find_latest_checkpoint()
    assert head is not None
    shown = runner.invoke(args=["consent", "head", "--json"])
    figures = json.loads(shown.stdout)
    assert (figures["size"], figures["checkpoint"]) == (head.size, head.checkpoint)
    assert figures["verifier_key"].startswith("localhost/consent-log+")
    assert head.checkpoint in runner.invoke(args=["consent", "head"]).output


@pytest.mark.usefixtures("log")
def test_saved_checkpoints_are_compared_with_proof(runner: FlaskCliRunner) -> None:
    make_list("local", "La Lettre locale")
    seal()
    compared = runner.invoke(
        args=["consent", "head", "--compare", str(checkpoints_file()), "--json"]
    )
    first, last = json.loads(compared.stdout)["heads"]
    assert (first["is_in_order"], last["is_in_order"]) == (True, True)
    assert len(first["proof"]) > 0


@pytest.mark.usefixtures("log")
def test_a_checkpoint_that_is_not_in_the_log_ends_with_1(runner: FlaskCliRunner) -> None:
    with transaction():
        db.session.execute(db.update(LogTile).values(hashes=b"x" * 320))
    compared = runner.invoke(args=["consent", "head", "--compare", str(checkpoints_file())])
    assert compared.exit_code == 1
    assert "IS NOT in the tree" in compared.stdout


@pytest.mark.usefixtures("log")
def test_a_file_without_a_checkpoint_is_refused(runner: FlaskCliRunner, tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("Bonjour")
    compared = runner.invoke(args=["consent", "head", "--compare", str(tmp_path / "mail")])
    assert (compared.exit_code, compared.stderr.count("\n")) == (1, 1)


@pytest.mark.slow
@pytest.mark.usefixtures("log")
def test_worker_does_not_start_on_a_database_that_lacks_a_checkpoint(settings: Settings) -> None:
    with transaction():
        db.session.execute(db.delete(LogCheckpoint))
    ended = run_flask(environment_of(settings), "worker")
    assert ended.returncode == 1
    assert "flask rights replay" in ended.stderr


@pytest.mark.slow
def test_worker_seals_at_its_start_and_while_it_runs(
    app: Flask, settings: Settings, tmp_path: Path
) -> None:
    national = make_list()
    with started(environment_of(settings), "worker", log=tmp_path / "worker.log"):
        assert wait_until(lambda: sealed() > 0)
        before = sealed()
        make_subscriber("anna@example.org", national)  # and the controller, at its first use
        # One more if the text of the email is stored by then: it is a record too.
        assert wait_until(lambda: sealed() >= before + 3)


def sealed() -> int:
    """Return the size of the newest checkpoint."""
    db.session.rollback()
    head = find_latest_checkpoint()
    return head.size if head else 0
