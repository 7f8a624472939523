"""Decides which email a signup request gets, and how long links and codes work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

REQUEST_LIFETIME = timedelta(hours=72)
MANAGE_LINK_LIFETIME = timedelta(hours=72)
DAY = timedelta(hours=24)
MONTH = timedelta(days=30)
MAILS_PER_DAY = 2
MAILS_PER_MONTH = 3
# The shortest times between confirmation emails to a mailbox: after the first, the second, and so
# on; the last one repeats (ADR 028). To send an email of the same request again is quicker, and
# makes no fourth email in a month (ADR 068).
NEW_REQUEST_INTERVALS = (timedelta(hours=1), DAY, 2 * DAY, REQUEST_LIFETIME)
SEND_AGAIN_INTERVALS = (timedelta(minutes=2), DAY, MONTH)
MOST_CODES_TYPED = 3
CODE_DIGITS = 6
FEWEST_WRONG_CODES = 100
USUAL_WRONG_SHARE = 0.5
SHORTEST_FILLING_TIME = timedelta(seconds=1.5)
NO_MAIL_TO_DEAD = timedelta(days=3)  # to a mailbox that an email came back from: nobody has it


class SignupMail(Enum):
    """The email that a signup request gets."""

    CONFIRM = auto()
    ALREADY_SUBSCRIBED = auto()
    NOTHING = auto()


class AskAgain(Enum):
    """The answer to a browser that asks for the email of its form once more."""

    NOW = auto()
    EARLY = auto()
    ENOUGH = auto()


@dataclass(frozen=True, kw_only=True)
class SignupEmails:
    """The signup emails that a mailbox got and has not answered, and how soon another may follow.

    `confirmations` are the times of confirmation emails; `all` has those and the times of "already
    subscribed" emails.
    """

    confirmations: Sequence[datetime]
    all: Sequence[datetime]
    intervals: Sequence[timedelta] = NEW_REQUEST_INTERVALS


def choose_signup_mail(
    *,
    is_subscribed_already: bool,
    is_blocked: bool,
    emails: SignupEmails,
    now: datetime,
) -> SignupMail:
    """Choose the email for a request.

    `is_blocked`: the person of the address told us "it wasn't me", or nobody reads it. Only
    confirmation emails delay the next confirmation email.
    """
    if is_blocked:
        return SignupMail.NOTHING
    if is_subscribed_already:
        may_write = may_send_reminder(emails.all, now)
        return SignupMail.ALREADY_SUBSCRIBED if may_write else SignupMail.NOTHING
    return SignupMail.CONFIRM if may_send_confirmation(emails, now) else SignupMail.NOTHING


def may_send_confirmation(emails: SignupEmails, now: datetime) -> bool:
    """Tell whether one more email may ask a mailbox to confirm (REQ-58, ADR 028 and 068).

    At most two are sent in a day. For new requests the interval grows to the lifetime of a
    request, so a mailbox always has an email whose link works, or gets one: nobody can lock a
    person out.
    """
    last_month = [sent for sent in emails.confirmations if sent > now - MONTH]
    if not last_month:
        return True
    distance = emails.intervals[min(len(last_month), len(emails.intervals)) - 1]
    return max(last_month) <= now - distance


def may_send_reminder(unanswered: Sequence[datetime], now: datetime) -> bool:
    """Tell whether the caps permit another email to a mailbox."""
    last_day = [sent for sent in unanswered if sent > now - DAY]
    last_month = [sent for sent in unanswered if sent > now - MONTH]
    return not last_day and len(last_month) < MAILS_PER_MONTH


def choose_again(asked: Sequence[datetime], now: datetime) -> AskAgain:
    """Tell what a browser gets that asks for the email of its form once more.

    `asked` are the times at which it asked. They are its own: the answer is the same for every
    address. The emails that the mailbox got decide whether another one leaves.
    """
    if len([each for each in asked if each > now - DAY]) >= MAILS_PER_DAY:
        return AskAgain.ENOUGH
    first_interval = SEND_AGAIN_INTERVALS[0]
    is_early = any(each > now - first_interval for each in asked)
    return AskAgain.EARLY if is_early else AskAgain.NOW


def is_expired(expires_at: datetime, now: datetime) -> bool:
    """Tell whether a request can no longer be confirmed."""
    return now >= expires_at


def may_try_code(codes_typed: int) -> bool:
    """Tell whether another code may be tried for a request."""
    return codes_typed < MOST_CODES_TYPED


def is_guessing(*, wrong: int, right: int) -> bool:
    """Tell whether the codes of an hour are guessed: many are wrong, and more than are right.

    People type about one code in ten wrong.
    """
    return wrong >= FEWEST_WRONG_CODES and wrong > USUAL_WRONG_SHARE * (wrong + right)
