"""The forms of the pace: ceilings and warm-up of a provider, and the connections of campaigns."""

from datetime import date, timedelta

from flask_babel import lazy_gettext as _
from wtforms import DateField, IntegerField, RadioField, ValidationError
from wtforms.validators import InputRequired, NumberRange, Optional

from supporters.delivery.pace.ceilings import CeilingFault, Warmth
from supporters.delivery.pace.connection_leases import MOST_CONNECTIONS
from supporters.delivery.pace.models import MOST_A_DAY, MOST_AN_HOUR
from supporters.delivery.pace.pace_rules import Ceiling
from supporters.delivery.pace.warm_up_plans import WarmUpPlan
from supporters.delivery.planned.pace_forecast import ProviderPace
from supporters.web.forms import Form, SelectChoice
from supporters.web.labels import Use, label

NO_PLAN = "none"
FURTHEST = timedelta(days=60)


def _number(most: int) -> IntegerField:
    message = _("Enter a whole number, or leave the field empty for no ceiling.")
    return IntegerField(validators=[Optional(), NumberRange(1, most, message)])


class PaceForm(Form):
    """The ceilings of a provider, and its warm-up."""

    an_hour = _number(MOST_AN_HOUR)
    a_day = _number(MOST_A_DAY)
    plan = RadioField(validators=[InputRequired(_("Choose one."))])
    began_on = DateField(validators=[Optional()])

    def __init__(self, pace: ProviderPace, today: date) -> None:
        warm_up, self._today = pace.warm_up, today
        is_set = warm_up is not None and not warm_up.is_over
        super().__init__(
            an_hour=pace.chosen.an_hour,
            a_day=pace.chosen.a_day,
            plan=warm_up.plan.value if warm_up and is_set else NO_PLAN,
            began_on=warm_up.began_on if warm_up and is_set else today,
        )
        self.plan.choices = [
            SelectChoice(NO_PLAN, _("No warm-up")),
            *(
                SelectChoice(each.value, f"{label(each)}. {label(each, Use.MEANING)}")
                for each in WarmUpPlan
            ),
        ]

    @property
    def ceiling(self) -> Ceiling:
        """The typed ceilings."""
        return Ceiling(an_hour=self.an_hour.data, a_day=self.a_day.data)

    @property
    def warmth(self) -> Warmth | None:
        """The chosen warm-up; None for none."""
        if self.plan.data == NO_PLAN or self.began_on.data is None:
            return None
        return Warmth(plan=WarmUpPlan(self.plan.data), began_on=self.began_on.data)

    def validate_plan(self, field: RadioField) -> None:
        """Ask for a near day of a plan. Raises ValidationError."""
        if field.data == NO_PLAN:
            return
        if self.began_on.data is None:
            raise ValidationError(_("Enter the first day of the warm-up."))
        if abs(self.began_on.data - self._today) > FURTHEST:
            raise ValidationError(_("Enter a day within two months."))

    def show_fault(self, fault: CeilingFault) -> None:
        """Say why nothing was changed."""
        field = self.an_hour if fault is CeilingFault.HOUR_ABOVE_DAY else self.began_on
        field.errors = [label(fault)]


class ConnectionsForm(Form):
    """How many connections to the relay campaigns may have, over all machines."""

    most = _number(MOST_CONNECTIONS)
