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
    NEW_DEVICE = "new_device"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the key of a text
    RESETS = "resets"
    OWNER_RESET = "owner_reset"
    GUESSES = "guesses"
    MANY_GUESSES = "many_guesses"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    PASSKEY_COPIED = "passkey_copied"
    APP_SET_UP = "app_set_up"
    APP_REMOVED = "app_removed"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    RECOVERY_CODE_USED = "recovery_code_used"
    FACTORS_RESET = "factors_reset"
    FACTORS_RESET_REPORT = "factors_reset_report"
    IMPORT_WAITS = "import_waits"
    IMPORT_APPROVED = "import_approved"
    IMPORT_REJECTED = "import_rejected"
    IMPORT_RARELY_ACCEPTED = "import_rarely_accepted"
    IMPORT_DECLINED = "import_declined"
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


_NOT_YOU = _(
    "Was it not you? Choose a new password at once, remove the unknown key or app, and tell an "
    "owner of your console."
)
_LOOK = _("Look at my passkeys and codes")
NOTICE_TEXTS: dict[Notice, NoticeText] = {
    Notice.PASSKEY_ADDED: NoticeText(
        _("Your account has a new passkey"),
        (_("The passkey “%(device)s” can sign in to your account from now on."), _NOT_YOU),
        _LOOK,
    ),
    Notice.PASSKEY_REMOVED: NoticeText(
        _("A passkey of your account was removed"),
        (_("The passkey “%(device)s” can’t sign in to your account any more."), _NOT_YOU),
        _LOOK,
    ),
    Notice.PASSKEY_COPIED: NoticeText(
        _("A passkey of the console may have been copied"),
        (
            _(
                "We refused the passkey “%(device)s” of %(account)s: its device counted fewer "
                "signatures than before. Somebody may have made a copy of it."
            ),
            _(
                "The holder of the account should sign in another way, remove this passkey, and "
                "add a new one. If they can’t, an owner can reset their ways to sign in."
            ),
        ),
        _LOOK,
    ),
    Notice.APP_SET_UP: NoticeText(
        _("Your account has an authenticator app"),
        (
            _("From now on, signing in with the password also needs a code of this app."),
            _NOT_YOU,
        ),
        _LOOK,
    ),
    Notice.APP_REMOVED: NoticeText(
        _("The authenticator app of your account was removed"),
        (_("Codes of this app can’t sign in to your account any more."), _NOT_YOU),
        _LOOK,
    ),
    Notice.RECOVERY_CODES_MADE: NoticeText(
        _("Your account has new recovery codes"),
        (
            _("Ten new recovery codes were made for your account. Older codes are void."),
            _NOT_YOU,
        ),
        _LOOK,
    ),
    Notice.RECOVERY_CODE_USED: NoticeText(
        _("A recovery code of your account was used"),
        (
            _(
                "Somebody signed in to your account, or confirmed an action, with the password "
                "and a recovery code. Codes that are left: %(left)s."
            ),
            _NOT_YOU,
        ),
        _LOOK,
    ),
    Notice.FACTORS_RESET: NoticeText(
        _("Set up your sign-in again"),
        (
            _(
                "%(actor)s reset the ways to sign in to your account %(account)s. Your password, "
                "passkeys, app and recovery codes are void, and you were signed out everywhere."
            ),
            _(
                "Choose a new password and add a passkey or an app. The link works once, for "
                "seven days."
            ),
            _("If you did not ask for it, tell the owners of your console."),
        ),
        _("Set up my sign-in"),
    ),
    Notice.FACTORS_RESET_REPORT: NoticeText(
        _("The ways to sign in to %(account)s were reset"),
        (
            _(
                "%(actor)s reset the password, the passkeys, the app and the recovery codes of "
                "%(account)s. The account got an email with a link to set up new ones."
            ),
            _(
                "If you did not know of it, ask %(actor)s and the holder of the account, and "
                "disable the account until you know."
            ),
        ),
        _("Look at the team"),
    ),
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
