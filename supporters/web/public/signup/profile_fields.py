"""How each value of a profile is typed: its checks, its width, and its way through the mailbox."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask_babel import LazyString, lazy_gettext as _
from wtforms import StringField, ValidationError
from wtforms.validators import Optional

from supporters.people.profile import MAX_GIVEN_NAME, PROFILE_WORDS
from supporters.territory.communes import is_postcode
from supporters.web.forms import Form, at_most

NO_NAME = _("Enter a first name, without an email or web address.")


def is_a_name(_form: Form, field: StringField) -> None:
    """Refuse an email or web address in the name. Raises ValidationError."""
    if has_an_address(field.data or ""):
        raise ValidationError(NO_NAME)


def has_an_address(name: str) -> bool:
    """Tell whether a name looks like an email or web address."""
    text = name.casefold()
    return any(each in text for each in ("://", "www.", "@"))


def has_five_digits(_form: Form, field: StringField) -> None:
    """Accept a postcode with spaces between its digits. Raises ValidationError."""
    postcode = "".join((field.data or "").split())
    if not is_postcode(postcode):
        raise ValidationError(_("A postcode has 5 digits, for example 69003. Or leave it empty."))
    field.data = postcode


class KeepBox(NamedTuple):
    """A box that keeps a value: its name in the form, and the words beside it."""

    name: str
    words: LazyString


@dataclass(frozen=True, kw_only=True)
class TypedField:
    """A text of the profile in a form: its checks, the width and the attributes of its input.

    Another browser than the reader's may be that of a stranger. `seen_elsewhere` returns what the
    reader of the mailbox sees of a value from there, before they keep it: the value itself, or a
    part of one that must not be told to another mailbox. Without it, they neither see nor keep it.
    `kept_by` is the box of the sign-up form without which the value is forgotten at once.
    """

    checks: Sequence[Callable[[Any, Any], None]]
    kind: str
    attributes: Mapping[str, str]
    seen_elsewhere: Callable[[str], str] | None = None
    kept_by: KeepBox | None = None

    def make(self, name: str) -> StringField:
        """Return the field of a form, which may stay empty."""
        return StringField(
            PROFILE_WORDS[name].asked,
            validators=[Optional(), *self.checks],
            description=PROFILE_WORDS[name].purpose,
            render_kw=dict(self.attributes),
        )


# The language is no text: each page knows it, or asks for it by a choice.
TYPED_FIELDS: dict[str, TypedField] = {
    "given_name": TypedField(
        checks=[at_most(MAX_GIVEN_NAME), is_a_name],
        kind="name",
        attributes={"autocomplete": "given-name"},
    ),
    "postcode": TypedField(
        checks=[has_five_digits],
        kind="code",
        attributes={"autocomplete": "postal-code", "inputmode": "numeric"},
        seen_elsewhere=str,
        kept_by=KeepBox("keep_postcode", _("Keep my postcode")),
    ),
}
