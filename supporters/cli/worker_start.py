"""The start of a worker: its checks, and what each start does once."""

import click
import structlog

from supporters.audit.checkpoint_comparison import ComparisonResult, compare_last_checkpoint
from supporters.cli.command_texts import describe_hold
from supporters.cli.machine_findings import find_folder_fault
from supporters.cli.output import one_line, refuse
from supporters.cli.processes import own_session
from supporters.consent.log_sealing import seal_if_possible
from supporters.delivery.known_machines.machine_list import list_machines_without
from supporters.delivery.log_watch import hold_if_log_alarms
from supporters.delivery.machines import register_machine
from supporters.delivery.restore_hold import EXPLAINED, hold_sending
from supporters.delivery.rules import HoldReason
from supporters.extensions import current_encryptor, current_settings, queue
from supporters.imports.files_of_before import take_in_files
from supporters.mail.dkim.signing_keys import reencrypt_dkim_keys
from supporters.mail.outbox_claims import retry_waiting_for_key
from supporters.migrations.state import check_database, check_schema
from supporters.migrations.upgrade_mark import describe_mark
from supporters.people.data_keys import reencrypt_data_keys
from supporters.queue import QueueUnreachable
from supporters.retention.table_categories import RetentionGap, check_retention
from supporters.sign_in.one_time_codes import reencrypt_app_secrets
from supporters.transparency_log.checkpoint_store import checkpoints_file

log = structlog.get_logger(__name__)


def prepare() -> None:
    """Check everything, and do what each start of a worker does once."""
    with one_line(), own_session():
        if under_way := describe_mark(current_settings().instance_dir):
            log.warning("upgrade.under_way", why=under_way)
        check_everything()
        check_schema()
        if register_machine() is not None:
            click.echo(describe_hold(), err=True)
        _reencrypt_data_keys()
        seal_if_possible()
        retry_waiting_for_key()
        take_in_files()


def check_everything() -> None:
    """Check the installation. Refuse to start if something is wrong."""
    if fault := find_folder_fault():
        refuse(fault)
    check_database()
    _check_log()
    try:
        check_retention()
    except RetentionGap as gap:
        refuse(str(gap))
    try:
        queue.count_waiting()
    except QueueUnreachable as error:
        refuse(f"The queue doesn't answer ({error}). Is SUPPORTERS_QUEUE_URL right?")


def _check_log() -> None:
    """Refuse to start on a database that lacks entries of this machine's checkpoint (REQ-21)."""
    comparison = compare_last_checkpoint()
    if why := hold_if_log_alarms():
        log.error("log.alarm", why=why.value)
    if comparison is None or comparison.verdict in EXPLAINED:
        return
    if comparison.verdict is not ComparisonResult.FOREIGN:
        hold_sending(HoldReason.OLDER)
    log.error("log.checkpoint_missing", verdict=comparison.verdict.name.lower())
    if comparison.verdict is ComparisonResult.LONGER:
        refuse(
            "The database has fewer entries than the last checkpoint of this machine. If a backup "
            "was restored, run: flask rights replay. If not, keep everything as it is and run: "
            "flask consent verify"
        )
    if comparison.verdict is ComparisonResult.FOREIGN:
        refuse(
            f"Another key than this database's signed the last checkpoint in {checkpoints_file()}. "
            "If the database is new on purpose, move that file away. If not, keep "
            "everything as it is and run: flask consent verify"
        )
    if comparison.verdict is ComparisonResult.OUT_OF_TIME:
        refuse(
            "The times of the checkpoints in this database are out of order: one was signed with a "
            "clock that had been set back, or was inserted. Keep everything as it is and run: "
            "flask consent verify"
        )
    refuse(
        "The consent log was altered: it differs from the last checkpoint of this machine. Keep "
        "everything as it is and run: flask consent verify"
    )


def _reencrypt_data_keys() -> None:
    """Encrypt the data keys with the newest secret key, if all machines with workers have it."""
    if list_machines_without(current_encryptor().fingerprints[0]):
        log.warning("keys.not_reencrypted", newest=current_encryptor().fingerprints[0])
        return
    reencrypt_data_keys()
    reencrypt_app_secrets()
    reencrypt_dkim_keys()
