"""The words of mailing lists: statuses, senders, and why one can't be deleted."""

from flask_babel import lazy_gettext as _

from supporters.lists.list_changes import DeleteListError
from supporters.lists.models import ListStatus
from supporters.lists.rules import SenderFault
from supporters.web.labels.word_tables import Names, Sentences, ShellTexts, Tone, Tones

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
LIST_SENTENCES: Sentences = {
    "list.created": _("%(actor)s created the list %(object)s."),
    "list.opened": _("%(actor)s opened the signup page of the list %(object)s."),
    "list.closed": _("%(actor)s closed the signup page of the list %(object)s."),
    "list.edited": _("%(actor)s changed the name or the description of the list %(object)s."),
    "list.moved": _("%(actor)s changed the place of the list %(object)s in the order."),
    "list.offered_elsewhere": _("%(actor)s put the list %(object)s on the other signup pages."),
    "list.hidden_elsewhere": _("%(actor)s took the list %(object)s off the other signup pages."),
    "list.deleted": _("%(actor)s deleted the list %(object)s. Address of its page: %(slug)s."),
    "list.sender_changed": _(
        "%(actor)s changed the sender of the list %(object)s. Name: %(name)s."
    ),
    "list.thanks_changed": _(
        "%(actor)s changed the words after the confirmation of the list %(object)s. Languages of "
        "the welcome email: %(welcome)s."
    ),
    "list.exported": _("%(actor)s exported the list %(object)s. People: %(people)s."),
    "list.archive_changed": _("%(actor)s changed the archive of the list %(object)s."),
    "list.territory_changed": _("%(actor)s changed the territory of the list %(object)s."),
}
