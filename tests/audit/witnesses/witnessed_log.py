"""A log with one witness, for tests: it grows, and asks the witness later."""

import dataclasses
import json
from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta

from flask import Flask

from supporters import clock
from supporters.audit.witness_watch import WitnessAct, tell
from supporters.audit_log.audit_events import AuditEvent
from supporters.config import Settings
from supporters.consent.log_sealing import seal
from supporters.database import db
from supporters.lists.models import MailingList
from supporters.settings.witness_policy import parse_policy
from supporters.transparency_log.models import WitnessState
from supporters.transparency_log.queries import find_latest_checkpoint
from supporters.transparency_log.tree_sealing import log_verifier
from supporters.transparency_log.witness_rounds import ask_witnesses
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.servers.log_witness import LogWitness, Reply

MINUTE = timedelta(minutes=1)
LINE = f"— witness.example/w1 {b64encode(bytes(76)).decode()}\n"  # of the right key's name alone


def with_witness(settings: Settings, witness: LogWitness) -> Settings:
    """Return settings whose policy demands this witness."""
    policy = f"witness w1 {witness.vkey} {witness.url}\nquorum w1\n"
    return dataclasses.replace(settings, witnesses=parse_policy(policy.encode()))


def begin_log(witness: LogWitness) -> None:
    """Seal the acts of a subscriber, and let the witness know the log."""
    make_subscriber("anna@example.org", make_list())
    seal()
    witness.trust(log_verifier().as_text())


def grow() -> int:
    """Seal the acts of one more person; return the size."""
    national = db.session.scalars(db.select(MailingList)).one()
    make_subscriber(f"person{size()}@example.org", national)
    seal()
    return size()


def size() -> int:
    newest = find_latest_checkpoint()
    assert newest is not None
    return newest.size


def state() -> WitnessState:
    db.session.expire_all()
    return db.session.scalars(db.select(WitnessState)).one()


def refusals() -> list[str]:
    acts = db.select(AuditEvent.details).where(AuditEvent.act == WitnessAct.REFUSED)
    return [json.loads(each)["witness_failure"] for each in db.session.scalars(acts)]


def ask_later(minutes: float = 61) -> int:
    with clock.pretend(clock.now() + minutes * MINUTE):
        return ask_witnesses(tell)


def answer_with(*reply: object) -> Callable[[LogWitness, str], Reply]:
    return lambda _witness, _text: Reply(*reply)  # type: ignore[arg-type]


def replay(app: Flask, *words: str) -> str:
    """Run `flask rights replay` after a restore."""
    said = app.test_cli_runner().invoke(args=["rights", "replay", "--without-journal", *words])
    assert said.exit_code == 0, said.output
    return said.output
