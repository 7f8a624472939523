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
    IMPORT_WAITS = "import_waits"
    IMPORT_APPROVED = "import_approved"
    IMPORT_REJECTED = "import_rejected"
    IMPORT_RARELY_ACCEPTED = "import_rarely_accepted"
    IMPORT_DECLINED = "import_declined"


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
    Notice.IMPORT_WAITS: NoticeText(
        _("An import waits for the approval of a second owner"),
        (
            _(
                "%(actor)s asks to invite %(people)s people of the file “%(file)s” to the list "
                "“%(list)s”. Another owner has to approve it."
            ),
            _(
                "After the approval, %(hours)s hours pass before the first invitation leaves. "
                "Until then each owner can cancel the import, and nobody is written to."
            ),
        ),
        _("Look at the import"),
    ),
    Notice.IMPORT_APPROVED: NoticeText(
        _("An import is approved: its invitations leave after %(hours)s hours"),
        (
            _(
                "%(actor)s approved the invitation of %(people)s people of the file “%(file)s” to "
                "the list “%(list)s”."
            ),
            _(
                "If you did not know of this file, or doubt its origin, cancel the import now. "
                "Each owner can do that."
            ),
        ),
        _("Look at the import"),
    ),
    Notice.IMPORT_REJECTED: NoticeText(
        _("Invitations stopped: the mail server rejected too many"),
        (
            _(
                "The mail server rejected %(rejected)s of %(tried)s invitations of the file "
                "“%(file)s”. So many rejections harm all our emails."
            ),
            _("Nothing more leaves until an owner resumes the import. The list may be too old."),
        ),
        _("Look at the import"),
    ),
    Notice.IMPORT_RARELY_ACCEPTED: NoticeText(
        _("Invitations stopped: hardly anybody accepts"),
        (
            _(
                "Of %(invited)s people of the file “%(file)s” who got an invitation, %(accepted)s "
                "accepted. People who once asked for our news accept more often."
            ),
            _(
                "Check the origin of the file. Nothing more leaves until an owner resumes the "
                "import."
            ),
        ),
        _("Look at the import"),
    ),
    Notice.IMPORT_DECLINED: NoticeText(
        _("Invitations stopped: many people want no email"),
        (
            _(
                "Of %(invited)s people of the file “%(file)s” who got an invitation, %(declined)s "
                "asked us never to write to them again."
            ),
            _(
                "Check the origin of the file. Nothing more leaves until an owner resumes the "
                "import."
            ),
        ),
        _("Look at the import"),
    ),
}
