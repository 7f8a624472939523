"""The names of the purposes that are no list, in the current language."""

from flask_babel import LazyString, lazy_gettext as _

from supporters.consent.models import PurposeKind

PURPOSE_KINDS: dict[PurposeKind, LazyString] = {
    PurposeKind.NEWSLETTER: _("Political emails"),
    PurposeKind.TARGETING: _("Emails chosen for me"),
    PurposeKind.MEASUREMENT: _("Counting the emails that I open"),
}


def purpose_kind_name(kind: PurposeKind) -> str:
    """Return the name of a kind of purpose for people."""
    return str(PURPOSE_KINDS[kind])
