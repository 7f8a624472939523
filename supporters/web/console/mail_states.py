"""How an e-mail of ours stands, and what to do when nobody got it."""

from datetime import datetime
from typing import NamedTuple

from flask_babel import gettext
from flask_babel.speaklater import LazyString

from supporters.mail.models import LOST, Letter, LetterStatus
from supporters.mail.undelivered import Undelivered
from supporters.web.labels.mail_labels import MUST_ARRIVE, TO_DO_WHEN_LOST


class LetterState(NamedTuple):
    """How an e-mail stands: the tone of its badge, words, and since when."""

    tone: str
    words: str
    since: datetime | None
    is_given_up: bool = False


class UndeliveredRow(NamedTuple):
    """A line of what nobody got."""

    what: LazyString
    how_often: int
    last_at: datetime
    why: str
    to_do: LazyString


def describe_letter(letter: Letter) -> LetterState:
    """Return how an e-mail stands."""
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
    """Return what a page tells of the e-mails of one kind that nobody got."""
    what, why = MUST_ARRIVE[each.kind], _describe_reply(each.reply)
    return UndeliveredRow(what, each.count, each.last_at, why, TO_DO_WHEN_LOST[each.kind])


def _describe_reply(reply: str | None) -> str:
    """Return why an e-mail was given up, with the mail server's code if there is one."""
    if reply == LOST:
        return str(gettext("the connection broke while sending, so it may have arrived"))
    if reply and reply[:3].isdigit():
        return str(gettext("the mail server rejected it (%(code)s)", code=reply))
    return str(gettext("no mail server accepted it in time"))
