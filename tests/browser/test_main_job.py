"""The main job in a real browser: sign up, confirm, write, send, receive, unsubscribe."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from supporters.development.sample_data import LISTS
from tests.browser.conftest import look_at, open_browser
from tests.servers.sample_site import Site

pytestmark = pytest.mark.browser

ADDRESS = "camille.dupont@example.org"


def newest_mail(page: Page, site: Site, address: str, subject: str) -> None:
    """Wait until the inbox has an email, and open it."""
    row = page.get_by_role("link", name=re.compile(subject))
    for _ in range(60):
        page.goto(f"{site.url}/dev/inbox?to={address}")
        if row.count():
            row.first.click()
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"No mail with {subject!r} came.")


def sign_up(page: Page, site: Site, address: str) -> None:
    """Fill in the form of the home page as a person does."""
    page.goto(f"{site.url}/")
    page.get_by_label("Votre adresse e-mail").fill(address)
    page.locator("input[name^=consent_]").first.check()
    page.wait_for_timeout(1600)
    page.get_by_role("main").get_by_role("button").click()
    page.wait_for_url("**/check")


def sign_in(page: Page, site: Site) -> None:
    """Open the console as the owner of the sample party."""
    page.goto(f"{site.url}/console/")
    page.locator("input[name=email]").fill(site.email)
    page.locator("input[name=password]").fill(site.password)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.url}/console/")


@pytest.fixture(scope="module")
def console(browser: Browser, site: Site) -> Iterator[Page]:
    """Sign in once for many pages: attempts per minute are limited."""
    with open_browser(browser) as page:
        sign_in(page, site)
        yield page


def link_in_mail(page: Page, part: str) -> str:
    """Return the address of a link of the open email."""
    link = page.locator(f'main a[href*="{part}"]').first
    return str(link.get_attribute("href"))


def test_a_stranger_signs_up_confirms_gets_the_campaign_and_leaves(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/")
    look_at(page, "01-home")
    sign_up(page, site, ADDRESS)
    look_at(page, "02-check")
    newest_mail(page, site, ADDRESS, "onfirm")
    look_at(page, "03-confirmation-email")
    page.goto(link_in_mail(page, "/confirm/"))
    look_at(page, "04-confirm")
    page.get_by_role("main").get_by_role("button").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    look_at(page, "05-confirmed")
    _write_and_launch(page, site)
    _publish(page, page.url)
    newest_mail(page, site, ADDRESS, "Rendez-vous samedi")
    look_at(page, "13-campaign-mail")
    leave = link_in_mail(page, "/leave/")
    _search(page, site, ADDRESS)
    look_at(page, "17-search")
    page.get_by_role("main").get_by_role("button", name="Ouvrir la fiche").click()
    look_at(page, "16-person")
    expect(page.get_by_role("heading", level=1)).to_have_text(ADDRESS)
    expect(page.locator("main")).to_contain_text("Rendez-vous samedi")
    page.goto(leave)
    look_at(page, "14-leave")
    one_click = page.request.post(leave, form={"List-Unsubscribe": "One-Click"}, max_redirects=0)
    assert one_click.status == 200
    page.get_by_role("main").get_by_role("button").first.click()
    look_at(page, "15-left")
    _search(page, site, ADDRESS)
    expect(page.get_by_role("button", name="Ouvrir la fiche")).to_have_count(0)


def open_person(page: Page, site: Site, address: str) -> None:
    """Search somebody by the whole address, and open the record."""
    _search(page, site, address)
    page.get_by_role("main").get_by_role("button", name="Ouvrir la fiche").click()
    page.wait_for_url(re.compile(r"/people/\d+$"))


def _search(page: Page, site: Site, words: str) -> None:
    page.goto(f"{site.url}/console/people")
    page.get_by_role("searchbox").fill(words)
    page.get_by_role("searchbox").press("Enter")


def choose_list(page: Page, name: str) -> None:
    """Choose a list of a campaign; its label says how many people it has."""
    page.get_by_role("checkbox", name=name).first.check()


def let_one_person_write_to(page: Page, site: Site, people: int) -> None:
    """Set how many people need no second person. Other tests of this site expect none."""
    page.goto(f"{site.url}/console/settings/approval")
    page.locator("input[name=people]").fill(str(people))
    page.get_by_role("main").get_by_role("button").first.click()


def _write_and_launch(page: Page, site: Site) -> None:
    sign_in(page, site)
    look_at(page, "06-dashboard")
    let_one_person_write_to(page, site, 1000)
    page.goto(f"{site.url}/console/campaigns/new")
    choose_list(page, "La Lettre")
    page.locator(".ProseMirror").click()
    page.keyboard.type("Bonjour.\n## Samedi\nVenez à la fête.")
    page.locator("[name=subject]").fill("Rendez-vous samedi")
    look_at(page, "07-campaign-form")
    page.get_by_role("button", name="Enregistrer le brouillon").click()
    page.wait_for_url(re.compile(r"/console/campaigns/\d+$"))
    look_at(page, "08-draft")
    campaign = page.url
    page.goto(f"{campaign}/preview")
    look_at(page, "09-preview")
    page.goto(f"{campaign}/decision")
    page.get_by_role("button", name="un test").first.click()
    look_at(page, "10-decision")
    number = re.search(r"\d+", page.locator(".fact-line strong.numeric").inner_text())
    assert number is not None
    page.locator("input[name=recipients]").fill(number[0])
    page.get_by_role("button", name="Lancer pour").click()
    page.wait_for_url(campaign)
    look_at(page, "11-progress")
    expect(page.locator("#progress")).to_have_attribute("data-active", "false", timeout=60_000)
    expect(page.locator("#progress")).to_have_attribute("data-percent", "100")
    # Not by this page, which loads itself again.
    let_one_person_write_to(page.context.new_page(), site, 0)
    page.goto(campaign)
    look_at(page, "12-sent")


def _publish(page: Page, campaign: str) -> None:
    page.get_by_role("link", name="Publier sur le site…").click()
    look_at(page, "18-publish")
    page.get_by_role("button", name="Publier sur le site").click()
    page.wait_for_url(campaign)
    page.locator("main a[href*='/archive/']").click()
    look_at(page, "19-issue")
    expect(page.get_by_role("heading", level=1)).to_have_text("Rendez-vous samedi")
    page.get_by_role("main").get_by_role("link", name="La Lettre").first.click()
    look_at(page, "20-archive")
    expect(page.get_by_role("link", name="Rendez-vous samedi")).to_be_visible()


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("19-home", "/fr/"),
        ("20-join", "/fr/join/{slug}"),
        ("21-join-english", "/en/join/{slug}"),
        ("22-privacy", "/fr/privacy"),
        ("23-not-found", "/fr/nowhere"),
        ("24-dead-link", "/fr/confirm/nonsense"),
        ("25-sign-in", "/console/sign-in"),
        ("26-forgot", "/console/reset"),
        ("27-inbox", "/dev/inbox"),
        ("28-never", "/fr/never"),
        ("28-never-english", "/en/never"),
    ],
)
def test_public_pages_please_axe_and_fit_a_small_telephone(
    passer_by: Page, site: Site, name: str, path: str
) -> None:
    passer_by.goto(site.url + path.format(slug=LISTS[0].slug))
    look_at(passer_by, name)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("30-lists", "lists"),
        ("31-list", "lists/1"),
        ("32-new-list", "lists/new"),
        ("33-people", "people"),
        ("34-nobody", "people?page=9"),
        ("35-campaigns", "campaigns"),
        ("36-organisers", "organisers"),
        ("36-invite", "organisers/invite"),
        ("36-account", "organisers/1"),
        ("36-account-role", "organisers/1/role"),
        ("36-account-lists", "organisers/1/lists"),
        ("36-account-right", "organisers/1/rights/approver"),
        ("37-cases", "cases"),
        ("38-new-case", "cases/new"),
        ("39-retention", "retention"),
        ("39-record", "processing-record"),
    ],
)
def test_console_pages_please_axe_and_fit_a_small_telephone(
    console: Page, site: Site, name: str, path: str
) -> None:
    console.goto(f"{site.url}/console/{path}")
    look_at(console, name)


def test_a_faulty_form_says_what_to_do_and_keeps_what_was_typed(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/fr/")
    page.get_by_label("Votre adresse e-mail").fill("camille")
    page.get_by_role("main").get_by_role("button").click()
    expect(page.get_by_label("Votre adresse e-mail")).to_have_value("camille")
    expect(page.get_by_label("Votre adresse e-mail")).to_have_attribute("aria-invalid", "true")
    look_at(page, "40-join-with-errors")


def test_a_victim_takes_back_what_was_confirmed_in_their_name(page: Page, site: Site) -> None:
    address = "victime@example.org"
    sign_up(page, site, address)
    newest_mail(page, site, address, "onfirm")
    confirm, not_me = (link_in_mail(page, part) for part in ("/confirm/", "/not-me/"))
    page.goto(confirm)
    page.locator("input[type=checkbox]").uncheck()
    page.get_by_role("main").get_by_role("button").click()
    look_at(page, "42-nothing-ticked")
    page.locator("input[type=checkbox]").check()
    page.get_by_role("main").get_by_role("button").click()
    page.goto(not_me)
    look_at(page, "43-not-me-after-confirming")
    page.get_by_role("main").get_by_role("button").click()
    look_at(page, "44-not-me-done")
    page.goto(confirm)
    look_at(page, "45-refused")
    page.get_by_role("main").get_by_role("button").click()
    look_at(page, "46-left")
    expect(page.locator("main")).to_contain_text("aucune de nos listes")


def test_signing_up_by_keyboard_alone_with_the_code(page: Page, site: Site) -> None:
    address = "clavier@example.org"
    sign_up(page, site, address)
    waiting = page.url
    newest_mail(page, site, address, "onfirm")
    code = re.search(r"\b\d{3}[\s ]?\d{3}\b", page.locator("main").inner_text())
    assert code is not None
    page.goto(waiting)
    page.locator("input[name=code]").focus()
    page.keyboard.type(code[0])
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Parti de l’Exemple")
    look_at(page, "41-confirmed-by-code")
