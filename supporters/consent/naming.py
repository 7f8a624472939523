"""What the purposes that are no list are called, in the language of the moment."""

from flask_babel import gettext

from supporters.consent.models import PurposeKind


def name_of(kind: PurposeKind) -> str:
    """Return the name of a kind of purpose, as a person reads it."""
    match kind:
        case PurposeKind.NEWSLETTER:
            return str(gettext("Political letter"))
        case PurposeKind.TARGETING:
            return str(gettext("Letters chosen for me"))
        case PurposeKind.MEASUREMENT:
            return str(gettext("Counting what I open"))
