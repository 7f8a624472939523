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
    NEW_DEVICE = "new_device"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the key of a text
    RESETS = "resets"
    OWNER_RESET = "owner_reset"
    GUESSES = "guesses"
    MANY_GUESSES = "many_guesses"


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
    Notice.NEW_DEVICE: NoticeText(
        _("A new device signed in to your account"),
        (
            _(
                "Somebody signed in to the console as %(account)s with a browser or from a "
                "network that we had not seen before: %(browser)s."
            ),
            _("If it was you, there is nothing to do."),
            _(
                "If it was not you, end that session under “My account”, change your password, "
                "and tell an owner of the console."
            ),
        ),
        _("Look at my account"),
    ),
    Notice.PASSWORD_CHANGED: NoticeText(
        _("Your password was changed"),
        (
            _(
                "The password of %(account)s for the console was changed. All other sessions have "
                "ended."
            ),
            _("If it was not you, choose a new password now, and tell an owner of the console."),
        ),
        _("Choose a new password"),
    ),
    Notice.RESETS: NoticeText(
        _("Somebody keeps requesting a new password for your account"),
        (
            _(
                "Within a day, a new password was requested for %(account)s more than %(count)s "
                "times. We send no further link today. Only the newest one works."
            ),
            _(
                "If it was not you, there is nothing to do: without your mailbox, nobody can use "
                "these links. Tell an owner of the console if it goes on."
            ),
        ),
        _("Look at my account"),
    ),
    Notice.OWNER_RESET: NoticeText(
        _("%(account)s has a new password"),
        (
            _(
                "%(account)s, an owner of the console, chose a new password with a link from "
                "their mailbox."
            ),
            _(
                "Ask them whether it was them. If not, disable the account now: somebody else "
                "reads their mailbox."
            ),
        ),
        _("Look at the team"),
    ),
    Notice.GUESSES: NoticeText(
        _("Somebody tries to guess your password"),
        (
            _(
                "Sign-ins as %(account)s failed again and again (%(count)s times) in a short "
                "time. Each further try has to wait longer. Nobody got in this way."
            ),
            _(
                "You can still sign in where you signed in before. A passkey can’t be guessed at "
                "all: set one up under “My account”."
            ),
        ),
        _("Look at my account"),
    ),
    Notice.MANY_GUESSES: NoticeText(
        _("Many sign-ins to the console were refused"),
        (
            _(
                "Within ten minutes, %(count)s sign-ins were refused. Somebody may be guessing "
                "passwords. Each further try has to wait longer."
            ),
            _(
                "Ask your colleagues to set up passkeys, and look at the team: disable accounts "
                "that nobody uses."
            ),
        ),
        _("Look at the team"),
    ),
}
