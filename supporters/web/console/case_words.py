"""The words of cases: what each kind is called, and what is to be done about it, in plain terms."""

from flask_babel import gettext, lazy_gettext, ngettext
from flask_babel.speaklater import LazyString

from supporters.rights.models import CaseKind, Channel
from supporters.rights.undo_departure import IT_WAS_NOT_THEM

_ = lazy_gettext

KINDS: dict[CaseKind, LazyString] = {
    CaseKind.ACCESS: _("To see their data"),
    CaseKind.RECTIFICATION: _("To have data corrected"),
    CaseKind.ERASURE: _("To be erased"),
    CaseKind.RESTRICTION: _("To have their data frozen"),
    CaseKind.PORTABILITY: _("To take their data along"),
    CaseKind.OBJECTION: _("To be written to no more"),
    CaseKind.CONTESTED: _("“I never signed up”"),
    CaseKind.COMPLAINT: _("Complaint"),
}
CHANNELS: dict[Channel, LazyString] = {
    Channel.PAGE: _("on our site"),
    Channel.MAIL: _("by e-mail"),
    Channel.POST: _("by post"),
    Channel.PHONE: _("by telephone"),
}
REASONS_TO_ERASE: dict[str, LazyString] = {
    "asked": _("They asked for it."),
    "no-proof": _("They never signed up, or no consent can be shown."),
    "lost": _("The address isn’t theirs, or nobody’s any more."),
    "ordered": _("The authority (CNIL) or a court ordered it."),
}
_SAME_WORDS = _(
    "Answer in the same words whether or not we know the address: that somebody is on a party’s "
    "list is nobody else’s business."
)
STEPS: dict[CaseKind, tuple[LazyString, ...]] = {
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
# Where the answer shows or changes data, it must reach the right person.
NEEDS_IDENTITY = {
    CaseKind.ACCESS,
    CaseKind.RECTIFICATION,
    CaseKind.ERASURE,
    CaseKind.RESTRICTION,
    CaseKind.PORTABILITY,
}


def describe_outcome(kind: CaseKind, outcome: str) -> str:
    """Return what came of a case; why somebody was erased is kept as the key of what was chosen."""
    if outcome == IT_WAS_NOT_THEM:
        return str(gettext("The mailbox says that it was somebody else, and undid it."))
    chosen = REASONS_TO_ERASE.get(outcome) if kind is CaseKind.ERASURE else None
    return outcome if chosen is None else str(chosen)


def describe_time_left(days: int) -> str:
    """Return how long there is until a last day, so many days from today."""
    if days == 0:
        return str(gettext("today is the last day"))
    if days < 0:
        return str(ngettext("%(num)s day too late", "%(num)s days too late", -days))
    return str(ngettext("%(num)s day left", "%(num)s days left", days))
