"""The sessions of accounts, a row for each signed-in browser, and known devices (REQ-126).

The cookie has a secret and the row its hash, so neither the database nor the keys make a session.
A session ends after an hour without use, and after seven days.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select

from supporters.accounts.models import Organiser
from supporters.actors import Actor, ActorKind, acting_as
from supporters.audit_log.audit_events import AuditEvent, network_mac, record_act
from supporters.crypto.tokens import hash_secret, new_secret
from supporters.database import db, delete_where, in_transaction, use_case
from supporters.ids import new_id
from supporters.mail.links import link_to
from supporters.notices.security_notices import only, put_notice
from supporters.sign_in.acts import SignInAct, SignInNotice
from supporters.sign_in.session_models import MAX_METHODS, KnownDevice, SignInSession

REMEMBERED_FOR = timedelta(days=180)
LONGEST_IDLE = timedelta(minutes=60)
LONGEST_SESSION = timedelta(days=7)
USE_IS_NOTED_AFTER = timedelta(minutes=1)


def is_known_network(organiser_id: int, network: str) -> bool:
    """Tell whether an account signed in from a network before."""
    found = select(KnownDevice.browser).where(
        KnownDevice.organiser_id == organiser_id, KnownDevice.network_mac == network_mac(network)
    )
    return db.session.scalar(found.limit(1)) is not None


@in_transaction
def remember_device(organiser_id: int, network: str, browser: str, *, now: datetime) -> bool:
    """Remember a browser in a network; tell whether it is new, and not the account's first one."""
    mac = network_mac(network)
    row = db.session.get(KnownDevice, (organiser_id, mac, browser))
    if row is not None:
        row.used_at = now
        return False
    others = db.session.scalar(
        select(KnownDevice.browser).where(KnownDevice.organiser_id == organiser_id).limit(1)
    )
    row = KnownDevice(organiser_id=organiser_id, network_mac=mac, browser=browser, used_at=now)
    db.session.add(row)
    return others is not None


@use_case
def purge_known_devices(now: datetime) -> int:
    """Delete the devices that were not used for half a year; return how many."""
    return delete_where(KnownDevice, KnownDevice.used_at <= now - REMEMBERED_FOR)


@dataclass(frozen=True)
class SignInDevice:
    """The browser that signs in: its network, its name, and the ways of the sign-in."""

    network: str
    browser: str
    methods: Sequence[str]


@use_case
def begin_session(organiser: Organiser, device: SignInDevice, now: datetime) -> str:
    """Store a session and return its secret. A new device is told to the account by email."""
    secret, methods = new_secret(), ",".join(device.methods)[:MAX_METHODS]
    row = SignInSession(
        id=new_id(now),
        organiser_id=organiser.id,
        secret_hash=hash_secret(secret),
        begun_at=now,
        used_at=now,
        confirmed_at=now,
        network_mac=network_mac(device.network),
        browser=device.browser,
        methods=methods,
    )
    db.session.add(row)
    with acting_as(Actor(ActorKind.ACCOUNT, account_id=organiser.id, address=device.network)):
        record_act(
            SignInAct.SIGNED_IN, organiser.id, {"methods": methods, "browser": device.browser}
        )
    if remember_device(organiser.id, device.network, device.browser, now=now):
        values = {"account": organiser.email, "browser": device.browser or "?"}
        put_notice(
            SignInNotice.NEW_DEVICE, only([organiser]), values, url=link_to("console.account")
        )
    return secret


def find_session(secret: str, now: datetime) -> SignInSession | None:
    """Return the session of a secret, unless it is over."""
    row = db.session.scalar(
        select(SignInSession).where(SignInSession.secret_hash == hash_secret(secret))
    )
    is_over = row is not None and (
        row.used_at <= now - LONGEST_IDLE or row.begun_at <= now - LONGEST_SESSION
    )
    return None if is_over else row


def list_sessions(organiser_id: int, now: datetime) -> Sequence[SignInSession]:
    """Return the open sessions of an account, the one that was used last first."""
    return db.session.scalars(
        select(SignInSession)
        .where(
            SignInSession.organiser_id == organiser_id,
            SignInSession.used_at > now - LONGEST_IDLE,
            SignInSession.begun_at > now - LONGEST_SESSION,
        )
        .order_by(SignInSession.used_at.desc(), SignInSession.id.desc())
    ).all()


def needs_note_of_use(session: SignInSession, now: datetime) -> bool:
    """Tell whether the use of a session was noted more than a minute ago."""
    return session.used_at <= now - USE_IS_NOTED_AFTER


@use_case
def note_use(session_id: int, now: datetime) -> None:
    """Note that a session is used."""
    if (row := db.session.get(SignInSession, session_id)) is not None:
        row.used_at = now


@use_case
def note_confirmation(session_id: int, now: datetime) -> None:
    """Note that the account showed its password or another factor again in a session."""
    if (row := db.session.get(SignInSession, session_id)) is not None:
        row.confirmed_at = now


@use_case
def end_session(session_id: int, organiser_id: int) -> bool:
    """End a session of an account; tell whether there was one."""
    row = db.session.get(SignInSession, session_id)
    if row is None or row.organiser_id != organiser_id:
        return False
    db.session.delete(row)
    record_act(SignInAct.SESSION_ENDED, organiser_id, {"browser": row.browser})
    return True


@in_transaction
def sign_out(session: SignInSession) -> None:
    """End the session of a browser whose account signs out."""
    db.session.execute(delete(SignInSession).where(SignInSession.id == session.id))
    record_act(SignInAct.SIGNED_OUT, session.organiser_id)


@use_case
def end_other_sessions(organiser_id: int, own_id: int) -> int:
    """End every session of an account but one; return how many."""
    ended = _delete_sessions(organiser_id, own_id)
    record_act(SignInAct.OTHER_SESSIONS_ENDED, organiser_id, {"count": ended})
    return ended


@in_transaction
def end_all_sessions(organiser_id: int) -> int:
    """End every session of an account; return how many."""
    return _delete_sessions(organiser_id, 0)


@use_case
def purge_sessions(now: datetime) -> int:
    """Delete the sessions that are over; return how many."""
    return delete_where(
        SignInSession,
        or_(
            SignInSession.used_at <= now - LONGEST_IDLE,
            SignInSession.begun_at <= now - LONGEST_SESSION,
        ),
    )


def _delete_sessions(organiser_id: int, own_id: int) -> int:
    gone = db.session.execute(
        delete(SignInSession)
        .where(SignInSession.organiser_id == organiser_id, SignInSession.id != own_id)
        .returning(SignInSession.id)
    )
    return len(gone.all())


def find_last_sign_ins() -> dict[int, datetime]:
    """Return when each account last signed in, by account id."""
    rows = db.session.execute(
        select(AuditEvent.object_id, func.max(AuditEvent.occurred_at))
        .where(AuditEvent.act == SignInAct.SIGNED_IN.value, AuditEvent.object_id.is_not(None))
        .group_by(AuditEvent.object_id)
    )
    return {account_id: moment for account_id, moment in rows if account_id is not None}
