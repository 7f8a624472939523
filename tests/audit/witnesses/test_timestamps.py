"""Once a day, an authority timestamps the newest checkpoint; anybody can verify it (ADR 142)."""

import base64
import dataclasses
import shlex
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

from supporters import clock
from supporters.audit.log_verification import verify
from supporters.cli.log_findings import look_at_timestamps
from supporters.config import Settings
from supporters.database import db, transaction
from supporters.evidence.evidence_pack import gather_evidence
from supporters.monitoring.health_problems import HealthProblem, list_problems
from supporters.people.models import Subscriber
from supporters.settings.timestamp_settings import TimestampAuthority
from supporters.transparency_log.checkpoints import read_checkpoint
from supporters.transparency_log.log_records import signing_key
from supporters.transparency_log.merkle_tree import is_consistent
from supporters.transparency_log.models import LogTimestamp, TimestampFailure, TimestampState
from supporters.transparency_log.timestamps import TimestampThread, stamp_if_due
from tests.audit.witnesses.witnessed_log import grow, size
from tests.servers.processes import wait_until
from tests.servers.timestamp_authority import TimestampServer, run_openssl

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("log")]
MANUAL = Path(__file__).parents[3] / "docs" / "operators.md"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Answer = Callable[[bytes], tuple[int, bytes]]


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[TimestampServer]:
    with TimestampServer(tmp_path / "authority") as authority:
        yield authority


@pytest.fixture
def settings(settings: Settings, authority: TimestampServer) -> Settings:
    known = TimestampAuthority(authority.url, authority.certificates.read_bytes())
    return dataclasses.replace(settings, timestamps=known)


def stamp_after(pause: timedelta) -> bool:
    with clock.pretend(clock.now() + pause):
        return stamp_if_due()


def state() -> TimestampState:
    db.session.expire_all()
    return db.session.scalars(db.select(TimestampState)).one()


def stamps() -> list[int]:
    return [*db.session.scalars(db.select(LogTimestamp.size).order_by(LogTimestamp.size))]


@pytest.mark.both_databases
def test_the_newest_checkpoint_is_timestamped_once_a_day(authority: TimestampServer) -> None:
    assert look_at_timestamps().state == "look"
    assert stamp_if_due()
    first = size()
    grow()
    assert not stamp_after(23 * HOUR)
    assert (stamps(), authority.asked, look_at_timestamps().state) == ([first], 1, "right")
    assert [str(each) for each in verify(clock.now()).faults] == []


@pytest.mark.both_databases
def test_an_authority_that_gives_nothing_for_two_days_is_told(authority: TimestampServer) -> None:
    stamp_if_due()
    grow()
    authority.odd = lambda _query: (404, b"")
    assert not stamp_after(25 * HOUR)
    for hours, is_told in ((47, False), (50, True)):
        with clock.pretend(clock.now() + hours * HOUR):
            assert (look_at_timestamps().state == "wrong") is is_told
            assert (HealthProblem.TIMESTAMPS in list_problems(clock.now())) is is_told


def test_a_log_that_did_not_grow_needs_no_other_timestamp(authority: TimestampServer) -> None:
    stamp_if_due()
    assert not stamp_after(50 * HOUR)
    with clock.pretend(clock.now() + 50 * HOUR):
        assert look_at_timestamps().state == "right"
        assert HealthProblem.TIMESTAMPS not in list_problems(clock.now())
    assert authority.asked == 1


def test_openssl_verifies_what_we_serve_as_the_manual_says(
    client: FlaskClient, authority: TimestampServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamp_if_due()
    page = client.get("/en/consent-log").text
    for ending in ("tsr", "txt"):
        place = f"/consent-log/timestamps/{size()}.{ending}"
        assert place in page
        (tmp_path / f"{size()}.{ending}").write_bytes(client.get(place).data)
    monkeypatch.chdir(tmp_path)
    Path("CA.pem").write_bytes(authority.certificates.read_bytes())
    line = "openssl ts -verify -in N.tsr -data N.txt -CAfile CA.pem"
    assert line in MANUAL.read_text()
    assert "Verification: OK" in run_openssl(*shlex.split(line.replace("N.", f"{size()}."))[1:])
    for unknown, ending in product((size() - 1, 2**63 - 1, 2**63, 10**30), ("tsr", "txt")):
        assert client.get(f"/consent-log/timestamps/{unknown}.{ending}").status_code == 404


@pytest.mark.both_databases
def test_the_evidence_has_the_timestamp_and_the_path_from_it(app: Flask) -> None:
    stamp_if_due()
    grow()
    person = db.session.scalars(db.select(Subscriber).order_by(Subscriber.id)).first()
    assert person is not None
    pack = gather_evidence(person, now=clock.now())
    (told,) = pack["timestamps"]
    key = signing_key().public_key()
    old, new = (read_checkpoint(each["checkpoint"], key) for each in (told, pack["log"]))
    path = [bytes.fromhex(step) for step in told["path"]]
    assert is_consistent((old.size, new.size), (old.root, new.root), path)
    assert all(each["proof"]["index"] < told["size"] for each in pack["events"])
    assert (
        base64.b64decode(told["timestamp"])
        == db.session.scalars(db.select(LogTimestamp.answer)).one()
    )


def repeat_the_first(authority: TimestampServer) -> Answer:
    """Answer each request with the answer to another one."""
    other = TimestampRequestBuilder().data(b"other").hash_algorithm(HashAlgorithm.SHA256).build()
    answer = authority.answer(other.as_bytes())
    return lambda _query: (200, answer)


def cut_off(authority: TimestampServer) -> Answer:
    return lambda query: (200, authority.answer(query)[:-9])


def bend(authority: TimestampServer) -> Answer:
    """Alter a bit of the signature."""

    def answer(query: bytes) -> tuple[int, bytes]:
        raw = bytearray(authority.answer(query))
        raw[-9] ^= 1
        return 200, bytes(raw)

    return answer


def sign_by_another_root(authority: TimestampServer) -> Answer:
    other = TimestampServer(authority.folder.with_name("other"))
    return lambda query: (200, other.answer(query))


def refuse_the_digest(authority: TimestampServer) -> Answer:
    strict = TimestampServer(authority.folder.with_name("strict"), digests="sha512")
    return lambda query: (200, strict.answer(query))


def say(status: int, body: bytes = b"") -> Callable[[TimestampServer], Answer]:
    return lambda _authority: lambda _query: (status, body)


WRONG, REFUSED, SILENT = TimestampFailure.WRONG, TimestampFailure.REFUSED, TimestampFailure.SILENT


@pytest.mark.parametrize(
    ("make", "failure"),
    [
        (repeat_the_first, WRONG),
        (cut_off, WRONG),
        (bend, WRONG),
        (sign_by_another_root, WRONG),
        (say(200), WRONG),
        (say(200, b"x" * 100_000), WRONG),
        (refuse_the_digest, REFUSED),
        (say(404), REFUSED),
        (say(503), SILENT),
    ],
)
def test_an_answer_that_is_no_timestamp_is_told_and_tried_again(
    authority: TimestampServer,
    make: Callable[[TimestampServer], Answer],
    failure: TimestampFailure,
) -> None:
    authority.odd = make(authority)
    assert not stamp_if_due()
    assert (state().failure, stamps()) == (failure, [])
    assert look_at_timestamps().state == "look"
    assert not stamp_after(timedelta(seconds=30))
    assert authority.asked == 1
    with clock.pretend(clock.now() + 49 * HOUR):
        assert look_at_timestamps().state == "wrong"
    authority.odd = None
    assert stamp_after(timedelta(minutes=2))
    assert (state().failure, state().failing_since, stamps()) == (None, None, [size()])


def test_a_timestamp_of_another_time_is_wrong(authority: TimestampServer) -> None:
    with clock.pretend(clock.now() - DAY):
        assert not stamp_if_due()
    assert state().failure is WRONG


def test_an_authority_that_is_gone_is_asked_more_and_more_rarely(
    authority: TimestampServer,
) -> None:
    authority.odd = lambda _query: (500, b"")
    begun = clock.now()
    for minutes in range(0, 600, 2):
        with clock.pretend(begun + timedelta(minutes=minutes)):
            stamp_if_due()
    assert 10 < authority.asked < 25


@pytest.mark.both_databases
def test_a_timestamp_that_was_altered_in_the_database_is_a_fault() -> None:
    stamp_if_due()
    (row,) = db.session.scalars(db.select(LogTimestamp)).all()
    moment = row.stamped_at - DAY
    with transaction():
        db.session.execute(db.update(LogTimestamp).values(stamped_at=moment))
    (fault,) = verify(clock.now()).faults
    assert str(fault).startswith(f"log_timestamp {size()}: its time")


def test_a_worker_asks_the_authority_in_a_thread_of_its_own(
    app: Flask, authority: TimestampServer
) -> None:
    thread = TimestampThread(app)
    thread.start()
    assert wait_until(lambda: authority.asked == 1)
    thread.end()
    assert thread.join(10)
