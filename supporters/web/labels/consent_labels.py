"""Labels of consent: its events, how they came about, faults of a wording, suppressions."""

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from supporters.consent.models import EventKind, Method
from supporters.consent.rules import WordingFault
from supporters.consent.suppression import ScopeKind
from supporters.web.labels.tones import Tone

EVENT_KINDS: dict[EventKind, LazyString] = {
    EventKind.REQUESTED: _("Asked for"),
    EventKind.CONFIRMED: _("Confirmed"),
    EventKind.RENEWED: _("Confirmed again"),
    EventKind.WITHDRAWN: _("Left"),
    EventKind.OBJECTED: _("Objected"),
    EventKind.RESTRICTED: _("Frozen"),
    EventKind.RELEASED: _("No longer frozen"),
    EventKind.ASKED_AGAIN: _("Asked again"),
    EventKind.MOVED: _("New address"),
}
EVENT_KIND_TONES: dict[EventKind, Tone] = {
    EventKind.REQUESTED: Tone.QUIET,
    EventKind.CONFIRMED: Tone.GOOD,
    EventKind.RENEWED: Tone.GOOD,
    EventKind.WITHDRAWN: Tone.QUIET,
    EventKind.OBJECTED: Tone.BAD,
    EventKind.RESTRICTED: Tone.WARN,
    EventKind.RELEASED: Tone.QUIET,
    EventKind.ASKED_AGAIN: Tone.QUIET,
    EventKind.MOVED: Tone.QUIET,
}
METHODS: dict[Method, LazyString] = {
    Method.FORM: _("the form of the signup page"),
    Method.LINK: _("the button behind the link in the letter"),
    Method.CODE: _("the code in the letter"),
    Method.ONE_CLICK: _("the unsubscribe button of the mail program"),
    Method.PAGE: _("the page behind the link in a message"),
    Method.MY_DATA: _("their own page, opened by a fresh letter"),
    Method.ORGANISER: _("an organiser, at the person’s request"),
    Method.LETTER: _("a letter that we sent"),
}
METHODS_ON_MY_DATA: dict[Method, LazyString] = {
    **METHODS,
    Method.MY_DATA: _("this page"),
    Method.ORGANISER: _("an organiser, at your request"),
}
WORDING_FAULTS: dict[WordingFault, LazyString] = {
    WordingFault.TOO_SHORT: _("Write a whole sentence: what you will do, for whom it is."),
    WordingFault.TOO_LONG: _("Use at most 500 characters: one sentence that people really read."),
    WordingFault.NO_PARTY: _("Name the party in it, as “%(party)s”."),
    WordingFault.SEVERAL_LINES: _("Write it in one line: it stands beside one box."),
    WordingFault.NOT_POLITICAL: _("Say in it that the messages are political."),
    WordingFault.NO_END: _("End the sentence with a full stop."),
}
SCOPES: dict[ScopeKind, LazyString] = {
    ScopeKind.EVERYTHING: _("All mail"),
    ScopeKind.SIGNUP_LETTERS: _("Letters that ask to confirm a signup"),
    ScopeKind.INVITATIONS: _("Another question because of a former list"),
    ScopeKind.PURPOSE: _("The mail of a list that they left"),
}
SCOPES_ON_MY_DATA: dict[ScopeKind, LazyString] = {
    ScopeKind.EVERYTHING: _("every message of ours"),
    ScopeKind.SIGNUP_LETTERS: _("letters about sign-ups, for you told us that it wasn’t you"),
    ScopeKind.INVITATIONS: _("another question because of a former list"),
    ScopeKind.PURPOSE: _("the messages of a list that you left"),
}
