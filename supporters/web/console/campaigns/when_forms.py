"""The hour at which a campaign leaves: its fields, and the clock of the list beside them."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Self
from zoneinfo import ZoneInfo

from flask_babel import get_locale, gettext, lazy_gettext as _
from wtforms import DateField, RadioField, StringField, TimeField
from wtforms.validators import Optional

from supporters import clock
from supporters.campaigns.models import Campaign
from supporters.campaigns.planned_hours import (
    HourFault,
    TypedHour,
    Which,
    find_hour_fault,
    find_moment,
    list_moments,
)
from supporters.lists.list_clocks import zone_of
from supporters.lists.queries import get_list
from supporters.text.local_dates import clock_of, date_in, time_in
from supporters.text.time_zones import find_next_change, offset_of
from supporters.web.forms import Form, SelectChoice
from supporters.web.labels import label

NOW, AT_AN_HOUR = "now", "hour"


@dataclass(frozen=True, kw_only=True)
class ListClock:
    """The clock of a list in words: its place, its offset now, and its next change."""

    place: str
    offset: str
    changes_on: datetime | None
    offset_then: str


def describe_clock(zone: ZoneInfo, now: datetime) -> ListClock:
    """Return the clock of a list, for the words beside the fields of an hour."""
    change = find_next_change(zone, now)
    return ListClock(
        place=clock_of(zone.key),
        offset=offset_of(now, zone),
        changes_on=change,
        offset_then=offset_of(change, zone) if change else "",
    )


def describe_moment(moment: datetime, zone: ZoneInfo) -> str:
    """Return a moment on the clock of a list, with its name and its offset then."""
    local, language = moment.astimezone(zone), str(get_locale())
    day, time_of_day = date_in(local, language, "full"), time_in(local, language)
    return f"{day}, {time_of_day} ({clock_of(zone.key)}, {offset_of(moment, zone)})"


class HourForm(Form):
    """A day and an hour on the clock of a campaign's list, or a moment that the week view knows."""

    at = StringField(validators=[Optional()])
    day = DateField(validators=[Optional()])
    hour = TimeField(validators=[Optional()])
    which = RadioField(
        choices=[SelectChoice(each.value) for each in Which], validators=[Optional()]
    )

    zone: ZoneInfo
    campaign_id: int
    moment: datetime | None = None
    is_twice = False

    def begin(self, campaign: Campaign) -> Self:
        """Set the clock, and the hour that the campaign has already."""
        self.zone, self.campaign_id = zone_of(get_list(campaign.mailing_list_id)), campaign.id
        planned = campaign.send_at.astimezone(self.zone) if campaign.send_at else None
        if planned and self.is_fresh():
            self.day.data, self.hour.data = planned.date(), planned.time()
        return self

    @property
    def clock(self) -> ListClock:
        """The clock of the list in words."""
        return describe_clock(self.zone, clock.now())

    def is_hour_typed(self) -> bool:
        """Find the moment of the typed hour; tell whether there is one, or show the fault."""
        at = self._read_at()
        found = self._find() if at is None else find_hour_fault(at, clock.now()) or at
        if isinstance(found, HourFault):
            self.show_hour_fault(found)
            return False
        self.moment = found
        return found is not None

    def _read_at(self) -> datetime | None:
        """Return the moment that a script sent, and show it as a day and an hour."""
        try:
            moment = datetime.fromisoformat(self.at.data or "")
            local = moment.astimezone(self.zone)
        except (ValueError, OverflowError):
            return None
        if moment.tzinfo is None:
            return None
        self.day.data, self.hour.data = local.date(), local.time()
        return moment

    def _find(self) -> datetime | HourFault | None:
        """Return the moment of the typed day and hour; None with the fault at its field."""
        if self.day.errors or self.hour.errors:
            return None
        if not isinstance(self.day.data, date):
            self.day.errors = [gettext("Choose a day.")]
            return None
        if not isinstance(self.hour.data, time):
            self.hour.errors = [gettext("Choose an hour.")]
            return None
        shown = datetime.combine(self.day.data, self.hour.data)
        which = Which(self.which.data) if self.which.data in {*Which} else None
        return find_moment(TypedHour(shown, which), self.zone, clock.now())

    def show_hour_fault(self, fault: HourFault) -> None:
        """Show the fault at its field, and both moments of an hour that comes twice."""
        if fault is HourFault.TWICE:
            self.is_twice = True
            shown = datetime.combine(self.day.data or date.max, self.hour.data or time())
            moments = zip(Which, list_moments(shown, self.zone), strict=True)
            self.which.choices = [
                SelectChoice(which.value, describe_moment(moment, self.zone))
                for which, moment in moments
            ]
            self.which.errors = [label(fault)]
            return
        (self.day if fault is HourFault.TOO_FAR else self.hour).errors = [label(fault)]


class WhenForm(HourForm):
    """Now, or at an hour. Without a choice it is now."""

    when = RadioField(
        choices=[SelectChoice(NOW, _("Now")), SelectChoice(AT_AN_HOUR, _("At an hour"))],
        validators=[Optional()],
    )

    def begin(self, campaign: Campaign) -> Self:
        """Set the clock, and the hour that the campaign has already."""
        super().begin(campaign)
        if self.is_fresh():
            self.when.data = AT_AN_HOUR if campaign.send_at else NOW
        return self

    def is_when_typed(self) -> bool:
        """Tell whether it leaves now, or at an hour that the form has."""
        return self.when.data != AT_AN_HOUR or self.is_hour_typed()
