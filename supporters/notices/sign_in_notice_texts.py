"""The texts of notices about ways to sign in, passwords and sessions."""

from flask_babel import lazy_gettext as _

from supporters.notices.notice_kinds import Notice, NoticeText

_NOT_YOU = _(
    "Was it not you? Choose a new password at once, remove the unknown key or app, and tell an "
    "owner of your console."
)
_LOOK = _("Look at my passkeys and codes")

SIGN_IN_TEXTS: dict[Notice, NoticeText] = {
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
