"""Labels of accounts and of kept forms."""

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from supporters.organisers.kept_forms import KeptReason
from supporters.organisers.models import RoleName
from supporters.organisers.password_rules import (
    LEAST_OF_ITS_OWN,
    LONGEST_PASSWORD,
    SHORTEST_PASSWORD,
    PasswordFault,
)

ROLES_IN_A_SENTENCE: dict[RoleName, LazyString] = {
    RoleName.OWNER: _("owner"),
    RoleName.ORGANISER: _("organiser"),
    RoleName.DPO: _("data protection officer"),
}
# After a change of language the form is back at once, so no message is needed.
WHY_KEPT: dict[KeptReason, LazyString] = {
    KeptReason.SESSION_OVER: _(
        "Your session had ended. Your text is here again. It isn’t saved yet."
    ),
    KeptReason.FORM_EXPIRED: _(
        "This form had expired, so nothing was changed. Your text is here again. Send it again."
    ),
}
PASSWORD_FAULTS: dict[PasswordFault, LazyString] = {
    PasswordFault.TOO_SHORT: _(
        "Use at least %(least)s characters. A few words in a row are easy to remember.",
        least=SHORTEST_PASSWORD,
    ),
    PasswordFault.TOO_LONG: _("Use at most %(most)s characters.", most=LONGEST_PASSWORD),
    PasswordFault.COMMON: _(
        "Many people use this password, or one like it: attackers try it first. Take several "
        "words that don’t belong together."
    ),
    PasswordFault.PARTY_NAME: _(
        "The name of the party is easy to guess. Add at least %(least)s characters that have "
        "nothing to do with it.",
        least=LEAST_OF_ITS_OWN,
    ),
    PasswordFault.OWN_NAME: _(
        "Your name and your address are easy to guess. Add at least %(least)s characters that "
        "have nothing to do with them.",
        least=LEAST_OF_ITS_OWN,
    ),
    PasswordFault.REPEATED: _("The same characters repeat. Take several different words."),
    PasswordFault.SEQUENCE: _(
        "Characters in a row (1234, azerty) are easy to guess. Take several different words."
    ),
}
# The ways of a sign-in, as Flask-Security names them.
METHODS: dict[str, LazyString] = {
    "password": _("password"),
    "webauthn": _("passkey"),
    "authenticator": _("code of an app"),
    "recovery": _("recovery code"),
    "oidc": _("account of the party"),
}


def name_methods(stored: str) -> str:
    """Return the ways of a sign-in in words."""
    return " + ".join(str(METHODS.get(each, each)) for each in stored.split(",") if each)
