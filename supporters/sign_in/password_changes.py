"""Stores a new password, typed in the account or by the link of an email, and ends other sessions.

The email takes the same steps and the same time for every address. A request stores a row and a
job. A worker looks for the account: it sends at most three links a day, and only the newest works.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import Enum, auto

from flask_security import hash_password
from sqlalchemy import func, select

from supporters import clock
from supporters.accounts.models import Organiser
from supporters.accounts.queries import find_organiser, find_organiser_by_email, lock_organiser
from supporters.actors import current_actor
from supporters.audit_log.audit_events import record_act
from supporters.crypto.encryption import DecryptionFailed
from supporters.crypto.tokens import (
    RowSecret,
    TokenPurpose,
    hash_secret,
    is_secret_of,
    new_secret,
    read_row,
    sign_row,
)
from supporters.database import (
    db,
    delete_where,
    in_transaction,
    run_after_commit,
    transaction,
    use_case,
)
from supporters.extensions import current_encryptor, current_tokens, queue
from supporters.ids import new_id
from supporters.limits.guess_limits import GuessRefused, forget_guesses, take_guess
from supporters.mail.links import link_to
from supporters.mail.models import EmailKind
from supporters.mail.outbox import EmailDraft, put_email
from supporters.networks import UNKNOWN
from supporters.notices.security_notices import only, owners_and_officer, put_notice
from supporters.queue import TRANSACTIONAL_PRIORITY
from supporters.sign_in.acts import SignInAct, SignInNotice
from supporters.sign_in.password_hashing import normalise_password
from supporters.sign_in.session_models import PasswordReset
from supporters.sign_in.sign_in_limits import own_limits, reset_limits
from supporters.sign_in.sign_in_sessions import (
    end_all_sessions,
    end_other_sessions,
    remember_device,
)

RESET_LIFETIME = timedelta(hours=5)
MOST_A_DAY = 3
DAY = timedelta(days=1)
ANSWER_JOB = "answer_password_reset"


def change_password(organiser_id: int, password: str, *, session_id: int) -> None:
    """Change the password of an account that is signed in. Only this session goes on.

    Raises PasswordsBusy, LookupError.
    """
    hashed = hash_new_password(password)
    with transaction():
        organiser = find_organiser(organiser_id)
        if organiser is None:
            raise LookupError(organiser_id)
        organiser.password = hashed
        end_other_sessions(organiser_id, session_id)
        record_act(SignInAct.PASSWORD_CHANGED, organiser_id)
        tell_of_new_password(organiser)


def hash_new_password(password: str) -> str:
    """Return the hash of a new password, outside of a transaction. Raises PasswordsBusy."""
    return str(hash_password(normalise_password(password)))


@in_transaction
def tell_of_new_password(organiser: Organiser) -> None:
    """Tell an account that its password was changed."""
    values = {"account": organiser.email}
    url = link_to("console.forgotten_password")
    put_notice(SignInNotice.PASSWORD_CHANGED, only([organiser]), values, url=url)


class ResetError(Enum):
    """Why a new password was not stored."""

    LINK_INVALID = auto()


@use_case
def request_password_reset(email: str) -> GuessRefused | None:
    """Store a request for any address. It is refused only for too many from one network."""
    now = clock.now()
    taken = take_guess(reset_limits(current_actor().network or UNKNOWN), now)
    if isinstance(taken, GuessRefused):
        return taken
    row = PasswordReset(
        id=new_id(now), encrypted=current_encryptor().encrypt(email.encode()), requested_at=now
    )
    db.session.add(row)
    run_after_commit(lambda: queue.later(ANSWER_JOB, row.id, priority=TRANSACTIONAL_PRIORITY))
    return None


def answer_waiting_resets() -> None:
    """Answer the requests whose job was lost."""
    waiting = select(PasswordReset.id).where(PasswordReset.encrypted.is_not(None))
    for reset_id in db.session.scalars(waiting.order_by(PasswordReset.id)).all():
        answer_password_reset(reset_id)


@use_case
def answer_password_reset(reset_id: int) -> None:
    """Send a link if the address has an account; delete the request if it has none."""
    row = db.session.get(PasswordReset, reset_id, with_for_update=True, populate_existing=True)
    if row is None or row.encrypted is None:
        return
    organiser = _find_account(row.encrypted)
    if organiser is None or not organiser.active:
        db.session.delete(row)
        return
    lock_organiser(organiser.id)
    before = _list_of_the_day(organiser.id, row.requested_at)
    row.organiser_id, row.encrypted = organiser.id, None
    record_act(SignInAct.PASSWORD_RESET_REQUESTED, organiser.id)
    if sum(each.secret_hash is not None for each in before) < MOST_A_DAY:
        _send_link(row, organiser)
    elif len(before) == MOST_A_DAY:
        values: dict[str, str | int] = {"account": organiser.email, "count": MOST_A_DAY}
        put_notice(SignInNotice.RESETS, only([organiser]), values, url=link_to("console.account"))


def find_reset_account(token: str) -> Organiser | None:
    """Return the account of a link that works: the newest one, not used, not too old."""
    row = _find_reset(token)
    organiser = None if row is None else find_organiser(row.organiser_id or 0)
    return organiser if organiser is not None and organiser.active else None


def reset_password(token: str, password: str, *, browser: str) -> Organiser | ResetError:
    """Store the new password. All sessions end, and the network is one where guesses don't block.

    The link came by email, so the address is proved. Raises PasswordsBusy.
    """
    if find_reset_account(token) is None:
        return ResetError.LINK_INVALID
    hashed = hash_new_password(password)
    with transaction():
        row, organiser = _find_reset(token, is_locked=True), find_reset_account(token)
        if row is None or organiser is None:
            return ResetError.LINK_INVALID
        row.used_at = clock.now()
        organiser.password = hashed
        organiser.welcomed_at = organiser.welcomed_at or clock.now()
        organiser.is_address_unproved = False
        end_all_sessions(organiser.id)
        _open_the_network(organiser, browser)
        record_act(SignInAct.PASSWORD_RESET, organiser.id)
        _tell(organiser)
    return organiser


@use_case
def purge_password_resets(now: datetime) -> int:
    """Delete the requests that no count needs any more; return how many."""
    return delete_where(PasswordReset, PasswordReset.requested_at <= now - DAY)


def _find_account(encrypted: bytes) -> Organiser | None:
    try:
        return find_organiser_by_email(current_encryptor().decrypt(encrypted).decode())
    except DecryptionFailed:
        return None


def _list_of_the_day(organiser_id: int, now: datetime) -> Sequence[PasswordReset]:
    return db.session.scalars(
        select(PasswordReset).where(
            PasswordReset.organiser_id == organiser_id, PasswordReset.requested_at > now - DAY
        )
    ).all()


@in_transaction
def _send_link(row: PasswordReset, organiser: Organiser) -> None:
    secret = new_secret()
    row.secret_hash = hash_secret(secret)
    token = sign_row(current_tokens(), TokenPurpose.NEW_PASSWORD, RowSecret(row.id, secret))
    draft = EmailDraft(
        kind=EmailKind.RESET_PASSWORD,
        recipient=organiser.email,
        language=organiser.language,
        values={
            "reset_url": link_to("console.new_password", token=token),
            "hours": int(RESET_LIFETIME.total_seconds() // 3600),
        },
        useful_for=RESET_LIFETIME,
    )
    put_email(draft, now=clock.now())


def _find_reset(token: str, *, is_locked: bool = False) -> PasswordReset | None:
    link = read_row(current_tokens(), TokenPurpose.NEW_PASSWORD, token)
    if link is None:
        return None
    row = db.session.get(PasswordReset, link.row_id, with_for_update=is_locked or None)
    if row is None or row.used_at or row.requested_at <= clock.now() - RESET_LIFETIME:
        return None
    newest = db.session.scalar(
        select(func.max(PasswordReset.id)).where(
            PasswordReset.organiser_id == row.organiser_id, PasswordReset.secret_hash.is_not(None)
        )
    )
    return row if row.id == newest and is_secret_of(row.secret_hash, link.secret) else None


@in_transaction
def _open_the_network(organiser: Organiser, browser: str) -> None:
    """Forget the guesses from here: the person showed that the mailbox is theirs."""
    network = current_actor().network or UNKNOWN
    for limit in own_limits(organiser.email, network):
        forget_guesses(limit)
    remember_device(organiser.id, network, browser, now=clock.now())


@in_transaction
def _tell(organiser: Organiser) -> None:
    tell_of_new_password(organiser)
    if organiser.is_owner_at_work:
        others = {
            address: language
            for address, language in owners_and_officer().items()
            if address != organiser.email
        }
        values = {"account": organiser.email}
        url = link_to("console.organisers")
        put_notice(SignInNotice.OWNER_RESET, others, values, url=url)
