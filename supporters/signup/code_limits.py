"""The limits on guessing the codes of confirmation emails (ADR 071).

A network may type some wrong codes, and an IPv6 site (a /48) twice as many. If most codes of an
hour are wrong, somebody guesses at many requests from many places: then no code is compared in this
hour, and the button in the email is the way. Each place adds only its first wrong codes of the hour
to this sum, so one customer of a provider can't stop the codes of others. Right codes use up
nothing.
"""

from datetime import datetime, timedelta

from supporters.accounts.models import RoleName
from supporters.accounts.queries import list_active_organisers
from supporters.actors import current_actor
from supporters.database import use_case
from supporters.extensions import current_settings
from supporters.limits.count_store import RequestLimit, current_counts, read_total
from supporters.limits.guess_limits import TakenGuess, take_guess
from supporters.mail.links import link_to
from supporters.networks import site_of
from supporters.notices.security_notices import only, put_notice
from supporters.sign_in.sign_in_limits import daily_notice
from supporters.signup.acts import SignupNotice
from supporters.signup.confirmation import ConfirmError
from supporters.signup.rules import is_guessing

HOUR = timedelta(hours=1)
UNLIMITED = 1_000_000_000
WRONG_A_MINUTE, WRONG_A_DAY = 10, 100
SITE_FACTOR = 2
SUMMED_OF_A_PLACE = 3  # wrong codes an hour
WRONG = RequestLimit("codes", "wrong", UNLIMITED, HOUR)
RIGHT = RequestLimit("codes", "right", UNLIMITED, HOUR)


def find_code_limit(now: datetime) -> ConfirmError | None:
    """Return the limit that keeps this visitor's code from being compared."""
    if not _is_limited():
        return None
    counts = current_counts()
    if is_guessing(wrong=counts.total(WRONG, now), right=counts.total(RIGHT, now)):
        return ConfirmError.CODES_STOPPED
    if any(counts.total(each, now) >= each.most for each in _limits_of_network()):
        return ConfirmError.WRONG_CODES_OF_NETWORK
    return None


def count_code(*, is_right: bool, now: datetime) -> None:
    """Count a code that was typed."""
    if not _is_limited():
        return
    for limit in [RIGHT] if is_right else [*_summed(now), *_limits_of_network()]:
        current_counts().count(limit, now)


@use_case
def tell_of_guessing(now: datetime) -> bool:
    """Tell the owners, once a day, that codes are refused; tell whether that is so."""
    is_stopped = is_guessing(wrong=read_total(WRONG, now), right=read_total(RIGHT, now))
    if is_stopped and isinstance(take_guess([daily_notice("codes", "")], now), TakenGuess):
        owners = only(list_active_organisers(RoleName.OWNER))
        values: dict[str, str | int] = {"wrong": read_total(WRONG, now)}
        put_notice(SignupNotice.CODES_STOPPED, owners, values, url=link_to("console.dashboard"))
    return is_stopped


def _summed(now: datetime) -> list[RequestLimit]:
    """Return the counts of the sum that this wrong code belongs to."""
    network = current_actor().network or ""
    place = RequestLimit("summed codes", site_of(network) or network, SUMMED_OF_A_PLACE, HOUR)
    return [] if current_counts().total(place, now) >= place.most else [WRONG, place]


def _limits_of_network() -> list[RequestLimit]:
    network = current_actor().network or ""
    limits = _limits_of(network, 1)
    if site := site_of(network):
        limits += _limits_of(f"site {site}", SITE_FACTOR)
    return limits


def _limits_of(place: str, factor: int) -> list[RequestLimit]:
    return [
        RequestLimit("wrong codes", place, WRONG_A_MINUTE * factor),
        RequestLimit("wrong codes", place, WRONG_A_DAY * factor, timedelta(days=1)),
    ]


def _is_limited() -> bool:
    """Tell whether a visitor types the code, and signups have limits at all."""
    return bool(current_actor().network and current_settings().signup_rate)
