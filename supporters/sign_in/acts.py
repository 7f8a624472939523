"""The acts and notices of sign-in, with their words."""

from flask_babel import lazy_gettext as _

from supporters.audit_log.audit_events import Act
from supporters.notices.security_notices import Notice

_NOT_YOU = _(
    "Was it not you? Choose a new password at once, remove the unknown key or app, and tell an "
    "owner of your console."
)
_LOOK = _("Look at my passkeys and codes")


class SignInAct(Act):
    """Acts about ways to sign in, passwords, sessions and refused requests."""

    APP_SET_UP = "account.app_set_up", _("%(actor)s set up an authenticator app for %(object)s.")
    APP_REMOVED = "account.app_removed", _("%(actor)s removed the authenticator app of %(object)s.")
    RECOVERY_CODES_MADE = (
        "account.recovery_codes_made",
        _("%(actor)s made new recovery codes for %(object)s."),
    )
    RECOVERY_CODE_USED = (
        "account.recovery_code_used",
        _("%(object)s signed in with a recovery code. Codes left: %(left)s."),
    )
    OPENID_LINKED = (
        "account.openid_linked",
        _("%(object)s linked an account of the sign-in service."),
    )
    PASSWORD_CHANGED = (
        "account.password_changed",
        _("%(actor)s changed the password of %(object)s."),
    )
    PASSWORD_RESET_REQUESTED = (
        "account.password_reset_requested",
        _("%(actor)s asked for a link to a new password of %(object)s."),
    )
    PASSWORD_RESET = (
        "account.password_reset",
        _("%(object)s chose a new password by the link in an email."),
    )
    SIGNED_IN = "account.signed_in", _("%(object)s signed in.")
    SIGNED_OUT = "account.signed_out", _("%(object)s signed out.")
    SIGN_IN_REFUSED = "account.sign_in_refused", _("%(actor)s failed to sign in as %(object)s.")
    SESSION_ENDED = "account.session_ended", _("%(actor)s ended a session of %(object)s.")
    OTHER_SESSIONS_ENDED = (
        "account.other_sessions_ended",
        _("%(actor)s ended all other sessions of %(object)s. Sessions: %(count)s."),
    )
    PASSKEY_ADDED = "passkey.added", _("%(actor)s added a passkey.")
    PASSKEY_REMOVED = "passkey.removed", _("%(actor)s removed a passkey.")
    PASSKEY_RENAMED = "passkey.renamed", _("%(actor)s renamed a passkey.")
    PASSKEY_SUSPECTED = (
        "passkey.suspected",
        _("%(actor)s used a passkey that may have been copied."),
    )
    SESSION_CONFIRMED = "session.confirmed", _("%(actor)s proved once more who they are.")
    SESSION_CODE_REFUSED = (
        "session.code_refused",
        _("%(actor)s typed a wrong code of an app. Times within ten minutes: %(count)s."),
    )
    SESSION_PASSKEY_REFUSED = (
        "session.passkey_refused",
        _("%(actor)s used a passkey that was refused. Times within ten minutes: %(count)s."),
    )
    SESSION_OPENID_REFUSED = (
        "session.openid_refused",
        _(
            "%(actor)s came from the sign-in service and was refused. Times within ten minutes: "
            "%(count)s."
        ),
    )
    ACCESS_FORBIDDEN = (
        "access.forbidden",
        _(
            "%(actor)s was refused a page without the right to it. Times within ten minutes: "
            "%(count)s."
        ),
    )
    ACCESS_FORM_REFUSED = (
        "access.form_refused",
        _(
            "%(actor)s sent a form that had expired or came from another site. Times within ten "
            "minutes: %(count)s."
        ),
    )
    ACCESS_LIMITED = (
        "access.limited",
        _(
            "%(actor)s was refused because of too many attempts. Times within ten minutes: "
            "%(count)s."
        ),
    )
    ACCESS_UNRECORDED = (
        "access.unrecorded",
        _(
            "More than %(count)s refused requests in an hour: the others of this hour are not "
            "recorded."
        ),
    )


class SignInNotice(Notice):
    """Notices about ways to sign in, passwords, sessions and refused requests."""

    NEW_DEVICE = (
        "new_device",
        _("A new device signed in to your account"),
        _(
            "Somebody signed in to the console as %(account)s with a browser or from a network "
            "that we had not seen before: %(browser)s."
        ),
        _("If it was you, there is nothing to do."),
        _(
            "If it was not you, end that session under “My account”, change your password, and "
            "tell an owner of the console."
        ),
        _("Look at my account"),
    )
    PASSWORD_CHANGED = (
        "password_changed",
        _("Your password was changed"),
        _(
            "The password of %(account)s for the console was changed. All other sessions have "
            "ended."
        ),
        _("If it was not you, choose a new password now, and tell an owner of the console."),
        _("Choose a new password"),
    )
    RESETS = (
        "resets",
        _("Somebody keeps requesting a new password for your account"),
        _(
            "Within a day, a new password was requested for %(account)s more than %(count)s times. "
            "We send no further link today. Only the newest one works."
        ),
        _(
            "If it was not you, there is nothing to do: without your mailbox, nobody can use these "
            "links. Tell an owner of the console if it goes on."
        ),
        _("Look at my account"),
    )
    OWNER_RESET = (
        "owner_reset",
        _("%(account)s has a new password"),
        _(
            "%(account)s, an owner of the console, chose a new password with a link from their "
            "mailbox."
        ),
        _(
            "Ask them whether it was them. If not, disable the account now: somebody else reads "
            "their mailbox."
        ),
        _("Look at the team"),
    )
    GUESSES = (
        "guesses",
        _("Somebody tries to guess your password"),
        _(
            "Sign-ins as %(account)s failed again and again (%(count)s times) in a short time. "
            "Each further try has to wait longer. Nobody got in this way."
        ),
        _(
            "You can still sign in where you signed in before. A passkey can’t be guessed at all: "
            "set one up under “My account”."
        ),
        _("Look at my account"),
    )
    MANY_GUESSES = (
        "many_guesses",
        _("Many sign-ins to the console were refused"),
        _(
            "Within ten minutes, %(count)s sign-ins were refused. Somebody may be guessing "
            "passwords. Each further try has to wait longer."
        ),
        _(
            "Ask your colleagues to set up passkeys, and look at the team: disable accounts that "
            "nobody uses."
        ),
        _("Look at the team"),
    )
    PASSKEY_ADDED = (
        "passkey_added",
        _("Your account has a new passkey"),
        _("The passkey “%(device)s” can sign in to your account from now on."),
        _NOT_YOU,
        _LOOK,
    )
    PASSKEY_REMOVED = (
        "passkey_removed",
        _("A passkey of your account was removed"),
        _("The passkey “%(device)s” can’t sign in to your account any more."),
        _NOT_YOU,
        _LOOK,
    )
    PASSKEY_COPIED = (
        "passkey_copied",
        _("A passkey of the console may have been copied"),
        _(
            "We refused the passkey “%(device)s” of %(account)s: its device counted fewer "
            "signatures than before. Somebody may have made a copy of it."
        ),
        _(
            "The holder of the account should sign in another way, remove this passkey, and add a "
            "new one. If they can’t, an owner can reset their ways to sign in."
        ),
        _LOOK,
    )
    APP_SET_UP = (
        "app_set_up",
        _("Your account has an authenticator app"),
        _("From now on, signing in with the password also needs a code of this app."),
        _NOT_YOU,
        _LOOK,
    )
    APP_REMOVED = (
        "app_removed",
        _("The authenticator app of your account was removed"),
        _("Codes of this app can’t sign in to your account any more."),
        _NOT_YOU,
        _LOOK,
    )
    RECOVERY_CODES_MADE = (
        "recovery_codes_made",
        _("Your account has new recovery codes"),
        _("Ten new recovery codes were made for your account. Older codes are void."),
        _NOT_YOU,
        _LOOK,
    )
    RECOVERY_CODE_USED = (
        "recovery_code_used",
        _("A recovery code of your account was used"),
        _(
            "Somebody signed in to your account, or confirmed an action, with the password and a "
            "recovery code. Codes that are left: %(left)s."
        ),
        _NOT_YOU,
        _LOOK,
    )
