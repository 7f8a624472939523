"""The texts of the notices about security: a subject, paragraphs, and the words of a button.

A text may use the values that its sender gives, as %(name)s.
"""

from dataclasses import dataclass
from enum import StrEnum

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString


class Notice(StrEnum):
    """The subject of a notice about security."""

    EXPORT_GRANTED = "export_granted"
    APPROVAL_WANTED = "approval_wanted"
    CAMPAIGN_APPROVED = "campaign_approved"
    CAMPAIGN_REJECTED = "campaign_rejected"
    APPROVAL_VOID = "approval_void"
    ALONE_LIMIT_CHANGED = "alone_limit_changed"


@dataclass(frozen=True)
class NoticeText:
    """The words of a notice, before its values are filled in."""

    subject: LazyString
    paragraphs: tuple[LazyString, ...]
    button: LazyString


NOTICE_TEXTS: dict[Notice, NoticeText] = {
    Notice.EXPORT_GRANTED: NoticeText(
        _("%(account)s has a new right in the console"),
        (
            _("%(actor)s gave %(account)s the right to export people from the console."),
            _("If you did not know of it, look at the team now, and revoke it."),
        ),
        _("Look at the team"),
    ),
    Notice.APPROVAL_WANTED: NoticeText(
        _("Your approval is wanted: %(subject)s"),
        (
            _("%(actor)s asks for an approval of the campaign “%(subject)s”."),
            _("Nothing leaves before somebody has read it as its readers will, and approved it."),
        ),
        _("Read the campaign"),
    ),
    Notice.CAMPAIGN_APPROVED: NoticeText(
        _("Approved: %(subject)s"),
        (
            _("%(actor)s approved the campaign “%(subject)s”. It can be launched now."),
            _("A change of its text voids the approval."),
        ),
        _("Open the campaign"),
    ),
    Notice.CAMPAIGN_REJECTED: NoticeText(
        _("Not approved: %(subject)s"),
        (
            _("%(actor)s did not approve the campaign “%(subject)s”, and writes:"),
            _("%(remarks)s"),
            _("The campaign is a draft again. Change it, and ask once more."),
        ),
        _("Open the campaign"),
    ),
    Notice.APPROVAL_VOID: NoticeText(
        _("A draft again: %(subject)s"),
        (
            _("The campaign “%(subject)s” was changed or taken back (by %(actor)s)."),
            _("Its approval, or the request for it, is void. Nothing was sent."),
        ),
        _("Open the campaign"),
    ),
    Notice.ALONE_LIMIT_CHANGED: NoticeText(
        _("How many people one person may write to alone: %(after)s"),
        (
            _(
                "%(actor)s changed the number of people that one person may write to without a "
                "second person’s approval: from %(before)s to %(after)s."
            ),
            _("If you did not know of it, look at the setting now, and change it back."),
        ),
        _("Look at the setting"),
    ),
}
