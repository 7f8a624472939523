"""The forms of the sending window, and of a ballot with its silence and its territory."""

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any

from flask_babel import get_locale, lazy_gettext as _
from wtforms import (
    DateField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TimeField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from supporters.languages import DEFAULT_LANGUAGE
from supporters.sending_times.ballots import BallotDraft, hours_of
from supporters.sending_times.models import MAX_BALLOT_NAME, Ballot, SilenceKind
from supporters.sending_times.rules import LocalMinute, SilenceHours, Window, WindowFault
from supporters.sending_times.silence_rules import SILENCE_RULES
from supporters.territory.rules import PlaceKind
from supporters.text.countries import name_of_country
from supporters.web.console.lists.list_forms import TerritoryForm
from supporters.web.forms import Form, SelectChoice, at_most
from supporters.web.labels import label

ANY, HOURS = "any", "hours"
MOST_DAYS = 31
DAY_NAMES = (
    *(_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday")),
    *(_("Saturday"), _("Sunday")),
)


class DaysField(SelectMultipleField):
    """A box for each day of the week."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class WindowForm(Form):
    """The hours in which campaigns may leave, or none."""

    kind = RadioField(
        choices=[
            SelectChoice(ANY, _("At any time")),
            SelectChoice(HOURS, _("Only at these hours")),
        ]
    )
    days = DaysField(
        coerce=int,
        choices=[SelectChoice(day, name) for day, name in enumerate(DAY_NAMES)],
        validators=[Optional()],
    )
    opens = TimeField(validators=[Optional()])
    closes = TimeField(validators=[Optional()])

    def __init__(self, window: Window | None) -> None:
        shown = window or Window(days=frozenset(range(6)), opens=8 * 60, closes=21 * 60)
        super().__init__(
            kind=ANY if window is None else HOURS,
            days=sorted(shown.days),
            opens=_time_of(shown.opens),
            closes=_time_of(shown.closes),
        )

    @property
    def window(self) -> Window | None:
        """The typed window; None for any time."""
        if self.kind.data == ANY or self.opens.data is None or self.closes.data is None:
            return None
        return Window(
            days=frozenset(self.days.data or ()),
            opens=_minute_of(self.opens.data),
            closes=_minute_of(self.closes.data),
        )

    def validate_kind(self, field: RadioField) -> None:
        """Ask for both times of a window. Raises ValidationError."""
        if field.data == HOURS and (self.opens.data is None or self.closes.data is None):
            raise ValidationError(
                _("Enter when the window opens and when it closes, in hours and minutes.")
            )

    def show_fault(self, fault: WindowFault) -> None:
        """Show why the window would never open, and what to do."""
        field = self.days if fault is WindowFault.NO_DAY else self.closes
        field.errors = [label(fault)]


class BallotForm(TerritoryForm):
    """A ballot: its name, country and days, its silence, and the places that it concerns."""

    name = StringField(
        validators=[DataRequired(_("Give the ballot a name.")), at_most(MAX_BALLOT_NAME)]
    )
    country = SelectField()
    first_day = DateField(validators=[InputRequired(_("Enter the day of the vote."))])
    last_day = DateField(validators=[Optional()])
    silence = RadioField(
        choices=[
            SelectChoice(SilenceKind.RULE.value, _("By the rule of the country")),
            SelectChoice(SilenceKind.TYPED.value, _("At the hours below")),
            SelectChoice(SilenceKind.NONE.value, _("No silence")),
        ],
        default=SilenceKind.RULE.value,
    )
    begins_on = DateField(validators=[Optional()])
    begins_at = TimeField(validators=[Optional()])
    ends_on = DateField(validators=[Optional()])
    ends_at = TimeField(validators=[Optional()])

    def __init__(
        self,
        written: Mapping[PlaceKind, Sequence[str]],
        *,
        country: str,
        ballot: Ballot | None = None,
    ) -> None:
        super().__init__(written, country=country, **_values_of(ballot))
        language = str(get_locale() or DEFAULT_LANGUAGE)
        names = sorted((name_of_country(code, language), code) for code in SILENCE_RULES)
        self.country.choices = [SelectChoice(code, name) for name, code in names]

    def draft(self) -> BallotDraft:
        """Return the ballot of a form without faults."""
        first = self.first_day.data or date.min
        return BallotDraft(
            name=self.name.data or "",
            country=self.country.data or "",
            first_day=first,
            last_day=self.last_day.data or first,
            silence=SilenceKind(self.silence.data),
            typed_hours=self._typed_hours(),
            places=self.typed(),
        )

    def validate_last_day(self, field: DateField) -> None:
        """Refuse a vote that ends before it begins, or takes a month. Raises ValidationError."""
        first, last = self.first_day.data, field.data
        if first and last and not 0 <= (last - first).days < MOST_DAYS:
            raise ValidationError(
                _("The last day comes after the first one, within a month. Correct one of them.")
            )

    def validate_silence(self, field: RadioField) -> None:
        """Refuse typed hours that are incomplete or end too early. Raises ValidationError."""
        if field.data != SilenceKind.TYPED.value:
            return
        hours = self._typed_hours()
        if hours is None:
            raise ValidationError(
                _("Enter the day and the time at which the silence begins, and at which it ends.")
            )
        if hours.ends <= hours.begins:
            raise ValidationError(_("The silence would end before it begins. Enter a later end."))
        if (hours.ends.day - hours.begins.day).days > MOST_DAYS:
            raise ValidationError(
                _("The silence would last more than a month. Check both days of the silence.")
            )

    def _typed_hours(self) -> SilenceHours | None:
        begins, ends = self.begins_on.data, self.ends_on.data
        begins_at, ends_at = self.begins_at.data, self.ends_at.data
        if begins is None or ends is None or begins_at is None or ends_at is None:
            return None
        return SilenceHours(
            LocalMinute(begins, _minute_of(begins_at)), LocalMinute(ends, _minute_of(ends_at))
        )


def _values_of(ballot: Ballot | None) -> dict[str, Any]:
    if ballot is None:
        return {}
    values: dict[str, Any] = {
        "name": ballot.name,
        "first_day": ballot.first_day,
        "last_day": ballot.last_day if ballot.last_day > ballot.first_day else None,
        "silence": ballot.silence.value,
    }
    if hours := hours_of(ballot):
        values |= {"begins_on": hours.begins.day, "begins_at": _time_of(hours.begins.minute)}
        values |= {"ends_on": hours.ends.day, "ends_at": _time_of(hours.ends.minute)}
    return values


def _time_of(minute: int) -> time:
    return time(*divmod(minute, 60))


def _minute_of(moment: time) -> int:
    return moment.hour * 60 + moment.minute
