"""`flask doctor`: checks everything that an installation needs, and says what to do."""

import os
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import timedelta

import click
from flask.cli import with_appcontext

from supporters import clock
from supporters.campaigns.queries import (
    list_paused_campaigns,
    list_planned_campaigns,
    list_running_campaigns,
)
from supporters.campaigns.versions import list_altered_versions
from supporters.cli.backup.backup_finding import look_at_backups
from supporters.cli.capacity_findings import (
    look_at_connections,
    look_at_rush,
    look_at_second_person,
    look_at_signup_limits,
)
from supporters.cli.command_texts import (
    describe_hold,
    describe_problem,
    describe_rejected_emails,
    describe_restored,
    describe_stop,
)
from supporters.cli.data_findings import (
    look_at_breaches,
    look_at_cases,
    look_at_delivery_setup,
    look_at_disk,
    look_at_links,
    look_at_retention,
    look_at_sender,
    look_at_undelivered,
    look_at_unreadable,
)
from supporters.cli.dkim.dkim_finding import look_at_dkim
from supporters.cli.feedback.feedback_findings import look_at_feedback
from supporters.cli.log_findings import (
    look_at_consents,
    look_at_external_checkpoint,
    look_at_log,
    look_at_timestamps,
    look_at_triggers,
    look_at_verification,
    look_at_witnesses,
)
from supporters.cli.machine_findings import (
    DoctorFinding,
    find_folder_fault,
    look_at_clock,
    look_at_data_keys,
    look_at_database_files,
    look_at_disk_of_database,
    look_at_encrypted_emails,
    look_at_folder,
    look_at_journal_gaps,
    look_at_journal_lines,
    look_at_keys,
    look_at_withdrawal_journal,
)
from supporters.cli.machines.machine_commands import look_at_machines
from supporters.cli.output import Command, as_json, print_json, refuse
from supporters.config import Settings
from supporters.delivery.emergency_stop import find_stop
from supporters.delivery.known_machines.machine_list import count_machines_at_work
from supporters.delivery.problems import is_paused_by_itself
from supporters.delivery.progress import get_total_progress
from supporters.delivery.send_journal.journal_report import count_waiting_for_recovery
from supporters.delivery.send_journal.worker_registry import count_living_workers, has_run_here
from supporters.extensions import current_settings, mailer, queue
from supporters.lists.mailing_lists import list_outdated_lists
from supporters.logs import log_warnings_only
from supporters.mail.queries import count_refused_emails, count_sent_emails, find_oldest_due
from supporters.mail.rules import is_relay_refusing, waits_for_too_long
from supporters.mail.streams import list_stream_settings
from supporters.migrations.state import DatabaseProblem, check_schema
from supporters.migrations.upgrade_mark import describe_mark
from supporters.program_version import program_version
from supporters.queue import QueueUnreachable
from supporters.smtp import SmtpUnreachable, check_relay

RECENT_EMAILS = timedelta(days=1)
MARKS = {"right": "ok  ", "look": "look", "wrong": "BAD "}


@click.command("version", cls=Command)
def version() -> None:
    """Print the version of this program."""
    click.echo(f"Supporters {program_version()}")


@click.command("doctor", cls=Command)
@as_json
@click.option("--all", "is_all", is_flag=True, help="Show each machine that uses the database.")
@with_appcontext
def doctor(*, is_json: bool, is_all: bool) -> None:
    """Check everything that an installation needs.

    Ends with 1 if something is wrong. Each finding says what to do.
    """
    log_warnings_only()
    os.environ.setdefault("RES_OPTIONS", "timeout:1 attempts:2")  # a dead DNS costs 2 s, not 10
    findings = [*examine(is_all=is_all)]
    wrong = sum(finding.state == "wrong" for finding in findings)
    if is_json:
        print_json({"wrong": wrong, "findings": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            click.echo(f"{MARKS[finding.state]}  {finding.about}: {finding.words}")
    if wrong:
        refuse(f"{wrong} of {len(findings)} findings are bad. Each says what to do.")


def examine(*, is_all: bool = False) -> Iterator[DoctorFinding]:
    """Yield what the doctor finds."""
    yield look_at_folder()
    yield from _look_at_settings()
    yield look_at_keys()
    if under_way := describe_mark(current_settings().instance_dir):
        yield DoctorFinding("upgrade", "look", under_way)
    yield _look_at_queue()
    if find_folder_fault() is None:
        yield from (look() for look in IN_THE_FOLDER)
    yield look_at_database_files()
    yield look_at_disk_of_database()
    yield look_at_sender()
    yield from map(_look_at_relay, list_stream_settings())
    try:
        check_schema()
    except DatabaseProblem as problem:
        yield DoctorFinding("database", "wrong", str(problem))
        return
    words = "It answers. It has the newest migration and the schema that this program needs."
    yield DoctorFinding("database", "right", words)
    for look in IN_THE_DATABASE:
        yield look()
    machines = [*look_at_machines()]
    yield from machines if is_all else [each for each in machines if each.state == "wrong"]


def _look_at_settings() -> Iterator[DoctorFinding]:
    settings = current_settings()
    yield from (DoctorFinding("settings", "look", doubt) for doubt in settings.doubts)
    if missing := settings.missing_legal_notice:
        how = (
            "French law (LCEN) demands more on the legal notice: no signup page opens without it. "
        )
        yield DoctorFinding("legal notice", "wrong", f"{how}Set {' and '.join(missing)}.")


def _look_at_queue() -> DoctorFinding:
    try:
        waiting = queue.count_waiting()
    except QueueUnreachable as error:
        how = f"It doesn't answer ({error}). Is SUPPORTERS_QUEUE_URL right?"
        return DoctorFinding("queue", "wrong", how)
    return DoctorFinding("queue", "right", f"It answers. Jobs that wait: {waiting}.")


def _look_at_workers() -> DoctorFinding:
    count = count_living_workers()
    if count:
        return DoctorFinding("worker", "right", f"Processes alive on this machine: {count}.")
    if not has_run_here() and (others := count_machines_at_work()):
        words = f"This machine has pages only. Machines with workers: {others}."
        return DoctorFinding("worker", "right", words)
    how = "None runs on this machine: no email is sent. Start one with: flask worker"
    return DoctorFinding("worker", "wrong", how)


def _look_at_journals() -> DoctorFinding:
    count = count_waiting_for_recovery()
    if count:
        how = f"Killed workers whose journals wait for recovery: {count}. A worker recovers them"
        how = f"{how} within a minute. See them with: flask delivery journal"
        return DoctorFinding("journals", "look", how)
    return DoctorFinding("journals", "right", "None waits for recovery on this machine.")


def _look_at_relay(settings: Settings) -> DoctorFinding:
    is_main = settings is current_settings()
    about, stream = ("relay", "MAIL") if is_main else ("second relay", "TRANSACTIONAL_MAIL")
    where = f"{settings.mail_server}:{settings.mail_port}"
    try:
        check_relay(mailer.connect(settings=settings))
    except SmtpUnreachable as error:
        how = f"{where} doesn't accept our emails ({error}). Check the settings SUPPORTERS_"
        return DoctorFinding(about, "wrong", f"{how}{stream}_*.")
    return DoctorFinding(about, "right", f"{where} answers (TLS: {settings.mail_tls}).")


def _look_at_wordings() -> DoctorFinding:
    party = current_settings().party_name
    if outdated := list_outdated_lists():
        how = (
            f"Those of {outdated[0].slug} don't name the controller of today, “{party}”. An owner "
            "decides what this change means: in the console, under Consents."
        )
        return DoctorFinding("wordings", "wrong", how)
    return DoctorFinding(
        "wordings", "right", f"Every list asks for consent in the name of {party}."
    )


def _look_at_emails() -> DoctorFinding:
    oldest = find_oldest_due(clock.now())
    waited = clock.now() - oldest if oldest else timedelta()
    if waits_for_too_long(oldest, clock.now()):
        minutes = int(waited.total_seconds() // 60)
        how = f"One has waited for {minutes} minutes. Does the worker run, and what does it log?"
        return DoctorFinding("letters", "wrong", how)
    since = clock.now() - RECENT_EMAILS
    refused = count_refused_emails(since)
    if refused:
        words = describe_rejected_emails(refused)
        is_refusing = is_relay_refusing(refused.total(), count_sent_emails(since))
        return DoctorFinding("letters", "wrong" if is_refusing else "look", words)
    return DoctorFinding("letters", "right", "None waits for more than ten minutes.")


def _look_at_stop() -> DoctorFinding:
    if words := describe_stop(find_stop()):
        return DoctorFinding("sending", "look", f"{words} An owner can let it continue.")
    return DoctorFinding("sending", "right", "It isn't stopped.")


def _look_at_hold() -> DoctorFinding:
    if words := describe_hold():
        return DoctorFinding("hold", "wrong", words)
    at_work = count_machines_at_work()
    return DoctorFinding("hold", "right", f"Sending isn't held. Machines with workers: {at_work}.")


def _look_at_campaigns() -> DoctorFinding:
    running = list_running_campaigns()
    paused = list_paused_campaigns()
    for campaign in paused:
        if campaign.restored_at is not None:
            return DoctorFinding("campaigns", "wrong", describe_restored(campaign.id))
    by_themselves = [each for each in paused if is_paused_by_itself(each.problem)]
    for campaign in (*by_themselves, *list_planned_campaigns(), *running):
        if campaign.problem:
            return DoctorFinding(
                "campaigns", "wrong", describe_problem(campaign.id, campaign.problem)
            )
    return DoctorFinding("campaigns", "right", f"Being sent without problems: {len(running)}.")


def _look_at_versions() -> DoctorFinding:
    altered = [*list_altered_versions()]
    if altered:
        how = f"{altered[0][1]} Somebody changed it past the console. Keep a copy of the database, "
        how = f"{how}and cancel its campaign. See: flask consent verify"
        return DoctorFinding("campaign versions", "wrong", how)
    return DoctorFinding("campaign versions", "right", "All are as they were approved.")


def _look_at_uncertain() -> DoctorFinding:
    count = get_total_progress().uncertain
    if count:
        how = f"Unknown outcome: {count}. They may have been accepted and aren't sent again."
        return DoctorFinding("uncertain mails", "look", how)
    return DoctorFinding("uncertain mails", "right", "None.")


IN_THE_FOLDER = (
    *(_look_at_workers, _look_at_journals, look_at_withdrawal_journal),
    look_at_backups,
)
IN_THE_DATABASE: tuple[Callable[[], DoctorFinding], ...] = (
    *(look_at_data_keys, look_at_dkim, _look_at_wordings, look_at_encrypted_emails),
    *(_look_at_emails, look_at_undelivered, _look_at_stop, _look_at_hold),
    _look_at_versions,
    *(_look_at_campaigns, _look_at_uncertain, look_at_journal_gaps),
    *(look_at_journal_lines, look_at_clock),
    *(look_at_log, look_at_external_checkpoint, look_at_witnesses, look_at_timestamps),
    *(look_at_verification, look_at_consents, look_at_triggers),
    *(look_at_signup_limits, look_at_rush, look_at_connections),
    look_at_second_person,
    *(look_at_cases, look_at_breaches, look_at_links, look_at_retention),
    *(look_at_feedback, look_at_unreadable, look_at_disk, look_at_delivery_setup),
)
