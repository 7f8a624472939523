"""Signs in through a provider of OpenID Connect, if one is configured."""

from flask import abort, current_app, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from supporters.accounts.models import Organiser
from supporters.extensions import current_settings
from supporters.settings.openid_settings import OpenIdSettings
from supporters.sign_in.openid_accounts import OpenIdError, find_account_of, has_several_factors
from supporters.sign_in.openid_client import ProviderRefused, lead_to_provider, read_claims
from supporters.sign_in.second_factors import SignInWay
from supporters.sign_in.sign_in import lead_to_second_factor, sign_in_account
from supporters.web.console.console_blueprint import console, own_path

NEXT_PAGE = "openid_next"


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
        return _sign_in(organiser, SignInWay.OPENID_WITH_SECOND_FACTOR, next_page)
    step: ResponseReturnValue | None = lead_to_second_factor(organiser, SignInWay.OPENID, next_page)
    return step or _sign_in(organiser, SignInWay.OPENID, next_page)


def _sign_in(organiser: Organiser, way: SignInWay, next_page: str) -> ResponseReturnValue:
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
