"""A way in: a route that takes a form, a command, or a job, with its rule about people.

A new one needs a row in a module beside this one, or a test fails. The row says by which rule it
makes nobody mailable. All but those of the holder's own hand are then tried with the address of
somebody who never confirmed; a try must get through, so say what it needs:

- `at` is what stands in the route's address, and `with_` what its form sends beside what the page
  itself has in its hidden fields and texts; both may ask the scenario (scenes.py) for it;
- `arguments` is what is typed behind a command, or handed to a job; `ends_with` is its status;
- routes are tried by an account that has every right, unless the row says `is_anonymous`.

What is the holder's own hand is tried the other way round: without their letter it does nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tests.architecture.scenario import Scenario

Values = Callable[[Scenario], Mapping[str, object]]


class Rule(StrEnum):
    """Why a way in makes nobody mailable but by their own act."""

    HOLDER = "the holder's own yes, by a letter that only their mailbox got: the only way in"
    ASKS = "asks: stores a request and writes to the mailbox, whose holder may confirm"
    KNOWN = "changes somebody who is known: no new address, no new consent"
    NOBODY = "writes no person"
    SCHEMA = "changes or shows the tables, writes no row of people"
    RUNS = "runs until it is ended; what it does are jobs and routes with rows of their own"


@dataclass(frozen=True, kw_only=True)
class Way:
    """A way in: its rule, and what a try needs to get through."""

    rule: Rule
    at: Values = lambda _: {}
    with_: Values = lambda _: {}
    arguments: Callable[[Scenario], Sequence[object]] = lambda _: ()
    is_anonymous: bool = False
    ends_with: int = 0


NOBODY, KNOWN, ASKS = (Way(rule=rule) for rule in (Rule.NOBODY, Rule.KNOWN, Rule.ASKS))


def nobody(
    at: Values = lambda _: {}, *, with_: Values = lambda _: {}, arguments: Sequence[object] = ()
) -> Way:
    """Return a way that writes no person."""
    return Way(rule=Rule.NOBODY, at=at, with_=with_, arguments=lambda _: arguments)
