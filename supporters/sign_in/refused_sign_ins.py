"""Sums refused sign-ins, so that the audit log has one event for each ten minutes and network.

A row counts the tries; after ten minutes a job makes an event of it and deletes the row, and with
it the network.
"""

from datetime import datetime, timedelta

from sqlalchemy import select

from supporters import clock
from supporters.accounts.models import Organiser, RoleName
from supporters.accounts.queries import find_organiser, list_active_organisers
from supporters.actors import Actor, ActorKind, acting_as
from supporters.audit_log.audit_events import record_act
from supporters.crypto.encryption import keyed_hash
from supporters.database import db, in_transaction, use_case
from supporters.limits.guess_limits import TakenGuess, take_guess
from supporters.locks import Lock
from supporters.mail.links import link_to
from supporters.notices.security_notices import only, put_notice
from supporters.people.address_hashes import ADDRESSES, data_key
from supporters.sign_in.acts import SignInAct, SignInNotice
from supporters.sign_in.session_models import RefusedSignIn
from supporters.sign_in.sign_in_limits import daily_notice

WINDOW = timedelta(minutes=10)
TELL_THE_ACCOUNT_AT = 10  # failures that its limit counts
TELL_THE_OWNERS_AT = 100  # refused tries of everybody, within ten minutes


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
        with acting_as(Actor(ActorKind.VISITOR, network=row.network)):
            record_act(SignInAct.SIGN_IN_REFUSED, row.organiser_id, details)
        db.session.delete(row)
    return len(rows)
