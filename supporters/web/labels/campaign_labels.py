"""The words of campaigns, of the texts to begin with, and of the archive."""

from flask_babel import lazy_gettext as _

from supporters.archive.publication import PublishError
from supporters.campaigns.beginnings.starting_texts import ReadyTemplate
from supporters.campaigns.beginnings.team_texts import TeamTextError
from supporters.campaigns.models import CampaignStatus
from supporters.web.labels.word_tables import Meanings, Names, Sentences, Tone, Tones

CAMPAIGN_STATUSES: Names[CampaignStatus] = {
    CampaignStatus.DRAFT: _("Draft"),
    CampaignStatus.AWAITING_APPROVAL: _("Waits for approval"),
    CampaignStatus.APPROVED: _("Approved"),
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
    CampaignStatus.RUNNING: Tone.LIVE,
    CampaignStatus.PAUSED: Tone.WARN,
    CampaignStatus.SENT: Tone.GOOD,
    CampaignStatus.CANCELLED: Tone.BAD,
    CampaignStatus.TRASHED: Tone.QUIET,
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
CAMPAIGN_SENTENCES: Sentences = {
    "campaign.approval_asked": _("%(actor)s asked for the approval of %(object)s."),
    "campaign.approval_withdrawn": _("%(actor)s withdrew the request to approve %(object)s."),
    "campaign.approval_voided": _(
        "A change voided the approval of %(object)s. Done by: %(actor)s."
    ),
    "campaign.rejected": _("%(actor)s rejected %(object)s."),
    "campaign.approved": _("%(actor)s approved %(object)s."),
    "campaign.created": _("%(actor)s wrote the draft %(object)s."),
    "campaign.edited": _("%(actor)s changed the draft %(object)s."),
    "campaign.deleted": _("%(actor)s deleted the draft %(object)s."),
    "campaign.trashed": _("%(actor)s put the draft %(object)s into the trash."),
    "campaign.taken_out_of_trash": _("%(actor)s took the draft %(object)s out of the trash."),
    "campaign.text_named": _("%(actor)s named a saved text of %(object)s, number %(number)s."),
    "campaign.text_restored": _(
        "%(actor)s restored a saved text of %(object)s, number %(number)s."
    ),
    "campaign.published": _("%(actor)s put %(object)s on the site."),
    "campaign.taken_off_site": _("%(actor)s took %(object)s off the site."),
    "campaign.tested": _("%(actor)s sent a test of %(object)s to the team."),
    "campaign.comment_added": _("%(actor)s commented on %(object)s."),
    "campaign.comment_resolved": _("%(actor)s resolved a comment on %(object)s."),
    "campaign.comment_reopened": _("%(actor)s opened a comment on %(object)s again."),
    "campaign.comment_deleted": _("%(actor)s deleted their comment on %(object)s."),
    "campaign.launched": _("%(actor)s launched %(object)s. People: %(people)s."),
    "campaign.left_out": _(
        "%(object)s left people out who have no valid consent. People: %(people)s. Consent ended: "
        "%(ended)s. Not in the consent log: %(unlogged)s."
    ),
    "campaign.paused": _("%(actor)s paused %(object)s."),
    "campaign.resumed": _("%(actor)s resumed %(object)s."),
    "campaign.cancelled": _("%(actor)s cancelled %(object)s."),
    "approval_rule.changed": _(
        "%(actor)s changed the number of people from which a second person approves: "
        "%(before)s before, %(after)s now."
    ),
    "template.saved": _("%(actor)s saved the template %(object)s."),
    "template.renamed": _("%(actor)s renamed the template %(object)s."),
    "template.deleted": _("%(actor)s deleted the template %(object)s."),
    "piece.saved": _("%(actor)s saved the piece %(object)s."),
    "piece.renamed": _("%(actor)s renamed the piece %(object)s."),
    "piece.deleted": _("%(actor)s deleted the piece %(object)s."),
}
