"""The week of the campaigns: what leaves when, what left, and what waits for an hour."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import render_template, request

from supporters import clock
from supporters.campaigns.models import Campaign
from supporters.campaigns.queries import find_campaign
from supporters.text.time_zones import PARTY_ZONE
from supporters.web.console.campaigns.hour_notes import list_hour_notes
from supporters.web.console.campaigns.plans import name_hour
from supporters.web.console.campaigns.week.week_days import show_week
from supporters.web.console.campaigns.week.week_grid import find_monday
from supporters.web.console.console_blueprint import for_team
from supporters.web.console.visibility import current_scope

A_WEEK, A_DAY = timedelta(days=7), timedelta(days=1)
FURTHEST = timedelta(days=36_525)  # a century: no date of Python is near


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A campaign that got its hour a moment ago. `was` is the hour to which it can go back.

    Without `was` its hour can be taken back, unless it was held before (`is_final`).
    """

    campaign: Campaign
    when: str
    warnings: list[str]
    was: datetime | None
    is_final: bool


@for_team.get("/campaigns/week")
def campaign_week() -> str:
    """Show the campaigns of a week on the clock of the party, and what waits for an hour."""
    today = _day_of(clock.now())
    moved = _find_moved()
    monday = find_monday(_find_day(moved, today))
    return render_template(
        "console/campaigns/week.html",
        week=show_week(monday, current_scope()),
        monday=monday,
        sunday=monday + A_WEEK - A_DAY,
        before=monday - A_WEEK,
        after=monday + A_WEEK,
        is_this_week=monday == find_monday(today),
        moved=moved,
    )


def _find_day(moved: Moved | None, today: date) -> date:
    """Return a day of the week to show: the asked one, or that of the moved campaign; or today."""
    asked = _read_day(request.args.get("from", ""))
    if asked is None and moved is not None and moved.campaign.send_at is not None:
        asked = _day_of(moved.campaign.send_at)
    return today if asked is None or abs(asked - today) > FURTHEST else asked


def _find_moved() -> Moved | None:
    """Return the campaign that was moved a moment ago: the page offers to undo that."""
    campaign = find_campaign(request.args.get("moved", 0, type=int))
    if campaign is None or campaign.send_at is None or campaign.problem is not None:
        return None
    if not current_scope().covers_all(campaign.list_ids):
        return None
    was = _read_moment(request.args.get("was", ""))
    return Moved(
        campaign=campaign,
        when=name_hour(campaign),
        warnings=list_hour_notes(campaign, campaign.send_at),
        was=was,
        is_final=was is not None and was <= clock.now(),
    )


def _read_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _read_moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _day_of(moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(PARTY_ZONE)).date()
