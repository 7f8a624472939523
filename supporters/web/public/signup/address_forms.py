"""The field for an email address: kind to what is pasted, precise about faults, never sure.

A suggestion is shown with a button for each choice, so it works without JavaScript (REQ-117).
"""

from collections.abc import Sequence
from typing import NamedTuple

from flask_babel import lazy_gettext as _
from wtforms import EmailField, ValidationError
from wtforms.validators import InputRequired

from supporters.people.address_suggestions import AddressDoubt, find_doubt, suggest_address
from supporters.people.addresses import Address, readable
from supporters.people.models import MAX_ADDRESS
from supporters.people.typed_addresses import TypedAddressInvalid, parse_typed_address
from supporters.web.forms import Form, at_most
from supporters.web.labels import label
from supporters.web.public.surfaces import sent_fields

ENTER_ADDRESS = _("Enter your email address, for example name@example.org.")
UNKNOWN_ENDING = _("No address that we know ends in .%(ending)s. Correct it, or keep it.")
DOMAIN_QUESTION = _("%(domain)s looks like a typing error. Did you mean %(address)s?")
ENDING_QUESTION = _("No address that we know ends in .%(ending)s. Did you mean %(address)s?")
EMAIL, KEPT = "email", "kept_email"


class Suggestion(NamedTuple):
    """The choices about a typed address; `fields` is the rest of the form as it was sent.

    `suggested` replaces the address; `typed` keeps it, unless no email can be sent to it.
    """

    suggested: str | None
    typed: str | None
    fields: Sequence[tuple[str, str]]


class AddressForm(Form):
    """A form with an email address."""

    email = EmailField(
        validators=[
            InputRequired(ENTER_ADDRESS),
            at_most(MAX_ADDRESS),
        ]
    )

    address: Address
    suggestion: Suggestion | None = None

    def validate_email(self, field: EmailField) -> None:
        """Read the address. Raises ValidationError."""
        typed = field.data or ""
        try:
            self.address = parse_typed_address(typed)
        except TypedAddressInvalid as error:
            meant = suggest_address(typed[:MAX_ADDRESS])
            self.suggestion = Suggestion(meant, None, _other_fields()) if meant else None
            raise ValidationError(label(error.fault)) from error

    def ask_about(self, typed: str, doubt: AddressDoubt) -> None:
        """Ask about an address that is probably mistyped: use the suggestion, or keep it."""
        self.suggestion = Suggestion(doubt.suggestion, typed, _other_fields())
        self.email.data = readable(typed)
        self.email.errors = [explain_doubt(doubt)]


def find_unsettled_doubt(address: Address) -> AddressDoubt | None:
    """Return the doubt about an address, unless the person has looked at it already."""
    return None if sent_fields().get(KEPT) == address.text else find_doubt(address)


def explain_doubt(doubt: AddressDoubt) -> str:
    """Return the question about an address."""
    if doubt.suggestion is None:
        words = UNKNOWN_ENDING
    else:
        words = DOMAIN_QUESTION if doubt.has_known_ending else ENDING_QUESTION
    ending = doubt.domain.rpartition(".")[2]
    known = {
        "ending": readable(ending),
        "domain": readable(doubt.domain),
        "address": readable(doubt.suggestion or ""),
    }
    return str(words) % known


def _other_fields() -> list[tuple[str, str]]:
    sent = sent_fields().items(multi=True)
    return [(name, text) for name, text in sent if name not in {EMAIL, KEPT}]
