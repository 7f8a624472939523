"""A plain model of requests and consents, without any table."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from supporters.signup.rules import REQUEST_LIFETIME

Audience = dict[str, int]


@dataclass(eq=False)
class Asked:
    """A signup request, and what its email says; an email may be withheld or only inform.

    `gave` has the lists that the email's link or code confirmed, with the number of the consent.
    """

    public_id: str
    key: str
    lists: tuple[str, ...]
    at: datetime
    email: dict[str, str]
    is_confirmed: bool = False
    is_refused: bool = False
    is_gone: bool = False
    gave: dict[str, int] = field(default_factory=dict)

    def is_open(self, now: datetime) -> bool:
        """Tell whether it waits for a confirmation."""
        is_answered = self.is_confirmed or self.is_refused or self.is_gone
        return not is_answered and not self.is_expired(now)

    def is_expired(self, now: datetime) -> bool:
        """Tell whether its 72 hours have passed."""
        return now >= self.at + REQUEST_LIFETIME

    def token(self, link: str) -> str:
        return self.email[link].rpartition("/")[2]


class Invited(NamedTuple):
    """A person of a former list who got the invitation, with its two links."""

    key: str
    yes_url: str
    no_more_url: str


@dataclass
class Model:
    """The expected state: consents by (address, list), each numbered in order."""

    consents: dict[tuple[str, str], int] = field(default_factory=dict)
    ever_confirmed: set[str] = field(default_factory=set)
    objections: set[str] = field(default_factory=set)
    restricted: set[str] = field(default_factory=set)
    audiences: dict[int, tuple[str, Audience]] = field(default_factory=dict)
    made: int = 0

    def confirm(self, key: str, lists: tuple[str, ...]) -> None:
        """The mailbox holder agrees to the ticked boxes."""
        for slug in lists:
            self.made += 1
            self.consents.setdefault((key, slug), self.made)
        self.ever_confirmed.add(key)
        self.objections.discard(key)
        self.restricted.discard(key)

    def confirm_by(self, email: Asked, slugs: Collection[str]) -> None:
        """The mailbox holder agrees by the link or the code of an email."""
        self.confirm(email.key, tuple(slugs))
        email.gave |= {slug: self.consents[email.key, slug] for slug in slugs}

    def can_give(self, email: Asked, slugs: Collection[str]) -> set[str]:
        """Return the lists that an email can still confirm: each once, without active consents."""
        return {
            slug
            for slug in slugs
            if slug not in email.gave and (email.key, slug) not in self.consents
        }

    def is_on_one(self, key: str, slugs: Collection[str]) -> bool:
        """Tell whether a person is on one of some lists."""
        return any((key, slug) in self.consents for slug in slugs)

    def leave(self, key: str, *slugs: str) -> None:
        """The person withdraws."""
        for slug in slugs:
            self.consents.pop((key, slug), None)

    def object(self, key: str) -> None:
        """The person objects to all mail."""
        self.leave(key, *{slug for _, slug in self.consents})
        self.objections.add(key)

    def erase(self, key: str) -> None:
        """Only the objection of the person is left."""
        self.object(key)
        self.restricted.discard(key)
        self.ever_confirmed.discard(key)
        for _, audience in self.audiences.values():
            audience.pop(key, None)

    def on_list(self, slug: str) -> Audience:
        """Return the people on a list who are not restricted, with the number of their consent."""
        return {
            key: number
            for (key, each), number in self.consents.items()
            if each == slug and key not in self.restricted
        }
