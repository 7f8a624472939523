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
}
