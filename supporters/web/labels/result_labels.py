"""The words of what came of a campaign, and of campaigns that follow another one."""

from flask_babel import lazy_gettext as _

from supporters.campaign_totals.rules import DepartureStep
from supporters.delivery.after_sending.follow_ups import FollowError
from supporters.web.labels.word_tables import Names

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
