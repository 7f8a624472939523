"""The limits on guessing passwords, by account and by network (ADR 047).

The wait grows for an account from one network, for a network, and for an account from everywhere.
The last one doesn't count where the account signed in before: a stranger can't lock out its owner.
"""

from datetime import timedelta

from supporters.limits.guess_limits import GuessLimit
from supporters.limits.rules import GuessPolicy
from supporters.networks import site_of

HOUR = timedelta(hours=1)
QUARTER = timedelta(minutes=15)
ACCOUNT_FROM_NETWORK = GuessPolicy(
    free=5,
    first_wait=timedelta(seconds=30),
    longest_wait=HOUR,
    one_forgotten_in=timedelta(minutes=30),
)
ACCOUNT_FROM_SITE = GuessPolicy(
    free=10,
    first_wait=timedelta(seconds=30),
    longest_wait=HOUR,
    one_forgotten_in=timedelta(minutes=30),
)
NETWORK = GuessPolicy(
    free=30,
    first_wait=timedelta(seconds=5),
    longest_wait=QUARTER,
    one_forgotten_in=timedelta(minutes=2),
)
SITE = GuessPolicy(
    free=60,
    first_wait=timedelta(seconds=5),
    longest_wait=QUARTER,
    one_forgotten_in=timedelta(minutes=2),
)
ACCOUNT = GuessPolicy(
    free=20,
    first_wait=timedelta(seconds=10),
    longest_wait=QUARTER,
    one_forgotten_in=QUARTER,
)
RESETS_OF_NETWORK = GuessPolicy(
    free=10,
    first_wait=timedelta(minutes=1),
    longest_wait=HOUR,
    one_forgotten_in=timedelta(minutes=10),
)
ONCE_A_DAY = GuessPolicy(
    free=1,
    first_wait=timedelta(days=1),
    longest_wait=timedelta(days=1),
    one_forgotten_in=timedelta(days=1),
)


def own_limits(email: str, network: str) -> list[GuessLimit]:
    """Return the limits of an account from a network and its site. A sign-in clears them."""
    limits = [GuessLimit("account and network", f"{email} {network}", ACCOUNT_FROM_NETWORK)]
    if site := site_of(network):
        limits.append(GuessLimit("account and site", f"{email} {site}", ACCOUNT_FROM_SITE))
    return limits


def network_limits(network: str) -> list[GuessLimit]:
    """Return the limits of a network and its site, over all accounts."""
    limits = [GuessLimit("network", network, NETWORK)]
    if site := site_of(network):
        limits.append(GuessLimit("site", site, SITE))
    return limits


def passkey_limits(network: str) -> list[GuessLimit]:
    """Return the limits of a network and its site for passkeys that turn out wrong."""
    return [
        GuessLimit(f"passkeys of {each.kind}", each.subject, each.policy)
        for each in network_limits(network)
    ]


def account_limit(email: str) -> GuessLimit:
    """Return the limit of an account over all networks."""
    return GuessLimit("account", email, ACCOUNT)


def reset_limits(network: str) -> list[GuessLimit]:
    """Return the limits of requests for a new password from a network and its site."""
    places = [network, *filter(None, [site_of(network)])]
    return [GuessLimit("resets", place, RESETS_OF_NETWORK) for place in places]


def daily_notice(what: str, subject: str) -> GuessLimit:
    """Return the limit by which a notice is sent once a day."""
    return GuessLimit(f"notice {what}", subject, ONCE_A_DAY)
