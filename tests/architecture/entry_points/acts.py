"""The entry points that must leave an event of their actor in the audit log, and the others."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import func, select

from supporters.actors import ActorKind
from supporters.audit_log.audit_events import AuditEvent
from supporters.database import db
from tests.architecture.entry_points.commands import COMMANDS
from tests.architecture.entry_points.routes import ROUTES
from tests.architecture.entry_points.rows import Rule

# An event of something else would be noise. Each line has the reason.
ROUTES_WITHOUT_AN_ACT = {
    "console.check_delivery": "it asks DNS, and stores what it found",
    "console.approval": "the right of this account is too new: tests of approval see the act",
    "console.reject": "the right of this account is too new: tests of approval see the act",
    "security.login": "a stranger has no account: tests of sign-in see the act",
    "security.verify": "it asks for a password that was typed just now, and changes nothing",
    "console.check_dkim_records": "it asks the DNS; a key that begins to sign is recorded",
    "console.presence": "a page that is open tells so every 20 seconds, and changes nothing",
    "console.choose_language": "it changes the language of one browser",
    "console.forgotten_password": "its answer is the same for every address: an email records it",
    "console.passkey_sign_in_options": "it gives a browser a challenge, and changes nothing",
    "console.passkey_add_options": "it gives a browser a challenge, and changes nothing",
    "console.passkey_confirm_options": "it gives a browser a challenge, and changes nothing",
}
COMMANDS_WITHOUT_AN_ACT = {
    "keys rotate": "its last step is recorded, and there is no new key",
    "keys status": "it reads",
    "machines list": "it reads",
    "rights clear-disk": "the deletion itself is recorded; the table disk_cleanup has the time",
    "audit list": "it reads",
    "backup create": "the timer makes one each night; its files are listed",
    "backup list": "it reads",
    "backup verify": "it reads",
    "campaigns languages": "it reads",
    "campaigns list": "it reads",
    "campaigns status": "it reads",
    "consent head": "it reads",
    "consent verify": "it reads",
    "db move": "nothing may be written to a database that moves",
    "delivery check": "it asks DNS, and stores what it found",
    "delivery journal": "it reads",
    "delivery pace": "it reads",
    "dkim status": "it asks the DNS; a key that begins to sign is recorded",
    "delivery status": "it reads",
    "doctor": "it reads",
    "feedback read": "what came back is in its own table, and the log has whoever leaves by it",
    "feedback status": "it reads",
    "settings": "it reads",
    "version": "it reads",
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


def audited_routes() -> set[str]:
    """Return the routes of the console that must leave an event."""
    return {each for each in ROUTES if each.startswith(CONSOLE)} - {*ROUTES_WITHOUT_AN_ACT}


def audited_commands() -> set[str]:
    """Return the commands that must leave an event."""
    run = {name for name, way in COMMANDS.items() if way.rule not in {Rule.SCHEMA, Rule.RUNS}}
    return run - {*COMMANDS_WITHOUT_AN_ACT}


@contextmanager
def new_events(*kinds: ActorKind) -> Iterator[list[AuditEvent]]:
    """Collect the events of some kinds of actors that are recorded within the block."""
    before = db.session.scalar(select(func.max(AuditEvent.id))) or 0
    found: list[AuditEvent] = []
    yield found
    db.session.rollback()
    rows = select(AuditEvent).where(AuditEvent.id > before, AuditEvent.actor_kind.in_(kinds))
    found += db.session.scalars(rows).all()
