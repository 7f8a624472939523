"""Checks at the last moment whether an email may still be sent (REQ-35).

`create_app` gives the guard of each kind. A kind without one is not sent, so that a missing import
fails closed.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app
from sqlalchemy import ColumnElement, and_, false, or_, true

from supporters.mail.models import EmailKind, OutboxEmail
from supporters.mail.outbox import TemplateValues

FindWaiting = Callable[[], ColumnElement[bool] | bool]
GuardCheck = Callable[[OutboxEmail, str, TemplateValues], bool]


@dataclass(frozen=True)
class SendGuard:
    """How to tell if an email of a kind, its recipient and values may be sent.

    `find_waiting` tells which of them wait in the outbox: all, none, or those of a condition.
    """

    may_leave: GuardCheck
    find_waiting: FindWaiting = lambda: False


@dataclass(frozen=True)
class NoGuardNeeded:
    """Says why an email of a kind is sent without a further check."""

    reason: str


SendGuards = Mapping[EmailKind, SendGuard | NoGuardNeeded]


def init_app(app: Flask, guards: SendGuards) -> None:
    """Give the application the guard of each kind."""
    app.extensions["send_guards"] = guards


def has_guard(kind: EmailKind) -> bool:
    """Tell whether a kind has a guard, or a reason for having none."""
    return kind in _current_guards()


def may_leave(email: OutboxEmail, recipient: str, values: TemplateValues) -> bool:
    """Tell whether an email may be sent. Raises KeyError for a kind that has no guard."""
    guard = _current_guards()[email.kind]
    return isinstance(guard, NoGuardNeeded) or guard.may_leave(email, recipient, values)


def must_wait(among: Collection[EmailKind] = tuple(EmailKind)) -> ColumnElement[bool]:
    """Return the condition of the emails that wait now. Kinds with one reason ask it once."""
    kinds: dict[FindWaiting, list[EmailKind]] = {}
    for kind, guard in _current_guards().items():
        if kind in among and isinstance(guard, SendGuard):
            kinds.setdefault(guard.find_waiting, []).append(kind)
    waiting = {find: find() for find in kinds}
    return or_(
        false(),
        *(
            and_(OutboxEmail.kind.in_(kinds[find]), true() if which is True else which)
            for find, which in waiting.items()
            if which is not False
        ),
    )


def _current_guards() -> SendGuards:
    return cast(SendGuards, current_app.extensions["send_guards"])
