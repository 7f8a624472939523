"""The words of the page "What we never do"."""

from flask_babel import lazy_gettext as _

from supporters.accountability.compliance_checks import ComplianceCheck
from supporters.web.labels.word_tables import Meanings, Names

PROMISES: Names[ComplianceCheck] = {
    ComplianceCheck.CONSENT_FIRST: _("We never write to anybody who didn’t ask"),
    ComplianceCheck.NO_VENDOR_LISTS: _("We never rent, buy or exchange addresses"),
    ComplianceCheck.NO_TRACKING: _("We never track what you read"),
    ComplianceCheck.LOG_UNALTERED: _("We never change the record in secret"),
    ComplianceCheck.RETENTION_TIMES: _("We never keep data longer than we say"),
    ComplianceCheck.EXPORTS_LOGGED: _("We never give out a list in secret"),
}
PROMISE_MEANINGS: Meanings[ComplianceCheck] = {
    ComplianceCheck.CONSENT_FIRST: _(
        "A message needs its reader’s own confirmation, given from their own mailbox. The "
        "database refuses any other message."
    ),
    ComplianceCheck.NO_VENDOR_LISTS: _(
        "We refuse a vendor’s file. For a former list of our own, each person gets one "
        "invitation. Without an answer, we delete the address."
    ),
    ComplianceCheck.NO_TRACKING: _(
        "We don’t know whether you open a message, or follow a link in it. Only two links "
        "are personal: the link to unsubscribe, and the link to ask why you got it."
    ),
    ComplianceCheck.LOG_UNALTERED: _(
        "Each consent and each withdrawal is sealed in a log. Its newest checkpoint is "
        "signed, published and stored outside."
    ),
    ComplianceCheck.RETENTION_TIMES: _(
        "Each kind of data has a retention time. Every day, we delete the data that is past it."
    ),
    ComplianceCheck.EXPORTS_LOGGED: _(
        "Addresses go to the mail server that delivers our messages. A member of the team "
        "opens the page of one person at a time, a limited number a day, and we seal each time "
        "in the log. To open more, or to export a list, they must give a reason, and our data "
        "protection officer gets an email at once. An export is sealed in the log as well."
    ),
}
