"""The base class of all forms: clean text, clear messages (REQ-89)."""

import re
from functools import cache
from http import HTTPStatus
from typing import Any

from babel.support import Translations
from flask import g, render_template
from flask_babel import get_locale, lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.csrf import validate_csrf
from flask_wtf.form import _Auto
from wtforms import Field, PasswordField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # not in its stubs
from wtforms.i18n import DefaultTranslations, messages_path
from wtforms.validators import Length

from supporters.public_languages import public_languages

__all__ = [
    "EmptyForm",
    "Form",
    "SelectChoice",
    "at_most",
    "is_csrf_token",
    "no_control_characters",
    "offered_languages",
    "without_controls",
]

ALL_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")  # Unicode's category Cc
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")  # without line breaks


def no_control_characters(_form: Any, field: Field) -> None:
    """Refuse control characters. A text area may have line breaks."""
    refused = CONTROLS if isinstance(field, TextAreaField) else ALL_CONTROLS
    if refused.search(field.data or ""):
        raise ValidationError(_("This contains characters that can’t be stored. Type it again."))


def at_most(longest: int) -> Length:
    """Return a validator for the length of a text.

    The HTML has no `maxlength`: browsers would cut a pasted text silently.
    """
    check = Length(max=longest, message=_("Use at most %(max)d characters.", max=longest))
    check.field_flags = {}
    return check


def without_controls(text: str | None) -> str | None:
    """Return a text without control characters, which come unseen with a pasted text."""
    return CONTROLS.sub(" ", text) if text else text


def strip(text: str | None) -> str | None:
    """Return the text without surrounding white space."""
    return text.strip() if text else text


class Form(FlaskForm):
    """A form whose texts are stripped and free of control characters."""

    def is_fresh(self) -> bool:
        """Tell whether the form has no typed text: not sent, nor stored before a sign-in."""
        return not self.is_submitted() and "stored_fields" not in g

    def render(self, template: str, **values: object) -> tuple[str, int]:
        """Return a page with this form, and its status: 422 if the form was sent and refused."""
        page = render_template(template, form=self, **values)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY if self.is_submitted() else HTTPStatus.OK

    class Meta(FlaskForm.Meta):
        """How fields are bound and filled."""

        def get_translations(self, form: Any) -> Any:
            """Return the messages of WTForms in the language of the page, read once."""
            return _read_messages(str(get_locale()))

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Return what was sent, or what was typed before and stored (unsaved_forms.py)."""
            if formdata is _Auto and not form.is_submitted() and "stored_fields" in g:
                return g.stored_fields
            return super().wrap_formdata(form, formdata)

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Field:
            """Give every text field the strip filter and the check for control characters."""
            if _is_text(unbound_field.field_class):
                options = {
                    **options,
                    "filters": [*unbound_field.kwargs.get("filters", []), strip],
                    "validators": [
                        no_control_characters,
                        *unbound_field.kwargs.get("validators", []),
                    ],
                }
                unbound_field = _without(unbound_field, {"filters", "validators"})
            field: Field = super().bind_field(form, unbound_field, options)
            return field


@cache
def _read_messages(language: str) -> DefaultTranslations:
    return DefaultTranslations(Translations.load(messages_path(), [language], domain="wtforms"))


def _is_text(field_class: type[Field]) -> bool:
    """Tell whether a field holds text. A password is not stripped."""
    return issubclass(field_class, StringField) and not issubclass(field_class, PasswordField)


def _without(unbound_field: Any, names: set[str]) -> Any:
    rest = {key: value for key, value in unbound_field.kwargs.items() if key not in names}
    return type(unbound_field)(
        unbound_field.field_class, *unbound_field.args, name=unbound_field.name, **rest
    )


def offered_languages() -> list[SelectChoice]:
    """Return a choice for each language that the party offers to the public."""
    return [SelectChoice(code, name) for code, name in public_languages().items()]


class EmptyForm(Form):
    """A button with a CSRF token."""


def is_csrf_token(token: str | None) -> bool:
    """Tell whether a token of Flask-WTF is of this browser. It is valid as long as the session."""
    try:
        validate_csrf(token)
    except ValidationError:
        return False
    return True
