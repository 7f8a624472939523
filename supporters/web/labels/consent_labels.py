"""The words of consent: events, methods, wordings, suppressions, and the consent log."""

from flask_babel import lazy_gettext as _

from supporters.audit.checkpoint_comparison import ComparisonResult
from supporters.consent.act_places import ActSurface
from supporters.consent.email_columns import EmailOutcome
from supporters.consent.labels import PURPOSE_KINDS
from supporters.consent.models import EventKind, Method, PurposeKind
from supporters.consent.rules import WordingFault
from supporters.consent.suppression import ScopeKind
from supporters.reconfirmation.consent_changes import ConsentChangeError
from supporters.transparency_log.log_proofs import Delay
from supporters.transparency_log.models import WitnessFailure
from supporters.web.labels.word_tables import (
    Names,
    NamesForAll,
    NamesOnMyData,
    ShellTexts,
    Tone,
    Tones,
)

PURPOSES: NamesForAll[PurposeKind] = PURPOSE_KINDS
EVENT_KINDS: NamesForAll[EventKind] = {
    EventKind.REQUESTED: _("Requested"),
    EventKind.CONFIRMED: _("Confirmed"),
    EventKind.RENEWED: _("Renewed"),
    EventKind.WITHDRAWN: _("Withdrawn"),
    EventKind.OBJECTED: _("Objected"),
    EventKind.RESTRICTED: _("Restricted"),
    EventKind.RESTRICTION_LIFTED: _("Restriction lifted"),
    EventKind.RECONFIRMATION_REQUESTED: _("Consent asked again"),
    EventKind.ADDRESS_CHANGED: _("New address"),
    EventKind.CORRECTED: _("Withdrawal undone within ten minutes"),
    EventKind.UNREACHABLE: _("Address can’t be reached"),
    EventKind.REACHABLE: _("Address can be reached again"),
}
EVENT_KIND_TONES: Tones[EventKind] = {
    EventKind.REQUESTED: Tone.QUIET,
    EventKind.CONFIRMED: Tone.GOOD,
    EventKind.RENEWED: Tone.GOOD,
    EventKind.WITHDRAWN: Tone.QUIET,
    EventKind.OBJECTED: Tone.BAD,
    EventKind.RESTRICTED: Tone.WARN,
    EventKind.RESTRICTION_LIFTED: Tone.QUIET,
    EventKind.RECONFIRMATION_REQUESTED: Tone.QUIET,
    EventKind.ADDRESS_CHANGED: Tone.QUIET,
    EventKind.CORRECTED: Tone.QUIET,
    EventKind.UNREACHABLE: Tone.WARN,
    EventKind.REACHABLE: Tone.GOOD,
}
METHODS: Names[Method] = {
    Method.FORM: _("the form of the sign-up page"),
    Method.LINK: _("the link in the confirmation email"),
    Method.CODE: _("the code in the confirmation email"),
    Method.ONE_CLICK: _("the unsubscribe button of the mail program"),
    Method.PAGE: _("the link in a message"),
    Method.MY_DATA: _("“My data”"),
    Method.ORGANISER: _("an organiser, at the person’s request"),
    Method.EMAIL: _("an email that we sent"),
    Method.BOUNCE: _("the answer of the mail server"),
    Method.COMPLAINT: _("the spam button of the mail program"),
}
EMAIL_OUTCOMES: NamesForAll[EmailOutcome] = {
    EmailOutcome.TAKEN: _("taken by the mail server"),
    EmailOutcome.UNSETTLED: _("the answer of the mail server was not known yet"),
    EmailOutcome.GIVEN_UP: _("given up: the mail server did not take it"),
    EmailOutcome.WITHHELD: _("not sent"),
}
METHODS_ON_MY_DATA: NamesOnMyData[Method] = {
    **METHODS,
    Method.MY_DATA: _("this page"),
    Method.ORGANISER: _("an organiser, at your request"),
}
ACT_SURFACES: NamesForAll[ActSurface] = {
    ActSurface.SITE: _("the sign-up form on our site"),
    ActSurface.FRAME: _("the sign-up form in a frame of another site"),
    ActSurface.STALL: _("the sign-up form on a tablet at a stall"),
    ActSurface.PROGRAM: _("a sign-up form that another program showed"),
    ActSurface.LINK_PAGE: _("a page that a link in an email opened"),
    ActSurface.MY_DATA: _("“My data”"),
    ActSurface.CONSOLE: _("the console of the team"),
    ActSurface.COMMAND: _("a command on the server"),
    ActSurface.WORKER: _("our program, by itself"),
}
WORDING_FAULTS: Names[WordingFault] = {
    WordingFault.TOO_SHORT: _(
        "Write a whole sentence, with the content and the sender of the messages."
    ),
    WordingFault.TOO_LONG: _("Use at most 500 characters: people read short sentences."),
    WordingFault.NO_PARTY: _("Name the party in it, as “%(party)s”."),
    WordingFault.SEVERAL_LINES: _(
        "Write one sentence, or two lines: the legend, and the words beside the box."
    ),
    WordingFault.NO_COLON: _("End the first line, the legend, with a colon."),
    WordingFault.NOT_POLITICAL: _("Say in it that the messages are political."),
    WordingFault.NO_END: _("End the sentence with a full stop."),
    WordingFault.WEB_ADDRESS: _(
        "Remove the web address or email address: mail programs make a link of it. Put a space "
        "after each full stop."
    ),
}
CONSENT_CHANGE_ERRORS: Names[ConsentChangeError] = {
    ConsentChangeError.UNKNOWN: _("This text does not wait any more."),
    ConsentChangeError.NOT_WAITING: _("This text does not wait any more."),
    ConsentChangeError.NOT_ALLOWED: _("Only an owner or the data protection officer can do this."),
    ConsentChangeError.OWN_CHANGE: _(
        "You asked for this, so you can’t agree to it. Ask another owner or the data protection "
        "officer."
    ),
    ConsentChangeError.ALREADY_WAITS: _(
        "Another text of this consent waits already. Decide about it first."
    ),
    ConsentChangeError.PERSON_GONE: _(
        "The owner who asked for this is no owner any more, so nobody can agree to it. Cancel it "
        "and ask again."
    ),
    ConsentChangeError.WORDS_CHANGED: _(
        "The text or the name of the list changed since it was asked for. Cancel it and ask again."
    ),
    ConsentChangeError.NOBODY_TO_ASK: _("There is nobody to ask for this text."),
}
SCOPES: Names[ScopeKind] = {
    ScopeKind.EVERYTHING: _("All messages"),
    ScopeKind.SIGNUP_MAIL: _("Emails that ask to confirm a sign-up"),
    ScopeKind.INVITATIONS: _("Another invitation from a former list"),
    ScopeKind.PURPOSE: _("The messages of a list that they left"),
}
SCOPES_ON_MY_DATA: NamesOnMyData[ScopeKind] = {
    ScopeKind.EVERYTHING: _("all our messages"),
    ScopeKind.SIGNUP_MAIL: _("sign-up emails, because you told us that it wasn’t you"),
    ScopeKind.INVITATIONS: _("another invitation from a former list"),
    ScopeKind.PURPOSE: _("the messages of a list that you left"),
}
WITNESS_FAILURES: NamesForAll[WitnessFailure] = {
    WitnessFailure.SILENT: _("it doesn’t answer"),
    WitnessFailure.UNKNOWN_LOG: _("it doesn’t know this log"),
    WitnessFailure.KEY_REFUSED: _("it knows this log by another key"),
    WitnessFailure.FORKED: _("it has signed another log under this name"),
    WitnessFailure.AHEAD: _("it has seen more entries than there are now"),
    WitnessFailure.UNUSABLE: _("its answer can’t be used"),
}
COMPARISON_RESULTS: ShellTexts[ComparisonResult] = {
    ComparisonResult.CONTAINED: "is in the tree: since then the log only grew.",
    ComparisonResult.LOST: (
        "WAS LOST by a restore that the log records, and no owner has acknowledged it."
    ),
    ComparisonResult.ACKNOWLEDGED: "was lost by a restore, acknowledged by {name} on {moment}.",
    ComparisonResult.LONGER: (
        "IS NOT in the tree: the database has fewer entries. Was a backup restored?"
    ),
    ComparisonResult.DIFFERENT: "IS NOT in the tree: the log was created anew, or altered.",
    ComparisonResult.OUT_OF_TIME: (
        "is in the tree, BUT the times of the checkpoints are out of order: a clock was set back, "
        "or a checkpoint was inserted."
    ),
    ComparisonResult.FOREIGN: "isn't signed by the key of this log.",
}
DELAYS: ShellTexts[Delay] = {
    Delay.TOO_LATE: "Other records were sealed meanwhile: it was written later than its time.",
    Delay.WORKER_STOPPED: "Nothing was sealed in between: no worker ran.",
}
