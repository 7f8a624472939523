"""The checks of `flask doctor` on the emails, the cases, the retention and erased people."""

import email.policy
import re
from datetime import UTC, datetime, timedelta
from email.errors import MessageError
from email.header import decode_header, make_header
from email.parser import BytesParser, HeaderParser
from email.utils import parseaddr

from supporters import clock
from supporters.breaches.queries import list_unanswered_breaches
from supporters.breaches.rules import notify_by
from supporters.campaigns.links.link_checks import count_asked
from supporters.cases.queries import list_urgent_cases
from supporters.cases.rules import Urgency, urgency_of
from supporters.cli.machine_findings import DoctorFinding
from supporters.config import Settings
from supporters.delivery_setup.findings import FindingState, stopping
from supporters.delivery_setup.setup_checks import find_last_check, is_exempt, list_findings
from supporters.extensions import current_settings
from supporters.feedback.intake.unreadable_mails import count_unreadable
from supporters.mail.message.transactional_message import TransactionalEmail, write_transactional
from supporters.mail.models import EmailKind
from supporters.mail.undelivered import UndeliveredEmails, list_undelivered
from supporters.personal_data.disk_cleanup import (
    find_last_cleanup,
    has_pooler,
    is_anybody_erased_since,
    is_postgresql,
)
from supporters.pooler import NEEDS_THE_SERVER
from supporters.reconfirmation.rules import is_mailbox_gone
from supporters.retention.clock_doubts import find_clock_doubt
from supporters.retention.queries import count_recent_errors, find_last_round, find_round_times
from supporters.retention.rules import is_late
from supporters.retention.table_categories import RetentionGap, check_retention

DISK = "erased people on disk"
LATELY = timedelta(days=1)
MOST_NAMED = 5
FEW_LINKS = 5
FOLD = re.compile(r"\r\n(?=[ \t])")
ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"  # RFC 5322 section 3.2.3
ADDRESS = re.compile(rf"{ATOM}(?:\.{ATOM})*@(?:[A-Za-z0-9-]+\.)+[A-Za-z0-9-]+")
# To an address that somebody typed on a public page, or that comes from a former list.
TO_UNTRIED_ADDRESSES = frozenset(
    {
        *(EmailKind.CONFIRM_SIGNUP, EmailKind.ALREADY_SUBSCRIBED, EmailKind.MY_DATA),
        *(EmailKind.NEW_ADDRESS, EmailKind.INVITATION, EmailKind.RECONFIRMATION),
    }
)
SEE_UNREADABLE = "Campaigns, Settings, Unreadable emails"
SEE_THEM = "See them with: flask rights cases"


def look_at_delivery_setup() -> DoctorFinding:
    """Tell what the last check of DNS, encryption and clock found."""
    about, checked = "delivery set-up", find_last_check()
    if is_exempt() or checked is None:
        how = "Nothing to check here." if is_exempt() else "Run: flask delivery check"
        return DoctorFinding(about, "right" if is_exempt() else "look", how)
    red = [each for each in list_findings() if each.state is FindingState.RED]
    if not red:
        return DoctorFinding(about, "right", "The last check found nothing to correct.")
    names = ", ".join(each.line.value for each in red)
    state = "wrong" if stopping(red) else "look"
    return DoctorFinding(about, state, f"To correct: {names}. See: flask delivery check")


def look_at_disk() -> DoctorFinding:
    """Tell whether bytes of erased people are left in the files of the database."""
    last = find_last_cleanup() if is_postgresql() else None
    if last is not None and last.too_large:
        how = (
            f"Too large to be rewritten while pages wait: {', '.join(last.too_large)}. Their "
            "indexes are new; their files keep deleted rows until others take the place. When few "
            "people visit: flask rights clear-disk"
        )
        return DoctorFinding(DISK, "look", how)
    if is_postgresql() and is_anybody_erased_since(last.began_at if last else None):
        if has_pooler():
            how = f"Nothing clears the files: run flask rights clear-disk. {NEEDS_THE_SERVER}"
            return DoctorFinding(DISK, "look", how)
        return DoctorFinding(DISK, "right", "The files are cleared in the coming night.")
    return DoctorFinding(DISK, "right", "Nothing of erased people is left in the files.")


def look_at_unreadable() -> DoctorFinding:
    """Count the emails that came back and that nobody could read."""
    about, count = "unreadable emails", count_unreadable()
    if not count:
        return DoctorFinding(about, "right", "Every email that came back could be read.")
    how = f"{count} emails that came back can't be read. An owner looks at them: {SEE_UNREADABLE}"
    return DoctorFinding(about, "look", how)


def look_at_sender() -> DoctorFinding:
    """Write an email in memory and check that a strict parser reads its sender."""
    settings = current_settings()
    about = "sender of mail"
    for name, address in (
        ("MAIL_FROM", settings.mail_from),
        ("TRANSACTIONAL_MAIL_FROM", settings.for_transactional.mail_from),
        ("PARTY_CONTACT", settings.party_contact),
    ):
        if not ADDRESS.fullmatch(address):
            how = f"SUPPORTERS_{name} is {address!r}: mail servers don't read that as an address."
            return DoctorFinding(about, "wrong", f"{how} Give one such as name@party.example.")
    if not _is_read_as_written(settings):
        how = f"The name {settings.party_name!a} can't be read in the From of an email."
        return DoctorFinding(
            about, "wrong", f"{how} Write SUPPORTERS_PARTY_NAME with other characters."
        )
    return DoctorFinding(about, "right", f"Mail programs read it as: {settings.party_name}.")


def look_at_undelivered() -> DoctorFinding:
    """Check for undelivered transactional emails. Shows kinds and reply codes, no addresses."""
    about = "undelivered emails"
    lost = list_undelivered(clock.now() - LATELY)
    if not lost:
        return DoctorFinding(about, "right", "None in the last day.")
    named = "; ".join(_describe(each) for each in lost[:MOST_NAMED])
    more = ", and others" if len(lost) > MOST_NAMED else ""
    if all(each.kind in TO_UNTRIED_ADDRESSES and is_mailbox_gone(each.reply) for each in lost):
        words = f"Not delivered in the last day, because the mailbox does not exist: {named}{more}."
        return DoctorFinding(about, "look", words)
    how = (
        "Look up the code in the log of the relay. The dashboard of the console shows the people "
        "to inform in another way."
    )
    words = f"Not delivered in the last day: {named}{more}. {how}"
    return DoctorFinding(about, "wrong", words)


def _describe(lost: UndeliveredEmails) -> str:
    return f"{lost.kind.value}, {lost.reply or 'never tried'} ({lost.count})"


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
    """Decode encoded words; the parsers of structured headers would put spaces between them."""
    return str(make_header(decode_header(words)))


def look_at_cases() -> DoctorFinding:
    """Check that privacy requests are answered in time."""
    now = clock.now()
    pressing = list_urgent_cases(now)
    overdue = sum(urgency_of(case.due_at, now) is Urgency.OVERDUE for case in pressing)
    if overdue:
        how = f"Overdue: {overdue}. Answer them today. {SEE_THEM}"
        return DoctorFinding("cases", "wrong", how)
    if pressing:
        how = f"Due within ten days: {len(pressing)}. {SEE_THEM}"
        return DoctorFinding("cases", "look", how)
    return DoctorFinding("cases", "right", "None is due within ten days.")


def look_at_breaches() -> DoctorFinding:
    """Check that somebody decides about the authority within the 72 hours of a breach."""
    now = clock.now()
    waiting = list_unanswered_breaches(now)
    overdue = sum(now >= notify_by(breach.discovered_at) for breach in waiting)
    where = "An owner or the data protection officer decides in the console, under Breaches."
    if overdue:
        how = f"Not decided 72 hours after the discovery: {overdue}. {where}"
        return DoctorFinding("breaches", "wrong", how)
    if waiting:
        how = f"Less than 24 hours left to notify the authority: {len(waiting)}. {where}"
        return DoctorFinding("breaches", "look", how)
    return DoctorFinding("breaches", "right", "None waits for more than 48 hours.")


def look_at_links() -> DoctorFinding:
    """Check that this installation reaches the sites of links, if it asks them."""
    about = "links of drafts"
    if not current_settings().checks_links:
        words = "No worker asks whether they answer (SUPPORTERS_LINK_CHECK=off)."
        return DoctorFinding(about, "right", words)
    asked, reached = count_asked(clock.now())
    if asked >= FEW_LINKS and not reached:
        how = (
            f"None of the last {asked} could be reached. If the workers may not reach other sites, "
            "set SUPPORTERS_LINK_CHECK=off, or writers are warned of good links."
        )
        return DoctorFinding(about, "look", how)
    return DoctorFinding(about, "right", f"Asked within a day: {asked}; reached: {reached}.")


def look_at_retention() -> DoctorFinding:
    """Check that data past its retention time is deleted."""
    try:
        check_retention()
    except RetentionGap as gap:
        return DoctorFinding("retention", "wrong", str(gap))
    if doubt := find_clock_doubt():
        return DoctorFinding("retention", "wrong", doubt)
    times, last = find_round_times(), find_last_round()
    if times is None or is_late(times, clock.now()):
        how = "It did not run for two days: data is retained for too long. Does the worker run, and"
        return DoctorFinding(
            "retention", "wrong", f"{how} what does it log? Run: flask retention run"
        )
    if errors := count_recent_errors():
        how = (
            f"The last run had errors: {errors}. Search the log of the worker for retention.failed"
        )
        return DoctorFinding("retention", "wrong", f"{how} and retention.person_left_out.")
    if last is None:
        words = "It has not run yet. A worker starts it within a minute."
        return DoctorFinding("retention", "right", words)
    ended = last[0].finished_at
    since = "" if ended is None else ended.isoformat(timespec="seconds")
    return DoctorFinding("retention", "right", f"The last run ended at {since}.")
