"""Passkeys, an authenticator app and recovery codes in a real browser, by the keyboard alone."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from supporters import clock
from supporters.config import load_settings
from tests.browser.conftest import look_at
from tests.browser.test_main_job import sign_in
from tests.conftest import running_app
from tests.factories.accounts import PASSWORD, make_organiser
from tests.factories.factors import code_of
from tests.servers.sample_site import Site

pytestmark = pytest.mark.browser

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
STEP = timedelta(seconds=30)


@pytest.fixture(scope="module")
def site(site: Site, instance: Path) -> Site:
    """Return the site with the sign-in of an account that only these tests use."""
    settings = {"SUPPORTERS_ENV": "development", "SUPPORTERS_BASE_URL": site.url}
    settings["SUPPORTERS_INSTANCE_DIR"] = str(instance)
    with running_app(load_settings(settings)):
        return Site(site.url, make_organiser("factors@parti.example").email, PASSWORD)


@pytest.fixture
def page(page: Page) -> Page:
    """Return the browser with a device that has a passkey and checks its user."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return page


def press(page: Page, name: str) -> None:
    """Move to a button or link with the Tab key, and press Enter."""
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.evaluate("document.activeElement.innerText ?? ''")
        if name in focused and page.evaluate("document.activeElement.matches('a, button')"):
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"The Tab key does not reach {name!r}.")


def open_factors(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/console/account/factors")


def sign_out(page: Page) -> None:
    """Leave the console."""
    press(page, "Se déconnecter")
    page.wait_for_url("**/console/sign-in")


def test_passkey_app_and_recovery_code_by_the_keyboard(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/console/sign-in")
    look_at(page, "80-sign-in")
    sign_in(page, site)
    codes = add_a_passkey(page, site)
    sign_out(page)
    press(page, "Se connecter avec une clé d’accès")
    page.wait_for_url(f"{site.url}/console/")
    confirm_presence(page, site)
    secret = set_up_an_app(page, site)
    sign_out(page)
    type_password(page, site)
    look_at(page, "86-second-factor")
    used = code_of(secret, clock.now() + STEP)
    type_code(page, used)
    page.wait_for_url(f"{site.url}/console/")
    sign_out(page)
    type_password(page, site)
    type_code(page, used)
    expect(page.locator(".error-summary")).to_be_visible()
    look_at(page, "87-second-factor-refused")
    type_code(page, codes[0])
    page.wait_for_url(f"{site.url}/console/")
    expect(page.locator(".message").first).to_contain_text("9")
    look_in_english(page, site)


def add_a_passkey(page: Page, site: Site) -> list[str]:
    """Add a passkey; return the recovery codes that come with the first factor."""
    open_factors(page, site)
    look_at(page, "81-factors-empty")
    press(page, "Ajouter une clé d’accès")
    page.wait_for_url("**/factors/passkey")
    look_at(page, "82-passkey-new")
    page.locator("input[name=name]").focus()
    page.keyboard.type("Mon ordinateur")
    press(page, "Créer la clé d’accès")
    page.wait_for_url("**/codes/new")
    look_at(page, "83-recovery-codes")
    codes = page.locator("#recovery-codes code").all_inner_texts()
    assert len(codes) == 10
    open_factors(page, site)
    expect(page.get_by_role("main")).to_contain_text("Mon ordinateur")
    return codes


def confirm_presence(page: Page, site: Site) -> None:
    """Prove presence with the passkey on the page that asks for it."""
    page.goto(f"{site.url}/console/password?next=/console/account/factors")
    look_at(page, "84-confirm")
    press(page, "Continuer avec une clé d’accès")
    page.wait_for_url(f"{site.url}/console/account/factors")


def set_up_an_app(page: Page, site: Site) -> str:
    """Set an authenticator app up; return its secret."""
    open_factors(page, site)
    press(page, "Configurer une application")
    page.wait_for_url("**/factors/app")
    look_at(page, "85-app")
    secret = page.locator(".secret-key").inner_text()
    page.locator("input[name=code]").focus()
    page.keyboard.type(code_of(secret))
    page.keyboard.press("Enter")
    page.wait_for_url("**/account/factors")
    return secret


def type_password(page: Page, site: Site) -> None:
    """Sign in with the password; the second step follows."""
    page.locator("input[name=email]").focus()
    page.keyboard.type(site.email)
    page.keyboard.press("Tab")
    page.keyboard.type(site.password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in/code")


def type_code(page: Page, code: str) -> None:
    """Type a code over the former one, and send it."""
    page.locator("input[name=code]").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def look_in_english(page: Page, site: Site) -> None:
    """Look at the pages of the own account in English, and in dark mode."""
    open_factors(page, site)
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Passkeys and codes")
    look_at(page, "88-factors-english")
    page.emulate_media(color_scheme="dark")
    look_at(page, "89-factors-dark")
    page.emulate_media(color_scheme="light")
    page.locator(".factor-list a").first.click()
    look_at(page, "90-passkey")
    page.get_by_role("link", name="Remove the passkey…").click()
    look_at(page, "91-passkey-remove")
    page.goto(f"{site.url}/console/account/factors/codes")
    look_at(page, "92-new-codes")


def test_a_closed_question_is_explained_and_can_be_asked_again(page: Page, site: Site) -> None:
    page.add_init_script(
        "CredentialsContainer.prototype.get = async () => {"
        " throw new DOMException('', 'NotAllowedError') }"
    )
    page.goto(f"{site.url}/console/sign-in")
    press(page, "Se connecter avec une clé d’accès")
    shown = page.locator("[data-passkey-says=cancelled]")
    expect(shown).to_be_visible()
    expect(page.get_by_role("button", name="Se connecter avec une clé d’accès")).to_be_enabled()


def test_a_browser_without_passkeys_says_so(page: Page, site: Site) -> None:
    page.add_init_script("delete window.PublicKeyCredential")
    page.goto(f"{site.url}/console/sign-in")
    expect(page.locator("[data-passkey-says=unsupported]")).to_be_visible()
    expect(page.locator("form[data-passkey] button")).to_be_hidden()
