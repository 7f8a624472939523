"""The limits of the public forms that make us send an email: plain values (REQ-58, ADR 071).

Each form has its own budget. A form that is over it needs a proof of work, or patience; both have
limits of their own.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from supporters.limits.count_store import RequestLimit
from supporters.networks import site_of
from supporters.people.mailbox_providers import MAILBOX_PROVIDERS
from supporters.signup.rush.rules import SPIKE_WINDOW

DAY = timedelta(days=1)
SITE_FACTOR = 2  # a /48 of IPv6 has many networks of one customer
SITE_FACTOR_OF_A_SPIKE = 4  # in five minutes: one customer alone is no spike
PROVIDER_FACTOR = 30
DOMAIN_FACTOR = 4  # of a domain that is no mailbox provider
DOMAIN_FACTOR_A_DAY = 40
TOTAL_FACTOR = 60


class LimitedForm(StrEnum):
    """A form with a budget of its own."""

    SIGNUP = "signup"
    MY_DATA = "my-data"
    NEW_ADDRESS = "new-address"


class Entry(StrEnum):
    """How a form is let in: as usual, by a proof of work, or after a wait."""

    USUAL = "usual"
    PROVED = "proved"
    PATIENT = "patient"


FORM_SHARES = {LimitedForm.SIGNUP: 1.0, LimitedForm.MY_DATA: 0.5, LimitedForm.NEW_ADDRESS: 0.5}
ENTRY_SHARES = {Entry.USUAL: 1.0, Entry.PROVED: 4.0, Entry.PATIENT: 0.2}


@dataclass(frozen=True, kw_only=True)
class FormOrigin:
    """The place a form comes from: its network, the domain of its address, and the broadcast."""

    network: str
    domain: str = ""
    event: str = ""
    broadcast_factor: int = 1


def list_limits(
    form: LimitedForm, origin: FormOrigin, *, rate: int, entry: Entry = Entry.USUAL
) -> list[RequestLimit]:
    """Return the limits of a form, the narrowest first. `rate` is the usual one of a network.

    A broadcast has counts of its own: its visitors use up nothing of the others, and the other way
    round.
    """
    share = rate * FORM_SHARES[form] * ENTRY_SHARES[entry] * origin.broadcast_factor
    about = f"{form} {entry}{origin.event}"

    def limit(kind: str, subject: str, factor: int, **window: timedelta) -> RequestLimit:
        return RequestLimit(f"{about} {kind}", subject, max(1, round(share * factor)), **window)

    limits = [limit("network", origin.network, 1)]
    if site := site_of(origin.network):
        limits.append(limit("site", site, SITE_FACTOR))
        limits.append(limit("site", site, SITE_FACTOR_OF_A_SPIKE, window=SPIKE_WINDOW))
    if origin.domain in MAILBOX_PROVIDERS:
        limits.append(limit("domain", origin.domain, PROVIDER_FACTOR))
    elif origin.domain:
        limits.append(limit("domain", origin.domain, DOMAIN_FACTOR))
        limits.append(limit("domain", origin.domain, DOMAIN_FACTOR_A_DAY, window=DAY))
    return [*limits, limit("all", "", TOTAL_FACTOR)]


def is_of_network(limit: RequestLimit) -> bool:
    """Tell whether a limit is that of the visitor's network, and not of all visitors."""
    return limit.kind.endswith((" network", " site"))
