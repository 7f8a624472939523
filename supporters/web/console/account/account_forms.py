"""The forms of one's own account: a new password, the name, the language."""

from flask_babel import lazy_gettext as _
from wtforms import EmailField, PasswordField, SelectField, StringField, ValidationError
from wtforms.validators import EqualTo, InputRequired

from supporters.accounts.models import MAX_EMAIL, MAX_NAME, Organiser
from supporters.extensions import current_settings
from supporters.languages import TEAM_LANGUAGES
from supporters.people.addresses import AddressInvalid, parse_address
from supporters.sign_in.password_rules import find_password_fault
from supporters.web.forms import Form, SelectChoice, at_most
from supporters.web.labels import label


class NewPasswordForm(Form):
    """A new password of an account, typed twice."""

    password = PasswordField(validators=[InputRequired(_("Choose a password."))])
    password_confirm = PasswordField(
        validators=[
            InputRequired(_("Confirm the password.")),
            EqualTo("password", message=_("The two passwords differ.")),
        ]
    )

    def __init__(self, organiser: Organiser) -> None:
        super().__init__()
        self.organiser = organiser

    def validate_password(self, field: PasswordField) -> None:
        """Refuse a password that is easy to guess. Raises ValidationError."""
        fault = find_password_fault(
            field.data or "",
            own=[self.organiser.email, self.organiser.name or ""],
            party=[current_settings().party_name, current_settings().host],
        )
        if fault is not None:
            raise ValidationError(label(fault))


class PasswordChangeForm(NewPasswordForm):
    """The current password, and a new one."""

    old_password = PasswordField(validators=[InputRequired(_("Type your current password."))])


class ForgottenPasswordForm(Form):
    """The address of an account."""

    email = EmailField(validators=[InputRequired(_("Enter an email address.")), at_most(MAX_EMAIL)])

    address_key: str

    def validate_email(self, field: EmailField) -> None:
        """Normalise the address. Raises ValidationError."""
        try:
            self.address_key = parse_address(field.data or "").text.lower()
        except AddressInvalid as error:
            raise ValidationError(_("Use this form: name@party.example.")) from error


class ProfileOfAccountForm(Form):
    """The name and the language of an account."""

    name = StringField(validators=[at_most(MAX_NAME)])
    language = SelectField(
        choices=[SelectChoice(code, name) for code, name in TEAM_LANGUAGES.items()]
    )
