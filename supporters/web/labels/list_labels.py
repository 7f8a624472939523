"""The words for mailing lists: their statuses, and why one can't be deleted."""

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from supporters.lists.list_changes import DeleteListError
from supporters.lists.models import ListStatus
from supporters.web.labels.tones import Tone

LIST_STATUSES: dict[ListStatus, LazyString] = {
    ListStatus.DRAFT: _("Draft"),
    ListStatus.OPEN: _("Open"),
    ListStatus.CLOSED: _("Closed"),
}
LIST_STATUS_TONES: dict[ListStatus, Tone] = {
    ListStatus.DRAFT: Tone.WARN,
    ListStatus.OPEN: Tone.GOOD,
    ListStatus.CLOSED: Tone.QUIET,
}
DELETE_LIST_ERRORS: dict[DeleteListError, LazyString] = {
    DeleteListError.HAS_PEOPLE: _(
        "Somebody signed up for this list, so its records stay. You can close it."
    ),
    DeleteListError.HAS_CAMPAIGNS: _(
        "A campaign is written for this list. Delete the draft for ever first."
    ),
    DeleteListError.HAS_IMPORTS: _("A former list was uploaded for this list, so it stays."),
}
