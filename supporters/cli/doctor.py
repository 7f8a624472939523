"""`flask doctor`: looks at everything that an installation needs, and says what to do."""

import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict
from datetime import timedelta

import click
from flask.cli import with_appcontext

from supporters import clock
from supporters.campaigns.queries import list_paused_campaigns, list_running_campaigns
from supporters.cli.examining_log import look_at_heads_outside, look_at_log
from supporters.cli.examining_mail import look_at_sender, look_at_undelivered
from supporters.cli.examining_rights import look_at_cases, look_at_retention
from supporters.cli.finding import Finding
from supporters.cli.speaking import Command, as_json, print_json, refuse
from supporters.cli.troubles import describe_trouble
from supporters.consent.journal import can_be_written, journal_path
from supporters.delivery.journal.inspecting import count_waiting_for_recovery
from supporters.delivery.journal.workers import count_living_workers
from supporters.delivery.progress import get_total_progress
from supporters.delivery.stopping import find_stop
from supporters.delivery.troubles import is_contested
from supporters.extensions import current_settings, mailer, queue
from supporters.lists.creating import list_outdated_lists
from supporters.logs import log_warnings_only
from supporters.mail.queries import find_oldest_due
from supporters.migrations.state import DatabaseTrouble, check_database
from supporters.people.keys import can_open_data_keys
from supporters.queue import QueueUnreachable
from supporters.smtp import SmtpUnreachable, check_relay

PROBE_OCTETS = 4096
LONGEST_WAIT = timedelta(minutes=10)
MARKS = {"right": "ok  ", "look": "look", "wrong": "BAD "}


@click.command("doctor", cls=Command)
@as_json
@with_appcontext
def doctor(is_json: bool) -> None:
    """Look at everything an installation needs; ends with 1 if something is wrong."""
    log_warnings_only()
    findings = [*_examine()]
    wrong = sum(finding.state == "wrong" for finding in findings)
    if is_json:
        print_json({"wrong": wrong, "findings": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            click.echo(f"{MARKS[finding.state]}  {finding.about}: {finding.words}")
    if wrong:
        refuse(f"{wrong} of {len(findings)} findings are bad. Each says what to do.")


def _examine() -> Iterator[Finding]:
    yield look_at_folder()
    yield _look_at_keys()
    yield _look_at_queue()
    yield _look_at_workers()
    yield _look_at_journals()
    yield _look_at_takings()
    yield look_at_sender()
    yield _look_at_relay()
    try:
        check_database()
    except DatabaseTrouble as trouble:
        yield Finding("database", "wrong", str(trouble))
        return
    yield Finding("database", "right", "It answers, and is at the newest migration.")
    for look in IN_THE_DATABASE:
        yield look()


def look_at_folder() -> Finding:
    """Tell whether the instance folder takes what is written, and from this user only."""
    folder = current_settings().instance_dir
    mode = folder.stat().st_mode
    if mode & (stat.S_IROTH | stat.S_IWOTH | stat.S_IXOTH):
        how = f"Everybody on this machine can open it. Run: chmod o-rwx {folder}"
        return Finding("instance folder", "wrong", how)
    probe = folder / ".doctor"
    try:
        probe.touch(mode=0o600)
        probe.write_bytes(bytes(PROBE_OCTETS))  # a disk that is full still takes empty files
    except OSError as error:
        how = f"Nothing can be written to {folder} ({error.strerror})."
        return Finding(
            "instance folder", "wrong", f"{how} Is the disk full, or the folder another user's?"
        )
    finally:
        with suppress(OSError):
            probe.unlink(missing_ok=True)
    return Finding("instance folder", "right", f"{folder} can be written to, by this user only.")


def _look_at_takings() -> Finding:
    about = "journal of rights"
    if can_be_written():
        return Finding(about, "right", "Who leaves is noted for the day of a restore.")
    how = (
        f"{journal_path()} can't be written: who leaves now would come back with a restored "
        "backup. Is the disk full, or the folder another user's?"
    )
    return Finding(about, "wrong", how)


def _look_at_keys() -> Finding:
    settings = current_settings()
    if settings.is_development:
        words = "This is a development, by its base URL: keys and mailbox protect nothing."
        return Finding("secret keys", "look", words)
    return Finding("secret keys", "right", f"There are {len(settings.secret_keys)}.")


def _look_at_queue() -> Finding:
    try:
        waiting = queue.count_waiting()
    except QueueUnreachable as error:
        how = f"It doesn't answer ({error}). Is SUPPORTERS_QUEUE_URL right?"
        return Finding("queue", "wrong", how)
    return Finding("queue", "right", f"It answers; jobs that wait: {waiting}.")


def _look_at_workers() -> Finding:
    count = count_living_workers()
    if count:
        return Finding("worker", "right", f"Processes alive on this machine: {count}.")
    how = "None runs on this machine: no letter leaves. Start one with: flask worker"
    return Finding("worker", "wrong", how)


def _look_at_journals() -> Finding:
    count = count_waiting_for_recovery()
    if count:
        how = f"Killed workers whose journals wait for recovery: {count}. A worker does it within a"
        return Finding("journals", "look", f"{how} minute; see them with: flask delivery journal")
    return Finding("journals", "right", "None waits for recovery on this machine.")


def _look_at_relay() -> Finding:
    settings = current_settings()
    where = f"{settings.mail_server}:{settings.mail_port}"
    try:
        check_relay(mailer.connect())
    except SmtpUnreachable as error:
        how = f"{where} doesn't take our mail ({error}). Are the SUPPORTERS_MAIL_* settings right?"
        return Finding("relay", "wrong", how)
    return Finding("relay", "right", f"{where} answers (TLS: {settings.mail_tls}).")


def _look_at_data_keys() -> Finding:
    if can_open_data_keys():
        return Finding("data keys", "right", "The secret keys open them.")
    how = (
        "No secret key opens them: nobody can be recognised or suppressed. Put the key that this "
        "database was used with back into SUPPORTERS_SECRET_KEYS."
    )
    return Finding("data keys", "wrong", how)


def _look_at_wordings() -> Finding:
    party = current_settings().party_name
    if outdated := list_outdated_lists():
        how = (
            f"Those of {outdated[0].slug} don't say “{party}”, who would write. An owner decides "
            "what that change means: in the console, under Consents."
        )
        return Finding("wordings", "wrong", how)
    return Finding("wordings", "right", f"Every list asks for consent in the name of {party}.")


def _look_at_letters() -> Finding:
    oldest = find_oldest_due(clock.now())
    waited = clock.now() - oldest if oldest else timedelta()
    if waited > LONGEST_WAIT:
        minutes = int(waited.total_seconds() // 60)
        how = f"One waits for {minutes} minutes. Is the worker running, and what does it log?"
        return Finding("letters", "wrong", how)
    return Finding("letters", "right", "None waits for more than ten minutes.")


def _look_at_stop() -> Finding:
    since = find_stop()
    if since is not None:
        how = f"Stopped since {since.isoformat(timespec='seconds')}: no campaign leaves. "
        return Finding("sending", "look", f"{how}Let them go on with: flask delivery resume")
    return Finding("sending", "right", "It isn't stopped.")


def _look_at_campaigns() -> Finding:
    running = list_running_campaigns()
    contested = [each for each in list_paused_campaigns() if is_contested(each.trouble)]
    for campaign in (*contested, *running):
        if campaign.trouble:
            return Finding("campaigns", "wrong", describe_trouble(campaign.id, campaign.trouble))
    return Finding("campaigns", "right", f"Being sent without trouble: {len(running)}.")


def _look_at_uncertain() -> Finding:
    count = get_total_progress().uncertain
    if count:
        how = f"Cut off at the last moment: {count}. They may have left and aren't sent again."
        return Finding("uncertain mails", "look", how)
    return Finding("uncertain mails", "right", "None.")


IN_THE_DATABASE: tuple[Callable[[], Finding], ...] = (
    *(_look_at_data_keys, _look_at_wordings, _look_at_letters, look_at_undelivered),
    *(_look_at_stop, _look_at_campaigns, _look_at_uncertain),
    *(look_at_log, look_at_heads_outside),
    *(look_at_cases, look_at_retention),
)
