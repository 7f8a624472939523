"""The words of cases: kinds, channels, acts, outcomes and steps."""

from flask_babel import LazyString, lazy_gettext as _

from supporters.cases.acts_on_behalf import OnBehalfError
from supporters.cases.models import (
    CaseAct,
    CaseKind,
    Channel,
    DepartureKind,
    ErasureGround,
    StoredText,
)
from supporters.cases.queries import CaseState
from supporters.consent.record_models import DisclosureKind
from supporters.evidence.evidence_disclosure import DiscloseEvidenceError
from supporters.web.labels.word_tables import (
    InASentence,
    Names,
    NamesForAll,
    NamesOnMyData,
    Tone,
    Tones,
    YourRequests,
)

CASE_KINDS: Names[CaseKind] = {
    CaseKind.ACCESS: _("To see their data"),
    CaseKind.RECTIFICATION: _("To have data corrected"),
    CaseKind.ERASURE: _("To be erased"),
    CaseKind.RESTRICTION: _("To have their data restricted"),
    CaseKind.PORTABILITY: _("To get their data as a file"),
    CaseKind.OBJECTION: _("To stop receiving emails"),
    CaseKind.DISPUTE: _("“I never signed up”"),
    CaseKind.COMPLAINT: _("Complaint"),
}
CASE_KINDS_ON_MY_DATA: NamesOnMyData[CaseKind] = {
    CaseKind.ACCESS: _("Access"),
    CaseKind.RECTIFICATION: _("Rectification"),
    CaseKind.ERASURE: _("Erasure"),
    CaseKind.RESTRICTION: _("Restriction"),
    CaseKind.PORTABILITY: _("Portability"),
    CaseKind.OBJECTION: _("Objection"),
    CaseKind.DISPUTE: _("“I never signed up”"),
    CaseKind.COMPLAINT: _("Complaint"),
}
CASE_KINDS_IN_A_SENTENCE: InASentence[CaseKind] = {
    CaseKind.ACCESS: _("to see their data"),
    CaseKind.RECTIFICATION: _("to have data corrected"),
    CaseKind.ERASURE: _("to be erased"),
    CaseKind.RESTRICTION: _("to have their data restricted"),
    CaseKind.PORTABILITY: _("to get their data as a file"),
    CaseKind.OBJECTION: _("to stop receiving emails"),
    CaseKind.DISPUTE: _("“I never signed up”"),
    CaseKind.COMPLAINT: _("a complaint"),
}
CASE_KINDS_AS_YOUR_REQUEST: YourRequests[CaseKind] = {
    CaseKind.ACCESS: _("to see your data"),
    CaseKind.RECTIFICATION: _("to have your data corrected"),
    CaseKind.ERASURE: _("to be erased"),
    CaseKind.RESTRICTION: _("to have your data restricted"),
    CaseKind.PORTABILITY: _("to get your data as a file"),
    CaseKind.OBJECTION: _("to stop receiving emails"),
    CaseKind.DISPUTE: _("to know why we wrote to you"),
    CaseKind.COMPLAINT: _("your complaint"),
}
CHANNELS: NamesForAll[Channel] = {
    Channel.PAGE: _("on our site"),
    Channel.MAIL: _("by email"),
    Channel.POST: _("by post"),
    Channel.PHONE: _("by phone"),
    Channel.IN_PERSON: _("in person"),
}
CASE_STATES: Names[CaseState] = {
    CaseState.OPEN: _("Open cases"),
    CaseState.CLOSED: _("Case closed"),
    CaseState.ALL: _("All cases"),
}
CASE_ACTS: Names[CaseAct] = {
    CaseAct.NOTED: _("Note"),
    CaseAct.EXTENDED: _("Two months more"),
    CaseAct.REMINDED: _("First reminder to the data protection officer"),
    CaseAct.REMINDED_LAST: _("Last reminder to the data protection officer"),
    CaseAct.CLOSED: _("Case closed"),
}
CASE_ACTS_ON_MY_DATA: NamesOnMyData[CaseAct] = {
    CaseAct.NOTED: _("Noted"),
    CaseAct.EXTENDED: _("Extended"),
    CaseAct.REMINDED: _("Our data protection officer was reminded"),
    CaseAct.REMINDED_LAST: _("Our data protection officer was reminded again"),
    CaseAct.CLOSED: _("Case closed"),
}
CASE_ACT_TONES: Tones[CaseAct] = {
    CaseAct.NOTED: Tone.QUIET,
    CaseAct.EXTENDED: Tone.WARN,
    CaseAct.REMINDED: Tone.QUIET,
    CaseAct.REMINDED_LAST: Tone.WARN,
    CaseAct.CLOSED: Tone.GOOD,
}
ERASURE_GROUNDS: Names[ErasureGround] = {
    ErasureGround.ASKED: _("They asked for it."),
    ErasureGround.NO_PROOF: _("They never signed up, or we can’t prove a consent."),
    ErasureGround.LOST: _("The address isn’t theirs, or nobody uses it any more."),
    ErasureGround.ORDERED: _("The authority (CNIL) or a court ordered it."),
}
STORED_TEXTS: Names[StoredText] = {
    StoredText.THE_PERSON: _("the person"),
    StoredText.BY_EMAIL: _("a new email to their address"),
    StoredText.DONE_AT_ONCE: _("Done at once"),
    StoredText.SOMEBODY_ELSE: _("The mailbox says that it was somebody else, and undid it."),
    StoredText.ERASED: _("Data erased"),
}
STORED_TEXTS_ON_MY_DATA: NamesOnMyData[StoredText] = {
    **STORED_TEXTS,
    StoredText.THE_PERSON: _("you"),
    StoredText.BY_EMAIL: _("a new email to your address"),
    StoredText.SOMEBODY_ELSE: _("You said that it was somebody else"),
}
DISCLOSURE_KINDS: NamesOnMyData[DisclosureKind] = {
    DisclosureKind.EVIDENCE: _("The evidence of your consents"),
    DisclosureKind.ACCESS: _("Access"),
    DisclosureKind.EXPORT: _("An export of a list, which you may have been on"),
}
DEPARTURE_KINDS: NamesOnMyData[DepartureKind] = {
    DepartureKind.UNSUBSCRIBED: _("Unsubscribed from every list"),
    DepartureKind.DISPUTED: _("“I never signed up”"),
    DepartureKind.ON_BEHALF: _("All messages stopped by our team, at your request"),
}
REFUSED_ACTS: Names[OnBehalfError] = {
    OnBehalfError.LIMIT_REACHED: _(
        "Nothing was changed. You acted for as many people as your account may within 24 hours. "
        "Ask an owner or the data protection officer, or send the person to “My data” on our site."
    ),
}
REFUSED_EVIDENCE: Names[DiscloseEvidenceError] = {
    DiscloseEvidenceError.LIMIT_REACHED: _(
        "You opened the evidence on as many people as your account may within 24 hours. Come back "
        "tomorrow, or ask the data protection officer."
    ),
    DiscloseEvidenceError.UNKNOWN: _("This person doesn’t exist here any more."),
}
_SAME_WORDS = _(
    "Answer in the same words whether we know the address or not: a subscription to a "
    "party’s list is private."
)
CASE_STEPS: dict[CaseKind, tuple[LazyString, ...]] = {
    CaseKind.ACCESS: (
        _("Tell them to ask for a link to their data on our site. They see everything there."),
        _("If they can’t open their mailbox, print their record, and give it to them in person."),
        _SAME_WORDS,
    ),
    CaseKind.RECTIFICATION: (
        _(
            "Tell them to ask for a link to their data on our site. They correct it themselves "
            "there."
        ),
        _("If they can’t, open their page and press “Correct…”. This also closes the case."),
        _("They confirm a new address from the new mailbox, like a sign-up."),
        _SAME_WORDS,
    ),
    CaseKind.ERASURE: (
        _("Tell them to ask for a link to their data on our site. The erase button is there."),
        _("If they can’t, open their page and press “Erase…”. This also closes the case."),
        _("We keep a fingerprint of the address, so that we never write to it again."),
        _SAME_WORDS,
    ),
    CaseKind.RESTRICTION: (
        _("Tell them to ask for a link to their data on our site. They can restrict it there."),
        _("If they can’t, open their page and press “Restrict…”. This also closes the case."),
        _("If their data is restricted already, tell them, and close the case here."),
        _("During the restriction, nothing is sent, changed or deleted."),
        _SAME_WORDS,
    ),
    CaseKind.PORTABILITY: (
        _("Tell them to ask for a link to their data on our site, and to download the file there."),
        _SAME_WORDS,
    ),
    CaseKind.OBJECTION: (
        _("If the case was opened with their address, nothing is sent to it any more."),
        _(
            "If not, open their page and press “Stop writing to this person”. It takes effect "
            "at once."
        ),
        _("No proof of identity is needed: an objection harms nobody."),
        _("The person gets an email that says so, and can undo it. Then close the case."),
    ),
    CaseKind.DISPUTE: (
        _("Nothing is sent to this person any more: their data is restricted since the dispute."),
        _("Read the proof of their sign-up: the exact words, the time, and how it was confirmed."),
        _(
            "If the proof is complete, send it to them. If not, tell them, erase the person, "
            "and find the cause."
        ),
        _(
            "To erase the person, the data protection officer opens their page, in the "
            "archive, and presses “Erase…”. Invite your data protection officer if there is "
            "none."
        ),
        _(
            "If there are several disputes of one campaign, pause the campaign first, and look "
            "for the common cause."
        ),
    ),
    CaseKind.COMPLAINT: (
        _("Note the complaint, in their words."),
        _("Correct the cause if possible, and write a plain answer."),
        _("They can always complain to the authority (CNIL): say so in the answer."),
    ),
}
