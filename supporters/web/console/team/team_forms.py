"""The forms of the team: an invitation, the role of an account, its lists."""

from flask_babel import lazy_gettext as _
from wtforms import EmailField, RadioField, SelectMultipleField, ValidationError
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from supporters.accounts.models import MAX_EMAIL, ROLES, RoleName
from supporters.people.addresses import AddressInvalid, parse_address
from supporters.team.accounts import BASE_ROLES
from supporters.web.forms import Form, SelectChoice, at_most

ALL, SOME = "all", "some"


def _role() -> RadioField:
    order = sorted(BASE_ROLES, key=lambda role: role is not RoleName.ORGANISER)
    return RadioField(
        choices=[SelectChoice(role.value, ROLES[role]) for role in order],
        validators=[InputRequired(_("Choose a role."))],
    )


class TeamInvitationForm(Form):
    """The address and the role of a team invitation."""

    email = EmailField(validators=[InputRequired(_("Enter an email address.")), at_most(MAX_EMAIL)])
    role = _role()

    address_key: str

    def validate_email(self, field: EmailField) -> None:
        """Normalise the address. Raises ValidationError."""
        try:
            self.address_key = parse_address(field.data or "").key
        except AddressInvalid as error:
            raise ValidationError(_("Use this form: name@party.example.")) from error


class RoleForm(Form):
    """The new role of an account."""

    role = _role()


class AccountListsForm(Form):
    """The lists of an organiser: all of them, or some."""

    extent = RadioField(
        choices=[
            SelectChoice(ALL, _("All lists, future ones too")),
            SelectChoice(SOME, _("Only these lists")),
        ],
        validators=[InputRequired(_("Choose all lists, or some."))],
    )
    lists = SelectMultipleField(
        coerce=int, option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False)
    )

    def validate_lists(self, field: SelectMultipleField) -> None:
        """Refuse a limit to no list. Raises ValidationError."""
        if self.extent.data == SOME and not field.data:
            raise ValidationError(_("Tick at least one list."))

    def list_ids(self) -> list[int] | None:
        """Return the ticked lists; None for all."""
        return None if self.extent.data == ALL else self.lists.data
