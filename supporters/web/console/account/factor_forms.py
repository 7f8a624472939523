"""The forms of passkeys, authenticator apps and codes."""

from flask_babel import gettext, lazy_gettext as _
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired

from supporters.sign_in.passkeys import MAX_PASSKEY_NAME
from supporters.web.forms import Form, at_most

LONGEST_CODE = 64


class PasskeyAnswerForm(Form):
    """The answer of a device, as the browser's script writes it."""

    credential = HiddenField()


class PasskeyNameForm(Form):
    """The name by which a person knows a passkey."""

    name = StringField(
        validators=[
            InputRequired(_("Give the passkey a name, for example “My telephone”.")),
            at_most(MAX_PASSKEY_NAME),
        ]
    )


class NewPasskeyForm(PasskeyNameForm):
    """A new passkey and its name."""

    credential = HiddenField()


class FactorCodeForm(Form):
    """A code of an app, or a recovery code."""

    code = StringField(validators=[InputRequired(_("Type the code.")), at_most(LONGEST_CODE)])

    def show_other_code(self) -> None:
        """Say that the code isn’t the present one of the app."""
        words = gettext(
            "This isn’t the code that belongs to this QR code now. Wait for the next code. If "
            "it is refused too, check the clock of your telephone."
        )
        self.code.errors = [words]
