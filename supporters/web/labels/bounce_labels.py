"""The words of what comes back: why an email did not arrive, and what kind of email came."""

from flask_babel import lazy_gettext as _

from supporters.bounce_classes.classes import BounceClass, Weight
from supporters.feedback.reports.report import ReportKind
from supporters.web.labels.word_tables import Names, Tone, Tones

BOUNCE_CLASSES: Names[BounceClass] = {
    BounceClass.NO_MAILBOX: _("This address doesn’t exist"),
    BounceClass.NO_DOMAIN: _("The domain of this address takes no email"),
    BounceClass.DISABLED: _("The mailbox is disabled"),
    BounceClass.FULL: _("The mailbox is full"),
    BounceClass.TRANSIENT: _("Their mail server had a problem of its own"),
    BounceClass.EXPIRED: _("Their mail server could not be reached for days"),
    BounceClass.CONTENT: _("Their mail server took the message for spam"),
    BounceClass.SIZE: _("The message is too large for the mailbox"),
    BounceClass.POLICY: _("Their mail server doesn’t accept this message from us"),
    BounceClass.AUTHENTICATION: _("Their mail server doubts that the message is from us"),
    BounceClass.REPUTATION: _("Their mail server blocks our sender"),
    BounceClass.RATE: _("We sent too many emails at once"),
    BounceClass.PROTOCOL: _("The mail servers didn’t understand each other"),
    BounceClass.UNKNOWN: _("Their mail server gave no clear reason"),
}
WEIGHTS: Names[Weight] = {
    Weight.DEAD: _("Nobody reads this mailbox"),
    Weight.SOFT: _("It may arrive another time"),
    Weight.NOT_THEIRS: _("It is about us, not about this person"),
}
WEIGHT_TONES: Tones[Weight] = {
    Weight.DEAD: Tone.BAD,
    Weight.SOFT: Tone.WARN,
    Weight.NOT_THEIRS: Tone.QUIET,
}
REPORT_KINDS: Names[ReportKind] = {
    ReportKind.BOUNCE: _("An email didn’t arrive"),
    ReportKind.DELAY: _("An email is late"),
    ReportKind.DELIVERED: _("An email arrived"),
    ReportKind.COMPLAINT: _("Complaint: a reader reported an email as spam"),
    ReportKind.OTHER_FEEDBACK: _("Report of a provider, no complaint"),
    ReportKind.UNSUBSCRIBE: _("A reader unsubscribes by email"),
    ReportKind.AUTO_REPLY: _("Automatic reply"),
    ReportKind.ANSWER: _("Answer of a reader"),
    ReportKind.UNREADABLE: _("Not understood"),
}
