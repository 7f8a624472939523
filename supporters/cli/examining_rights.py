"""What `flask doctor` looks at of people's rights: cases in time, and retention that runs."""

from supporters import clock
from supporters.cli.finding import Finding
from supporters.rights.cases.queries import list_pressing_cases
from supporters.rights.retention.covering import RetentionGap, check_retention
from supporters.rights.retention.queries import count_errors_lately, find_last_round, find_times
from supporters.rights.retention.rules import is_late
from supporters.rights.rules import Urgency, urgency_of

SEE_THEM = "See them with: flask rights cases"


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
