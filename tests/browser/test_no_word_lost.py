"""The thirteen ways to lose words of a draft, in a real browser. None of them loses one.

Only what was typed in the last second is lost with a browser that is killed (ADR 103).

| way | test |
|---|---|
| typing errors, undone and redone, across blocks | here |
| offline, the tab closed, opened again | here |
| the server killed | here, by a signal |
| the browser killed while somebody types offline | here, by a signal |
| the session ended elsewhere | `test_composer`: words wait for a new session |
| two people in one draft | `test_composer`: the second of two writers |
| the draft deleted by a colleague | here |
| the page left at once after the last key | here |
| leaving by the menu | `test_stored_drafts`: leaving with unsaved words |
| a rescued text, and typing on without an answer | here |
| two new drafts in two tabs | here |
| a new draft kept, and another begun | here |
| signing out | here |
"""

import os
import re
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic

import pytest
from playwright.sync_api import BrowserContext, Dialog, Error, Page, Playwright, Route, expect

from tests.browser.conftest import CHROMIUM, CHROMIUM_OPTIONS, LONGEST_WAIT, is_answering, look_at
from tests.browser.stored_texts import stored_texts, stored_words
from tests.browser.test_composer import SAVED, play, wait_for, write_draft
from tests.browser.test_main_job import sign_in
from tests.servers.ports import free_port
from tests.servers.processes import Process, descendants_of, started_web, wait_until
from tests.servers.sample_site import Site

pytestmark = pytest.mark.browser

UNREACHABLE = re.compile("Le serveur est injoignable")


def break_off(page: Page, words: str) -> None:
    """Write words that the server never gets, and end the page without its last events."""
    page.route("**/document*", lambda route: route.abort())
    play(page, "{Control+End}", words)
    wait_for(page, UNREACHABLE)
    page.close(run_before_unload=False)


def open_again(page: Page, address: str) -> Page:
    """Open a draft in a new tab, and wait until its words are in the history."""
    again = page.context.new_page()
    again.goto(address)
    expect(again.locator("#composer .message")).to_contain_text("dans l’historique")
    assert stored_texts(again) == []
    return again


def test_undo_and_redo_are_exact_and_a_deleted_draft_is_saved_as_a_new_one(
    page: Page, site: Site
) -> None:
    sign_in(page, site)
    write_draft(page, site, "Un")
    play(page, " tetxe", *["{Backspace}"] * 3, "xte", "{Enter}", "- a", "{Enter}", "b")
    play(page, *["{Enter}"] * 2, "## Titre")
    paper = page.locator(".ProseMirror")
    written = paper.inner_html()
    play(page, *["{Control+z}"] * 40)
    expect(paper).to_have_text("")
    play(page, *["{Control+y}"] * 40)
    assert paper.inner_html() == written
    wait_for(page, SAVED)
    colleague = page.context.new_page()
    colleague.goto(page.url.removesuffix("/edit"))
    colleague.locator("summary", has_text="Supprimer le brouillon").press("Enter")
    colleague.get_by_role("button", name="Supprimer « Un »").press("Enter")
    expect(colleague.locator("h1")).to_have_text("Campagnes")
    play(page, " resté")
    page.locator("[data-choose=both]").press("Enter")
    expect(page.locator("#two-texts")).to_be_hidden()
    expect(paper).to_contain_text("Titre resté")
    assert stored_texts(page) == []


def test_rescued_words_are_in_the_history_before_anything_is_answered(
    page: Page, site: Site
) -> None:
    sign_in(page, site)
    write_draft(page, site, "Premier")
    address = page.url
    break_off(page, " jet sauvé")
    again = open_again(page, address)
    look_at(again, "89-rescued-text")
    again.locator(".ProseMirror").click()
    play(again, "{Control+End}", " autrement")
    wait_for(again, SAVED)
    play(again, " fin")
    again.once("dialog", lambda question: question.accept())
    again.goto("about:blank")  # at once after the last key
    last = open_again(again, address)
    last.get_by_role("link", name="Comparer et rétablir").click()
    expect(last.locator(".differences")).to_contain_text("fin")
    last.get_by_role("link", name="Historique").first.click()
    expect(last.get_by_text("Gardé par un navigateur")).to_have_count(2)
    last.get_by_role("link", name="Comparer et rétablir").nth(1).click()
    expect(last.locator(".differences del")).to_contain_text("jet sauvé")
    last.get_by_role("button", name="Rétablir ce texte").press("Enter")
    last.get_by_role("link", name="Revenir au texte").click()
    expect(last.locator(".ProseMirror")).to_have_text("Premier jet sauvé")


def test_words_typed_without_a_pause_are_stored_every_second(page: Page, site: Site) -> None:
    sign_in(page, site)
    write_draft(page, site, "Un")
    page.route("**/document", lambda route: route.abort())
    paper = page.locator(".ProseMirror")
    begun = monotonic()
    while monotonic() - begun < 2:
        page.keyboard.type("a")
    typed = paper.inner_text()
    while monotonic() - begun < 3:
        page.keyboard.type("b")
    assert typed in stored_words(page)


def test_words_typed_during_a_save_are_stored_whatever_comes_of_it(page: Page, site: Site) -> None:
    sign_in(page, site)
    write_draft(page, site, "Un")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    def is_stored(words: str, saves: int) -> bool:
        return (stored_words(page), len(held)) == (words, saves)

    page.route("**/document", lambda route: route.abort())
    page.route("**/document", hold, times=2)
    play(page, " deux")
    assert wait_until(lambda: is_stored("Un deux", saves=1))
    play(page, " trois")
    assert wait_until(lambda: is_stored("Un deux trois", saves=1))
    held[0].continue_()
    assert wait_until(lambda: is_stored("Un deux trois", saves=2))
    play(page, " quatre")
    assert wait_until(lambda: is_stored("Un deux trois quatre", saves=2))
    held[1].abort()
    wait_for(page, UNREACHABLE)
    assert is_stored("Un deux trois quatre", saves=2)


def test_new_drafts_keep_a_text_each_and_signing_out_asks(page: Page, site: Site) -> None:
    sign_in(page, site)
    for words in ("Un texte", "Un autre"):
        tab = page.context.new_page()
        tab.goto(f"{site.url}/console/campaigns/new")
        tab.locator(".ProseMirror").click()
        break_off(tab, words)
    page.goto(f"{site.url}/console/campaigns")
    rows = page.locator("#stored-list li")
    expect(rows).to_have_count(2)
    look_at(page, "88-stored-texts")
    rows.first.get_by_role("button", name="Supprimer").press("Enter")
    assert len(stored_texts(page)) == 1
    rows.first.get_by_role("button", name="Annuler").press("Enter")
    assert len(stored_texts(page)) == 2
    rows.first.get_by_role("link").press("Enter")
    notices = page.locator("#composer .message")
    expect(notices).to_have_count(2)
    notices.first.get_by_role("button", name="L’ouvrir").press("Enter")
    expect(page.locator(".ProseMirror")).to_have_text("Un texte")
    assert wait_until(lambda: len(stored_texts(page)) == 1)
    page.goto(f"{site.url}/console/campaigns")
    sign_out(page, is_sure=False)
    expect(rows).to_have_count(1)
    sign_out(page, is_sure=True)
    expect(page).not_to_have_url(re.compile("/console/campaigns"))
    assert stored_texts(page) == []


def sign_out(page: Page, *, is_sure: bool) -> None:
    """Press the button, and answer its question, which comes once the store has been read."""
    asked: list[Dialog] = []

    def answer(question: Dialog) -> None:
        asked.append(question)
        question.accept() if is_sure else question.dismiss()

    page.once("dialog", answer)
    page.get_by_role("button", name="Se déconnecter").click()
    while not asked:
        page.wait_for_timeout(20)


def kill(process_id: int) -> None:
    """End a process and those below it at once."""
    for each in (process_id, *descendants_of(process_id)):
        with suppress(ProcessLookupError):
            os.kill(each, signal.SIGKILL)


@contextmanager
def pages_of(folder: Path, port: int) -> Iterator[tuple[Site, Process]]:
    """Serve the pages of an installation on a port."""
    settings = {
        "SUPPORTERS_ENV": "development",
        "SUPPORTERS_BASE_URL": f"http://127.0.0.1:{port}",
        "SUPPORTERS_INSTANCE_DIR": str(folder),
    }
    site = Site(settings["SUPPORTERS_BASE_URL"])
    with started_web({**os.environ, **settings}, port, log=folder / "web.log") as server:
        assert wait_until(lambda: is_answering(site.url))
        yield site, server


def test_words_written_while_the_server_is_killed_are_saved_when_it_is_back(
    page: Page, sample: Path, tmp_path: Path
) -> None:
    folder, port = shutil.copytree(sample, tmp_path / "copy"), free_port()
    with pages_of(folder, port) as (site, server):
        sign_in(page, site)
        write_draft(page, site, "Un")
        play(page, " deux")
        kill(server.pid)
        play(page, " trois")
        wait_for(page, UNREACHABLE)
    with pages_of(folder, port):
        expect(page.locator("#save-status")).to_have_text(SAVED, timeout=3 * LONGEST_WAIT)
        assert stored_texts(page) == []
        page.reload()
        expect(page.locator(".ProseMirror")).to_have_text("Un deux trois")


@contextmanager
def browser_of(playwright: Playwright, profile: Path) -> Iterator[BrowserContext]:
    """Run a browser with a profile on the disk; something else may have ended it already."""
    context = playwright.chromium.launch_persistent_context(
        profile, executable_path=CHROMIUM, args=CHROMIUM_OPTIONS, locale="fr-FR"
    )
    context.set_default_timeout(LONGEST_WAIT)
    yield context
    with suppress(Error):  # a killed browser may be noticed only now
        context.close()


def process_with(profile: Path) -> int:
    """Return the id of the browser that has a profile."""
    argument = f"--user-data-dir={profile}\0".encode()
    commands = Path("/proc").glob("[0-9]*/cmdline")
    found = [int(each.parent.name) for each in commands if argument in each.read_bytes()]
    return min(found)


def type_until_killed(page: Page, browser: int, seconds: float) -> list[str]:
    """Type numbers without a pause, kill the browser, and return those older than a second."""
    typed: dict[str, float] = {}
    begun = monotonic()
    while monotonic() - begun < seconds:
        word = f"m{len(typed)}"
        page.keyboard.type(f" {word}", delay=60)
        typed[word] = monotonic()
    kill(browser)
    killed = monotonic()
    return [word for word, at in typed.items() if at < killed - 1]


def test_a_browser_that_is_killed_loses_only_what_was_typed_in_the_last_second(
    playwright: Playwright, site: Site, tmp_path: Path
) -> None:
    profile = tmp_path / "profile"
    with browser_of(playwright, profile) as context:
        page = context.new_page()
        sign_in(page, site)
        write_draft(page, site, "Premier")
        address = page.url
        context.set_offline(True)
        typed = type_until_killed(page, process_with(profile), seconds=15)
    with browser_of(playwright, profile) as context:
        page = context.new_page()
        sign_in(page, site)
        again = open_again(page, address)
        again.get_by_role("link", name="Comparer et rétablir").click()
        expect(again.locator(".differences")).to_contain_text(f"Premier {' '.join(typed)}")
