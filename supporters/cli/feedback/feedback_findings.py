"""The check of `flask doctor` on the emails that come back: reachable, and read."""

from datetime import timedelta

from supporters import clock
from supporters.cli.machine_findings import DoctorFinding
from supporters.extensions import current_settings
from supporters.feedback.readers.intake_probe import IntakeUnreachable, probe_intake
from supporters.feedback.readers.reading_state import load_state
from supporters.feedback.readers.reading_turn import is_anybody_reading

ABOUT = "returned emails"
WAITS_TOO_LONG = timedelta(minutes=15)


def look_at_feedback() -> DoctorFinding:
    """Check that what comes back is read."""
    place = current_settings().feedback
    if place is None:
        if current_settings().has_mailbox:
            return DoctorFinding(
                ABOUT, "right", "No email leaves this machine, so none comes back."
            )
        how = "Nothing reads them: dead addresses are written to for ever. Set "
        how = f"{how}SUPPORTERS_FEEDBACK_URL, unless your provider reports them."
        return DoctorFinding(ABOUT, "look", how)
    try:
        backlog = probe_intake(place)
    except IntakeUnreachable as error:
        how = f"{place.scheme} doesn't answer ({error}). Check SUPPORTERS_FEEDBACK_URL"
        how = f"{how}, and the worker." if place.scheme == "lmtp" else f"{how} and its password."
        return DoctorFinding(ABOUT, "wrong", how)
    since = backlog.oldest
    if since is not None and clock.now() - since > WAITS_TOO_LONG:
        how = f"{backlog.waiting} wait, the oldest since {since:%Y-%m-%d %H:%M} UTC. "
        how = f"{how}Does the worker run, and what does it log?"
        return DoctorFinding(ABOUT, "wrong", how)
    if place.scheme != "lmtp" and not is_anybody_reading():
        how = "Nobody reads them now. Start a worker, or: flask feedback listen"
        return DoctorFinding(ABOUT, "wrong", how)
    return DoctorFinding(
        ABOUT, "right", f"They are read ({place.scheme}); read here so far: {load_state().read}."
    )
