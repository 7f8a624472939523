"""The forms of the team and of retention times."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import (
    EmailField,
    IntegerField,
    SelectField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired

from supporters.organisers.labels import ROLES
from supporters.organisers.models import MAX_EMAIL, RoleName
from supporters.people.addresses import AddressInvalid, parse_address
from supporters.retention.models import MAX_REASON
from supporters.retention.rules import Bounds
from supporters.web.forms import Form, SelectChoice, at_most


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
