"""`flask doctor` finds what lacks, a full disk, workers without links, and unreadable emails."""

import dataclasses
import re
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from supporters import clock, create_app
from supporters.accounts.models import RoleName
from supporters.campaigns.links.models import AskedLink, LinkOutcome
from supporters.cli.capacity_findings import look_at_connections, look_at_signup_limits
from supporters.cli.data_findings import look_at_sender, look_at_undelivered
from supporters.cli.machine_findings import DoctorFinding, look_at_database_files, look_at_folder
from supporters.config import Settings
from supporters.database import db, transaction
from supporters.mail.models import EmailKind, EmailStatus
from supporters.mail.outbox_claims import NOT_WANTED
from supporters.team.accounts import grant_right
from tests.cli.test_doctor import examine
from tests.factories.accounts import make_organiser
from tests.mail.test_bytes import NAMES
from tests.mail.test_undelivered import put

UNDELIVERED = "undelivered emails"
DEAD = "550 5.1.1"


@contextmanager
def full_disk() -> Iterator[None]:
    """Let this process create empty files only, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def found_with(settings: Settings, **changes: str) -> DoctorFinding:
    """Return the finding on the sender with other settings."""
    with create_app(dataclasses.replace(settings, **changes)).app_context():
        return look_at_sender()


def test_doctor_says_from_when_a_second_person_can_approve(app: Flask) -> None:
    assert examine()["second person"].state == "look"
    account = make_organiser("bob@parti.example")
    grant_right(account.id, RoleName.APPROVER)
    waiting = examine()["second person"]
    assert waiting.state == "look"
    counts = clock.now() + timedelta(hours=72)
    assert f"{counts:%Y-%m-%d %H:}" in waiting.words
    with time_machine.travel(clock.now() + timedelta(hours=73)):
        assert examine()["second person"].state == "right"


@pytest.mark.parametrize(
    ("signup_rate", "send_rate", "state", "part"),
    [
        (30, 0, "right", "take 1800 a minute: 900 of one mail provider, 30 of one network"),
        (30, 30, "right", "take 1800 a minute"),
        (30, 29, "look", "takes 1740 a minute"),
        (0, 0, "look", "is 0"),
    ],
)
def test_signups_are_compared_with_emails(
    app: Flask, settings: Settings, signup_rate: int, send_rate: int, state: str, part: str
) -> None:
    chosen = dataclasses.replace(settings, signup_rate=signup_rate, send_rate=send_rate)
    with create_app(chosen).app_context():
        found = look_at_signup_limits()
    assert (found.state, part in found.words) == (state, True)


@pytest.mark.both_databases
def test_connections_of_the_server_are_compared_with_processes(app: Flask, database: str) -> None:
    found = look_at_connections()
    assert found.state == "right"
    part = "4 processes of all machines fit" if database == "postgresql" else "one writer"
    assert part in found.words


@pytest.mark.both_databases
def test_too_few_connections_are_said(app: Flask, settings: Settings, database: str) -> None:
    with create_app(dataclasses.replace(settings, smtp_connections=40)).app_context():
        found = look_at_connections()
        db.session.remove()
        db.engine.dispose()
    assert found.state == ("look" if database == "postgresql" else "right")
    assert ("Raise max_connections" in found.words) == (database == "postgresql")


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_the_connections_of_the_queue_count(app: Flask, settings: Settings) -> None:
    url = settings.database_url.replace("postgresql+psycopg:", "postgresql:")  # as by default
    own_queue = dataclasses.replace(settings, queue_url=url)
    counts = []
    for each in (settings, own_queue):
        with create_app(each).app_context():
            found = look_at_connections()
            db.session.remove()
            db.engine.dispose()
        counts.append([int(word) for word in re.findall(r"at most (\d+)", found.words)])
    [[without], [with_queue]] = counts
    assert with_queue - without == 1
    assert (found.state, "4 processes of all machines fit" in found.words) == ("right", True)


def test_a_folder_on_a_full_disk_is_bad(app: Flask, settings: Settings) -> None:
    settings.instance_dir.chmod(0o700)
    assert look_at_folder().state == "right"
    with full_disk():
        (settings.instance_dir / "empty").touch()
        found = look_at_folder()
    assert (found.state, "Nothing can be written" in found.words) == ("wrong", True)
    assert not (settings.instance_dir / ".doctor").exists()


@pytest.mark.parametrize("mode", [0o705, 0o755])
def test_a_folder_that_others_can_open_is_bad(app: Flask, settings: Settings, mode: int) -> None:
    settings.instance_dir.chmod(mode)
    assert look_at_folder().state == "wrong"


@pytest.mark.parametrize(
    ("file_mode", "folder_mode", "state"),
    [(0o600, 0o755, "right"), (0o644, 0o700, "look"), (0o644, 0o755, "wrong")],
)
def test_a_database_that_others_can_read_is_named(
    app: Flask, settings: Settings, file_mode: int, folder_mode: int, state: str
) -> None:
    file = Path(settings.database_url.removeprefix("sqlite:///"))
    file.chmod(file_mode)
    file.parent.chmod(folder_mode)
    found = look_at_database_files()
    assert found.state == state
    assert (f"chmod 600 {file}*" in found.words) == (state != "right")


@pytest.mark.parametrize(
    ("is_on", "outcomes", "state"),
    [
        (False, [], "right"),
        (True, [], "right"),
        (True, [LinkOutcome.UNREACHABLE] * 4, "right"),
        (True, [LinkOutcome.UNREACHABLE, LinkOutcome.UNKNOWN_HOST] * 3, "look"),
        (True, [*[LinkOutcome.UNREACHABLE] * 5, LinkOutcome.GONE], "right"),
    ],
)
def test_links_that_are_all_out_of_reach_are_worth_a_look(
    app: Flask, is_on: bool, outcomes: list[LinkOutcome], state: str
) -> None:
    settings = app.extensions["settings"]
    app.extensions["settings"] = dataclasses.replace(settings, checks_links=is_on)
    with transaction():
        for number, outcome in enumerate(outcomes):
            row = AskedLink(url_hash=f"{number:064}", asked_at=clock.now(), outcome=outcome)
            db.session.add(row)
    found = examine()["links of drafts"]
    assert found.state == state
    assert ("SUPPORTERS_LINK_CHECK=off" in found.words) is (state == "look" or not is_on)


def test_party_names_of_all_kinds_are_right(settings: Settings) -> None:
    found = {name: found_with(settings, party_name=name.strip()).state for name in NAMES}
    assert {name: state for name, state in found.items() if state != "right"} == {}


@pytest.mark.parametrize("name", ["Parti\nBcc: x@evil.example", "Parti \0"])
def test_a_name_that_no_header_can_hold_is_bad(settings: Settings, name: str) -> None:
    found = found_with(settings, party_name=name)
    assert (found.state, "SUPPORTERS_PARTY_NAME" in found.words) == ("wrong", True)


def test_an_address_that_mail_servers_refuse_is_bad(settings: Settings) -> None:
    addresses = ("Ensemble", "a,b@parti.example", "<a@parti.example>", "a..b@parti.example", "a@b")
    for setting, address in product(("mail_from", "party_contact"), addresses):
        found = found_with(settings, **{setting: address})
        assert found.state == "wrong"
        assert f"SUPPORTERS_{setting.upper()}" in found.words


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


def test_missing_mailboxes_are_worth_a_look(app: Flask) -> None:
    for _ in range(2):
        put(EmailKind.CONFIRM_SIGNUP, EmailStatus.GIVEN_UP, DEAD)
    found = examine()[UNDELIVERED]
    assert (found.state, "confirm_signup, 550 5.1.1 (2)" in found.words) == ("look", True)


def test_cancelled_emails_are_right(app: Flask) -> None:
    put(EmailKind.RECONFIRMATION, EmailStatus.GIVEN_UP, NOT_WANTED)
    assert examine()[UNDELIVERED].state == "right"
