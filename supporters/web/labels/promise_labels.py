"""Labels of the page "What we never do"."""

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from supporters.evidence.compliance_checks import Promise

PROMISES: dict[Promise, LazyString] = {
    Promise.UNASKED: _("Write to somebody who never asked"),
    Promise.RENTED: _("Rent, buy or exchange addresses"),
    Promise.FOLLOWED: _("Watch what you read"),
    Promise.ALTERED: _("Change the record unseen"),
    Promise.KEPT: _("Keep what has had its time"),
    Promise.HANDED_OUT: _("Hand out a list in secret"),
}
PROMISE_MEANINGS: dict[Promise, LazyString] = {
    Promise.UNASKED: _(
        "A message needs its reader’s own yes, given from their own mailbox. The database refuses "
        "any other, whoever types it."
    ),
    Promise.RENTED: _(
        "A vendor’s file has no way in. A former list of our own can only ask: one letter to each, "
        "and whoever doesn’t answer is forgotten."
    ),
    Promise.FOLLOWED: _(
        "We don’t know whether you open a message, or follow a link in it. Nothing in it is yours "
        "alone but the links to leave and to ask why you got it."
    ),
    Promise.ALTERED: _(
        "Each yes, and each time somebody left, is sealed in a log whose newest head is signed, "
        "published and kept outside."
    ),
    Promise.KEPT: _("Each kind of data has a time. Every day, what is past it is deleted."),
    Promise.HANDED_OUT: _(
        "Addresses go to the mail server that delivers our messages. Whoever in the team takes a "
        "list out has to say why: it is sealed in the log, and our data protection officer is told "
        "at once."
    ),
}
