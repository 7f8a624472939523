"""Labels of the page "What we never do"."""

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from supporters.evidence.compliance_checks import Promise

PROMISES: dict[Promise, LazyString] = {
    Promise.UNASKED: _("Write to somebody who never asked"),
    Promise.RENTED: _("Rent, buy or exchange addresses"),
    Promise.FOLLOWED: _("Track what you read"),
    Promise.ALTERED: _("Change the record in secret"),
    Promise.KEPT: _("Keep data longer than we say"),
    Promise.HANDED_OUT: _("Give out a list in secret"),
}
PROMISE_MEANINGS: dict[Promise, LazyString] = {
    Promise.UNASKED: _(
        "A message needs its reader’s own confirmation, given from their own mailbox. The "
        "database refuses any other message."
    ),
    Promise.RENTED: _(
        "We refuse a vendor’s file. For a former list of our own, each person gets one "
        "invitation. Without an answer, we delete the address."
    ),
    Promise.FOLLOWED: _(
        "We don’t know whether you open a message, or follow a link in it. Only two links "
        "are personal: the link to unsubscribe, and the link to ask why you got it."
    ),
    Promise.ALTERED: _(
        "Each consent and each withdrawal is sealed in a log. Its newest checkpoint is "
        "signed, published and kept outside."
    ),
    Promise.KEPT: _(
        "Each kind of data has a retention time. Every day, we delete the data that is past it."
    ),
    Promise.HANDED_OUT: _(
        "Addresses go to the mail server that delivers our messages. A member of the team "
        "who exports a list must give a reason. We seal it in the log, and our data "
        "protection officer gets an email at once."
    ),
}
