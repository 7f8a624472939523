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
    LOOKUPS_EXTENDED = "lookups_extended"
    MANY_ACTS_ON_BEHALF = "many_acts_on_behalf"
    STOP_UNDONE = "stop_undone"
    EVIDENCE_DISCLOSED = "evidence_disclosed"


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
    Notice.LOOKUPS_EXTENDED: NoticeText(
        _("%(account)s looks at more people than usual"),
        (
            _("%(account)s reached the limit of people or searches within 24 hours, and goes on."),
            _("Reason: %(reason)s %(note)s"),
            _("They can open %(people)s more people. Each of them is in the audit log."),
        ),
        _("Look at the people"),
    ),
    Notice.MANY_ACTS_ON_BEHALF: NoticeText(
        _("The team acted for many people within 24 hours"),
        (
            _(
                "Within 24 hours, the team stopped, corrected, restricted or erased %(count)s "
                "people at their request. The last one was by %(account)s."
            ),
            _(
                "If this is not an ordinary day, ask that account, or disable it. The audit log "
                "has each act."
            ),
        ),
        _("Look at the team"),
    ),
    Notice.STOP_UNDONE: NoticeText(
        _("A person undid a stop by the team"),
        (
            _("%(account)s recorded that a person wants no more messages."),
            _("The person says from their mailbox that it wasn’t them, and undid it."),
            _("Ask %(account)s how this request came."),
        ),
        _("Look at the team"),
    ),
    Notice.EVIDENCE_DISCLOSED: NoticeText(
        _("%(account)s opened the evidence on a person"),
        (
            _("%(account)s opened the evidence of consent of a person."),
            _("Reason: %(reason)s"),
            _("It was evidence %(count)s of %(most)s within 24 hours by this account."),
        ),
        _("Look at the person"),
    ),
}
