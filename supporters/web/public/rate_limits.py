"""Rate limits of the public pages: no puzzle, no third party (REQ-58, REQ-60).

The limits count per minute, in the memory of each web process.
"""

from flask import abort, request

from supporters import clock
from supporters.extensions import current_limits, current_settings, current_tokens
from supporters.networks import network_of
from supporters.signup.rules import SHORTEST_FILLING_TIME
from supporters.tokens import TokenError, TokenPurpose

DOMAIN_FACTOR = 10
GLOBAL_FACTOR = 20
QUICK_FORMS = 3
LOOKUPS = 60


def is_flood(domain: str) -> bool:
    """Count a sign-up; tell whether its network, its mail domain or the site had too many.

    A sign-up over the limit of its network does not count for the other limits.
    """
    return _is_network_full() or _is_site_full(domain)


def refuse_flood(domain: str) -> None:
    """Count a sign-up as `is_flood` does; answer 429 to its network, or 503 if the site is full."""
    if _is_network_full():
        abort(429)
    if _is_site_full(domain):
        abort(503)


def _is_network_full() -> bool:
    rate = current_settings().signup_rate
    return bool(rate) and not _take(rate, "network", client_network())


def _is_site_full(domain: str) -> bool:
    rate = current_settings().signup_rate
    if not rate:
        return False
    is_free = _take(rate * DOMAIN_FACTOR, "domain", domain)
    return not (is_free and _take(rate * GLOBAL_FACTOR, "everybody"))


class CountedOnce:
    """Counts one request against each limit once, however often its form is checked."""

    def __init__(self) -> None:
        self._has_counted = False
        self._is_too_quick: bool | None = None

    def refuse_flood(self, domain: str) -> None:
        """Do what `refuse_flood` does, once."""
        if not self._has_counted:
            refuse_flood(domain)
        self._has_counted = True

    def is_too_quick(self, mark: str | None) -> bool:
        """Tell what `is_too_quick` told at first."""
        if self._is_too_quick is None:
            self._is_too_quick = is_too_quick(mark)
        return self._is_too_quick


def limit_lookups(what: str) -> None:
    """Answer 429 to a network with more than one look-up a second."""
    if not current_settings().signup_rate:
        return
    if not _take(LOOKUPS, what, client_network()):
        abort(429)


def client_network() -> str:
    """Return the visitor's network: a /24 of IPv4 or a /56 of IPv6."""
    return network_of(request.remote_addr or "")


def sign_opening_time() -> str:
    """Return the signed time at which a form was opened."""
    return current_tokens().sign(TokenPurpose.FORM_OPENED, int(clock.now().timestamp() * 1000))


def is_too_quick(mark: str | None) -> bool:
    """Tell whether a network sent more than a few forms faster than a person could."""
    if not current_settings().signup_rate or not _was_quick(mark):
        return False
    return not _take(QUICK_FORMS, "quick", client_network())


def _take(most: int, *key: str) -> bool:
    """Count a request; tell whether the minute allows it."""
    return current_limits().take(most, *key, now=clock.now())


def _was_quick(mark: str | None) -> bool:
    try:
        opened = current_tokens().read(TokenPurpose.FORM_OPENED, mark or "")
    except TokenError:
        return True
    elapsed = clock.now().timestamp() * 1000 - int(str(opened))
    return elapsed < SHORTEST_FILLING_TIME.total_seconds() * 1000
