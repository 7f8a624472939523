"""What the trouble with a campaign is and what to do, in words for a shell."""

from collections import Counter

from supporters.delivery.hold import Hold, find_hold
from supporters.delivery.rules import HoldReason
from supporters.delivery.troubles import TroubleKind, details_of, kind_of

WORDS = {
    TroubleKind.JOURNAL: (
        "A worker can't write its journal ({details}), so it stopped sending campaign {campaign}. "
        "Make room on the disk of its instance folder."
    ),
    TroubleKind.LEDGER: (
        "The ledger of campaign {campaign} doesn't add up ({details}): it isn't ended. Make a "
        "backup of the database and report it."
    ),
    TroubleKind.CONTENT: (
        "Campaign {campaign} can't be turned into a message ({details}). Look into the worker's "
        "log for delivery.not_compiled, and cancel it."
    ),
    TroubleKind.CONTESTED: (
        "Campaign {campaign} is paused: readers say they never signed up ({details}). Read their "
        "evidence (flask consent proof), then resume or cancel it."
    ),
    TroubleKind.LOG: (
        "Campaign {campaign} is paused: the consent log shows that a withdrawal was taken out of "
        "the database. Keep a copy of it, run: flask consent verify"
    ),
    TroubleKind.REFUSED: (
        "Campaign {campaign} is paused: the relay refuses us ({details}). Whom it refused because "
        "of us waits again. Ask whoever runs the relay what the code means, mend it, then run: "
        "flask campaigns resume {campaign}"
    ),
    TroubleKind.RELAY: (
        "The relay holds up campaign {campaign}: it said {details}. Ask whoever runs the relay."
    ),
}


def describe_trouble(campaign_id: int, trouble: str) -> str:
    """Return a campaign's trouble in two sentences."""
    return WORDS[kind_of(trouble)].format(campaign=campaign_id, details=details_of(trouble))


def describe_restored(campaign_id: int) -> str:
    """Return what is unknown of a campaign that was on its way in a backup."""
    return (
        f"Campaign {campaign_id} was paused because this database is a backup that was put back, "
        "or may be one: it doesn't know who got it after the backup was made. The relay's log "
        f"tells: a mail to person 7 has the Message-ID c{campaign_id}.7."
    )


WHY_HELD = {
    HoldReason.UNKNOWN: (
        "A worker began on a machine that knows nothing of this database: it may be a backup that "
        "was put back."
    ),
    HoldReason.OLDER: "A machine knows more than this database: a backup was put back.",
    HoldReason.RESTORED: "rights replay was run: a backup was put back.",
}
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
    return f"All sending is held, since {since}. {WHY_HELD[hold.because]} {WAITS} {to_do}"


def describe_refused_letters(refused: Counter[str]) -> str:
    """Return how many letters the relay refused because of us, and what it said, in a sentence."""
    said = ", ".join(f"{reply} ({number})" for reply, number in refused.most_common(3))
    return (
        f"The relay refuses ours; it said {said}. They are tried again while they are of use. Ask "
        "whoever runs the relay what the code means, and mend it."
    )
