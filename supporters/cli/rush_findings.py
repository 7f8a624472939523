"""The check of `flask doctor` on many signups at once: held emails, and events."""

from supporters import clock
from supporters.cli.machine_findings import DoctorFinding
from supporters.signup.rush.event_allowances import list_events
from supporters.signup.rush.held_emails import count_held, find_hold

ABOUT = "signup emails"


def look_at_rush() -> DoctorFinding:
    """Tell whether a spike holds the emails of signups, and which events raise the limits."""
    hold, now = find_hold(), clock.now()
    if hold is not None:
        since = hold.began_at.isoformat(timespec="seconds")
        how = (
            f"Held since {since}: {count_held()} wait, because {hold.counted} within five minutes "
            "are twenty times the usual. An owner decides in the console, under Lists, Many "
            "sign-ups at once."
        )
        return DoctorFinding(ABOUT, "wrong", how)
    names = [event.name for event, _ in list_events() if event.begins_at <= now < event.ends_at]
    if names:
        words = f"Not held. Events that raise the limits now: {', '.join(names)}."
        return DoctorFinding(ABOUT, "right", words)
    return DoctorFinding(ABOUT, "right", "Not held.")
