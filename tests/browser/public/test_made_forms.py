"""An owner makes a form with a picture and opens it, and somebody signs up by it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import look_at, open_browser
from tests.browser.public.test_elsewhere import SCRIPT_MAY_SEND
from tests.browser.test_main_job import sign_in
from tests.factories.pictures import photo
from tests.servers.sample_site import Site

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def console(browser: Browser, site: Site) -> Iterator[Page]:
    """Return the browser of the owner."""
    with open_browser(browser) as page:
        sign_in(page, site)
        yield page


def upload_picture(console: Page, site: Site) -> None:
    """Put a picture into the library."""
    console.goto(f"{site.url}/console/pictures")
    file = {"name": "gare.jpg", "mimeType": "image/jpeg", "buffer": photo(1200, 500)}
    console.locator("input[type=file]").set_input_files(file)
    console.get_by_role("button", name="Déposer l’image").click()
    console.wait_for_url("**/console/pictures/*")


def make_form(console: Page, site: Site) -> None:
    """Write a form, and save it as a draft."""
    console.goto(f"{site.url}/console/forms")
    look_at(console, "110-no-form")
    console.get_by_role("link", name="Créer le premier formulaire").click()
    console.get_by_label("Nom pour l’équipe").fill("Pétition de la gare")
    console.locator("#slug").fill("gare")
    console.locator("#title_fr").fill("Sauvons la gare")
    console.locator("#intro_fr").fill("Elle ferme en mai.\n\nDites que vous y tenez.")
    console.locator("#picture_alt_fr").fill("La gare en hiver")
    console.locator("#thanks_fr").fill("Merci pour la gare.")
    console.locator("input[name=picture]").nth(1).check()
    console.get_by_role("button", name="Enregistrer comme brouillon").click()
    expect(console.locator(".error-summary")).to_contain_text("Cochez au moins une liste")
    look_at(console, "111-form-with-a-fault")
    for place in (0, 1):
        console.locator("input[name=lists]").nth(place).check()
    console.get_by_role("button", name="Enregistrer comme brouillon").click()
    expect(console.locator("h1")).to_have_text("Pétition de la gare")
    look_at(console, "112-form-draft")


def test_a_form_is_made_and_somebody_signs_up_by_it(console: Page, page: Page, site: Site) -> None:
    upload_picture(console, site)
    make_form(console, site)
    console.get_by_role("link", name="Aperçu").first.click()
    expect(console.locator("h1")).to_have_text("Sauvons la gare")
    look_at(console, "113-form-preview")
    console.go_back()
    console.get_by_role("button", name="Ouvrir le formulaire").click()
    expect(console.locator(".status").first).to_have_text("Ouvert")
    console.get_by_role("button", name="Remonter").click()
    look_at(console, "114-form-open")
    page.goto(f"{site.url}/gare")
    expect(page.get_by_alt_text("La gare en hiver")).to_be_visible()
    look_at(page, "115-form-public")
    page.locator("input[name=email]").fill("anna.gare@example.org")
    page.locator("input[name^=consent_]").nth(1).check()
    page.wait_for_timeout(SCRIPT_MAY_SEND)
    page.get_by_role("button", name="m’inscris").click()
    page.wait_for_url("**/check")
    console.reload()
    expect(console.locator(".facts dd").first).to_have_text("1")
    console.get_by_role("link", name="Code QR, affiche").click()
    look_at(console, "116-form-share")
    console.goto(f"{site.url}/console/forms")
    look_at(console, "117-forms")
    page.goto(f"{site.url}/fr/stall/gare")
    look_at(page, "118-form-stall")
