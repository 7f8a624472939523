"""Actors know the network of their browser, and keep its address from every text."""

import pytest

from supporters.actors import Actor, ActorKind
from supporters.networks import UNKNOWN


def visitor(address: str | None) -> Actor:
    """Return a visitor with an address."""
    return Actor(ActorKind.VISITOR, address=address)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.0/24"),
        ("203.0.113.0/24", "203.0.113.0/24"),
        ("::ffff:203.0.113.7", "203.0.113.0/24"),
        ("2001:db8:1:2ff::7", "2001:db8:1:200::/56"),
        ("2001:db8:1:200::/56", "2001:db8:1:200::/56"),
        ("2001:db8::/32", "2001:db8::/56"),
        ("nonsense", UNKNOWN),
        ("", UNKNOWN),
        (None, None),
    ],
)
def test_the_network_of_an_actor_is_that_of_the_address_or_network(
    address: str | None, network: str | None
) -> None:
    assert visitor(address).network == network


def test_the_text_of_an_actor_has_neither_address_nor_network() -> None:
    actor = visitor("203.0.113.7")
    assert actor.network == "203.0.113.0/24"
    assert "203" not in repr(actor)
