"""The fields of a form for a postcode, and for the local lists that it finds."""

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, SelectField, StringField, ValidationError
from wtforms.validators import Optional

from supporters.territory.communes import is_postcode
from supporters.web.forms import Form


def has_five_digits(_form: Form, field: StringField) -> None:
    """Accept a postcode with spaces between its digits. Raises ValidationError."""
    postcode = "".join((field.data or "").split())
    if not is_postcode(postcode):
        raise ValidationError(_("A postcode has 5 digits, for example 69003. Or leave it empty."))
    field.data = postcode


def postcode_field() -> StringField:
    """Return the field of a postcode, which may stay empty."""
    return StringField(validators=[Optional(), has_five_digits])


class LocalForm(Form):
    """The commune that finds local lists, the place of those that were found, and what is kept."""

    keep_postcode = BooleanField()
    commune = SelectField(choices=[], validate_choice=False)
    local = HiddenField()
