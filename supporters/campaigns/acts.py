"""The acts and notices of campaigns, with their words."""

from flask_babel import lazy_gettext as _

from supporters.audit_log.audit_events import Act
from supporters.notices.security_notices import Notice


class CampaignAct(Act):
    """Acts about campaigns, their texts and pictures."""

    CREATED = "campaign.created", _("%(actor)s wrote the draft %(object)s.")
    EDITED = "campaign.edited", _("%(actor)s changed the draft %(object)s.")
    DELETED = "campaign.deleted", _("%(actor)s deleted the draft %(object)s.")
    TRASHED = "campaign.trashed", _("%(actor)s put the draft %(object)s into the trash.")
    TAKEN_OUT = (
        "campaign.taken_out_of_trash",
        _("%(actor)s took the draft %(object)s out of the trash."),
    )
    LANGUAGE_ADDED = (
        "campaign.language_added",
        _("%(actor)s added a language to the draft %(object)s: %(language)s."),
    )
    LANGUAGE_REMOVED = (
        "campaign.language_removed",
        _("%(actor)s removed a language from the draft %(object)s: %(language)s."),
    )
    TEXT_NAMED = (
        "campaign.text_named",
        _("%(actor)s named a saved text of %(object)s, number %(number)s."),
    )
    TEXT_RESCUED = (
        "campaign.text_rescued",
        _("%(actor)s stored words of a browser in the history of %(object)s, number %(number)s."),
    )
    TEXT_RESTORED = (
        "campaign.text_restored",
        _("%(actor)s restored a saved text of %(object)s, number %(number)s."),
    )
    SCHEDULED = (
        "campaign.scheduled",
        _("%(actor)s planned %(object)s for %(hour)s. People when it was planned: %(audience)s."),
    )
    UNSCHEDULED = (
        "campaign.unscheduled",
        _("%(actor)s took back the hour of %(object)s. It leaves at no hour."),
    )
    HELD = (
        "campaign.held",
        _("%(object)s did not leave at its hour. It is held. Recorded by: %(actor)s."),
    )
    TAKEN_BACK = (
        "campaign.taken_back",
        _("%(actor)s stopped the launch of %(object)s before its first email."),
    )
    LAUNCHED = "campaign.launched", _("%(actor)s launched %(object)s. People: %(audience)s.")
    PAUSED = "campaign.paused", _("%(actor)s paused %(object)s.")
    RESUMED = "campaign.resumed", _("%(actor)s resumed %(object)s.")
    CONTINUED = (
        "campaign.continued",
        _("%(actor)s let %(object)s go on after its first wave."),
    )
    CANCELLED = "campaign.cancelled", _("%(actor)s cancelled %(object)s.")
    APPROVAL_ASKED = "campaign.approval_asked", _("%(actor)s asked for the approval of %(object)s.")
    APPROVAL_WITHDRAWN = (
        "campaign.approval_withdrawn",
        _("%(actor)s withdrew the request to approve %(object)s."),
    )
    APPROVAL_VOIDED = (
        "campaign.approval_voided",
        _("A change voided the approval of %(object)s. Done by: %(actor)s."),
    )
    APPROVED = "campaign.approved", _("%(actor)s approved %(object)s.")
    REJECTED = "campaign.rejected", _("%(actor)s rejected %(object)s.")
    COMMENT_ADDED = "campaign.comment_added", _("%(actor)s commented on %(object)s.")
    COMMENT_RESOLVED = "campaign.comment_resolved", _("%(actor)s resolved a comment on %(object)s.")
    COMMENT_REOPENED = (
        "campaign.comment_reopened",
        _("%(actor)s opened a comment on %(object)s again."),
    )
    COMMENT_DELETED = (
        "campaign.comment_deleted",
        _("%(actor)s deleted their comment on %(object)s."),
    )
    PICTURE_ADDED = "picture.added", _("%(actor)s uploaded %(object)s.")
    PICTURE_DESCRIBED = "picture.described", _("%(actor)s changed the description of %(object)s.")
    PICTURE_DELETED = "picture.deleted", _("%(actor)s deleted %(object)s.")
    TEMPLATE_SAVED = "template.saved", _("%(actor)s saved the template %(object)s.")
    TEMPLATE_RENAMED = "template.renamed", _("%(actor)s renamed the template %(object)s.")
    TEMPLATE_DELETED = "template.deleted", _("%(actor)s deleted the template %(object)s.")
    PIECE_SAVED = "piece.saved", _("%(actor)s saved the piece %(object)s.")
    PIECE_RENAMED = "piece.renamed", _("%(actor)s renamed the piece %(object)s.")
    PIECE_DELETED = "piece.deleted", _("%(actor)s deleted the piece %(object)s.")
    THEME_CHANGED = "face.changed", _("%(actor)s changed the look of all emails.")
    APPROVAL_RULE_CHANGED = (
        "approval_rule.changed",
        _(
            "%(actor)s changed the number of people from which a second person approves: "
            "%(before)s before, %(after)s now."
        ),
    )


class CampaignNotice(Notice):
    """Notices about campaigns, their texts and pictures."""

    APPROVAL_WANTED = (
        "approval_wanted",
        _("Your approval is wanted: %(subject)s"),
        _("%(actor)s asks for an approval of the campaign “%(subject)s”."),
        _("Nothing leaves before somebody has read it as its readers will, and approved it."),
        _("Read the campaign"),
    )
    APPROVED = (
        "campaign_approved",
        _("Approved: %(subject)s"),
        _("%(actor)s approved the campaign “%(subject)s”. It can be launched now."),
        _("A change of its text voids the approval."),
        _("Open the campaign"),
    )
    REJECTED = (
        "campaign_rejected",
        _("Not approved: %(subject)s"),
        _("%(actor)s did not approve the campaign “%(subject)s”, and writes:"),
        _("%(remarks)s"),
        _("The campaign is a draft again. Change it, and ask once more."),
        _("Open the campaign"),
    )
    APPROVAL_VOID = (
        "approval_void",
        _("A draft again: %(subject)s"),
        _("The campaign “%(subject)s” was changed or taken back (by %(actor)s)."),
        _(
            "Its approval, or the request for it, is void. Nothing was sent. If an hour was "
            "chosen, that is void too: choose one again after the next approval."
        ),
        _("Open the campaign"),
    )
    MENTIONED = (
        "mentioned",
        _("A comment mentions you: %(subject)s"),
        _("%(actor)s mentions you in a comment on the campaign “%(subject)s”."),
        _("It is about: %(about)s. Comments since the last email: %(count)s."),
        _("Read the comment"),
    )
    ALONE_LIMIT_CHANGED = (
        "alone_limit_changed",
        _("How many people one person may write to alone: %(after)s"),
        _(
            "%(actor)s changed the number of people that one person may write to without a second "
            "person’s approval: from %(before)s to %(after)s."
        ),
        _("The new number takes effect after 72 hours, unless the only owner of the party set it."),
        _("If you did not know of it, look at the setting now, and change it back."),
        _("Look at the setting"),
    )
