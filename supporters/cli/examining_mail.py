"""Looks, for `flask doctor`, whether the headers of our mail can be read, and who got none."""

import email.policy
import re
from datetime import UTC, datetime, timedelta
from email.errors import MessageError
from email.header import decode_header, make_header
from email.parser import BytesParser, HeaderParser
from email.utils import parseaddr

from supporters import clock
from supporters.cli.finding import Finding
from supporters.config import Settings
from supporters.extensions import current_settings
from supporters.mail.message.transactional import TransactionalEmail, write_transactional
from supporters.mail.models import LetterKind
from supporters.mail.undelivered import Undelivered, list_undelivered
from supporters.signup.renewing.rules import is_mailbox_gone

LATELY = timedelta(days=1)
MOST_NAMED = 5
FOLD = re.compile(r"\r\n(?=[ \t])")
ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"  # RFC 5322 section 3.2.3
ADDRESS = re.compile(rf"{ATOM}(?:\.{ATOM})*@(?:[A-Za-z0-9-]+\.)+[A-Za-z0-9-]+")
# To an address that somebody typed on a public page, or that stood in a former list.
TO_UNTRIED_ADDRESSES = frozenset(
    {
        *(LetterKind.CONFIRM_SIGNUP, LetterKind.ALREADY_SUBSCRIBED, LetterKind.MY_DATA),
        *(LetterKind.NEW_ADDRESS, LetterKind.RE_PERMISSION, LetterKind.ASK_AGAIN),
    }
)


def look_at_sender() -> Finding:
    """Write a letter in memory, and tell whether a strict reader finds who sent it."""
    settings = current_settings()
    about = "sender of mail"
    for name, address in (
        ("MAIL_FROM", settings.mail_from),
        ("PARTY_CONTACT", settings.party_contact),
    ):
        if not ADDRESS.fullmatch(address):
            how = f"SUPPORTERS_{name} is {address!r}: mail servers don't read that as an address."
            return Finding(about, "wrong", f"{how} Give one as in name@party.example.")
    if not _is_read_as_written(settings):
        how = f"The name {settings.party_name!a} can't be read in a mail's From."
        return Finding(about, "wrong", f"{how} Write SUPPORTERS_PARTY_NAME with other characters.")
    return Finding(about, "right", f"Mail programs read it as: {settings.party_name}.")


def look_at_undelivered() -> Finding:
    """Tell which letters nobody got lately: what for, and the relay's code. Never whose."""
    about = "undelivered letters"
    lost = list_undelivered(clock.now() - LATELY)
    if not lost:
        return Finding(about, "right", "None was given up in the last day.")
    named = "; ".join(_describe(each) for each in lost[:MOST_NAMED])
    more = ", and others" if len(lost) > MOST_NAMED else ""
    if all(_is_to_nobody(each) for each in lost):
        words = f"Given up in the last day, for there is no such mailbox: {named}{more}."
        return Finding(about, "look", words)
    how = (
        "Look up the code in the log of the relay. The dashboard of the console says whom to tell "
        "in another way."
    )
    words = f"Nobody got these of the last day: {named}{more}. {how}"
    return Finding(about, "wrong", words)


def _describe(lost: Undelivered) -> str:
    return f"{lost.kind.value}, {lost.reply or 'never tried'} ({lost.count})"


def _is_to_nobody(lost: Undelivered) -> bool:
    return lost.kind in TO_UNTRIED_ADDRESSES and is_mailbox_gone(lost.reply)


def _is_read_as_written(settings: Settings) -> bool:
    sample = TransactionalEmail(
        id=1,
        recipient=settings.party_contact,
        subject=settings.party_name,
        text=settings.party_name,
        html=settings.party_name,
        sent_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    try:
        raw = write_transactional(settings, sample)
        BytesParser(policy=email.policy.default.clone(raise_on_defect=True)).parsebytes(raw)
    except (ValueError, MessageError):
        return False
    headers = HeaderParser().parsestr(FOLD.sub("", raw.decode("ascii")))
    name, address = parseaddr(headers["From"])
    read = (_decode(name), address, _decode(headers["Subject"]))
    return read == (settings.party_name, settings.mail_from, settings.party_name)


def _decode(words: str) -> str:
    """Return what encoded words say; the parsers of structured headers put spaces between them."""
    return str(make_header(decode_header(words)))
