"""Changes records back to the first form, which names no controller."""

from sqlalchemy import select

from supporters.consent.consent_events import make_log_record
from supporters.consent.models import ConsentEvent
from supporters.database import db, transaction
from supporters.people.models import Subscriber
from supporters.signup.confirmed_signups import make_requested_event
from supporters.signup.queries import find_request_with_choices
from supporters.transparency_log.models import LogEntry


def use_first_form() -> None:
    """Give every event the first form. Call it before they are sealed."""
    with transaction():
        for event, log_salt in db.session.execute(
            select(ConsentEvent, Subscriber.log_salt).join(
                Subscriber, Subscriber.id == ConsentEvent.subscriber_id
            )
        ):
            event.controller_id = event.basis = None
            record = make_log_record(event, log_salt=log_salt)
            db.session.get_one(LogEntry, (record.kind, record.id)).commitment = record.commitment


def use_first_request_form(public_id: str) -> None:
    """Give a waiting request the form in which the first version stored it."""
    with transaction():
        asked = find_request_with_choices(public_id)
        assert asked is not None
        request = asked.request
        request.controller_id = None
        for choice in asked.choices:
            event = make_requested_event(request, choice.row)
            record = make_log_record(event, log_salt=request.log_salt)
            entry = db.session.get_one(LogEntry, (record.kind, record.id))
            entry.commitment = record.commitment
