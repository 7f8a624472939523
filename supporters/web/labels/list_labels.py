"""The words of mailing lists: statuses, senders, and why one can't be deleted."""

from flask_babel import lazy_gettext as _

from supporters.lists.mailing_lists import DeleteListError
from supporters.lists.models import ListStatus
from supporters.lists.rules import SenderFault
from supporters.web.labels.word_tables import Names, ShellTexts, Tone, Tones

LIST_STATUSES: Names[ListStatus] = {
    ListStatus.DRAFT: _("Draft"),
    ListStatus.OPEN: _("Open"),
    ListStatus.CLOSED: _("Closed"),
}
LIST_STATUS_TONES: Tones[ListStatus] = {
    ListStatus.DRAFT: Tone.WARN,
    ListStatus.OPEN: Tone.GOOD,
    ListStatus.CLOSED: Tone.QUIET,
}
DELETE_LIST_ERRORS: Names[DeleteListError] = {
    DeleteListError.HAS_PEOPLE: _(
        "Somebody signed up for this list, so its records stay. You can close it."
    ),
    DeleteListError.HAS_CAMPAIGNS: _(
        "A campaign is written for this list. Delete the draft for ever first."
    ),
    DeleteListError.HAS_IMPORTS: _("A former list was uploaded for this list, so it stays."),
}
DELETE_LIST_ERRORS_IN_THE_SHELL: ShellTexts[DeleteListError] = {
    DeleteListError.HAS_PEOPLE: (
        "Not deleted. Somebody signed up for it, so its records stay. See: flask lists close --help"
    ),
    DeleteListError.HAS_CAMPAIGNS: (
        "Not deleted. A campaign is written for it. Delete the draft for ever first."
    ),
    DeleteListError.HAS_IMPORTS: "Not deleted. A former list was uploaded for it.",
}
SENDER_FAULTS: Names[SenderFault] = {
    SenderFault.NAME_LIKE_ADDRESS: _(
        "The name may not look like an address: mail programs treat that as fraud. Write the name "
        "of a person or of the party."
    ),
    SenderFault.NAME_UNREADABLE: _(
        "The name needs letters, and no characters that mail programs hide. Type it again."
    ),
    SenderFault.REPLY_INVALID: _(
        "This isn’t an address. Write one alone, without a name, as in lyon@party.example."
    ),
    SenderFault.REPLY_UNREAD: _(
        "This address says that nobody reads it. Readers must be able to answer: give one that "
        "somebody reads."
    ),
}
