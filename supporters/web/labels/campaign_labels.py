"""The words of campaigns, of the texts to begin with, and of the archive."""

from flask_babel import lazy_gettext as _

from supporters.archive.publication import PublishError
from supporters.campaigns.beginnings.starting_texts import ReadyTemplate, TeamTextError
from supporters.campaigns.models import CampaignStatus
from supporters.campaigns.planned_hours import HourFault
from supporters.campaigns.states import CampaignGroup
from supporters.delivery.grace import TakeBackError
from supporters.sending_times.rules import WindowFault
from supporters.web.labels.word_tables import Meanings, Names, ShellTexts, Tone, Tones

CAMPAIGN_STATUSES: Names[CampaignStatus] = {
    CampaignStatus.DRAFT: _("Draft"),
    CampaignStatus.AWAITING_APPROVAL: _("Waits for approval"),
    CampaignStatus.APPROVED: _("Approved"),
    CampaignStatus.SCHEDULED: _("Planned"),
    CampaignStatus.RUNNING: _("Being sent"),
    CampaignStatus.PAUSED: _("Paused"),
    CampaignStatus.SENT: _("Sent"),
    CampaignStatus.CANCELLED: _("Cancelled"),
    CampaignStatus.TRASHED: _("In the trash"),
}
CAMPAIGN_STATUS_TONES: Tones[CampaignStatus] = {
    CampaignStatus.DRAFT: Tone.QUIET,
    CampaignStatus.AWAITING_APPROVAL: Tone.WARN,
    CampaignStatus.APPROVED: Tone.GOOD,
    CampaignStatus.SCHEDULED: Tone.GOOD,
    CampaignStatus.RUNNING: Tone.LIVE,
    CampaignStatus.PAUSED: Tone.WARN,
    CampaignStatus.SENT: Tone.GOOD,
    CampaignStatus.CANCELLED: Tone.BAD,
    CampaignStatus.TRASHED: Tone.QUIET,
}
CAMPAIGN_GROUPS: Names[CampaignGroup] = {
    CampaignGroup.ALL: _("All"),
    CampaignGroup.DRAFTS: _("Drafts"),
    CampaignGroup.WAITING: _("To approve or launch"),
    CampaignGroup.PLANNED: _("Planned for later"),
    CampaignGroup.SENDING: _("Being sent"),
    CampaignGroup.ENDED: _("Sent or cancelled"),
}
HOUR_FAULTS: Names[HourFault] = {
    HourFault.PAST: _("This hour is over. Choose a later one."),
    HourFault.TOO_FAR: _("This is more than a year away. Look at the year."),
    HourFault.SKIPPED: _(
        "This hour doesn’t exist: the clocks are put forward in that night. Choose an earlier or a "
        "later one."
    ),
    HourFault.TWICE: _(
        "This hour comes twice: the clocks are put back in that night. Choose which one you mean."
    ),
}
HOUR_FAULTS_IN_THE_SHELL: ShellTexts[HourFault] = {
    HourFault.PAST: "This hour is over. Give a later one.",
    HourFault.TOO_FAR: "This is more than a year away. Look at the year.",
    HourFault.SKIPPED: (
        "This hour doesn't exist on the clock of the list: it is put forward in that night."
    ),
    HourFault.TWICE: (
        "This hour comes twice on the clock of the list: it is put back in that night. Add --first "
        "or --second."
    ),
}
REFUSED_TAKE_BACKS: Names[TakeBackError] = {
    TakeBackError.UNKNOWN: _("There is no such campaign."),
    TakeBackError.NOT_NOW: _("That isn’t possible in the campaign’s present state."),
    TakeBackError.TOO_LATE: _(
        "Too late to take it back: the first emails leave. You can cancel the rest."
    ),
}
REFUSED_TAKE_BACKS_IN_THE_SHELL: ShellTexts[TakeBackError] = {
    TakeBackError.UNKNOWN: (
        "There is no campaign with this number. See them with: flask campaigns list"
    ),
    TakeBackError.NOT_NOW: "It isn't launched, or was put back by a backup.",
    TakeBackError.TOO_LATE: (
        "The first emails leave already. Cancel the rest with: flask campaigns cancel"
    ),
}
WINDOW_FAULTS: Names[WindowFault] = {
    WindowFault.NO_DAY: _(
        "The window would never open. Choose at least one day, or “At any time”."
    ),
    WindowFault.NO_TIME: _(
        "The window would close when it opens, so it would never be open. Enter a later end, or "
        "from 00:00 to 00:00 for whole days."
    ),
}
WINDOW_FAULTS_IN_THE_SHELL: ShellTexts[WindowFault] = {
    WindowFault.NO_DAY: "The window would never open. Give at least one day: --days 1-6",
    WindowFault.NO_TIME: (
        "The window would close when it opens. Give a later end, or --from 00:00 --to 00:00 for "
        "whole days."
    ),
}
READY_TEMPLATES: Names[ReadyTemplate] = {
    ReadyTemplate.MONTHLY: _("Monthly news"),
    ReadyTemplate.MEETING: _("Invitation to a meeting"),
    ReadyTemplate.VOLUNTEERS: _("Call for volunteers"),
    ReadyTemplate.VOTE: _("Result of a vote"),
    ReadyTemplate.SHORT: _("Two urgent lines"),
}
READY_TEMPLATE_MEANINGS: Meanings[ReadyTemplate] = {
    ReadyTemplate.MONTHLY: _("Three results, the next date, and one thing to do."),
    ReadyTemplate.MEETING: _("Why, when and where, what happens, and who helps people to come."),
    ReadyTemplate.VOLUNTEERS: _("The task, the place, the time, and the people who come along."),
    ReadyTemplate.VOTE: _("The figures, what they change, and your reasons."),
    ReadyTemplate.SHORT: _("The news, your request, and a button."),
}
REFUSED_TEAM_TEXTS: Names[TeamTextError] = {
    TeamTextError.NAME_TAKEN: _(
        "There is one of this name already. Choose another name, or delete that one first."
    ),
    TeamTextError.TOO_MANY: _("The team has 200 of them: this is the limit. Delete some first."),
}
REFUSED_ISSUES: Names[PublishError] = {
    PublishError.NOT_SENT: _("Only a campaign that was sent to the end can go on the site."),
    PublishError.LIST_NOT_OPEN: _(
        "The list is not open, so it has no archive. Open the list first."
    ),
    PublishError.ALTERED: _(
        "The stored text isn’t the one that was sent, so nobody may see it. Tell the operator."
    ),
    PublishError.NO_BLOCKS: _("This text has too much markup to become a page."),
    PublishError.PERSONAL_LINK: _(
        "The text has a link that belongs to one person, such as one to unsubscribe or to a "
        "sign-up page with an address filled in. Everybody could use it, so this email stays off "
        "the site."
    ),
}
