"""Acts from the network of a browser, without a page."""

from collections.abc import Iterator
from contextlib import contextmanager

from supporters.actors import Actor, ActorKind, acting_as

HOME, OFFICE, ABROAD = "198.51.100.7", "192.0.2.9", "203.0.113.5"


@contextmanager
def visiting_from(address: str) -> Iterator[None]:
    """Let a block act as a visitor with an IP address."""
    with acting_as(Actor(ActorKind.VISITOR, address=address)):
        yield
