"""The texts of a shell about campaigns and imports: what is wrong, and what to do."""

from collections import Counter
from collections.abc import Sequence

from supporters.campaigns.merge_fields import Fault
from supporters.delivery.problems import details_of, kind_of
from supporters.delivery.restore_hold import Hold, find_hold
from supporters.delivery.rules import HoldReason
from supporters.web.labels import Use, label


def describe_faults(faults: Sequence[Fault]) -> str:
    """Return all faults of a draft, each in words."""
    return "; ".join(label(fault.kind, Use.SHELL).format(words=fault.words) for fault in faults)


def describe_trouble(campaign_id: int, trouble: str) -> str:
    """Return a campaign's trouble in two sentences."""
    return label(kind_of(trouble), Use.SHELL).format(
        campaign=campaign_id, details=details_of(trouble)
    )


def describe_restored(campaign_id: int) -> str:
    """Return what is unknown of a campaign that was on its way in a backup."""
    return (
        f"Campaign {campaign_id} was paused because this database is a backup that was put back, "
        "or may be one: it doesn't know who got it after the backup was made. The relay's log "
        f"tells: a mail to person 7 has the Message-ID c{campaign_id}.7."
    )


WAITS = "Campaigns, invitations and questions wait; confirmations still leave."
REPLAY = "Run flask rights replay if a backup was put back and it wasn't run."
LIFT = "Then an owner lifts the hold: in the console, or with flask delivery lift-hold."


def describe_hold(hold: Hold | None = None) -> str:
    """Return why all sending is held and what to do; nothing when it isn't."""
    hold = hold or find_hold()
    if hold is None:
        return ""
    since = hold.since.isoformat(timespec="seconds")
    to_do = LIFT if hold.because is HoldReason.RESTORED else f"{REPLAY} {LIFT}"
    return f"All sending is held, since {since}. {label(hold.because, Use.SHELL)} {WAITS} {to_do}"


def describe_refused_letters(refused: Counter[str]) -> str:
    """Return how many letters the relay refused because of us, and what it said, in a sentence."""
    said = ", ".join(f"{reply} ({number})" for reply, number in refused.most_common(3))
    return (
        f"The relay refuses ours; it said {said}. They are tried again while they are of use. Ask "
        "whoever runs the relay what the code means, and mend it."
    )
