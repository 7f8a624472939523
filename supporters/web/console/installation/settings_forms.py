"""The forms of a new account and of retention times."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import IntegerField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired

from supporters.retention.models import MAX_REASON, RetentionRule
from supporters.retention.rules import Bounds
from supporters.web.forms import Form, at_most


class RetentionForm(Form):
    """A new retention time and the reason of the change."""

    days = IntegerField(validators=[InputRequired(_("Enter a whole number of days."))])
    reason = TextAreaField(validators=[DataRequired(_("Give a reason.")), at_most(MAX_REASON)])

    def __init__(self, rule: RetentionRule, bounds: Bounds) -> None:
        super().__init__(days=rule.days)
        self.bounds = bounds

    def validate_days(self, field: IntegerField) -> None:
        """Refuse a time outside of the legal limits. Raises ValidationError."""
        if field.data is None or field.data not in self.bounds:
            raise ValidationError(
                gettext(
                    "Enter a number from %(lowest)s to %(highest)s.",
                    lowest=self.bounds.lowest,
                    highest=self.bounds.highest,
                )
            )
