"""The forms of the team and of retention times."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import (
    EmailField,
    IntegerField,
    PasswordField,
    SelectField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length

from supporters.organisers.labels import ROLES
from supporters.organisers.models import MAX_EMAIL, RoleName
from supporters.organisers.sign_in import SHORTEST_PASSWORD
from supporters.people.addresses import AddressInvalid, parse_address
from supporters.retention.models import MAX_REASON
from supporters.retention.rules import Bounds
from supporters.web.forms import Form, SelectChoice, at_most

LONGEST_PASSWORD = 128


class TeamInvitationForm(Form):
    """The address and the role of a team invitation."""

    email = EmailField(validators=[InputRequired(_("Enter an email address.")), at_most(MAX_EMAIL)])
    role = SelectField(
        choices=[
            SelectChoice(role.value, ROLES[role])
            for role in (RoleName.ORGANISER, RoleName.OWNER, RoleName.DPO)
        ]
    )

    address_key: str

    def validate_email(self, field: EmailField) -> None:
        """Normalise the address. Raises ValidationError."""
        try:
            self.address_key = parse_address(field.data or "").key
        except AddressInvalid as error:
            raise ValidationError(_("Use this form: name@party.example.")) from error


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
