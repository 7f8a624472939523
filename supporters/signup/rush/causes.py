"""The networks and mail domains that cause a spike: their emails wait, and all others leave."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select, true

from supporters.mail.models import OutboxEmail
from supporters.signup.models import SignupRequest

SMALLEST_PART = 20  # a network or a domain with a twentieth of a spike stands out


class EmailSource(NamedTuple):
    """Where the sign-up of an email came from; no network if it solved a proof of work."""

    network: str | None
    domain: str


@dataclass(frozen=True)
class Causes:
    """The networks, by their hash in hexadecimal digits, and the mail domains of a spike."""

    networks: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()

    def __or__(self, other: "Causes") -> "Causes":
        return Causes(self.networks | other.networks, self.domains | other.domains)

    def as_json(self) -> dict[str, list[str]]:
        """Return the causes as a hold stores them."""
        return {"networks": sorted(self.networks), "domains": sorted(self.domains)}

    def is_of(self, source: EmailSource) -> bool:
        """Tell whether an email is one of theirs."""
        if source.network is None:
            return False
        return source.network in self.networks or source.domain in self.domains


def read_causes(stored: Mapping[str, Sequence[str]] | None) -> Causes | None:
    """Return the causes that a hold stores; None if it is one of everybody."""
    if stored is None:
        return None
    return Causes(frozenset(stored["networks"]), frozenset(stored["domains"]))


def find_causes(sources: Sequence[EmailSource], *, counted: int, most: int) -> Causes | None:
    """Return the fewest groups without which there is no spike; None if there are no such groups.

    Networks come first: a domain may be that of half the country. A group counts if it has a
    twentieth of the spike. The rest shall be half of it, so that the next minute changes nothing.
    """
    left = [each for each in sources if each.network is not None]
    unknown = counted - len(left)
    networks: set[str] = set()
    domains: set[str] = set()
    for chosen, part in ((networks, "network"), (domains, "domain")):
        for key, number in Counter(getattr(each, part) for each in left).most_common():
            if unknown + len(left) < most / 2 or number * SMALLEST_PART < most:
                break
            chosen.add(key)
            left = [each for each in left if getattr(each, part) != key]
    if unknown + len(left) >= most:
        return None
    return Causes(frozenset(networks), frozenset(domains))


def is_email_of(causes: Causes | None) -> ColumnElement[bool]:
    """Return the condition of the signup emails that a hold with these causes lets wait."""
    if causes is None:
        return true()
    held = select(SignupRequest.email_id).where(
        SignupRequest.email_id.is_not(None), is_request_of(causes)
    )
    return OutboxEmail.id.in_(held)


def is_request_of(causes: Causes | None) -> ColumnElement[bool]:
    """Return the condition of the requests whose emails wait."""
    if causes is None:
        return true()
    networks = [bytes.fromhex(each) for each in causes.networks]
    return and_(
        SignupRequest.network_mac.is_not(None),
        or_(
            SignupRequest.network_mac.in_(networks),
            *(
                SignupRequest.address_key.endswith(f"@{each}", autoescape=True)
                for each in sorted(causes.domains)
            ),
        ),
    )
