"""Texts that several commands print: a problem, and what to do about it."""

from collections import Counter
from collections.abc import Sequence

from supporters import clock
from supporters.accounts.queries import get_organiser
from supporters.campaigns.merge_fields import Fault
from supporters.campaigns.models import Campaign
from supporters.delivery.emergency_stop import SendingStop
from supporters.delivery.models import Machine
from supporters.delivery.problems import details_of, kind_of
from supporters.delivery.restore_hold import SendingHold, find_hold
from supporters.delivery.rules import HoldReason
from supporters.sending_times.bulk_mail import find_next_opening
from supporters.sending_times.rules import Window
from supporters.web.labels import Use, label


def describe_faults(faults: Sequence[Fault]) -> str:
    """Return all faults of a draft in one text."""
    return "; ".join(label(fault.kind, Use.SHELL).format(words=fault.words) for fault in faults)


def describe_problem(campaign_id: int, problem: str) -> str:
    """Return the problem of a campaign in two sentences."""
    return label(kind_of(problem), Use.SHELL).format(
        campaign=campaign_id, details=details_of(problem)
    )


def describe_restored(campaign_id: int) -> str:
    """Return why a campaign is paused that was being sent when the backup was made."""
    return (
        f"Campaign {campaign_id} was paused because this database is a restored backup, or may be "
        "one: it doesn't know who got the email after the backup was made. The relay's log knows. "
        f"To mark them: flask campaigns settle {campaign_id} --from FILE"
    )


def describe_stop(stop: SendingStop | None) -> str:
    """Return who stopped all sending, when and why; an empty text if nobody did."""
    if stop is None:
        return ""
    who = "a command" if stop.by_id is None else get_organiser(stop.by_id).email
    since = stop.since.isoformat(timespec="seconds")
    why = f" Reason: {stop.because}" if stop.because else ""
    return f"Stopped since {since} by {who}: no campaign is sent.{why}"


WAITS = "Campaigns, invitations and reconfirmations wait. Confirmation emails are still sent."
REPLAY = "If a backup was restored and flask rights replay was not run yet, run it."
LIFT = "Then an owner lifts the hold: in the console, or with flask delivery lift-hold."


def describe_hold(hold: SendingHold | None = None) -> str:
    """Return why all sending is held and what to do; an empty text if it isn't held."""
    hold = hold or find_hold()
    if hold is None:
        return ""
    since = hold.since.isoformat(timespec="seconds")
    to_do = LIFT if hold.because is HoldReason.RESTORED else f"{REPLAY} {LIFT}"
    return f"All sending is held, since {since}. {label(hold.because, Use.SHELL)} {WAITS} {to_do}"


SILENT = "There is electoral silence for its list. Resume it when the silence is over."


def describe_wait(campaign: Campaign) -> str:
    """Return until when a running campaign waits for the sending window; or an empty text."""
    opens_at = find_next_opening(campaign.mailing_list_id, now := clock.now())
    if opens_at <= now:
        return ""
    until = opens_at.isoformat(timespec="seconds")
    return f"It waits for the sending window, until {until}, and then goes on."


def describe_sending_window(window: Window | None) -> str:
    """Return the sending window in a sentence."""
    if window is None:
        return "There is no sending window: campaigns leave at any time."
    days = ",".join(str(day + 1) for day in sorted(window.days))
    opens, closes = (f"{each // 60:02}:{each % 60:02}" for each in (window.opens, window.closes))
    on = " of the next day" if window.is_overnight else ""
    return (
        f"Campaigns leave on days {days} (1 is Monday), from {opens} to {closes}{on}, by the clock "
        "of their list."
    )


def describe_lacking(machines: Sequence[Machine]) -> str:
    """Return the machines whose journal wasn't given, and what to do."""
    seen = ", ".join(
        f"{each.name} (seen {each.last_seen_at:%Y-%m-%d %H:%M} UTC)" for each in machines
    )
    options = " ".join(f"--without-machine {each.name}" for each in machines)
    return (
        f"The folders of these machines weren't given: {seen}. People who unsubscribed there after "
        "the backup would get emails again. The name is in the file machine.json or web-machine of "
        f"an instance folder. Name each folder: --from DIR. If it is lost, add: {options}"
    )


def describe_rejected_emails(refused: Counter[str]) -> str:
    """Return the replies with which the relay rejected transactional emails, with their numbers."""
    said = ", ".join(f"{reply} ({number})" for reply, number in refused.most_common(3))
    return (
        f"The relay rejects our emails. It said {said}. They are tried again as long as they are "
        "useful. Ask the operator of the relay what the code means, and correct the cause."
    )
