"""Emails in the outbox, and their states."""

import dataclasses
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from flask import Flask

from supporters import clock
from supporters.database import db, transaction
from supporters.mail.models import EmailStatus, OutboxEmail
from supporters.mail.outbox_sender import send_due_emails
from tests.factories.lists import make_list
from tests.factories.signups import ADDRESS, email_of_request, request_to_join
from tests.servers.rude_server import RudeServer


def an_email(given_name: str | None = None, language: str = "fr") -> int:
    """Put the email of a signup into the outbox; return its id."""
    return email_of_request(
        request_to_join(ADDRESS, make_list(), given_name=given_name, language=language)
    ).id


def send_email(email_id: int) -> None:
    """Send one email, if it is due; the others wait meanwhile."""
    send_emails([email_id])


def send_emails(email_ids: Collection[int]) -> None:
    """Send some emails, if they are due; the others wait meanwhile."""
    with transaction():
        others = db.session.execute(
            db.select(OutboxEmail.id, OutboxEmail.next_attempt_at).where(
                OutboxEmail.id.not_in(email_ids),
                OutboxEmail.status.in_([EmailStatus.QUEUED, EmailStatus.SENDING]),
            )
        ).all()
        _set_due([(each, later(days=365)) for each, _ in others])
    send_due_emails()
    with transaction():
        _set_due([(each, moment) for each, moment in others])


def _set_due(moments: list[tuple[int, datetime]]) -> None:
    if moments:
        values = [{"id": each, "next_attempt_at": moment} for each, moment in moments]
        db.session.execute(db.update(OutboxEmail), values)


def state(email_id: int) -> tuple[EmailStatus, str | None]:
    """Return the state of an email, and the relay's last reply."""
    db.session.rollback()
    email = db.session.get_one(OutboxEmail, email_id)
    return email.status, email.last_reply


def is_sealed(email_id: int) -> bool:
    """Tell whether an email still has its content."""
    db.session.rollback()
    return db.session.get_one(OutboxEmail, email_id).encrypted is not None


@contextmanager
def server(app: Flask, script: dict[str, str], *, then_leave: str = "") -> Iterator[RudeServer]:
    """Run a server for the emails."""
    settings = app.extensions["settings"]
    with RudeServer(script, then_leave=then_leave) as rude:
        app.extensions["settings"] = dataclasses.replace(settings, mail_port=rude.port)
        yield rude


def later(**time: float) -> datetime:
    """Return a moment from now."""
    return clock.now() + timedelta(**time)
