"""Labels of cases: what is asked, how it came, what happened, and what to do now."""

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from supporters.consent.record_models import DisclosureKind
from supporters.privacy_requests.models import (
    CaseAct,
    CaseKind,
    Channel,
    DepartureKind,
    ErasureGround,
    StoredText,
)
from supporters.privacy_requests.queries import CaseState
from supporters.web.labels.tones import Tone

CASE_KINDS: dict[CaseKind, LazyString] = {
    CaseKind.ACCESS: _("To see their data"),
    CaseKind.RECTIFICATION: _("To have data corrected"),
    CaseKind.ERASURE: _("To be erased"),
    CaseKind.RESTRICTION: _("To have their data frozen"),
    CaseKind.PORTABILITY: _("To take their data along"),
    CaseKind.OBJECTION: _("To be written to no more"),
    CaseKind.CONTESTED: _("“I never signed up”"),
    CaseKind.COMPLAINT: _("Complaint"),
}
CASE_KINDS_ON_MY_DATA: dict[CaseKind, LazyString] = {
    CaseKind.ACCESS: _("Access"),
    CaseKind.RECTIFICATION: _("Correction"),
    CaseKind.ERASURE: _("Erasure"),
    CaseKind.RESTRICTION: _("Freezing"),
    CaseKind.PORTABILITY: _("Taking data along"),
    CaseKind.OBJECTION: _("Objection"),
    CaseKind.CONTESTED: _("“I never signed up”"),
    CaseKind.COMPLAINT: _("Complaint"),
}
CASE_KINDS_IN_A_SENTENCE: dict[CaseKind, LazyString] = {
    CaseKind.ACCESS: _("to see their data"),
    CaseKind.RECTIFICATION: _("to have data corrected"),
    CaseKind.ERASURE: _("to be erased"),
    CaseKind.RESTRICTION: _("to have their data frozen"),
    CaseKind.PORTABILITY: _("to take their data along"),
    CaseKind.OBJECTION: _("to be written to no more"),
    CaseKind.CONTESTED: _("“I never signed up”"),
    CaseKind.COMPLAINT: _("a complaint"),
}
CASE_KINDS_AS_YOUR_REQUEST: dict[CaseKind, LazyString] = {
    CaseKind.ACCESS: _("to see your data"),
    CaseKind.RECTIFICATION: _("to have your data corrected"),
    CaseKind.ERASURE: _("to be erased"),
    CaseKind.RESTRICTION: _("to have your data frozen"),
    CaseKind.PORTABILITY: _("to take your data along"),
    CaseKind.OBJECTION: _("to be written to no more"),
    CaseKind.CONTESTED: _("to know why we wrote to you"),
    CaseKind.COMPLAINT: _("your complaint"),
}
CHANNELS: dict[Channel, LazyString] = {
    Channel.PAGE: _("on our site"),
    Channel.MAIL: _("by e-mail"),
    Channel.POST: _("by post"),
    Channel.PHONE: _("by telephone"),
}
CASE_STATES: dict[CaseState, LazyString] = {
    CaseState.OPEN: _("Open"),
    CaseState.CLOSED: _("Closed"),
    CaseState.ALL: _("All"),
}
CASE_ACTS: dict[CaseAct, LazyString] = {
    CaseAct.NOTED: _("Note"),
    CaseAct.EXTENDED: _("Two months more"),
    CaseAct.REMINDED: _("First reminder to the data protection officer"),
    CaseAct.REMINDED_LAST: _("Last reminder to the data protection officer"),
    CaseAct.CLOSED: _("Closed"),
}
CASE_ACT_TONES: dict[CaseAct, Tone] = {
    CaseAct.NOTED: Tone.QUIET,
    CaseAct.EXTENDED: Tone.WARN,
    CaseAct.REMINDED: Tone.QUIET,
    CaseAct.REMINDED_LAST: Tone.WARN,
    CaseAct.CLOSED: Tone.GOOD,
}
CASE_ACTS_ON_MY_DATA: dict[CaseAct, LazyString] = {
    CaseAct.NOTED: _("Noted"),
    CaseAct.EXTENDED: _("Extended"),
    CaseAct.REMINDED: _("Our data protection officer was reminded"),
    CaseAct.REMINDED_LAST: _("Our data protection officer was reminded once more"),
    CaseAct.CLOSED: _("Closed"),
}
ERASURE_GROUNDS: dict[ErasureGround, LazyString] = {
    ErasureGround.ASKED: _("They asked for it."),
    ErasureGround.NO_PROOF: _("They never signed up, or no consent can be shown."),
    ErasureGround.LOST: _("The address isn’t theirs, or nobody’s any more."),
    ErasureGround.ORDERED: _("The authority (CNIL) or a court ordered it."),
}
STORED_TEXTS: dict[StoredText, LazyString] = {
    StoredText.THE_PERSON: _("the person"),
    StoredText.BY_LETTER: _("a fresh letter to their mailbox"),
    StoredText.DONE_AT_ONCE: _("Done at once"),
    StoredText.SOMEBODY_ELSE: _("The mailbox says that it was somebody else, and undid it."),
    StoredText.ERASED: _("Erased"),
}
STORED_TEXTS_ON_MY_DATA: dict[StoredText, LazyString] = {
    **STORED_TEXTS,
    StoredText.THE_PERSON: _("you"),
    StoredText.BY_LETTER: _("a fresh letter to your mailbox"),
    StoredText.SOMEBODY_ELSE: _("You said that it was somebody else"),
}
DISCLOSURE_KINDS: dict[DisclosureKind, LazyString] = {
    DisclosureKind.EVIDENCE: _("The proof of what you agreed to"),
    DisclosureKind.ACCESS: _("Access"),
    DisclosureKind.EXPORT: _("An export of a list, which you may have been on"),
}
DEPARTURE_KINDS: dict[DepartureKind, LazyString] = {
    DepartureKind.UNSUBSCRIBED: _("Unsubscribed from every list"),
    DepartureKind.DISPUTED: _("“I never signed up”"),
}
_SAME_WORDS = _(
    "Answer in the same words whether or not we know the address: that somebody is on a party’s "
    "list is nobody else’s business."
)
CASE_STEPS: dict[CaseKind, tuple[LazyString, ...]] = {
    CaseKind.ACCESS: (
        _("Tell them to ask for a link to their data on our site. They see everything there."),
        _("Without a mailbox they can open? Print their record, and hand it to them in person."),
        _SAME_WORDS,
    ),
    CaseKind.RECTIFICATION: (
        _("Tell them to ask for a link to their data on our site: they correct it themselves."),
        _("A new address is confirmed from the new mailbox, like a sign-up."),
        _SAME_WORDS,
    ),
    CaseKind.ERASURE: (
        _("Tell them to ask for a link to their data on our site: the button to erase is there."),
        _("They can’t, or won’t? Open their page and press “Erase…”: that closes the case too."),
        _("What stays is a keyed hash of the address, so that we never write to it again."),
        _SAME_WORDS,
    ),
    CaseKind.RESTRICTION: (
        _("Tell them to ask for a link to their data on our site: they can freeze it there."),
        _("They can’t, or won’t? Open their page and press “Freeze…”: that closes the case too."),
        _("Are they frozen already? Then say so to them, and close the case here."),
        _("Frozen, nothing is sent, changed or deleted until they let go of it."),
        _SAME_WORDS,
    ),
    CaseKind.PORTABILITY: (
        _("Tell them to ask for a link to their data on our site, and to take the file there."),
        _SAME_WORDS,
    ),
    CaseKind.OBJECTION: (
        _("Was the case opened with their address? Then nothing is sent to it any more."),
        _("If not, open their page and press “Stop writing to this person”, which acts at once."),
        _("It needs no proof of who they are: stopping does no harm."),
        _("Then say so to them, and close the case."),
    ),
    CaseKind.CONTESTED: (
        _("Nothing is sent to this person any more: they are frozen since they told us."),
        _("Read the proof of their sign-up: the exact words, the time, and how it was confirmed."),
        _("Does it hold? Send it to them. Does it not? Say so, erase them, and find out why."),
        _("The data protection officer opens their page, in the archive, and presses “Erase…”."),
        _("Several of one campaign? Stop the campaign first, and look for the common cause."),
    ),
    CaseKind.COMPLAINT: (
        _("Write down what is complained of, in their words."),
        _("Mend it if it can be mended, and answer in plain words what was done."),
        _("They can always turn to the authority (CNIL): say so in the answer."),
    ),
}
