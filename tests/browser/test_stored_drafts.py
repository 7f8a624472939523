"""Drafts in a real browser: the question before leaving, history, trash, the state of saving."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import look_at
from tests.browser.public.test_stall import open_stall, store_one
from tests.browser.stored_texts import store_text, stored_texts
from tests.browser.test_composer import SAVED, play, wait_for, write_draft
from tests.browser.test_main_job import sign_in
from tests.servers.sample_site import Site

pytestmark = pytest.mark.browser

STORED_BY_THE_STALL = """async () => {
  const kept = await new Promise((resolve) => {
    indexedDB.open("stall").onsuccess = ({ target }) => {
      const { objectStoreNames } = target.result;
      if (!objectStoreNames.contains("kept")) return resolve([]);
      const store = target.result.transaction("kept").objectStore("kept");
      store.getAll().onsuccess = (found) => resolve(found.target.result);
    };
  });
  const cached = await (await caches.open("stall")).keys();
  const pages = cached.map((each) => new URL(each.url).pathname);
  const workers = (await navigator.serviceWorker.getRegistrations()).length;
  return [kept.length, pages.includes("/fr/stall/la-lettre"), workers > 0];
}"""


def leave_and_stay(page: Page, link: str) -> str:
    """Follow a link, stay on the page when the browser asks, and return what it asked."""
    page.once("dialog", lambda question: question.dismiss())
    with page.expect_event("dialog") as asked:
        page.get_by_role("link", name=link).first.click(no_wait_after=True)
    return str(asked.value.type)


def test_leaving_with_unsaved_words_asks_first(page: Page, site: Site) -> None:
    sign_in(page, site)
    page.goto(f"{site.url}/console/lists/new")
    page.locator("#name_fr").fill("Une liste")
    assert leave_and_stay(page, "Listes") == "beforeunload"
    expect(page.locator("#name_fr")).to_have_value("Une liste")
    page.once("dialog", lambda question: question.accept())
    write_draft(page, site, "Premier")
    page.route("**/document", lambda route: route.abort())
    play(page, " jet")
    assert leave_and_stay(page, "Historique") == "beforeunload"
    expect(page.locator(".ProseMirror")).to_have_text("Premier jet")
    page.unroute("**/document")
    wait_for(page, SAVED)
    page.get_by_role("link", name="Historique").click()
    expect(page.locator("h1")).to_have_text("Historique")


def test_an_earlier_text_and_a_deleted_draft_come_back(page: Page, site: Site) -> None:
    sign_in(page, site)
    write_draft(page, site, "Premier")
    page.get_by_role("link", name="Historique").click()
    page.locator("#name").fill("Avant Paul")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Revenir au texte").click()
    page.locator(".ProseMirror").click()
    play(page, "{Control+End}", " de Paul")
    wait_for(page, SAVED)
    page.get_by_role("link", name="Historique").click()
    look_at(page, "84-history")
    page.get_by_role("link", name="Comparer et rétablir").click()
    expect(page.locator(".differences ins")).to_contain_text("de Paul")
    look_at(page, "85-saved-text")
    page.get_by_role("button", name="Rétablir ce texte").press("Enter")
    page.get_by_role("link", name="Revenir au texte").click()
    expect(page.locator(".ProseMirror")).to_have_text("Premier")
    page.get_by_role("button", name="Enregistrer le brouillon").click()
    page.locator("summary", has_text="Supprimer le brouillon").press("Enter")
    page.get_by_role("button", name="Supprimer « Premier »").press("Enter")
    look_at(page, "86-just-trashed")
    page.locator("summary", has_text="Réglages").press("Enter")
    page.get_by_role("link", name="Corbeille").click()
    look_at(page, "87-trash")
    deleted = page.get_by_role("row", name="Premier").first
    deleted.get_by_role("button", name="Restaurer").press("Enter")
    expect(page.locator("h1")).to_have_text("Premier")


def test_a_click_on_save_waits_for_the_save_under_way(page: Page, site: Site) -> None:
    sign_in(page, site)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/document*", hold, times=1)
    page.goto(f"{site.url}/console/campaigns/new")
    page.locator("#subject").fill("Rendez-vous")
    page.locator(".ProseMirror").click()
    play(page, "Un")
    expect(page.locator("#save-status")).to_have_attribute("data-state", "saving")
    play(page, " deux")
    page.get_by_role("button", name="Enregistrer le brouillon").click()
    held[0].continue_()
    page.wait_for_url(re.compile(r"/console/campaigns/\d+$"))
    expect(page.frame_locator("iframe").locator("body")).to_contain_text("Un deux")


def test_the_state_of_saving_stands_beside_the_tools(page: Page, site: Site) -> None:
    sign_in(page, site)
    write_draft(page, site, "Long")
    play(page, *["{Enter}"] * 60)
    status, tools = page.locator("#save-status"), page.locator("#toolbar")
    page.keyboard.press("Control+End")
    expect(status).to_be_in_viewport()
    expect(tools).to_be_in_viewport()


def test_signing_out_leaves_what_a_stall_keeps_on_the_same_tablet(page: Page, site: Site) -> None:
    stall = open_stall(page.context.new_page(), site, "/fr/stall/la-lettre")
    stall.context.set_offline(True)
    store_one(stall, "gaston.kept@example.org")
    stall.close()
    page.context.set_offline(False)
    sign_in(page, site)
    store_text(page, "another:1", at=1)
    page.get_by_role("button", name="Se déconnecter").click()
    page.wait_for_url(lambda url: "/console" not in url or "sign-in" in url or "login" in url)
    assert page.evaluate(STORED_BY_THE_STALL) == [1, True, True]
    assert stored_texts(page) == []
