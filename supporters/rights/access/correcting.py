"""Corrects what a person said of themselves, and pauses their mail."""

from supporters import clock
from supporters.database import use_case
from supporters.people.acting import note_act
from supporters.people.queries import lock_subscriber
from supporters.rights.access.rules import pause_until


@use_case
def correct(subscriber_id: int, given_name: str | None, language: str) -> bool:
    """Keep another first name and language; tell whether it was done: frozen, nothing changes."""
    person = lock_subscriber(subscriber_id)
    if person is None or person.restricted_at is not None:
        return False
    person.given_name = given_name
    person.language = language
    note_act(person, clock.now())
    return True


@use_case
def pause(subscriber_id: int, months: int | None) -> bool:
    """Hold all mail for some months, or until the person resumes it; tell whether it was done."""
    now = clock.now()
    person = lock_subscriber(subscriber_id)
    if person is None or person.restricted_at is not None:
        return False
    person.paused_until = pause_until(now, months)
    note_act(person, now)
    return True


@use_case
def resume(subscriber_id: int) -> bool:
    """End a pause; tell whether it was done."""
    now = clock.now()
    person = lock_subscriber(subscriber_id)
    if person is None or person.restricted_at is not None:
        return False
    person.paused_until = None
    note_act(person, now)
    return True
