"""The words of what came of a campaign, and of campaigns that follow another one."""

from flask_babel import lazy_gettext as _

from supporters.campaign_totals.rules import DepartureStep, RefusalReason
from supporters.delivery.after_sending.follow_ups import FollowError
from supporters.web.labels.word_tables import Names

REFUSAL_REASONS: Names[RefusalReason] = {
    RefusalReason.NO_MAILBOX: _("No such mailbox"),
    RefusalReason.NO_DOMAIN: _("The domain takes no email"),
    RefusalReason.FULL: _("The mailbox is full"),
    RefusalReason.DISABLED: _("The mailbox is disabled"),
    RefusalReason.POLICY: _("Their mail server doesn’t accept this message from us"),
    RefusalReason.TOO_LARGE: _("The message is too large for the mailbox"),
    RefusalReason.NEVER_READY: _("Their mail server was not ready for five days"),
    RefusalReason.UNSAID: _("Their mail server gave no clear reason"),
}
DEPARTURE_STEPS: Names[DepartureStep] = {
    DepartureStep.AT_ONCE: _("In the first two hours"),
    DepartureStep.FIRST_DAY: _("Later in the first day"),
    DepartureStep.SECOND_DAY: _("On the second day"),
    DepartureStep.FIRST_WEEK: _("Later in the first week"),
    DepartureStep.LATER: _("After the first week"),
}
FOLLOW_ERRORS: Names[FollowError] = {
    FollowError.UNKNOWN: _("There is no such campaign."),
    FollowError.NOT_OVER: _(
        "The first campaign is still being sent or cancelled. Wait for its end."
    ),
    FollowError.NOBODY: _("None of its people is to be written to again this way."),
    FollowError.NO_LEDGER: _(
        "We don’t know any more who got it: that is deleted after its retention time. Write to the "
        "whole list instead."
    ),
    FollowError.WRITTEN_ALREADY: _(
        "Another campaign went to these people already. Nobody gets it twice."
    ),
    FollowError.OTHER_LIST: _(
        "It is for people of another list. Choose the list of the first campaign in the draft."
    ),
}
