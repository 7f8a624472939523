"""An entry point: a route that accepts a form, a command, or a job, with its rule about people.

A new entry point needs a row in a module of this folder, or a test fails. The row has the rule by
which it makes nobody mailable. All entry points but those of the person are tried with the address
of a stranger who never confirmed. A try must succeed, so the row has its parameters:

- `at` has the parameters of the route, and `with_` the fields that the form sends in addition to
  the values on the page; both may use the scenario (scenario.py);
- `arguments` has the arguments of a command or job; `ends_with` is its status;
- an account with all rights tries the routes, unless the row has `is_anonymous`.

Entry points of the person are tried the other way round: without their email they do nothing. So
are those of the provider: without its signature they do nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tests.architecture.scenario import Scenario

Values = Callable[[Scenario], Mapping[str, object]]


class Rule(StrEnum):
    """The reason why an entry point makes nobody mailable without their own act."""

    PERSON = "the person's own confirmation, by an email to their mailbox: the only way"
    REQUESTS = "stores a request and sends an email, whose recipient may confirm"
    KNOWN = "changes a known person: no new address, no new consent"
    NOBODY = "adds no person"
    PROVIDER = "signed events about emails of ours; without the signature it changes nothing"
    SCHEMA = "changes or shows the tables, or puts a backup back: no row of a new person"
    RUNS = "runs until it is stopped; it runs jobs and routes that have their own rows"


@dataclass(frozen=True, kw_only=True)
class Way:
    """An entry point: its rule, and the parameters for a try."""

    rule: Rule
    at: Values = lambda _: {}
    with_: Values = lambda _: {}
    arguments: Callable[[Scenario], Sequence[object]] = lambda _: ()
    is_anonymous: bool = False
    ends_with: int = 0


def known(at: Values = lambda _: {}, *, with_: Values = lambda _: {}) -> Way:
    """Return an entry point that changes a known person."""
    return Way(rule=Rule.KNOWN, at=at, with_=with_)


def asks(at: Values = lambda _: {}, *, with_: Values = lambda _: {}) -> Way:
    """Return an entry point that stores a request and sends an email."""
    return Way(rule=Rule.REQUESTS, at=at, with_=with_)


NOBODY, KNOWN, ASKS = (Way(rule=rule) for rule in (Rule.NOBODY, Rule.KNOWN, Rule.REQUESTS))


def nobody(
    at: Values = lambda _: {}, *, with_: Values = lambda _: {}, arguments: Sequence[object] = ()
) -> Way:
    """Return an entry point that adds no person."""
    return Way(rule=Rule.NOBODY, at=at, with_=with_, arguments=lambda _: arguments)
