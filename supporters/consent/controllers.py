"""The controllers that people gave consent to: each identity, stored once and sealed (REQ-16)."""

from flask import current_app
from sqlalchemy import insert, select

from supporters import clock
from supporters.consent.event_records import AnyEvent
from supporters.consent.models import Controller
from supporters.consent.record_forms import describe_controller
from supporters.database import db, in_transaction, use_case
from supporters.extensions import current_settings
from supporters.fast_path.site_edition import find_cached_rows
from supporters.ids import new_id
from supporters.locks import Lock
from supporters.transparency_log.log_records import add_entry


def current_identity() -> dict[str, str]:
    """Return the name and the contacts of the current controller."""
    settings = current_settings()
    return {
        "name": settings.party_name,
        "address": settings.party_address,
        "contact": settings.party_contact,
        "data_protection_officer": settings.dpo_contact,
    }


@in_transaction
def current_controller() -> Controller:
    """Return the current controller; add it if its identity is new.

    It reads the database each time: a cached row could be of a database that was replaced.
    """
    identity = current_identity()
    with db.session.no_autoflush:
        return _find(identity) or _add(identity)


_commit_current = use_case(current_controller)


def get_shared_controller() -> Controller:
    """Return the current controller, cached under the edition. A new one is committed before."""
    identity = tuple(current_identity().values())
    return find_cached_rows(("controller", *identity), _commit_current)


def find_controller(event: AnyEvent) -> Controller | None:
    """Return the controller that an event names; None for the first events, which name none."""
    if event.controller_id is None:
        return None
    return db.session.get(Controller, event.controller_id)


def find_cached_controller(event: AnyEvent) -> Controller | None:
    """Return the same from a cache: for records that are sealed now, not for proofs.

    The foreign key of the event ensures that the row exists, and a row never changes.
    """
    cached = _cache()
    if event.controller_id is not None and event.controller_id not in cached:
        controller = db.session.get_one(Controller, event.controller_id)
        db.session.expunge(controller)
        cached[event.controller_id] = controller
    return cached.get(event.controller_id or 0)


def _cache() -> dict[int, Controller]:
    cached: dict[int, Controller] = current_app.extensions.setdefault("controllers", {})
    return cached


def _find(identity: dict[str, str]) -> Controller | None:
    return db.session.scalar(select(Controller).filter_by(**identity))


def _add(identity: dict[str, str]) -> Controller:
    """Add it, unless another transaction has just added it."""
    Lock.CONTROLLER.take()
    found = _find(identity)
    if found is not None:
        return found
    now = clock.now()
    row = {"id": new_id(now), **identity, "first_used_at": now}
    db.session.connection().execute(insert(Controller).values(row))
    controller = Controller(**row)
    _cache()[controller.id] = controller
    add_entry(describe_controller(controller))
    return controller
