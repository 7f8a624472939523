"""How far a sending has come: figures that several commands show, and the time left in words."""

from supporters.cli.speaking import Figure
from supporters.delivery.progress import Progress

MINUTES_IN_DETAIL = 120


def figures_of(progress: Progress) -> dict[str, Figure]:
    """Return the figures that `campaigns status` and `delivery status` share."""
    return {
        "audience": progress.audience,
        "queued": progress.queued,
        "claimed": progress.claimed,
        "accepted": progress.accepted,
        "deferred": progress.deferred,
        "refused": progress.refused,
        "skipped": progress.skipped,
        "cancelled": progress.cancelled,
        "uncertain": progress.uncertain,
        "percent": progress.percent,
    }


def about(seconds: int) -> str:
    """Return in words how long something still takes."""
    minutes = -(-seconds // 60)
    match minutes:
        case 0 | 1:
            return "about a minute left"
        case _ if minutes < MINUTES_IN_DETAIL:
            return f"about {minutes} minutes left"
        case _:
            return f"about {round(minutes / 60)} hours left"
