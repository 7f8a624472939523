"""Compares a typed password, within the limits on guessing.

A guess is counted before the comparison, and given back if the password is right. An unknown
address takes the same steps and the same time as a known one.

Refused sign-ins are summed in a row; after ten minutes a job makes an event of it and deletes the
row, and with it the network.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from flask import current_app
from flask_security import Security, hash_password, verify_password
from sqlalchemy import select

from supporters import clock
from supporters.accounts.models import Organiser, RoleName
from supporters.accounts.queries import (
    find_organiser,
    find_organiser_by_email,
    list_active_organisers,
)
from supporters.actors import Actor, ActorKind, acting_as, current_actor
from supporters.audit_log.audit_events import record_act
from supporters.crypto.encryption import keyed_hash
from supporters.database import db, in_transaction, transaction, use_case
from supporters.limits.guess_limits import (
    GuessLimit,
    GuessRefused,
    TakenGuess,
    give_back,
    take_guess,
)
from supporters.locks import Lock
from supporters.mail.links import link_to
from supporters.networks import UNKNOWN
from supporters.notices.security_notices import only, put_notice
from supporters.people.data_keys import ADDRESSES, data_key
from supporters.sign_in.acts import SignInAct, SignInNotice
from supporters.sign_in.password_hashing import PasswordsBusy, normalise_password
from supporters.sign_in.session_models import PasswordReset, RefusedSignIn
from supporters.sign_in.sign_in_limits import (
    account_limit,
    daily_notice,
    network_limits,
    own_limits,
)
from supporters.sign_in.sign_in_sessions import is_known_network

WINDOW = timedelta(minutes=10)
TELL_THE_ACCOUNT_AT = 10  # failures that its limit counts
TELL_THE_OWNERS_AT = 100  # refused tries of everybody, within ten minutes
NEW_FOR = timedelta(minutes=15)


@in_transaction
def count_refusal(
    organiser: Organiser | None, network: str, now: datetime, *, failures: int | None = None
) -> None:
    """Count a refused sign-in: with `failures` a wrong password, without a try that came too early.

    Unknown addresses of one network count together.
    """
    began = now - timedelta(
        minutes=now.minute % 10, seconds=now.second, microseconds=now.microsecond
    )
    account = None if organiser is None else organiser.id
    name = f"{account} {network} {began.isoformat()}"
    key = keyed_hash(data_key(ADDRESSES), "refused sign-ins", name)[:16]
    Lock.GUESS.take(key)
    row = db.session.get(RefusedSignIn, key, populate_existing=True)
    if row is None:
        row = RefusedSignIn(
            key_mac=key,
            organiser_id=account,
            network=network,
            begun_at=began,
            compared=0,
            limited=0,
            failures=0,
        )
        db.session.add(row)
    row.compared += failures is not None
    row.limited += failures is None
    row.failures = max(row.failures, failures or 0)


def sum_refusals(now: datetime) -> int:
    """Tell accounts and owners of many refusals, and record those of past windows; return these."""
    _tell_accounts()
    _tell_owners(now)
    return _record_past(now)


@use_case
def _tell_accounts() -> None:
    """Notify each account whose password somebody guesses, once a day."""
    rows = db.session.scalars(
        select(RefusedSignIn)
        .where(
            RefusedSignIn.organiser_id.is_not(None),
            RefusedSignIn.failures >= TELL_THE_ACCOUNT_AT,
        )
        .order_by(RefusedSignIn.key_mac)
    )
    for row in rows.all():
        account = find_organiser(row.organiser_id or 0)
        if account is None or not account.active or not account.password:
            continue
        if _is_first_today("guesses", account.email):
            values: dict[str, str | int] = {"account": account.email, "count": row.failures}
            put_notice(
                SignInNotice.GUESSES, only([account]), values, url=link_to("console.account")
            )


@use_case
def _tell_owners(now: datetime) -> None:
    """Notify the owners if many sign-ins were refused in ten minutes, once a day."""
    rows = db.session.scalars(
        select(RefusedSignIn).where(RefusedSignIn.begun_at > now - 2 * WINDOW)
    ).all()
    totals: dict[datetime, int] = {}
    for row in rows:
        totals[row.begun_at] = totals.get(row.begun_at, 0) + row.compared + row.limited
    most = max(totals.values(), default=0)
    if most >= TELL_THE_OWNERS_AT and _is_first_today("many guesses", "owners"):
        owners = only(list_active_organisers(RoleName.OWNER))
        put_notice(
            SignInNotice.MANY_GUESSES, owners, {"count": most}, url=link_to("console.organisers")
        )


def _is_first_today(what: str, subject: str) -> bool:
    taken = take_guess([daily_notice(what, subject)], clock.now())
    return isinstance(taken, TakenGuess)


@use_case
def _record_past(now: datetime) -> int:
    """Record the rows of past windows as events, and delete them; return how many."""
    rows = db.session.scalars(
        select(RefusedSignIn)
        .where(RefusedSignIn.begun_at <= now - WINDOW)
        .order_by(RefusedSignIn.key_mac)
        .with_for_update()
    ).all()
    for row in rows:
        details = {"wrong": row.compared, "too_early": row.limited}
        with acting_as(Actor(ActorKind.VISITOR, address=row.network)):
            record_act(SignInAct.SIGN_IN_REFUSED, row.organiser_id, details)
        db.session.delete(row)
    return len(rows)


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
