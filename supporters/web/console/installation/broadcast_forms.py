"""The form of an announced broadcast whose link raises the limits of signups."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from flask_babel import format_decimal, gettext, lazy_gettext as _
from wtforms import DateField, IntegerField, RadioField, StringField, TimeField, ValidationError
from wtforms.validators import DataRequired, InputRequired, NumberRange

from supporters import clock
from supporters.cases.rules import PARIS
from supporters.lists.models import MailingList
from supporters.signup.rush.announced_broadcasts import BroadcastDraft
from supporters.signup.rush.models import MAX_BROADCAST_NAME
from supporters.signup.rush.rules import LONGEST_EVENT
from supporters.web.forms import Form, SelectChoice, at_most

HALL, SQUARE, BROADCAST = 10, 50, 500
MOST_HOURS = int(LONGEST_EVENT.total_seconds() // 3600)
USUAL_HOURS = 4


class BroadcastForm(Form):
    """A broadcast: its name, its list, when it is, and how many people are expected."""

    name = StringField(
        validators=[DataRequired(_("Give the event a name.")), at_most(MAX_BROADCAST_NAME)]
    )
    mailing_list = RadioField(validators=[InputRequired(_("Choose the list of the event."))])
    day = DateField(validators=[InputRequired(_("Enter the day."))])
    hour = TimeField(validators=[InputRequired(_("Enter the time, in hours and minutes."))])
    hours = IntegerField(
        default=USUAL_HOURS,
        validators=[
            InputRequired(_("Enter how many hours the event lasts.")),
            NumberRange(1, MOST_HOURS, _("Enter a number of hours from 1 to 24.")),
        ],
    )
    factor = RadioField(
        default=str(HALL), validators=[InputRequired(_("Choose how many people you expect."))]
    )

    def __init__(self, lists: Sequence[MailingList], rate: int, **options: Any) -> None:
        super().__init__(**options)
        self.mailing_list.choices = [SelectChoice(str(each.id), each.name) for each in lists]
        self.factor.choices = [
            SelectChoice(str(factor), _describe(factor, rate))
            for factor in (HALL, SQUARE, BROADCAST)
        ]
        if not self.is_submitted() and len(lists) == 1:
            self.mailing_list.data = str(lists[0].id)

    @property
    def begins_at(self) -> datetime:
        """The typed beginning, by the clock of Paris."""
        return datetime.combine(self.day.data or date.min, self.hour.data or time(), PARIS)

    @property
    def ends_at(self) -> datetime:
        """The end of the broadcast."""
        return self.begins_at + timedelta(hours=self.hours.data or 0)

    def draft(self) -> BroadcastDraft:
        """Return the broadcast of a form without faults."""
        return BroadcastDraft(
            name=self.name.data or "",
            mailing_list_id=int(self.mailing_list.data),
            begins_at=self.begins_at,
            ends_at=self.ends_at,
            factor=int(self.factor.data),
        )

    def validate_hours(self, field: IntegerField) -> None:
        """Refuse a broadcast that is over. Raises ValidationError."""
        if self.day.data and self.hour.data and field.data and self.ends_at <= clock.now():
            raise ValidationError(_("This event is over already. Check the day and the time."))


def _describe(factor: int, rate: int) -> str:
    number = format_decimal(factor * rate)
    if factor == HALL:
        return str(
            gettext("A hall: up to %(number)s sign-ups a minute by its Wi-Fi", number=number)
        )
    if factor == SQUARE:
        return str(
            gettext(
                "A large rally: up to %(number)s sign-ups a minute by one network", number=number
            )
        )
    return str(
        gettext("A broadcast: up to %(number)s sign-ups a minute by one network", number=number)
    )
