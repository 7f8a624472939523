"""The state of a transactional email, and what to do when it wasn't delivered."""

from datetime import datetime
from typing import NamedTuple

from flask_babel import LazyString, gettext

from supporters.mail.models import EmailStatus, OutboxEmail
from supporters.mail.undelivered import UndeliveredEmails
from supporters.web.labels.mail_labels import MUST_ARRIVE, TO_DO_WHEN_UNDELIVERED


class EmailState(NamedTuple):
    """The state of an email: the tone of its badge, words, and time."""

    tone: str
    words: str
    since: datetime | None
    is_given_up: bool = False


class UndeliveredRow(NamedTuple):
    """A row of the table of undelivered emails."""

    what: LazyString
    how_often: int
    last_at: datetime
    why: str
    to_do: LazyString


def describe_email(email: OutboxEmail) -> EmailState:
    """Return the state of an email."""
    match email.status:
        case EmailStatus.SENT:
            words = gettext("Email accepted by the mail server")
            return EmailState("good", words, email.settled_at)
        case EmailStatus.GIVEN_UP | EmailStatus.WITHHELD:
            why = _describe_reply(email.last_reply, may_have_arrived=email.times_lost > 0)
            words = gettext("Email not delivered: %(why)s", why=why)
            return EmailState("bad", words, email.settled_at, is_given_up=True)
        case EmailStatus.QUEUED | EmailStatus.SENDING:
            return EmailState("quiet", gettext("Email queued"), email.created_at)


def describe_undelivered(each: UndeliveredEmails) -> UndeliveredRow:
    """Return the row of the undelivered emails of one kind."""
    what = MUST_ARRIVE[each.kind]
    why = _describe_reply(each.reply, may_have_arrived=each.may_have_arrived)
    return UndeliveredRow(what, each.count, each.last_at, why, TO_DO_WHEN_UNDELIVERED[each.kind])


def _describe_reply(reply: str | None, *, may_have_arrived: bool) -> str:
    """Return why an email wasn't delivered, with the mail server's code if there is one."""
    if may_have_arrived:
        return str(gettext("the connection broke while sending, so it may have arrived"))
    if reply and reply[:3].isdigit():
        return str(gettext("the mail server rejected it (%(code)s)", code=reply))
    return str(gettext("no mail server accepted it in time"))
