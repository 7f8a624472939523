"""The state of a transactional email, and what to do when it wasn't delivered."""

from datetime import datetime
from typing import NamedTuple

from flask_babel import gettext
from flask_babel.speaklater import LazyString

from supporters.mail.models import LOST, Letter, LetterStatus
from supporters.mail.undelivered import Undelivered
from supporters.web.labels.mail_labels import MUST_ARRIVE, TO_DO_WHEN_LOST


class LetterState(NamedTuple):
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


def describe_letter(letter: Letter) -> LetterState:
    """Return the state of an email."""
    match letter.status:
        case LetterStatus.SENT:
            words = gettext("Email accepted by the mail server")
            return LetterState("good", words, letter.settled_at)
        case LetterStatus.GIVEN_UP | LetterStatus.WITHHELD:
            words = gettext("Email not delivered: %(why)s", why=_describe_reply(letter.last_reply))
            return LetterState("bad", words, letter.settled_at, is_given_up=True)
        case LetterStatus.QUEUED | LetterStatus.SENDING:
            return LetterState("quiet", gettext("Email queued"), letter.created_at)


def describe_undelivered(each: Undelivered) -> UndeliveredRow:
    """Return the row of the undelivered emails of one kind."""
    what, why = MUST_ARRIVE[each.kind], _describe_reply(each.reply)
    return UndeliveredRow(what, each.count, each.last_at, why, TO_DO_WHEN_LOST[each.kind])


def _describe_reply(reply: str | None) -> str:
    """Return why an email wasn't delivered, with the mail server's code if there is one."""
    if reply == LOST:
        return str(gettext("the connection broke while sending, so it may have arrived"))
    if reply and reply[:3].isdigit():
        return str(gettext("the mail server rejected it (%(code)s)", code=reply))
    return str(gettext("no mail server accepted it in time"))
