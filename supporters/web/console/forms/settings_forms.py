"""The forms of a new account and of retention times."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import IntegerField, PasswordField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length

from supporters.organisers.sign_in import SHORTEST_PASSWORD
from supporters.retention.models import MAX_REASON
from supporters.retention.rules import Bounds
from supporters.web.forms import Form, at_most

LONGEST_PASSWORD = 128


class WelcomeForm(Form):
    """A new password, typed twice."""

    password = PasswordField(
        validators=[
            InputRequired(_("Choose a password.")),
            Length(min=SHORTEST_PASSWORD, message=_("Use at least %(min)d characters.")),
            at_most(LONGEST_PASSWORD),
        ]
    )
    password_confirm = PasswordField(
        validators=[
            InputRequired(_("Confirm the password.")),
            EqualTo("password", message=_("The two passwords differ.")),
        ]
    )


class RetentionForm(Form):
    """A new retention time and the reason of the change."""

    days = IntegerField(validators=[InputRequired(_("Enter a whole number of days."))])
    reason = TextAreaField(validators=[DataRequired(_("Give a reason.")), at_most(MAX_REASON)])

    bounds: Bounds

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
