"""The routes of passkeys, apps and codes."""

from supporters.accounts.queries import find_organiser_by_email
from supporters.sign_in.one_time_codes import make_recovery_codes
from supporters.sign_in.passkeys import list_passkeys
from tests.architecture.entry_points.rows import NOBODY, Values, Way, nobody
from tests.architecture.scenario import Scenario
from tests.factories.factors import (
    NEW_APP,
    NEW_PASSKEY,
    PASSKEY_CONFIRM,
    PASSKEY_SIGN_IN,
    SECRET,
    SoftwareKey,
    add_app,
    add_key,
    code_of,
    new_codes,
    options_of,
    type_password,
)
from tests.web.console.pages import post

EMAIL = "owner@parti.example"
_Values = dict[str, object]


def _new_key(scenario: Scenario) -> _Values:
    options = options_of(scenario.browser, NEW_PASSKEY, NEW_PASSKEY)
    return {"credential": SoftwareKey().create(options), "name": "Clé"}


def _key_for(scenario: Scenario, action: str) -> _Values:
    key = add_key(scenario.browser)
    new_codes(scenario.browser)
    with scenario.browser.session_transaction() as session:
        session.pop("_flashes", None)
    page = "/console/password" if action == PASSKEY_CONFIRM else NEW_PASSKEY
    return {"credential": key.sign(options_of(scenario.browser, action, page))}


def _passkey(scenario: Scenario) -> _Values:
    scenario.browser.get("/console/")
    if not list_passkeys(_owner_id()):
        add_key(scenario.browser)
        add_app(scenario.browser)
    return {"passkey_id": list_passkeys(_owner_id())[0].id}


def _owner_id() -> int:
    owner = find_organiser_by_email(EMAIL)
    assert owner is not None
    return owner.id


def _code_of_new_app(scenario: Scenario) -> _Values:
    found = SECRET.search(scenario.browser.get(NEW_APP).text)
    assert found is not None
    return {"code": code_of(found[1])}


def _both_factors(scenario: Scenario) -> _Values:
    """Give the account a passkey and an app. The route has no parameter."""
    _passkey(scenario)
    return {}


def _pending(scenario: Scenario) -> _Values:
    """Type the password of an account with an app. The route has no parameter."""
    add_app(scenario.browser)
    post(scenario.browser, "/console/sign-out")
    type_password(scenario.browser, EMAIL)
    return {}


FACTOR_PAGES: dict[str, Values] = {
    "console.passkey": _passkey,
    "console.remove_own_passkey": _passkey,
    "console.remove_own_app": _both_factors,
    "console.recovery_codes": _both_factors,
}
FACTOR_ROUTES: dict[str, Way] = {
    "console.passkey_sign_in_options": NOBODY,
    "console.passkey_add_options": NOBODY,
    "console.passkey_confirm_options": NOBODY,
    "console.passkey_sign_in": nobody(with_=lambda scenario: _key_for(scenario, PASSKEY_SIGN_IN)),
    "console.confirm_with_passkey": nobody(
        with_=lambda scenario: _key_for(scenario, PASSKEY_CONFIRM)
    ),
    "console.new_passkey": nobody(with_=_new_key),
    "console.passkey": nobody(_passkey),
    "console.remove_own_passkey": nobody(_passkey),
    "console.authenticator_app": nobody(with_=_code_of_new_app),
    "console.remove_own_app": nobody(_both_factors),
    "console.recovery_codes": nobody(_both_factors),
    "console.second_factor": nobody(
        _pending, with_=lambda _: {"code": make_recovery_codes(_owner_id())[0]}
    ),
    "console.reset_organiser_factors": NOBODY,
}
