"""The limits on guessing passwords, by account and by network (ADR 047).

The wait grows for an account from one network, for a network, and for an account from everywhere.
The last one doesn't count where the account signed in before: a stranger can't lock out its owner.
"""

from datetime import timedelta

from supporters.limits.attempt_limits import AttemptLimit
from supporters.limits.rules import AttemptPolicy
from supporters.networks import site_of

HOUR = timedelta(hours=1)
QUARTER = timedelta(minutes=15)
ACCOUNT_FROM_NETWORK = AttemptPolicy(
    free=5,
    first_wait=timedelta(seconds=30),
    longest_wait=HOUR,
    one_forgotten_in=timedelta(minutes=30),
)
ACCOUNT_FROM_SITE = AttemptPolicy(
    free=10,
    first_wait=timedelta(seconds=30),
    longest_wait=HOUR,
    one_forgotten_in=timedelta(minutes=30),
)
NETWORK = AttemptPolicy(
    free=30,
    first_wait=timedelta(seconds=5),
    longest_wait=QUARTER,
    one_forgotten_in=timedelta(minutes=2),
)
SITE = AttemptPolicy(
    free=60,
    first_wait=timedelta(seconds=5),
    longest_wait=QUARTER,
    one_forgotten_in=timedelta(minutes=2),
)
ACCOUNT = AttemptPolicy(
    free=20,
    first_wait=timedelta(seconds=10),
    longest_wait=QUARTER,
    one_forgotten_in=QUARTER,
)
RESETS_OF_NETWORK = AttemptPolicy(
    free=10,
    first_wait=timedelta(minutes=1),
    longest_wait=HOUR,
    one_forgotten_in=timedelta(minutes=10),
)
ONCE_A_DAY = AttemptPolicy(
    free=1,
    first_wait=timedelta(days=1),
    longest_wait=timedelta(days=1),
    one_forgotten_in=timedelta(days=1),
)


def own_limits(email: str, network: str) -> list[AttemptLimit]:
    """Return the limits of an account from a network and its site. A sign-in clears them."""
    limits = [AttemptLimit("account and network", f"{email} {network}", ACCOUNT_FROM_NETWORK)]
    if site := site_of(network):
        limits.append(AttemptLimit("account and site", f"{email} {site}", ACCOUNT_FROM_SITE))
    return limits


def network_limits(network: str) -> list[AttemptLimit]:
    """Return the limits of a network and its site, over all accounts."""
    limits = [AttemptLimit("network", network, NETWORK)]
    if site := site_of(network):
        limits.append(AttemptLimit("site", site, SITE))
    return limits


def passkey_limits(network: str) -> list[AttemptLimit]:
    """Return the limits of a network and its site for passkeys that turn out wrong."""
    return [
        AttemptLimit(f"passkeys of {each.kind}", each.subject, each.policy)
        for each in network_limits(network)
    ]


def account_limit(email: str) -> AttemptLimit:
    """Return the limit of an account over all networks."""
    return AttemptLimit("account", email, ACCOUNT)


def reset_limits(network: str) -> list[AttemptLimit]:
    """Return the limits of requests for a new password from a network and its site."""
    places = [network, *filter(None, [site_of(network)])]
    return [AttemptLimit("resets", place, RESETS_OF_NETWORK) for place in places]


def daily_notice(what: str, subject: str) -> AttemptLimit:
    """Return the limit by which a notice is sent once a day."""
    return AttemptLimit(f"notice {what}", subject, ONCE_A_DAY)
