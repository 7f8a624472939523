"""A person who kept the promise of their leaving shows a keeper's lie with the script alone.

The attacks of a keeper who writes into the database: what they delete, swallow or undo (n1, n3d,
n6 of the review of proofs).
"""

from collections.abc import Iterable
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import time_machine
from flask import Flask, Response
from flask.testing import FlaskClient
from sqlalchemy import text

from supporters import clock
from supporters.consent.consent_events import ConfirmationEvidence, NewEvent, record_event
from supporters.consent.log_sealing import seal
from supporters.consent.models import ConsentEvent, EventKind, Method, Suppression
from supporters.consent.page_snapshots import store_page_snapshot
from supporters.crypto.tokens import TokenPurpose
from supporters.database import db, transaction
from supporters.extensions import current_tokens
from supporters.lists.models import MailingList
from supporters.people.models import Subscriber
from supporters.transparency_log.models import LogEntry
from tests.factories.consent.proofs import (
    ONE_CLICK,
    Proof,
    ask_for_receipt,
    check,
    promises_on,
    served_log,
)
from tests.factories.lists import make_list
from tests.factories.signups import ADDRESS, make_subscriber
from tests.machinery.prepared_states import made_once

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

pytestmark = pytest.mark.both_databases
TABLES = ("log_entry", "consent_event")
ON_SQLITE = (
    "CREATE TRIGGER swallow_{0} BEFORE INSERT ON {0} WHEN new.kind = 'withdrawn'"
    " BEGIN SELECT RAISE(IGNORE); END"
)
RETURN_NOTHING = (
    "CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"
)
ON_POSTGRESQL = (
    "CREATE TRIGGER swallow BEFORE INSERT ON {0} FOR EACH ROW"
    " WHEN (new.kind = 'withdrawn') EXECUTE FUNCTION swallow()"
)
SWALLOW = {
    "sqlite": [ON_SQLITE.format(each) for each in TABLES],
    "postgresql": [RETURN_NOTHING, *(ON_POSTGRESQL.format(each) for each in TABLES)],
}


@made_once
def path(app: Flask) -> str:
    """Return the unsubscribe link of a person on a list."""
    mailing_list = make_list()
    person = make_subscriber(ADDRESS, mailing_list)
    seal()
    payload: list[str | int] = [person.id, mailing_list.id, 0]
    return f"/leave/{current_tokens().sign(TokenPurpose.UNSUBSCRIBE, payload)}"


def leave_earlier(client: FlaskClient, path: str) -> Proof:
    """Leave by one click some minutes ago, so that the promise is due; return it."""
    with time_machine.travel(clock.now() - timedelta(minutes=10)):
        promise: Proof = client.post(path, data=ONE_CLICK).get_json()
    return promise


def show_lie(app: Flask, promise: Proof, folder: Path) -> str:
    """Return what the script says of a promise, after the honest worker has sealed what is left."""
    seal()
    with served_log(app) as url:
        done = check(folder, promise, promise["verifier_key"], "--log", url)
    assert done.returncode == 1
    return done.stderr


def test_a_leaving_deleted_before_it_is_sealed_is_a_broken_promise(
    app: Flask, client: FlaskClient, path: str, tmp_path: Path
) -> None:
    promise = leave_earlier(client, path)
    with transaction():
        db.session.execute(db.delete(LogEntry).where(LogEntry.kind == "withdrawn"))
        db.session.execute(db.delete(ConsentEvent).where(ConsentEvent.kind == EventKind.WITHDRAWN))
        db.session.execute(db.delete(Suppression))
    assert ask_for_receipt(client, promise).status_code == 500
    assert "BROKEN PROMISE" in show_lie(app, promise, tmp_path)


def test_a_leaving_that_a_trigger_swallows_is_a_broken_promise(
    app: Flask, client: FlaskClient, path: str, tmp_path: Path
) -> None:
    with transaction():
        for statement in SWALLOW[db.engine.dialect.name]:
            db.session.execute(text(statement))
    promise = leave_earlier(client, path)
    assert promise["act"]["kind"] == "withdrawn"
    assert ask_for_receipt(client, promise).get_json()["state"] == "broken"
    assert "BROKEN PROMISE" in show_lie(app, promise, tmp_path)


def test_a_promise_that_the_log_keeps_is_said_to_be_kept(
    app: Flask, client: FlaskClient, path: str, tmp_path: Path
) -> None:
    promise = client.post(path, data=ONE_CLICK).get_json()
    with served_log(app) as url:
        early = check(tmp_path, promise, promise["verifier_key"], "--log", url)
        seal()
        late = check(tmp_path, promise, promise["verifier_key"], "--log", url)
    assert (early.returncode, "Not yet" in early.stdout) == (0, True)
    assert (late.returncode, "The promise was kept" in late.stdout) == (0, True)


def test_a_log_that_does_not_answer_is_not_said_to_break_a_promise(
    app: Flask, client: FlaskClient, path: str, tmp_path: Path
) -> None:
    promise = leave_earlier(client, path)
    seal()

    def refuse_proofs(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        if environ["PATH_INFO"].endswith("/proof.json"):
            return Response(status=HTTPStatus.TOO_MANY_REQUESTS)(environ, start)
        return app(environ, start)

    with served_log(refuse_proofs) as url:
        said = check(tmp_path, promise, promise["verifier_key"], "--log", url)
    assert (said.returncode, "can't be read" in said.stderr) == (1, True)
    assert "BROKEN PROMISE" not in said.stderr


def correct(person: Subscriber, purpose_id: int, evidence: bytes) -> None:
    """Record a correction as a keeper's script does: without the secret of the browser."""
    page = store_page_snapshot("<p>Désinscription effectuée</p>", "fr")
    proof = ConfirmationEvidence(
        token_hash=evidence,
        page_url="http://localhost/leave/letter",
        page_snapshot_id=page.id,
        requested_at=clock.now(),
    )
    with transaction():
        record_event(
            person,
            NewEvent(
                kind=EventKind.CORRECTED,
                method=Method.PAGE,
                now=clock.now(),
                purpose_id=purpose_id,
                evidence=proof,
            ),
        )


def test_a_correction_by_the_keeper_is_not_of_the_browser_that_left(
    client: FlaskClient, path: str, tmp_path: Path
) -> None:
    (promise,) = promises_on(client, client.post(path, data={"leave": "this"}))
    person = db.session.scalars(db.select(Subscriber)).one()
    purpose_id = db.session.scalars(db.select(MailingList.purpose_id)).one()
    correct(person, purpose_id, b"\0" * 32)
    seal()
    leaving = ask_for_receipt(client, promise).get_json()
    assert check(tmp_path, promise, promise["verifier_key"], later=leaving).returncode == 0
    said = check(tmp_path, leaving, promise["verifier_key"], later=receipt_of_correction(client))
    assert (said.returncode, "NOT undone" in said.stderr) == (1, True)


def test_a_correction_by_the_browser_that_left_is_one(
    client: FlaskClient, path: str, tmp_path: Path
) -> None:
    (promise,) = promises_on(client, client.post(path, data={"leave": "this"}))
    (undone,) = promises_on(client, client.post("/leave/undo"))
    seal()
    leaving, correction = (ask_for_receipt(client, each).get_json() for each in (promise, undone))
    said = check(tmp_path, leaving, promise["verifier_key"], later=correction)
    assert (said.returncode, said.stderr) == (0, "")


def receipt_of_correction(client: FlaskClient) -> Proof:
    """Return the receipt with which a keeper defends themselves."""
    event = db.session.scalars(
        db.select(ConsentEvent.id).where(ConsentEvent.kind == EventKind.CORRECTED)
    ).one()
    token = current_tokens().sign(TokenPurpose.RECEIPT, event)
    found: Proof = client.get(f"/fr/receipt/{token}/receipt.json").get_json()
    return found
