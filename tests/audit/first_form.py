"""Changes records back to earlier forms: the first names no controller, the second no holder."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from supporters.consent.act_places import PLACE_FIELDS
from supporters.consent.consent_events import make_log_record
from supporters.consent.event_records import AnyEvent
from supporters.consent.models import ConsentEvent
from supporters.database import db, transaction
from supporters.people.models import Subscriber
from supporters.signup.confirmed_signups import make_requested_event
from supporters.signup.queries import find_request_with_choices
from supporters.transparency_log.models import LogEntry


def use_first_form() -> None:
    """Give every event the first form. Call it before they are sealed."""
    with transaction():
        for event, log_salt in _list_events():
            event.controller_id = event.basis = event.holder = event.form_id = None
            _forget_place(event)
            _commit_to(event, log_salt)


def use_second_form() -> None:
    """Give every event the second form, without a holder. Call it before they are sealed."""
    with transaction():
        for event, log_salt in _list_events():
            event.holder = event.form_id = None
            _forget_place(event)
            _commit_to(event, log_salt)


def use_first_request_form(public_id: str) -> None:
    """Give a waiting request the form in which the first version stored it."""
    with transaction():
        asked = find_request_with_choices(public_id)
        assert asked is not None
        request = asked.request
        request.controller_id = None
        _forget_place(request)
        for choice in asked.choices:
            _commit_to(make_requested_event(request, choice.row), request.log_salt)


def use_second_request_form(public_id: str) -> None:
    """Give a waiting request the form in which it was sealed before events had a holder."""
    with transaction():
        asked = find_request_with_choices(public_id)
        assert asked is not None
        _forget_place(asked.request)
        for choice in asked.choices:
            _commit_to(make_requested_event(asked.request, choice.row), asked.request.log_salt)


def _list_events() -> Sequence[Any]:
    is_theirs = Subscriber.id == ConsentEvent.subscriber_id
    return db.session.execute(
        select(ConsentEvent, Subscriber.log_salt).join(Subscriber, is_theirs)
    ).all()


def _forget_place(row: Any) -> None:
    for name in ("record_form", *PLACE_FIELDS):
        setattr(row, name, None)


def _commit_to(event: AnyEvent, log_salt: bytes) -> None:
    with db.session.no_autoflush:
        record = make_log_record(event, log_salt=log_salt)
        entry = db.session.get_one(LogEntry, (record.kind, record.id))
    entry.commitment = record.commitment
