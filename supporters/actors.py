"""The actor of the current act: an account, a command, the worker, or a visitor of the public site.

The console and the commands set it once, so that every act of a use case is recorded with it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    """The kind of an actor."""

    ACCOUNT = "account"
    COMMAND = "command"
    WORKER = "worker"
    VISITOR = "visitor"


@dataclass(frozen=True)
class Actor:
    """The actor of an act.

    `account_id` is of an account of the console. `name` is the operating system's name of the user
    who typed a command. `network` is the network of a browser, as `network_of` writes it;
    `has_worked` tells that the browser sent a proof of work with the form.
    """

    kind: ActorKind
    account_id: int | None = None
    name: str | None = None
    network: str | None = None
    has_worked: bool = False


WORKER = Actor(ActorKind.WORKER)
_current: ContextVar[Actor] = ContextVar("current_actor", default=WORKER)


def current_actor() -> Actor:
    """Return the actor of the current request or command. The default is the worker."""
    return _current.get()


@contextmanager
def acting_as(actor: Actor) -> Iterator[None]:
    """Make an actor the current one for a block."""
    token = _current.set(actor)
    try:
        yield
    finally:
        _current.reset(token)
