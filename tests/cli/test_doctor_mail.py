"""`flask doctor` finds an unreadable sender and undelivered emails."""

import dataclasses
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskCliRunner

from supporters import clock, create_app
from supporters.cli.data_findings import look_at_sender, look_at_undelivered
from supporters.config import Settings
from supporters.mail.models import EmailKind, EmailStatus
from supporters.mail.outbox_claims import NOT_WANTED
from tests.cli.test_doctor import findings
from tests.mail.test_bytes import NAMES
from tests.mail.test_undelivered import put

SENDER, UNDELIVERED = "sender of mail", "undelivered emails"
DEAD = "550 5.1.1"


def found_with(settings: Settings, **changes: str) -> dict[str, str]:
    """Return the finding on the sender with other settings."""
    app = create_app(dataclasses.replace(settings, **changes))
    with app.app_context():
        return findings(app.test_cli_runner())[SENDER]


def state_of_sender(settings: Settings, **changes: str) -> str:
    """Return the state of the finding on the sender with other settings, and examine no more."""
    with create_app(dataclasses.replace(settings, **changes)).app_context():
        return look_at_sender().state


def test_party_names_of_all_kinds_are_right(settings: Settings) -> None:
    found = {name: state_of_sender(settings, party_name=name.strip()) for name in NAMES}
    assert {name: state for name, state in found.items() if state != "right"} == {}


@pytest.mark.parametrize("name", ["Parti\nBcc: x@evil.example", "Parti \0"])
def test_a_name_that_no_header_can_hold_is_bad(settings: Settings, name: str) -> None:
    found = found_with(settings, party_name=name)
    assert (found["state"], "SUPPORTERS_PARTY_NAME" in found["words"]) == ("wrong", True)


@pytest.mark.parametrize("setting", ["mail_from", "party_contact"])
@pytest.mark.parametrize(
    "address", ["Ensemble", "a,b@parti.example", "<a@parti.example>", "a..b@parti.example", "a@b"]
)
def test_an_address_that_mail_servers_refuse_is_bad(
    settings: Settings, setting: str, address: str
) -> None:
    found = found_with(settings, **{setting: address})
    assert (found["state"], f"SUPPORTERS_{setting.upper()}" in found["words"]) == ("wrong", True)


@pytest.mark.parametrize(
    ("kind", "reply"),
    [
        (EmailKind.CONFIRM_SIGNUP, "554 5.7.1"),
        (EmailKind.CONFIRM_SIGNUP, "550"),
        (EmailKind.CONFIRM_SIGNUP, None),
        (EmailKind.CASE_EXTENDED, DEAD),
        (EmailKind.RESET_PASSWORD, DEAD),
        (EmailKind.CHECKPOINT, "lost with the body on its way"),
    ],
)
def test_undelivered_emails_are_bad(app: Flask, kind: EmailKind, reply: str | None) -> None:
    assert look_at_undelivered().state == "right"
    put(EmailKind.CONFIRM_SIGNUP, EmailStatus.GIVEN_UP, DEAD)
    put(kind, EmailStatus.GIVEN_UP, reply)
    found = look_at_undelivered()
    assert found.state == "wrong"
    assert f"{kind.value}, {reply or 'never tried'} (1)" in found.words
    assert "a@example.org" not in found.words
    with time_machine.travel(clock.now() + timedelta(days=1, minutes=1), tick=False):
        assert look_at_undelivered().state == "right"


def test_missing_mailboxes_are_worth_a_look(app: Flask, runner: FlaskCliRunner) -> None:
    for _ in range(2):
        put(EmailKind.CONFIRM_SIGNUP, EmailStatus.GIVEN_UP, DEAD)
    found = findings(runner)[UNDELIVERED]
    assert (found["state"], "confirm_signup, 550 5.1.1 (2)" in found["words"]) == ("look", True)


def test_cancelled_emails_are_right(app: Flask, runner: FlaskCliRunner) -> None:
    put(EmailKind.RECONFIRMATION, EmailStatus.GIVEN_UP, NOT_WANTED)
    assert findings(runner)[UNDELIVERED]["state"] == "right"
