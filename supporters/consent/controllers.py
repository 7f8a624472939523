"""Whom people agree with: each identity that the party had, kept once and sealed (REQ-16)."""

from flask import current_app
from sqlalchemy import insert, select

from supporters import clock
from supporters.consent.event_records import AnyEvent
from supporters.consent.models import Controller
from supporters.consent.record_forms import describe_controller
from supporters.database import db, in_transaction
from supporters.extensions import current_settings
from supporters.ids import new_id
from supporters.locks import Lock
from supporters.transparency_log.log_records import append


def identity_of_today() -> dict[str, str]:
    """Return who is answerable today, and whom to write to."""
    settings = current_settings()
    return {
        "name": settings.party_name,
        "address": settings.party_address,
        "contact": settings.party_contact,
        "data_protection_officer": settings.dpo_contact,
    }


@in_transaction
def current_controller() -> Controller:
    """Return who is answerable today; where it is a new one, keep it.

    It is looked for each time: what a process remembered could be of a database that is gone.
    """
    identity = identity_of_today()
    with db.session.no_autoflush:
        return _find(identity) or _keep(identity)


def find_controller(event: AnyEvent) -> Controller | None:
    """Return whom an event says that the person agreed with; the first events say nothing."""
    if event.controller_id is None:
        return None
    return db.session.get(Controller, event.controller_id)


def recall_controller(event: AnyEvent) -> Controller | None:
    """Return the same without asking the database twice: for what is sealed now, not for a proof.

    That it is there, the event's foreign key says; what a row of this id says never changes.
    """
    recalled = _recalled()
    if event.controller_id is not None and event.controller_id not in recalled:
        controller = db.session.get_one(Controller, event.controller_id)
        db.session.expunge(controller)
        recalled[event.controller_id] = controller
    return recalled.get(event.controller_id or 0)


def _recalled() -> dict[int, Controller]:
    recalled: dict[int, Controller] = current_app.extensions.setdefault("controllers", {})
    return recalled


def _find(identity: dict[str, str]) -> Controller | None:
    return db.session.scalar(select(Controller).filter_by(**identity))


def _keep(identity: dict[str, str]) -> Controller:
    """Add it, unless another transaction does so just now."""
    Lock.CONTROLLER.take()
    found = _find(identity)
    if found is not None:
        return found
    now = clock.now()
    row = {"id": new_id(now), **identity, "first_used_at": now}
    db.session.connection().execute(insert(Controller).values(row))
    controller = Controller(**row)
    _recalled()[controller.id] = controller
    append(describe_controller(controller))
    return controller
