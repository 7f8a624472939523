"""What the purposes that are no list are called, in the language of the moment."""

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from supporters.consent.models import PurposeKind

PURPOSE_KINDS: dict[PurposeKind, LazyString] = {
    PurposeKind.NEWSLETTER: _("Political letter"),
    PurposeKind.TARGETING: _("Letters chosen for me"),
    PurposeKind.MEASUREMENT: _("Counting what I open"),
}


def name_of(kind: PurposeKind) -> str:
    """Return the name of a kind of purpose, as a person reads it."""
    return str(PURPOSE_KINDS[kind])
