"""Compares a typed password, within the limits on guessing.

A guess is counted before the comparison, and given back if the password is right. An unknown
address takes the same steps and the same time as a known one.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto

from flask import current_app
from flask_security import Security, hash_password, verify_password
from sqlalchemy import select

from supporters import clock
from supporters.accounts.models import Organiser
from supporters.accounts.queries import find_organiser_by_email
from supporters.actors import current_actor
from supporters.database import db, transaction
from supporters.limits.guess_limits import (
    GuessLimit,
    GuessRefused,
    TakenGuess,
    give_back,
    take_guess,
)
from supporters.networks import UNKNOWN
from supporters.sign_in.known_devices import is_known_network
from supporters.sign_in.password_hashing import PasswordsBusy, normalise_password
from supporters.sign_in.refused_sign_ins import count_refusal
from supporters.sign_in.session_models import PasswordReset
from supporters.sign_in.sign_in_limits import account_limit, network_limits, own_limits

NEW_FOR = timedelta(minutes=15)


class PasswordError(Enum):
    """Why a password was not accepted."""

    WRONG = auto()
    BUSY = auto()


@dataclass(frozen=True)
class _Guess:
    """A guess: the account and the network, and the limits that count it.

    The limits `from_here` are those of this account from this network.
    """

    organiser: Organiser | None
    network: str
    from_here: list[GuessLimit]
    from_everywhere: list[GuessLimit]
    of_network: list[GuessLimit]

    @property
    def limits(self) -> list[GuessLimit]:
        """All limits that count the guess."""
        return [*self.from_here, *self.from_everywhere, *self.of_network]

    def failures(self, taken: TakenGuess) -> int:
        """Return the highest count of this account."""
        return max(taken.counts[limit] for limit in (*self.from_here, *self.from_everywhere))


def check_sign_in(email: str, password: str) -> Organiser | PasswordError | GuessRefused:
    """Return the account with this address and this password, if it may sign in."""
    organiser, network = find_organiser_by_email(email), _network()
    is_known = is_known_network(organiser.id if organiser else 0, network)
    guess = _Guess(
        organiser,
        network,
        from_here=own_limits(email, network),
        from_everywhere=[] if is_known else [account_limit(email)],
        of_network=[] if _has_new_password(organiser) else network_limits(network),
    )
    return _check(guess, password)


def check_own_password(
    organiser: Organiser, password: str
) -> Organiser | PasswordError | GuessRefused:
    """Check the password of an account that is signed in already."""
    network = _network()
    own = own_limits(organiser.email, network)
    guess = _Guess(organiser, network, from_here=own, from_everywhere=[], of_network=[])
    return _check(guess, password)


def _check(guess: _Guess, password: str) -> Organiser | PasswordError | GuessRefused:
    taken = _take(guess)
    if isinstance(taken, GuessRefused):
        return taken
    normal = normalise_password(password)
    try:
        is_right = _is_right(guess.organiser, normal)
    except PasswordsBusy:
        give_back(taken)
        return PasswordError.BUSY
    if not is_right or guess.organiser is None:
        with transaction():
            failures = guess.failures(taken)
            count_refusal(guess.organiser, guess.network, taken.at, failures=failures)
        return PasswordError.WRONG
    give_back(taken, forget=guess.from_here)
    _store_newer_hash(guess.organiser, normal)
    return guess.organiser


def _take(guess: _Guess) -> TakenGuess | GuessRefused:
    now = clock.now()
    with transaction():
        taken = take_guess(guess.limits, now)
        if isinstance(taken, GuessRefused):
            count_refusal(guess.organiser, guess.network, now)
    return taken


def _is_right(organiser: Organiser | None, password: str) -> bool:
    """Compare the password. Without an account, hash it: that takes the same time."""
    if organiser is None or not organiser.password:
        hash_password(password)
        return False
    return verify_password(password, organiser.password) and organiser.active


def _has_new_password(organiser: Organiser | None) -> bool:
    """Tell whether a password was just chosen by email: others on its network don't block it."""
    found = select(PasswordReset.id).where(
        PasswordReset.organiser_id == (organiser.id if organiser else 0),
        PasswordReset.used_at > clock.now() - NEW_FOR,
    )
    return db.session.scalar(found.limit(1)) is not None


def _store_newer_hash(organiser: Organiser, password: str) -> None:
    """Hash the password again if the cost of hashes was raised since."""
    security: Security = current_app.extensions["security"]
    if security.pwd_context.needs_update(organiser.password):
        hashed = hash_password(password)
        with transaction():
            organiser.password = hashed


def _network() -> str:
    return current_actor().network or UNKNOWN
