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
    APPROVAL_GRANTED = "approval_granted"
    OWNER_GRANTED = "owner_granted"
    EXPORT_REQUESTED = "export_requested"
    APPROVAL_REQUESTED = "approval_requested"
    OWNER_REQUESTED = "owner_requested"
    REQUEST_DECLINED = "request_declined"
    ACCOUNT_CHANGED = "account_changed"


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
    Notice.APPROVAL_GRANTED: NoticeText(
        _("%(account)s has a new right in the console"),
        (
            _("%(actor)s gave %(account)s the right to approve campaigns."),
            _("It counts after 72 hours."),
            _("If you did not know of it, look at the team now, and revoke it."),
        ),
        _("Look at the team"),
    ),
    Notice.OWNER_GRANTED: NoticeText(
        _("%(account)s is now an owner of the console"),
        (
            _("%(actor)s made %(account)s an owner of the console."),
            _("A new owner can agree to the requests of other owners after 72 hours."),
            _("If you did not know of it, look at the team now, and change the role."),
        ),
        _("Look at the team"),
    ),
    Notice.EXPORT_REQUESTED: NoticeText(
        _("Is %(account)s to export people?"),
        (
            _("%(actor)s asks that %(account)s may export people from the console."),
            _("Another owner must agree. The request is valid for seven days."),
        ),
        _("Read the request"),
    ),
    Notice.APPROVAL_REQUESTED: NoticeText(
        _("Is %(account)s to approve campaigns?"),
        (
            _("%(actor)s asks that %(account)s may approve campaigns."),
            _("Another owner must agree. The request is valid for seven days."),
        ),
        _("Read the request"),
    ),
    Notice.OWNER_REQUESTED: NoticeText(
        _("Is %(account)s to be an owner of the console?"),
        (
            _("%(actor)s asks that %(account)s becomes an owner of the console."),
            _("Another owner must agree. The request is valid for seven days."),
        ),
        _("Read the request"),
    ),
    Notice.REQUEST_DECLINED: NoticeText(
        _("Your request for %(account)s was declined"),
        (_("%(actor)s declined the right that you requested for %(account)s."),),
        _("Look at the team"),
    ),
    Notice.ACCOUNT_CHANGED: NoticeText(
        _("The account of %(account)s was changed"),
        (
            _("%(actor)s changed the role, the rights or the lists of %(account)s."),
            _("If you did not know of it, look at the team now."),
        ),
        _("Look at the team"),
    ),
}
