"""The checks of `flask doctor` on the consent log and the consents."""

from datetime import timedelta

from supporters import clock
from supporters.audit.checkpoint_comparison import ComparisonResult, compare_last_checkpoint
from supporters.audit.queries import find_oldest_unsealed
from supporters.audit.verification_results import (
    find_open_faults,
    is_verification_late,
    list_results,
)
from supporters.cli.machine_findings import DoctorFinding
from supporters.lists.baseless_subscriptions import find_baseless
from supporters.migrations.schema import list_missing_triggers
from supporters.migrations.trigger_sums import list_foreign_triggers
from supporters.people.data_keys import can_open_data_keys
from supporters.transparency_log.checkpoint_store import checkpoints_file
from supporters.transparency_log.cosignatures import KnownWitness, list_known_witnesses
from supporters.transparency_log.log_birth import find_birth_fault
from supporters.transparency_log.models import TimestampFailure, WitnessFailure
from supporters.transparency_log.queries import SEALED_WITHIN, find_latest_checkpoint
from supporters.transparency_log.timestamps import find_timestamp_health
from supporters.transparency_log.tree_sealing import CLOCK_TOLERANCE

LOG, OUTSIDE = "consent log", "log head outside"
VERIFY = "flask consent verify"
JUDGED = {
    ComparisonResult.CONTAINED: "The log contains the last checkpoint in {file}.",
    ComparisonResult.ACKNOWLEDGED: "A restore lost the last checkpoint, as an owner acknowledged.",
    ComparisonResult.LOST: (
        "A restore lost the last checkpoint of this machine, and no owner has acknowledged it. If "
        "nobody restored a backup, the log was forged. Run: flask consent verify"
    ),
    ComparisonResult.LONGER: (
        "The database has fewer entries than the last checkpoint of this machine. If a backup was "
        "restored, run: flask rights replay"
    ),
    ComparisonResult.FOREIGN: (
        "Another key signed the last checkpoint in {file}. If the database is new on purpose, move "
        "that file away."
    ),
    ComparisonResult.OUT_OF_TIME: (
        "The times of the checkpoints are out of order: a clock was set back, or one was inserted. "
        "Keep everything and run: flask consent verify"
    ),
    ComparisonResult.DIFFERENT: (
        "The log was altered: it differs from the checkpoint of this machine. Keep everything and "
        "run: flask consent verify"
    ),
}
UNSTAMPED = {
    TimestampFailure.SILENT: "The authority doesn't answer in ten seconds, or is in trouble. ",
    TimestampFailure.REFUSED: (
        "The authority refuses; log.not_timestamped in the log of the worker says why. "
    ),
    TimestampFailure.WRONG: (
        "Its answer is no timestamp by the certificates in SUPPORTERS_TIMESTAMP_CA, or of another "
        "time; log.not_timestamped in the log of the worker says more. "
    ),
}
REFUSED = {
    WitnessFailure.SILENT: "It doesn't answer in ten seconds, or is in trouble.",
    WitnessFailure.UNKNOWN_LOG: (
        "It doesn't know this log. Give its operator the key that flask consent head prints."
    ),
    WitnessFailure.KEY_REFUSED: (
        "It knows this log by another key. Give its operator the key that flask consent head "
        "prints, if it was changed on purpose."
    ),
    WitnessFailure.FORKED: (
        "It has signed another log of this name: a backup was restored and grew, or somebody "
        "rewrote the log. Keep everything, and run: flask consent verify"
    ),
    WitnessFailure.AHEAD: (
        "It has signed more entries than there are: a backup was restored, or somebody cut the "
        "log off. Keep everything, and run: flask consent verify"
    ),
    WitnessFailure.UNUSABLE: (
        "Its answer is no cosignature by the key in the file of SUPPORTERS_WITNESSES; "
        "log.witness_failed in the log of the worker says more."
    ),
}
STATES = {ComparisonResult.CONTAINED: "right", ComparisonResult.ACKNOWLEDGED: "look"}


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
        how = (
            f"{how}Somebody dropped them. Each launch and each claim still leaves such people out. "
        )
        how = (
            f"{how}Keep a copy of everything, tell the data protection officer, and run: {VERIFY}. "
        )
        how = f"{how}A backup of before, restored by the guide, has the triggers."
        return DoctorFinding(about, "wrong", how)
    return DoctorFinding(about, "right", "Each subscription rests on a consent that is valid.")


def look_at_triggers() -> DoctorFinding:
    """Check that the database has no triggers but ours: others can rewrite what we write."""
    about = "triggers"
    if foreign := list_foreign_triggers():
        how = "The database has triggers or rules that this program didn't make, or that were "
        how = f"{how}changed: {', '.join(foreign)}. They can hide or alter what people decide. If "
        how = f"{how}nobody can say why, keep a copy of everything, tell the data protection "
        return DoctorFinding(about, "wrong", f"{how}officer, and run: {VERIFY}")
    return DoctorFinding(about, "right", "All triggers on our tables are ours.")


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
    words = JUDGED[comparison.verdict].format(file=checkpoints_file())
    return DoctorFinding(OUTSIDE, STATES.get(comparison.verdict, "wrong"), words)


def look_at_verification() -> DoctorFinding:
    """Check that the nightly verification runs, and found nothing that no owner accepted."""
    about, now = "verification", clock.now()
    if not can_open_data_keys():
        return DoctorFinding(about, "look", "The data keys can't be opened.")
    if birth := find_birth_fault():
        how = f"This isn't the log that began: {birth}. All sending is held. Restore the newest"
        return DoctorFinding(about, "wrong", f"{how} backup that has it.")
    if (opened := find_open_faults(now)) is not None:
        when = opened.at.isoformat(timespec="seconds")
        how = f"On {when} the log and its records had {opened.faults} faults. The first: "
        how = f"{how}{opened.first.partition(chr(10))[0]} Keep a copy of everything and run: "
        return DoctorFinding(about, "wrong", f"{how}flask consent verify")
    results = list_results(now)
    if not results:
        if is_verification_late(now):
            how = "None ended for 48 hours. Does the worker run, and does it log log.not_verified?"
            return DoctorFinding(about, "wrong", how)
        return DoctorFinding(about, "right", "None was due yet. A worker does it each night.")
    last = results[0]
    words = f"{last.records} records were in order at {last.at.isoformat(timespec='seconds')}, and "
    words = f"{words}nobody is subscribed who left by the {last.withdrawals} lines of the journal. "
    known = f"Faults that an owner accepted: {last.faults}. " if last.faults else ""
    words = f"{words}{known}Records older than the log: {last.older}."
    return DoctorFinding(about, "look" if last.faults else "right", words)


def look_at_witnesses() -> DoctorFinding:
    """Check that the witnesses sign the checkpoints."""
    about, witnesses, now = "witnesses", list_known_witnesses(), clock.now()
    if not witnesses:
        how = "None signs the checkpoints, so only the party says when they were made. See"
        return DoctorFinding(about, "right", f"{how} SUPPORTERS_WITNESSES in the guide.")
    failing = [each for each in witnesses if each.failure is not None]
    if failing:
        is_wrong = any(each.is_alarming() or each.is_failing(now) for each in failing)
        words = " ".join(map(_describe_failure, failing))
        return DoctorFinding(about, "wrong" if is_wrong else "look", words)
    signed = [each.size for each in witnesses if each.size is not None]
    words = f"{len(signed)} of {len(witnesses)} have signed; the newest checkpoint that one signed"
    if not signed:
        return DoctorFinding(about, "look", "None has signed yet. Does the worker run?")
    return DoctorFinding(about, "right", f"{words} has {max(signed)} entries.")


def look_at_timestamps() -> DoctorFinding:
    """Check that the authority timestamps the log each day."""
    about, health = "timestamps", find_timestamp_health(clock.now())
    if health is None:
        how = "No authority says when the checkpoints existed. See SUPPORTERS_TIMESTAMP_URL in the"
        return DoctorFinding(about, "right", f"{how} guide.")
    words = UNSTAMPED[health.failure] if health.failure else ""
    if health.newest is not None:
        when = health.newest.stamped_at.isoformat(timespec="seconds")
        words = f"{words}The newest one, of {health.newest.size} entries, is of {when}."
    if health.is_late:
        return DoctorFinding(about, "wrong", f"Late since two days. {words}")
    if health.failure is None and health.newest is None:
        return DoctorFinding(about, "look", "There is none yet. Does the worker run?")
    return DoctorFinding(about, "look" if health.failure else "right", words)


def _describe_failure(known: KnownWitness) -> str:
    name, since = known.witness.verifier.name, known.failing_since
    when = since.isoformat(timespec="seconds") if since else ""
    reason = REFUSED[known.failure] if known.failure else ""
    return f"{name} doesn't sign since {when}. {reason}"
