"""The other steps of a sign-in: a passkey, a code, or a provider of OpenID Connect."""

from http import HTTPStatus

from flask import abort, current_app, flash, g, jsonify, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, gettext, ngettext
from flask_login import current_user

from supporters import clock
from supporters.accounts.models import Organiser
from supporters.accounts.queries import find_organiser
from supporters.actors import current_actor
from supporters.extensions import current_settings
from supporters.limits.guess_limits import GuessRefused, give_back, take_guess
from supporters.networks import UNKNOWN
from supporters.settings.openid_settings import OpenIdSettings
from supporters.sign_in.one_time_codes import FEW_CODES, count_recovery_codes
from supporters.sign_in.openid_accounts import OpenIdError, find_account_of, has_several_factors
from supporters.sign_in.openid_client import ProviderRefused, lead_to_provider, read_claims
from supporters.sign_in.passkey_challenges import (
    ChallengeUse,
    are_passkeys_possible,
    take_challenge,
)
from supporters.sign_in.passkeys import Passkey, PasskeyError, check_passkey, list_credentials
from supporters.sign_in.password_forms import TRY_AGAIN_AT, explain_code
from supporters.sign_in.second_factors import (
    SignInWay,
    check_code,
    find_factors,
    record_refused_passkey,
)
from supporters.sign_in.sign_in import (
    WAY_OF_CODE,
    complete_pending_sign_in,
    confirm_presence,
    find_pending_account,
    is_own_passkey,
    lead_to_second_factor,
    sign_in_account,
)
from supporters.sign_in.sign_in_limits import passkey_limits
from supporters.web.console.account.factor_forms import FactorCodeForm, PasskeyAnswerForm
from supporters.web.console.console_blueprint import console, for_everybody, own_path

NEXT_PAGE = "openid_next"


@console.app_context_processor
def offer_passkeys() -> dict[str, object]:
    """Give the templates the answer whether this site can have passkeys."""
    return {"are_passkeys_possible": are_passkeys_possible}


def explain_passkey(refused: PasskeyError) -> str:
    """Return why a passkey was refused, and what to do."""
    match refused:
        case PasskeyError.COPIED:
            return str(
                gettext(
                    "We refused this passkey, because it may have been copied: its device counts "
                    "fewer signatures than before. Sign in another way, and remove it."
                )
            )
        case PasskeyError.KNOWN_ALREADY:
            return str(gettext("This device has a passkey of this console already."))
        case PasskeyError.TOO_MANY:
            return str(gettext("This account has 20 passkeys. Remove one that you don’t use."))
        case PasskeyError.NOT_VERIFIED:
            return str(gettext("We couldn’t check this passkey. Try again, or choose another way."))


@console.post("/passkeys/sign-in/options")
def passkey_sign_in_options() -> ResponseReturnValue:
    """Answer with a challenge for a sign-in. It names no account, so it reveals none."""
    from supporters.sign_in.passkey_ceremonies import sign_in_options  # noqa: PLC0415 - its library is large

    return jsonify(sign_in_options())


@console.post("/passkeys/sign-in")
def passkey_sign_in() -> ResponseReturnValue:
    """Sign in with a passkey, without an address or a password."""
    form = PasskeyAnswerForm()
    next_page = request.form.get("next", "")
    taken = take_guess(passkey_limits(current_actor().network or UNKNOWN), clock.now())
    if isinstance(taken, GuessRefused):
        setattr(g, TRY_AGAIN_AT, taken.until)
        abort(HTTPStatus.TOO_MANY_REQUESTS)
    passkey = check_passkey(take_challenge(ChallengeUse.SIGN_IN), form.credential.data or "")
    organiser = None if isinstance(passkey, PasskeyError) else find_organiser(passkey.organiser_id)
    if organiser is None:
        return _refuse_passkey(passkey, "security.login", next_page)
    give_back(taken)
    sign_in_account(organiser, SignInWay.PASSKEY)
    return redirect(own_path(next_page), 303)


def _refuse_passkey(
    passkey: Passkey | PasskeyError, endpoint: str, next_page: str
) -> ResponseReturnValue:
    record_refused_passkey()
    refused = passkey if isinstance(passkey, PasskeyError) else PasskeyError.NOT_VERIFIED
    flash(explain_passkey(refused), "error")
    return redirect(url_for(endpoint, next=next_page or None), 303)


@for_everybody.post("/passkeys/confirm/options")
def passkey_confirm_options() -> ResponseReturnValue:
    """Answer with a challenge for the signed-in account."""
    from supporters.sign_in.passkey_ceremonies import confirm_options  # noqa: PLC0415 - its library is large

    return jsonify(confirm_options(current_user.id, list_credentials(current_user.id)))


@for_everybody.post("/passkeys/confirm")
def confirm_with_passkey() -> ResponseReturnValue:
    """Prove with a passkey that the holder of the account sits here."""
    form = PasskeyAnswerForm()
    next_page = request.form.get("next", "")
    challenge = take_challenge(ChallengeUse.CONFIRM, current_user.id)
    passkey = check_passkey(challenge, form.credential.data or "")
    if isinstance(passkey, PasskeyError) or not is_own_passkey(passkey, current_user):
        return _refuse_passkey(passkey, "security.verify", next_page)
    confirm_presence(SignInWay.PASSKEY)
    flash(gettext("Thank you. You won’t be asked again for ten minutes."), "success")
    return redirect(own_path(next_page), 303)


@console.route("/sign-in/code", methods=["GET", "POST"])
def second_factor() -> ResponseReturnValue:
    """Ask for the second factor of the account that typed its password."""
    organiser, form = find_pending_account(), FactorCodeForm()
    if organiser is None:
        words = gettext("Sign in again: more than ten minutes went by, or you have finished.")
        flash(words, "info")
        return redirect(url_for("security.login"), 303)
    if form.validate_on_submit():
        result = check_code(organiser.id, form.code.data or "")
        if way := WAY_OF_CODE.get(result):
            return redirect(_sign_in(organiser, way), 303)
        form.code.errors = [explain_code(result, organiser.id)]
    return form.render("security/second_factor.html", factors=find_factors(organiser.id))


def _sign_in(organiser: Organiser, way: SignInWay) -> str:
    """Complete a sign-in; return the next page."""
    page = own_path(complete_pending_sign_in(organiser, way))
    is_recovered = way is SignInWay.RECOVERY_CODE
    return _after_recovery_code(organiser.id, page) if is_recovered else page


def _after_recovery_code(organiser_id: int, page: str) -> str:
    """Tell how many codes are left; few ones lead to the page that makes new ones."""
    left = count_recovery_codes(organiser_id)
    words = ngettext(
        "This recovery code is used up. You have %(count)s left.",
        "This recovery code is used up. You have %(count)s left.",
        left,
        count=format_decimal(left),
    )
    if left > FEW_CODES:
        flash(words, "info")
        return page
    flash(words, "warning")
    return url_for("console.factors")


@console.get("/openid")
def openid_start() -> ResponseReturnValue:
    """Redirect to the provider."""
    _provider()
    session[NEXT_PAGE] = request.args.get("next", "")
    try:
        return lead_to_provider(current_app)
    except ProviderRefused:
        return _refuse(
            gettext("The sign-in service doesn’t answer. Try again, or sign in another way.")
        )


@console.get("/openid/return")
def openid_return() -> ResponseReturnValue:
    """Sign in the account that the provider names."""
    provider = _provider()
    next_page = str(session.pop(NEXT_PAGE, ""))
    try:
        claims = read_claims(current_app)
    except ProviderRefused:
        return _refuse(gettext("We couldn’t check the answer of the sign-in service. Try again."))
    organiser = find_account_of(claims)
    if isinstance(organiser, OpenIdError):
        return _refuse(_explain(organiser))
    if has_several_factors(claims, provider):
        return _sign_in_by_provider(organiser, SignInWay.OPENID_WITH_SECOND_FACTOR, next_page)
    step: ResponseReturnValue | None = lead_to_second_factor(organiser, SignInWay.OPENID, next_page)
    return step or _sign_in_by_provider(organiser, SignInWay.OPENID, next_page)


def _sign_in_by_provider(
    organiser: Organiser, way: SignInWay, next_page: str
) -> ResponseReturnValue:
    sign_in_account(organiser, way)
    return redirect(own_path(next_page), 303)


def _provider() -> OpenIdSettings:
    return current_settings().openid or abort(404)


def _refuse(words: str) -> ResponseReturnValue:
    flash(words, "error")
    return redirect(url_for("security.login"), 303)


def _explain(refused: OpenIdError) -> str:
    match refused:
        case OpenIdError.NOT_VERIFIED:
            return str(
                gettext(
                    "The sign-in service did not verify your email address. Ask the person who "
                    "runs it."
                )
            )
        case OpenIdError.NO_ACCOUNT:
            return str(
                gettext(
                    "No account of this console has your address. Ask an owner for an invitation."
                )
            )
        case OpenIdError.OTHER_SUBJECT:
            return str(
                gettext(
                    "Your address belongs to another person of the sign-in service. Ask an owner "
                    "to reset your account."
                )
            )
