"""Looks, for `flask doctor`, at the consent log, the mail, the cases and the retention."""

import email.policy
import re
from datetime import UTC, datetime, timedelta
from email.errors import MessageError
from email.header import decode_header, make_header
from email.parser import BytesParser, HeaderParser
from email.utils import parseaddr

from supporters import clock
from supporters.audit.checkpoint_comparison import Verdict, compare_last
from supporters.audit.queries import find_oldest_unsealed
from supporters.cli.machine_findings import Finding
from supporters.config import Settings
from supporters.extensions import current_settings
from supporters.mail.message.transactional_message import TransactionalEmail, write_transactional
from supporters.mail.models import LetterKind
from supporters.mail.undelivered import Undelivered, list_undelivered
from supporters.people.address_hashes import can_open_data_keys
from supporters.privacy_requests.queries import list_pressing_cases
from supporters.privacy_requests.rules import Urgency, urgency_of
from supporters.reconfirmation.rules import is_mailbox_gone
from supporters.retention.queries import count_errors_lately, find_last_round, find_times
from supporters.retention.rules import is_late
from supporters.retention.table_categories import RetentionGap, check_retention
from supporters.transparency_log.checkpoint_store import heads_file
from supporters.transparency_log.queries import SEALED_WITHIN, find_head
from supporters.transparency_log.tree_sealing import WAITED_FOR

LOG, OUTSIDE = "consent log", "log head outside"
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
SEE_THEM = "See them with: flask rights cases"


def look_at_log() -> Finding:
    """Tell whether what people did is sealed soon."""
    oldest = find_oldest_unsealed()
    waited = clock.now() - oldest if oldest else timedelta()
    if waited > SEALED_WITHIN:
        minutes = int(waited.total_seconds() // 60)
        how = f"Consents wait to be sealed for {minutes} minutes. Is the worker running, and does "
        return Finding(LOG, "wrong", f"{how}it log log.not_sealed or log.erasure_refused?")
    head = find_head()
    if head is None:
        return Finding(LOG, "right", "Nothing was sealed yet, and nothing waits for long.")
    if head.sealed_at - clock.now() > WAITED_FOR:
        how = "The clock of this machine is behind the time of the last head, "
        how = f"{how}{head.sealed_at.isoformat(timespec='seconds')}: nothing is sealed until it is "
        return Finding(LOG, "wrong", f"{how}past it. Set the clock right.")
    sealed = f"{head.size} entries, sealed {head.sealed_at.isoformat(timespec='seconds')}"
    return Finding(LOG, "right", f"{sealed}; nothing waits for long.")


def look_at_heads_outside() -> Finding:
    """Tell whether the database has the tree whose head was kept beside it."""
    if not can_open_data_keys():
        return Finding(OUTSIDE, "look", "It is compared once the data keys can be opened.")
    comparison = compare_last()
    if comparison is None:
        how = "This machine kept none yet: the worker that seals does it, in its instance folder."
        return Finding(OUTSIDE, "look" if find_head() else "right", how)
    return Finding(OUTSIDE, *_judge(comparison.verdict))


def _judge(verdict: Verdict) -> tuple[str, str]:
    """Return how it is, and what to do."""
    match verdict:
        case Verdict.CONTAINED:
            return "right", f"The log has the last head in {heads_file()}: it only grew since."
        case Verdict.LOST:
            return (
                "look",
                "The last head kept here was lost by a restoration that the log tells of.",
            )
        case Verdict.LONGER:
            how = "The database has fewer entries than the last head kept here. After a backup was "
            return "wrong", f"{how}put back, run: flask rights replay"
        case Verdict.FOREIGN:
            how = f"The last head in {heads_file()} was signed by another key than this database's."
            return "wrong", f"{how} If the database is new on purpose, move that file away."
        case Verdict.OUT_OF_TIME:
            how = "The heads aren't in the order of their times: a clock was put back, or a head "
            return "wrong", f"{how}slipped in. Keep everything and run: flask consent verify"
        case Verdict.DIFFERENT:
            how = "The log isn't the one whose head was kept here: it was altered. Keep everything "
            return "wrong", f"{how}and run: flask consent verify"


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


def look_at_cases() -> Finding:
    """Tell whether requests are answered in time."""
    now = clock.now()
    pressing = list_pressing_cases(now)
    overdue = sum(urgency_of(case.due_at, now) is Urgency.OVERDUE for case in pressing)
    if overdue:
        how = f"Past their last day to be answered: {overdue}. Answer them today. {SEE_THEM}"
        return Finding("cases", "wrong", how)
    if pressing:
        how = f"To be answered within ten days: {len(pressing)}. {SEE_THEM}"
        return Finding("cases", "look", how)
    return Finding("cases", "right", "None has to be answered within ten days.")


def look_at_retention() -> Finding:
    """Tell whether what is past its time is deleted."""
    try:
        check_retention()
    except RetentionGap as gap:
        return Finding("retention", "wrong", str(gap))
    times, last = find_times(), find_last_round()
    if times is None or is_late(times, clock.now()):
        how = "It did not run for two days: data is kept for too long. Is the worker running, and"
        return Finding(
            "retention", "wrong", f"{how} what does it log? By hand: flask retention run"
        )
    if errors := count_errors_lately():
        how = f"The last run met {errors} errors. Look into the worker's log for retention.failed"
        return Finding("retention", "wrong", f"{how} and retention.person_left_out.")
    if last is None:
        words = "It has not run yet. A worker begins within a minute."
        return Finding("retention", "right", words)
    ended = last[0].finished_at
    since = "" if ended is None else ended.isoformat(timespec="seconds")
    return Finding("retention", "right", f"The last run ended at {since}.")
