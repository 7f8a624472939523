"""The words of accounts, rights, ways to sign in, and stored forms."""

from flask_babel import LazyString, lazy_gettext as _

from supporters.accounts.models import ROLES, RoleName
from supporters.accounts.second_person import SecondPersonFault
from supporters.sign_in.password_rules import (
    LEAST_OF_ITS_OWN,
    LONGEST_PASSWORD,
    SHORTEST_PASSWORD,
    PasswordFault,
)
from supporters.sign_in.second_factors import SignInWay
from supporters.sign_in.stored_forms import StoringReason
from supporters.team.right_requests import RequestRightError
from supporters.web.labels.word_tables import InASentence, Meanings, Names, ShellTexts

ROLE_NAMES: Names[RoleName] = ROLES
ROLES_IN_A_SENTENCE: InASentence[RoleName] = {
    RoleName.OWNER: _("owner"),
    RoleName.ORGANISER: _("organiser"),
    RoleName.DPO: _("data protection officer"),
}
ROLE_MEANINGS: Meanings[RoleName] = {
    RoleName.OWNER: _(
        "Also creates lists, invites colleagues and changes accounts. Another owner must agree "
        "to a new owner."
    ),
    RoleName.ORGANISER: _(
        "Writes and launches campaigns. An organiser can be limited to some lists."
    ),
    RoleName.DPO: _(
        "Reads people’s records and answers privacy requests, and can’t write, send or change "
        "anything else."
    ),
    RoleName.APPROVER: _("Reads the campaigns of others before they leave, and approves them."),
    RoleName.EXPORTER: _(
        "Takes people’s data out of this console, in a file. Each export is recorded, and the "
        "data protection officer gets an email."
    ),
}
# After a change of language the form is back at once, so no message is needed.
WHY_STORED: Names[StoringReason] = {
    StoringReason.SESSION_OVER: _(
        "Your session had ended. Your text is here again. It isn’t saved yet."
    ),
    StoringReason.IDENTITY_ASKED: _(
        "Nothing was changed yet: we first asked you to show that it is you. Your text is here "
        "again. Send it again."
    ),
    StoringReason.FORM_EXPIRED: _(
        "This form had expired, so nothing was changed. Your text is here again. Send it again."
    ),
}
PASSWORD_FAULTS: Names[PasswordFault] = {
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
SIGN_IN_WAYS: Names[SignInWay] = {
    SignInWay.PASSWORD: _("password"),
    SignInWay.PASSKEY: _("passkey"),
    SignInWay.APP: _("code of an app"),
    SignInWay.RECOVERY_CODE: _("recovery code"),
    SignInWay.OPENID: _("account of the party"),
    SignInWay.OPENID_WITH_SECOND_FACTOR: _("account of the party with a second factor"),
    SignInWay.TRAINING: _("a part of the training"),
}
REFUSED_REQUESTS: Names[RequestRightError] = {
    RequestRightError.UNKNOWN: _("This account doesn’t exist any more."),
    RequestRightError.NOT_AN_OWNER: _("Only an owner can do this."),
    RequestRightError.ALREADY_HELD: _("The account has this right already."),
    RequestRightError.ALREADY_REQUESTED: _(
        "This right is requested already. Another owner must decide."
    ),
    RequestRightError.DISABLED: _("The account is disabled. Enable it first."),
    RequestRightError.NOT_OPEN: _("This request was decided already, or is older than seven days."),
    RequestRightError.OWN_REQUEST: _("You made this request, so another owner must agree."),
}
SECOND_PERSON_FAULTS: Names[SecondPersonFault] = {
    SecondPersonFault.SAME_ACCOUNT: _(
        "A second person must agree, and not the person who began this."
    ),
    SecondPersonFault.NO_RIGHT: _("Your account doesn’t have the right to agree to this."),
    SecondPersonFault.TOO_NEW: _(
        "Your right counts only 72 hours after you got it. Ask a colleague, or wait."
    ),
    SecondPersonFault.INVITED_BY_INITIATOR: _(
        "Your account was invited by the person who began this. Ask another colleague."
    ),
    SecondPersonFault.INVITED_THE_INITIATOR: _(
        "You invited the person who began this, and they began within 72 hours. Ask another "
        "colleague."
    ),
}
SECOND_PERSON_FAULTS_IN_THE_SHELL: ShellTexts[SecondPersonFault] = {
    SecondPersonFault.SAME_ACCOUNT: "A second person must approve. Ask somebody else.",
    SecondPersonFault.NO_RIGHT: "The account doesn't have this right. See: flask organisers list",
    SecondPersonFault.TOO_NEW: "The right of the account counts only 72 hours after it was given.",
    SecondPersonFault.INVITED_BY_INITIATOR: (
        "The account was invited by the person who began this. Ask somebody else."
    ),
    SecondPersonFault.INVITED_THE_INITIATOR: (
        "The account invited the person who began this, less than 72 hours before. Ask somebody "
        "else."
    ),
}


def name_methods(stored: str) -> str:
    """Return the ways of a sign-in in words."""
    return " + ".join(str(SIGN_IN_WAYS[SignInWay(each)]) for each in stored.split(",") if each)


RIGHT_REQUESTS: dict[RoleName, LazyString] = {
    RoleName.OWNER: _("Is %(account)s to be an owner?"),
    RoleName.APPROVER: _("Is %(account)s to approve campaigns?"),
    RoleName.EXPORTER: _("Is %(account)s to export people?"),
}
