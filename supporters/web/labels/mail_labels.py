"""Labels of transactional emails: kinds, states, and the ones that must arrive."""

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from supporters.mail.models import LetterKind, LetterStatus
from supporters.web.labels.tones import Tone

_TO_THE_TEAM = _("An email to somebody in the team")
LETTER_KINDS: dict[LetterKind, LazyString] = {
    LetterKind.CONFIRM_SIGNUP: _("Confirmation of a sign-up"),
    LetterKind.ALREADY_SUBSCRIBED: _("Notice: subscribed already"),
    LetterKind.RE_PERMISSION: _("Invitation from a former list"),
    LetterKind.ASK_AGAIN: _("Reconfirmation"),
    LetterKind.MY_DATA: _("Link to “My data”"),
    LetterKind.NEW_ADDRESS: _("Confirmation of a new address"),
    LetterKind.ADDRESS_MOVED: _("Notice: address changed"),
    LetterKind.CASE_EXTENDED: _("Notice: more time to answer"),
    LetterKind.TAKEN_OFF: _("Notice: unsubscribed from every list"),
    LetterKind.INVITATION: _TO_THE_TEAM,
    LetterKind.RESET_PASSWORD: _TO_THE_TEAM,
    LetterKind.CAMPAIGN_TEST: _TO_THE_TEAM,
    LetterKind.EXPORT_MADE: _TO_THE_TEAM,
    LetterKind.LOG_HEAD: _TO_THE_TEAM,
    LetterKind.CONTESTED_STOP: _TO_THE_TEAM,
    LetterKind.CASE_DUE: _TO_THE_TEAM,
}
LETTER_KINDS_ON_MY_DATA: dict[LetterKind, LazyString] = {
    **LETTER_KINDS,
    LetterKind.ALREADY_SUBSCRIBED: _("Notice: you are subscribed already"),
    LetterKind.RE_PERMISSION: _("Invitation to a list"),
    LetterKind.ASK_AGAIN: _("Question: do you still agree?"),
    LetterKind.MY_DATA: _("Link to this page"),
    LetterKind.ADDRESS_MOVED: _("Notice: your address has changed"),
    LetterKind.TAKEN_OFF: _("Notice: you were unsubscribed from every list"),
}
LETTER_STATUSES: dict[LetterStatus, LazyString] = {
    LetterStatus.QUEUED: _("Queued"),
    LetterStatus.SENDING: _("Sending"),
    LetterStatus.SENT: _("Accepted by the mail server"),
    LetterStatus.WITHHELD: _("Not sent: another one left shortly before"),
    LetterStatus.GIVEN_UP: _("Not delivered"),
}
LETTER_STATUS_TONES: dict[LetterStatus, Tone] = {
    LetterStatus.QUEUED: Tone.QUIET,
    LetterStatus.SENDING: Tone.LIVE,
    LetterStatus.SENT: Tone.GOOD,
    LetterStatus.WITHHELD: Tone.QUIET,
    LetterStatus.GIVEN_UP: Tone.BAD,
}
LETTER_STATUSES_ON_MY_DATA: dict[LetterStatus, LazyString] = {
    **LETTER_STATUSES,
    LetterStatus.SENT: _("Sent"),
    LetterStatus.WITHHELD: _("Not sent: you got another one shortly before"),
}
# These emails must reach the team. The dashboard lists the undelivered ones.
MUST_ARRIVE: dict[LetterKind, LazyString] = {
    LetterKind.CASE_DUE: _("Reminder of a case, to the data protection officer"),
    LetterKind.EXPORT_MADE: _("Notice of an export"),
    LetterKind.LOG_HEAD: _("Checkpoint of the log, to the data protection officer"),
    LetterKind.CONTESTED_STOP: _("Warning: readers dispute their sign-up"),
}
TO_DO_WHEN_LOST: dict[LetterKind, LazyString] = {
    LetterKind.CASE_DUE: _("Look at the cases that are due soon."),
    LetterKind.EXPORT_MADE: _(
        "Tell the data protection officer and the owners. “Exports” shows all exports."
    ),
    LetterKind.LOG_HEAD: _(
        "Ask the operator to run “flask consent head”, and send its output to the data "
        "protection officer."
    ),
    LetterKind.CONTESTED_STOP: _("Look at the campaigns, and at the cases of these readers."),
}
