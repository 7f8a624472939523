"""The words of mailbox health: what servers answer, for the team and for the person."""

from flask_babel import lazy_gettext as _

from supporters.bounce_classes.classes import WEIGHTS, BounceClass, Weight
from supporters.mailbox_health.lifting import LiftError
from supporters.web.labels.word_tables import NamesForAll, ShellTexts, YourRequests

BOUNCE_CLASSES: NamesForAll[BounceClass] = {
    BounceClass.NO_MAILBOX: _("There is no such mailbox"),
    BounceClass.NO_DOMAIN: _("The domain takes no email, or does not exist"),
    BounceClass.DISABLED: _("The mailbox is disabled"),
    BounceClass.FULL: _("The mailbox is full"),
    BounceClass.TRANSIENT: _("The server was out of order"),
    BounceClass.EXPIRED: _("The server did not take it for days"),
    BounceClass.CONTENT: _("The server refused the content"),
    BounceClass.SIZE: _("The message was too large"),
    BounceClass.POLICY: _("The server refused us by a rule of its own"),
    BounceClass.AUTHENTICATION: _("The server could not verify that we sent it"),
    BounceClass.REPUTATION: _("Our server is on a blocklist"),
    BounceClass.RATE: _("We sent too fast for the server"),
    BounceClass.PROTOCOL: _("The servers did not understand each other"),
    BounceClass.UNKNOWN: _("The server gave no reason"),
}
# Behind “We can’t reach this address, because …”. The last ones never make a person unreachable.
WHY_UNREACHABLE: YourRequests[BounceClass] = {
    BounceClass.NO_MAILBOX: _("your provider said that there is no such mailbox"),
    BounceClass.NO_DOMAIN: _("its domain takes no email, or does not exist"),
    BounceClass.DISABLED: _("your provider said that the mailbox is disabled"),
    BounceClass.FULL: _("your provider said several times that the mailbox is full"),
    BounceClass.TRANSIENT: _("the server of your provider was out of order several times"),
    BounceClass.EXPIRED: _("the server of your provider did not take our emails for days"),
    BounceClass.UNKNOWN: _("the server of your provider refused our emails several times"),
    **dict.fromkeys(
        (each for each in BounceClass if WEIGHTS[each] is Weight.NOT_THEIRS),
        _("the server of your provider refused us"),
    ),
}
LIFT_ERRORS: ShellTexts[LiftError] = {
    LiftError.NOT_ALLOWED: ("Only an owner can decide this. See them with: flask organisers list"),
    LiftError.NO_REASON: "Say why the domain was at fault, with --reason.",
    LiftError.NO_DOMAIN: "Name the receiving domain, as in: --domain orange.fr",
}
