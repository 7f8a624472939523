"""Every change in the console and by command leaves an event of its actor in the audit log."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select

from supporters.actors import ActorKind
from supporters.database import db
from supporters.organisers.audit_events import AuditEvent
from tests.architecture.entry_points.commands import COMMANDS
from tests.architecture.entry_points.routes import ROUTES
from tests.architecture.entry_points.rows import Rule
from tests.architecture.scenario import STRANGER, FirstRows, Scenario, add_first_rows
from tests.architecture.test_entry_points import send
from tests.prepared_states import begins_with

pytestmark = begins_with(add_first_rows)

# An event of something else would be noise. Each line has the reason.
ROUTES_WITHOUT_AN_ACT = {
    "console.approval": "the right of this account is too new: tests of approval see the act",
    "console.reject": "the right of this account is too new: tests of approval see the act",
    "security.login": "a stranger has no account: tests of sign-in see the act",
    "security.verify": "it asks for a password that was typed just now, and changes nothing",
    "console.presence": "a page that is open tells so every 20 seconds, and changes nothing",
    "console.choose_language": "it changes the language of one browser",
    "console.forgotten_password": "its answer is the same for every address: an email records it",
    "console.passkey_sign_in_options": "it gives a browser a challenge, and changes nothing",
    "console.passkey_add_options": "it gives a browser a challenge, and changes nothing",
    "console.passkey_confirm_options": "it gives a browser a challenge, and changes nothing",
}
COMMANDS_WITHOUT_AN_ACT = {
    "audit list": "it reads",
    "campaigns list": "it reads",
    "campaigns status": "it reads",
    "consent head": "it reads",
    "consent verify": "it reads",
    "delivery journal": "it reads",
    "delivery status": "it reads",
    "doctor": "it reads",
    "lists show": "it reads",
    "organisers list": "it reads",
    "people imports list": "it reads",
    "people imports show": "it reads",
    "retention status": "it reads",
    "rights cases": "it reads",
    "rights impact": "it reads",
    "rights record": "it reads",
}
CONSOLE = ("console.", "security.")


def audited_routes() -> list[str]:
    """Return the routes of the console that must leave an event."""
    return [
        name for name in ROUTES if name.startswith(CONSOLE) and name not in ROUTES_WITHOUT_AN_ACT
    ]


def audited_commands() -> list[str]:
    """Return the commands that must leave an event."""
    untried = {Rule.SCHEMA, Rule.RUNS}
    return [
        name
        for name, way in COMMANDS.items()
        if way.rule not in untried and name not in COMMANDS_WITHOUT_AN_ACT
    ]


@pytest.fixture
def scenario(app: Flask, prepared: FirstRows) -> Scenario:
    """Return an installation with a subscriber and a stranger who did not confirm."""
    return Scenario(app, prepared)


@contextmanager
def new_events(*kinds: ActorKind) -> Iterator[list[AuditEvent]]:
    """Collect the events of some kinds of actors that are recorded within the block."""
    before = db.session.scalar(select(func.max(AuditEvent.id))) or 0
    found: list[AuditEvent] = []
    yield found
    db.session.rollback()
    rows = select(AuditEvent).where(AuditEvent.id > before, AuditEvent.actor_kind.in_(kinds))
    found += db.session.scalars(rows).all()


@pytest.mark.parametrize("endpoint", audited_routes())
def test_every_change_in_the_console_is_recorded(
    app: Flask, scenario: Scenario, endpoint: str
) -> None:
    is_anonymous = ROUTES[endpoint].is_anonymous
    scenario.browser.get("/console/")
    actors = [ActorKind.ACCOUNT, *([ActorKind.VISITOR] if is_anonymous else [])]
    with new_events(*actors) as events:
        answer = send(app, scenario, endpoint)
    assert answer.status_code < 400
    assert [event.act for event in events if event.network_mac], answer.location


@pytest.mark.parametrize("name", audited_commands())
def test_every_change_by_command_is_recorded(
    runner: FlaskCliRunner, scenario: Scenario, name: str
) -> None:
    arguments = [str(each) for each in COMMANDS[name].arguments(scenario)]
    with new_events(ActorKind.COMMAND) as events:
        runner.invoke(args=[*name.split(), *arguments], input=f"{STRANGER}\n")
    assert events
    assert all(event.actor_name for event in events)


def test_each_exception_is_an_entry_point() -> None:
    assert {*ROUTES_WITHOUT_AN_ACT} <= {*ROUTES}
    assert {*COMMANDS_WITHOUT_AN_ACT} <= {*COMMANDS}
