"""What the pages of the sign-in say, in our own words: Flask-Security's speak to programmers.

Flask-Security translates them when it shows them; `_` only marks them for our catalogue.
"""


def _(text: str) -> str:
    return text


MESSAGES = {
    "SECURITY_MSG_ANONYMOUS_USER_REQUIRED": (_("You are signed in already."), "info"),
    "SECURITY_MSG_DISABLED_ACCOUNT": (
        _("This account is disabled. Ask an owner of this console."),
        "error",
    ),
    "SECURITY_MSG_GENERIC_AUTHN_FAILED": (
        _("This address and this password don’t belong together. Check both."),
        "error",
    ),
    "SECURITY_MSG_INVALID_PASSWORD": (_("This isn’t your password. Type it again."), "error"),
    "SECURITY_MSG_INVALID_REDIRECT": (_("That link would lead to another site."), "error"),
    "SECURITY_MSG_INVALID_RESET_PASSWORD_TOKEN": (
        _("This link was used already, or is incomplete. Ask for a new one."),
        "error",
    ),
    "SECURITY_MSG_PASSWORD_INVALID_LENGTH": (
        _("Choose a password of at least %(length)s characters."),
        "error",
    ),
    "SECURITY_MSG_PASSWORD_NOT_PROVIDED": (_("Type a password."), "error"),
    "SECURITY_MSG_PASSWORD_RESET_EXPIRED": (
        _("This link has expired. Ask for a new one."),
        "error",
    ),
    "SECURITY_MSG_PASSWORD_RESET_NO_LOGIN": (
        _("Your new password is saved. Sign in with it."),
        "success",
    ),
    "SECURITY_MSG_PASSWORD_RESET_REQUEST": (
        _("If an account has this address, a link is on its way to it."),
        "info",
    ),
    "SECURITY_MSG_REAUTHENTICATION_SUCCESSFUL": (
        _("Thank you. You won’t be asked again for ten minutes."),
        "success",
    ),
    "SECURITY_MSG_RETYPE_PASSWORD_MISMATCH": (
        _("The two passwords differ. Type the same one twice."),
        "error",
    ),
    "SECURITY_MSG_UNAUTHENTICATED": (_("Sign in to see this page."), "info"),
    "SECURITY_MSG_UNAUTHORIZED": (_("Your account has no right to this page."), "error"),
}
