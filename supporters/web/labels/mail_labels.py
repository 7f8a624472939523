"""Labels of transactional e-mails: their kinds, their states, and those that must arrive."""

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from supporters.mail.models import LetterKind, LetterStatus
from supporters.web.labels.tones import Tone

_TO_THE_TEAM = _("A letter to somebody in the team")
LETTER_KINDS: dict[LetterKind, LazyString] = {
    LetterKind.CONFIRM_SIGNUP: _("To confirm a sign-up"),
    LetterKind.ALREADY_SUBSCRIBED: _("That they are on our lists already"),
    LetterKind.RE_PERMISSION: _("Whether we may write to them"),
    LetterKind.ASK_AGAIN: _("Whether they still agree"),
    LetterKind.MY_DATA: _("To open “My data”"),
    LetterKind.NEW_ADDRESS: _("To confirm a new address"),
    LetterKind.ADDRESS_MOVED: _("That their address has changed"),
    LetterKind.CASE_EXTENDED: _("That an answer takes longer"),
    LetterKind.TAKEN_OFF: _("That a link in a mail took them off every list"),
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
    LetterKind.ALREADY_SUBSCRIBED: _("That you are on our lists already"),
    LetterKind.RE_PERMISSION: _("Whether we may write to you"),
    LetterKind.ASK_AGAIN: _("Whether you still agree"),
    LetterKind.MY_DATA: _("To open this page"),
    LetterKind.ADDRESS_MOVED: _("That your address has changed"),
    LetterKind.TAKEN_OFF: _("That a link in a mail took you off every list"),
}
LETTER_STATUSES: dict[LetterStatus, LazyString] = {
    LetterStatus.QUEUED: _("Waiting"),
    LetterStatus.SENDING: _("Leaving now"),
    LetterStatus.SENT: _("Accepted by the mail server"),
    LetterStatus.WITHHELD: _("Not sent: one had gone shortly before"),
    LetterStatus.GIVEN_UP: _("Given up"),
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
    LetterStatus.WITHHELD: _("Not sent: one had gone to you shortly before"),
}
# These e-mails must reach somebody of the team. The dashboard says so when one did not.
MUST_ARRIVE: dict[LetterKind, LazyString] = {
    LetterKind.CASE_DUE: _("Reminder of a case, to the data protection officer"),
    LetterKind.EXPORT_MADE: _("Announcement of an export"),
    LetterKind.LOG_HEAD: _("State of the consent log, to the data protection officer"),
    LetterKind.CONTESTED_STOP: _("Warning that readers say they never signed up"),
}
TO_DO_WHEN_LOST: dict[LetterKind, LazyString] = {
    LetterKind.CASE_DUE: _("Look at the cases that must be answered soon."),
    LetterKind.EXPORT_MADE: _(
        "Tell the data protection officer and the owners; the exports are under Exports."
    ),
    LetterKind.LOG_HEAD: _(
        "Ask the operator to run “flask consent head”, and hand its lines over."
    ),
    LetterKind.CONTESTED_STOP: _("Look at the campaigns, and at the cases of these readers."),
}
