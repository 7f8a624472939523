"""Decisions about signups: which letter a request gets, and how long things last."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import Enum, auto

REQUEST_LIFETIME = timedelta(hours=72)
MANAGE_LINK_LIFETIME = timedelta(hours=72)
DAY = timedelta(hours=24)
MONTH = timedelta(days=30)
LETTERS_A_MONTH = 3
RESEND_AFTER = (timedelta(hours=1), DAY, 2 * DAY, REQUEST_LIFETIME)
CODE_ATTEMPTS = 5
CODE_DIGITS = 6
SHORTEST_FILLING_TIME = timedelta(seconds=1.5)


class Answer(Enum):
    """The letter that a signup request gets."""

    CONFIRM = auto()
    ALREADY_SUBSCRIBED = auto()
    NOTHING = auto()


def choose_answer(
    *,
    is_subscribed_already: bool,
    is_shielded: bool,
    confirmations: Sequence[datetime],
    signup_emails: Sequence[datetime],
    now: datetime,
) -> Answer:
    """Choose the letter for a request.

    `is_shielded` says that the holder told us "this was not me". The others are the times of
    emails to this mailbox since its holder last confirmed: those that ask to confirm, and these
    together with those that say that nothing is to be confirmed. The second kind never keeps the
    first away.
    """
    if is_shielded:
        return Answer.NOTHING
    if is_subscribed_already:
        may_write = may_write_again(signup_emails, now)
        return Answer.ALREADY_SUBSCRIBED if may_write else Answer.NOTHING
    return Answer.CONFIRM if may_ask_to_confirm(confirmations, now) else Answer.NOTHING


def may_ask_to_confirm(unanswered: Sequence[datetime], now: datetime) -> bool:
    """Tell whether one more email may ask a mailbox to confirm (REQ-58, ADR 028).

    At most two leave in a day, and the distance grows until it is the lifetime of a request. So
    a mailbox always has an email whose link works, or gets one: nobody can lock its holder out.
    """
    last_month = [sent for sent in unanswered if sent > now - MONTH]
    if not last_month:
        return True
    distance = RESEND_AFTER[min(len(last_month), len(RESEND_AFTER)) - 1]
    return max(last_month) <= now - distance


def may_write_again(unanswered_letters: Sequence[datetime], now: datetime) -> bool:
    """Tell whether another letter to a mailbox keeps within the caps."""
    last_day = [sent for sent in unanswered_letters if sent > now - DAY]
    last_month = [sent for sent in unanswered_letters if sent > now - MONTH]
    return not last_day and len(last_month) < LETTERS_A_MONTH


def is_expired(expires_at: datetime, now: datetime) -> bool:
    """Tell whether a request can no longer be confirmed."""
    return now >= expires_at


def may_try_code(attempts: int) -> bool:
    """Tell whether a code may still be tried against a request."""
    return attempts < CODE_ATTEMPTS
