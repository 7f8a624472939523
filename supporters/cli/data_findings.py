"""The checks of `flask doctor` on the log, the emails, the cases and the retention."""

import email.policy
import re
from datetime import UTC, datetime, timedelta
from email.errors import MessageError
from email.header import decode_header, make_header
from email.parser import BytesParser, HeaderParser
from email.utils import parseaddr

from supporters import clock
from supporters.audit.checkpoint_comparison import ComparisonResult, compare_last_checkpoint
from supporters.audit.queries import find_oldest_unsealed
from supporters.breaches.queries import list_unanswered_breaches
from supporters.breaches.rules import notify_by
from supporters.campaigns.links.link_answers import count_asked
from supporters.cli.machine_findings import DoctorFinding
from supporters.config import Settings
from supporters.extensions import current_settings
from supporters.lists.baseless_subscriptions import find_baseless
from supporters.mail.message.transactional_message import TransactionalEmail, write_transactional
from supporters.mail.models import EmailKind
from supporters.mail.undelivered import UndeliveredEmails, list_undelivered
from supporters.migrations.schema import list_missing_triggers
from supporters.people.address_hashes import can_open_data_keys
from supporters.personal_data.disk_cleanup import (
    find_last_cleanup,
    is_anybody_erased_since,
    is_postgresql,
)
from supporters.privacy_requests.queries import list_urgent_cases
from supporters.privacy_requests.rules import Urgency, urgency_of
from supporters.reconfirmation.rules import is_mailbox_gone
from supporters.retention.queries import count_recent_errors, find_last_round, find_round_times
from supporters.retention.rules import is_late
from supporters.retention.table_categories import RetentionGap, check_retention
from supporters.transparency_log.checkpoint_store import checkpoints_file
from supporters.transparency_log.queries import SEALED_WITHIN, find_latest_checkpoint
from supporters.transparency_log.tree_sealing import CLOCK_TOLERANCE

LOG, OUTSIDE = "consent log", "log head outside"
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
VERIFY = "flask consent verify"
SEE_THEM = "See them with: flask rights cases"


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
        return DoctorFinding(DISK, "right", "The files are cleared in the coming night.")
    return DoctorFinding(DISK, "right", "Nothing of erased people is left in the files.")


def look_at_log() -> DoctorFinding:
    """Check that consent events are sealed soon."""
    oldest = find_oldest_unsealed()
    waited = clock.now() - oldest if oldest else timedelta()
    if waited > SEALED_WITHIN:
        minutes = int(waited.total_seconds() // 60)
        how = f"Consents have waited to be sealed for {minutes} minutes. Does the worker run, and "
        return DoctorFinding(
            LOG, "wrong", f"{how}does it log log.not_sealed or log.erasure_refused?"
        )
    head = find_latest_checkpoint()
    if head is None:
        return DoctorFinding(LOG, "right", "Nothing is sealed yet, and nothing waits for long.")
    if head.sealed_at - clock.now() > CLOCK_TOLERANCE:
        how = "The clock of this machine is behind the time of the last checkpoint, "
        how = f"{how}{head.sealed_at.isoformat(timespec='seconds')}. Nothing is sealed before that "
        return DoctorFinding(LOG, "wrong", f"{how}time. Set the clock right.")
    sealed = f"{head.size} entries, sealed {head.sealed_at.isoformat(timespec='seconds')}"
    return DoctorFinding(LOG, "right", f"{sealed}; nothing waits for long.")


def look_at_consents() -> DoctorFinding:
    """Check that each subscription rests on a valid consent, and that the database guards it."""
    about = "consents"
    found = find_baseless()
    if found.people:
        how = f"People on a list without a valid consent: {len(found.people)} (left or objected "
        how = f"{how}since: {len(found.ended)}, not in the consent log: {len(found.unlogged)}). No "
        how = f"{how}campaign is sent to them. Somebody wrote to the database past this program. "
        how = f"{how}Stop all sending with: flask delivery stop. Keep everything, tell the data "
        return DoctorFinding(about, "wrong", f"{how}protection officer, and run: {VERIFY}")
    if missing := list_missing_triggers():
        how = f"The database lacks triggers that refuse ended consents: {', '.join(missing)}. "
        how = f"{how}Somebody dropped them: tell the data protection officer. To make them again, "
        how = f"{how}stop the workers and run: flask db downgrade 0066, then flask db upgrade"
        return DoctorFinding(about, "wrong", how)
    return DoctorFinding(about, "right", "Each subscription rests on a consent that is valid.")


def look_at_external_checkpoint() -> DoctorFinding:
    """Check that the log in the database contains the checkpoint in the instance folder."""
    if not can_open_data_keys():
        return DoctorFinding(
            OUTSIDE, "look", "It can't be compared: the data keys can't be opened."
        )
    comparison = compare_last_checkpoint()
    if comparison is None:
        how = "This machine has none yet. The worker that seals stores it in its instance folder."
        return DoctorFinding(OUTSIDE, "look" if find_latest_checkpoint() else "right", how)
    return DoctorFinding(OUTSIDE, *_judge(comparison.verdict))


def _judge(verdict: ComparisonResult) -> tuple[str, str]:
    """Return the state of a finding, and what to do."""
    match verdict:
        case ComparisonResult.CONTAINED:
            return "right", f"The log contains the last checkpoint in {checkpoints_file()}."
        case ComparisonResult.LOST:
            return (
                "look",
                "A restore lost the last checkpoint of this machine. The log records this restore.",
            )
        case ComparisonResult.LONGER:
            how = "The database has fewer entries than the last checkpoint of this machine. If a "
            return "wrong", f"{how}backup was restored, run: flask rights replay"
        case ComparisonResult.FOREIGN:
            how = f"Another key signed the last checkpoint in {checkpoints_file()}."
            return "wrong", f"{how} If the database is new on purpose, move that file away."
        case ComparisonResult.OUT_OF_TIME:
            how = "The times of the checkpoints are out of order: a clock was set back, or one was "
            return "wrong", f"{how}inserted. Keep everything and run: flask consent verify"
        case ComparisonResult.DIFFERENT:
            how = "The log was altered: it differs from the checkpoint of this machine. Keep "
            return "wrong", f"{how}everything and run: flask consent verify"


def look_at_sender() -> DoctorFinding:
    """Write an email in memory and check that a strict parser reads its sender."""
    settings = current_settings()
    about = "sender of mail"
    for name, address in (
        ("MAIL_FROM", settings.mail_from),
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
    about = "undelivered letters"
    lost = list_undelivered(clock.now() - LATELY)
    if not lost:
        return DoctorFinding(about, "right", "None in the last day.")
    named = "; ".join(_describe(each) for each in lost[:MOST_NAMED])
    more = ", and others" if len(lost) > MOST_NAMED else ""
    if all(_is_to_nobody(each) for each in lost):
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


def _is_to_nobody(lost: UndeliveredEmails) -> bool:
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
    times, last = find_round_times(), find_last_round()
    if times is None or is_late(times, clock.now()):
        how = "It did not run for two days: data is kept for too long. Does the worker run, and"
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
