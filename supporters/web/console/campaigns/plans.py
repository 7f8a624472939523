"""The plan of a campaign on pages: its hour on the clock of its list, and why it is held."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import get_locale, lazy_gettext as _

from supporters.campaigns.models import Campaign, CampaignVersion, VersionEnd
from supporters.campaigns.queries import list_planned_campaigns
from supporters.campaigns.void_plans import find_void_hour
from supporters.delivery.grace import grace
from supporters.delivery.planned.schedule_holds import ScheduleHold, find_hold_of
from supporters.lists.list_clocks import zone_of, zone_to_name
from supporters.lists.queries import get_list
from supporters.text.local_dates import clock_of, date_in, format_date_and_time, time_in
from supporters.text.time_zones import offset_of
from supporters.web.console.campaigns.hour_notes import list_hour_notes
from supporters.web.console.campaigns.when_forms import HourForm, describe_moment
from supporters.web.console.console_blueprint import name_of_author
from supporters.web.console.visibility import current_scope

ENDS = {
    VersionEnd.CHANGED: _("Its text was changed on %(when)s (by %(who)s)."),
    VersionEnd.WITHDRAWN: _("It was made a draft again on %(when)s (by %(who)s)."),
    VersionEnd.RESTORED: _("A backup was restored on %(when)s."),
}


@dataclass(frozen=True, kw_only=True)
class ShownPlan:
    """The plan of a campaign; `hold` says why it did not leave at its hour."""

    campaign: Campaign
    hour: str
    who: str
    since: datetime | None
    hold: ScheduleHold | None
    form: HourForm

    @property
    def seconds_to_stop(self) -> int:
        """How long after its hour it can still be stopped."""
        return round(grace().total_seconds())

    @property
    def notes(self) -> list[str]:
        """The words on a closed window or on electoral silence at its hour."""
        send_at = self.campaign.send_at
        if send_at is None or self.hold not in {None, ScheduleHold.SILENCE}:
            return []
        return list_hour_notes(self.campaign, send_at)


def describe_plan(campaign: Campaign) -> ShownPlan | None:
    """Return the plan of a campaign, with a form for another hour; None if it has none."""
    if campaign.send_at is None:
        return None
    form = HourForm(formdata=None).begin(campaign)
    return ShownPlan(
        campaign=campaign,
        hour=name_hour(campaign),
        who=name_of_author(campaign.scheduled_by),
        since=campaign.scheduled_at,
        hold=find_hold_of(campaign),
        form=form,
    )


def list_plans() -> list[ShownPlan]:
    """Return the plans of the lists that this account may see, the earliest first."""
    plans = map(describe_plan, list_planned_campaigns(current_scope()))
    return [plan for plan in plans if plan is not None]


def name_hour(campaign: Campaign, *, briefly: bool = False) -> str:
    """Return the hour of a planned campaign in words; briefly for a table.

    A table names the offset only of a list with a zone of its own.
    """
    if campaign.send_at is None:
        return ""
    mailing_list = get_list(campaign.mailing_list_id)
    zone, language = zone_of(mailing_list), str(get_locale())
    if not briefly:
        return describe_moment(campaign.send_at, zone)
    local = campaign.send_at.astimezone(zone)
    offset = f" ({offset_of(local, zone)})" if zone_to_name(mailing_list) else ""
    return f"{date_in(local, language, 'd MMM')}, {time_in(local, language)}{offset}"


@dataclass(frozen=True)
class ShownVoidPlan:
    """The hour at which a draft was planned, and what made it a draft again."""

    hour: str
    end: str


def describe_void_plan(ended: CampaignVersion) -> ShownVoidPlan | None:
    """Return why a draft that was planned leaves at no hour; None if it wasn't planned."""
    because, hour = ended.ended_because, find_void_hour(ended)
    if because not in ENDS or ended.ended_at is None or hour is None:
        return None
    language = str(get_locale())
    day, time_of_day = date_in(hour, language, "full"), time_in(hour, language)
    values = {"when": format_date_and_time(ended.ended_at), "who": name_of_author(ended.ended_by)}
    return ShownVoidPlan(
        hour=f"{day}, {time_of_day} ({clock_of(str(hour.tzinfo))})",
        end=str(ENDS[because] % values),
    )
