"""A tablet at a stall without a network takes nothing that is refused later, and loses nothing."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from supporters import create_app
from supporters.config import load_settings
from supporters.lists.queries import find_list_by_slug
from tests.browser.conftest import look_at
from tests.browser.public.test_elsewhere import SCRIPT_MAY_SEND
from tests.factories.forms import WORDS, make_form
from tests.factories.lists import make_list
from tests.servers.processes import wait_until
from tests.servers.sample_site import Site

pytestmark = pytest.mark.browser

IS_STORED = """(async () => (await (await caches.open("stall")).keys()).length > 3
  && (await navigator.serviceWorker.getRegistrations()).every((each) => each.active))()"""


@pytest.fixture
def stall(page: Page, open_site: Site) -> Page:
    """Return the page of a tablet that has kept its page for a time without a network."""
    return open_stall(page, open_site)


def open_stall(page: Page, site: Site, path: str = "/fr/stall/national") -> Page:
    """Open the page of a stall, until it is kept."""
    page.goto(f"{site.url}{path}")
    expect(page.locator("#stall-state")).to_be_visible()
    assert wait_until(lambda: bool(page.evaluate(IS_STORED)))
    return page


def fill_in(page: Page, address: str, *, boxes: int = 1) -> None:
    """Fill in the form, and press its button as a person does."""
    page.locator("input[name=email]").fill(address)
    for number in range(boxes):
        page.locator("input[name^=consent_]").nth(number).check()
    page.wait_for_timeout(SCRIPT_MAY_SEND)
    page.locator("#is_15").click()


def next_person(page: Page) -> None:
    """Press the button for the next person."""
    page.locator("#stall-next").click()
    expect(page.locator("input[name=email]")).to_be_focused()


def store_one(page: Page, address: str) -> None:
    """Sign somebody up without a network."""
    fill_in(page, address)
    expect(page.locator("#stall-thanks")).to_be_visible()
    next_person(page)


def addresses(folder: Path) -> list[str]:
    """Return the addresses of the stored sign-ups."""
    with closing(sqlite3.connect(folder / "supporters.db", timeout=10)) as database:
        return [each for (each,) in database.execute("SELECT address FROM signup_request")]


def go_online(page: Page) -> None:
    """Give the tablet its network back."""
    page.context.set_offline(False)


def test_without_a_network_the_email_is_said_to_leave_later(stall: Page) -> None:
    stall.context.set_offline(True)
    fill_in(stall, "anna.later@example.org")
    expect(stall.locator("#stall-thanks")).to_contain_text("attend sur cette tablette")
    expect(stall.locator("#stall-sent")).to_be_hidden()
    look_at(stall, "121-stall-stored")
    go_online(stall)
    expect(stall.locator("#stall-count")).to_have_text("0")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("x@example", "n’a pas de point"),
        ("ada@gmail,com", "virgule"),
        ("06 12 34 56 78", "téléphone"),
        ("", "Saisissez votre adresse"),
    ],
)
def test_without_a_network_a_fault_is_named_and_nothing_is_kept(
    stall: Page, typed: str, words: str
) -> None:
    stall.context.set_offline(True)
    fill_in(stall, typed)
    expect(stall.locator("#stall-faults")).to_contain_text(words)
    expect(stall.locator("#stall-faults")).to_be_focused()
    expect(stall.locator("#stall-count")).to_have_text("0")
    go_online(stall)


@pytest.mark.parametrize(
    ("button", "address"), [("Utiliser", "ada@gmail.com"), ("Garder", "ada@gmial.com")]
)
@pytest.mark.parametrize("is_offline", [True, False])
def test_a_probable_typing_error_has_two_buttons(
    stall: Page, folder: Path, button: str, address: str, is_offline: bool
) -> None:
    before = len(addresses(folder))
    stall.context.set_offline(is_offline)
    fill_in(stall, "ada@gmial.com")
    expect(stall.locator("#stall-faults")).to_contain_text("Vouliez-vous dire ada@gmail.com")
    if is_offline and button == "Garder":
        look_at(stall, "122-stall-question")
    stall.get_by_role("button", name=button).click()
    expect(stall.locator("#stall-thanks")).to_be_visible()
    go_online(stall)
    assert wait_until(lambda: addresses(folder)[before:] == [address])


def test_a_form_of_several_lists_is_not_taken_without_a_tick(
    page: Page, open_site: Site, folder: Path
) -> None:
    make_station_form(folder, open_site)
    open_stall(page, open_site, "/fr/stall/gare")
    page.context.set_offline(True)
    fill_in(page, "ada@example.org", boxes=0)
    expect(page.locator("#stall-faults")).to_contain_text("Cochez au moins une liste")
    expect(page.locator("#stall-count")).to_have_text("0")
    page.locator("input[name^=consent_]").nth(1).check()
    page.locator("#is_15").click()
    expect(page.locator("#stall-thanks")).to_be_visible()
    go_online(page)
    expect(page.locator("#stall-count")).to_have_text("0")
    assert wait_until(lambda: "ada@example.org" in addresses(folder))


def make_station_form(folder: Path, site: Site) -> None:
    """Make a form of two lists, and open it."""
    variables = {
        "SUPPORTERS_ENV": "development",
        "SUPPORTERS_BASE_URL": site.url,
        "SUPPORTERS_LANGUAGES": "fr,de",
    }
    settings = load_settings({**variables, "SUPPORTERS_INSTANCE_DIR": str(folder)})
    with create_app(settings).app_context():
        national = find_list_by_slug("national")
        assert national is not None
        make_form(national, make_list("agir", "Agir"), words={"fr": WORDS["fr"]})


def test_the_language_is_changed_without_a_network_and_all_is_one_store(
    stall: Page, folder: Path
) -> None:
    stall.context.set_offline(True)
    store_one(stall, "boris.fr@example.org")
    stall.get_by_role("link", name="Deutsch").click()
    expect(stall.locator("#stall-offline")).to_contain_text("Kein Netz")
    expect(stall.locator("#stall-count")).to_have_text("1")
    store_one(stall, "boris.de@example.org")
    expect(stall.locator("#stall-count")).to_have_text("2")
    go_online(stall)
    expect(stall.locator("#stall-count")).to_have_text("0")
    assert {"boris.fr@example.org", "boris.de@example.org"} <= {*addresses(folder)}


def test_a_tablet_without_a_network_shows_the_marks_of_ticked_boxes(stall: Page) -> None:
    names = stall.evaluate(
        "(async () => (await (await caches.open('stall')).keys()).map((each) => each.url))()"
    )
    assert len([each for each in names if "/img/tick-" in each]) == 2


def test_a_page_that_is_loaded_again_without_a_network_has_all(stall: Page) -> None:
    stall.context.set_offline(True)
    store_one(stall, "chloe.reload@example.org")
    stall.reload()
    expect(stall.locator("#stall-count")).to_have_text("1")
    store_one(stall, "chloe.after@example.org")
    expect(stall.locator("#stall-count")).to_have_text("2")
    go_online(stall)
    expect(stall.locator("#stall-count")).to_have_text("0")


def test_a_refused_one_stays_with_its_reason_until_it_is_corrected(
    stall: Page, folder: Path
) -> None:
    stall.context.set_offline(True)
    stall.locator("input[name=given_name]").evaluate("(each) => { each.value = 'Élise'; }")
    # A list that is newer than the tablet's: the server knows that this address can't be.
    stall.evaluate("document.querySelector('[name=page]').value = '0'.repeat(64)")
    fill_in(stall, "elise@example.org")
    expect(stall.locator("#stall-thanks")).to_be_visible()
    with stall.expect_navigation():
        next_person(stall)
    go_online(stall)
    refused = stall.locator("#stall-refused")
    expect(refused).to_be_visible()
    expect(stall.locator("#stall-refused-count")).to_have_text("1")
    refused.locator("summary").click()
    expect(refused).to_contain_text("Élise e…@example.org")
    expect(refused).to_contain_text("a changé depuis")
    look_at(stall, "123-stall-refused")
    stall.reload()
    expect(stall.locator("#stall-refused-count")).to_have_text("1")
    refused.locator("summary").click()
    refused.get_by_role("button", name="Corriger").click()
    expect(stall.locator("input[name=email]")).to_have_value("elise@example.org")
    expect(stall.locator("input:checked")).to_have_count(0)
    fill_in(stall, "elise@example.org")
    expect(stall.locator("#stall-thanks")).to_be_visible()
    expect(refused).to_be_hidden()
    assert wait_until(lambda: "elise@example.org" in addresses(folder))


def test_a_page_that_comes_anew_for_the_next_person_has_the_cursor_in_its_field(
    stall: Page,
) -> None:
    stall.evaluate("document.querySelector('[name=page]').value = '0'.repeat(64)")
    with stall.expect_navigation():
        stall.locator("#stall-next").evaluate("(each) => each.click()")
    expect(stall.locator("input[name=email]")).to_be_focused()


def test_one_that_is_older_than_72_hours_says_so_and_can_be_deleted(stall: Page) -> None:
    stall.context.set_offline(True)
    stall.evaluate("() => { const now = Date.now; Date.now = () => now() - 73 * 3600 * 1000; }")
    store_one(stall, "felix.old@example.org")
    go_online(stall)
    refused = stall.locator("#stall-refused")
    expect(refused).to_be_visible()
    refused.locator("summary").click()
    expect(refused).to_contain_text("plus de 72 heures")
    stall.on("dialog", lambda dialog: dialog.accept())
    refused.get_by_role("button", name="Supprimer").click()
    expect(refused).to_be_hidden()
    stall.reload()
    expect(stall.locator("#stall-state")).to_be_visible()
    expect(refused).to_be_hidden()


@pytest.mark.parametrize(
    ("status", "body"), [(429, ""), (503, ""), (202, "<h1>Page of a hotel's network</h1>")]
)
def test_what_something_else_than_the_site_answered_goes_to_the_site_later(
    stall: Page, folder: Path, status: int, body: str
) -> None:
    def answer(route: Route) -> None:
        is_post = route.request.method == "POST"
        route.fulfill(status=status, body=body) if is_post else route.continue_()

    stall.route("**/stall/national*", answer)
    fill_in(stall, f"busy.{status}@example.org")
    expect(stall.locator("#stall-count")).to_have_text("1")
    expect(stall.locator("#stall-thanks")).not_to_contain_text("réseau")
    stall.unroute("**/stall/national*")
    stall.evaluate("dispatchEvent(new Event('online'))")
    expect(stall.locator("#stall-count")).to_have_text("0")
    assert wait_until(lambda: f"busy.{status}@example.org" in addresses(folder))
