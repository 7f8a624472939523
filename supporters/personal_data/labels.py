"""The words for why an account looks at more people than usual."""

from flask_babel import LazyString, lazy_gettext as _

from supporters.personal_data.rules import LookupReason

LOOKUP_REASONS: dict[LookupReason, LazyString] = {
    LookupReason.ANSWERS: _("I answer many calls or emails."),
    LookupReason.EVENT: _("I prepare an event or a meeting."),
    LookupReason.CASES: _("I work on privacy requests or complaints."),
    LookupReason.CORRECTIONS: _("I correct many first names or languages."),
    LookupReason.OTHER: _("Something else, which I explain below."),
}
