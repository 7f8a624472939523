"""The actor of the current act: an account, a command, the worker, or a visitor of the public site.

The console and the commands set it once, so that every act of a use case is recorded with it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from supporters.networks import network_of


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
    who typed a command. `address` is the IP address of a browser, or its network: no log gets it.
    `has_worked` tells that the browser sent a proof of work with the form.
    """

    kind: ActorKind
    account_id: int | None = None
    name: str | None = None
    address: str | None = field(default=None, repr=False)
    has_worked: bool = False

    @cached_property
    def network(self) -> str | None:
        """The network of the browser, as `network_of` writes it."""
        return None if self.address is None else network_of(self.address)


WORKER = Actor(ActorKind.WORKER)
_current: ContextVar[Actor] = ContextVar("current_actor", default=WORKER)


def current_actor() -> Actor:
    """Return the actor of the current request or command. The default is the worker."""
    return _current.get()


def become(actor: Actor) -> Token[Actor]:
    """Make an actor the current one, until `become_again` gets the token."""
    return _current.set(actor)


def become_again(token: Token[Actor]) -> None:
    """Make the actor from before a token the current one again."""
    _current.reset(token)


@contextmanager
def acting_as(actor: Actor) -> Iterator[None]:
    """Make an actor the current one for a block."""
    token = become(actor)
    try:
        yield
    finally:
        become_again(token)
