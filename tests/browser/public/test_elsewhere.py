"""The form in places of its own, in a real browser: a stall, and a frame of another site."""

import base64
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from tests.browser.conftest import look_at
from tests.servers.ports import free_port
from tests.servers.processes import wait_until
from tests.servers.sample_site import Site

pytestmark = pytest.mark.browser

SCRIPT_MAY_SEND = 1600  # ms: a form that is sent sooner was not typed by a person
LOW = 200


@pytest.fixture
def stall(page: Page, open_site: Site) -> Page:
    """Return the page of a tablet at a stall."""
    page.goto(f"{open_site.url}/fr/stall/national")
    expect(page.locator("#stall-state")).to_be_visible()
    return page


def sign_up(page: Page, form: Page | FrameLocator, address: str) -> None:
    """Fill in the form and send it, as a person does."""
    form.locator("input[name=email]").fill(address)
    form.locator("input[name^=consent_]").first.check()
    page.wait_for_timeout(SCRIPT_MAY_SEND)
    form.get_by_role("button", name="m’inscris").click()


def count_signups(folder: Path) -> int:
    """Return the number of signups that wait for their confirmation."""
    with closing(sqlite3.connect(folder / "supporters.db", timeout=10)) as database:
        return int(database.execute("SELECT count(*) FROM signup_request").fetchone()[0])


def read_newest_place(folder: Path) -> tuple[object, ...]:
    """Return the surface and the origin of the newest signup, and whether a tablet kept it."""
    with closing(sqlite3.connect(folder / "supporters.db", timeout=10)) as database:
        newest = "SELECT surface, origin, typed_at IS NOT NULL FROM signup_request ORDER BY id DESC"
        found: tuple[object, ...] = database.execute(f"{newest} LIMIT 1").fetchone()
        return found


def is_one_more(folder: Path, before: int) -> bool:
    """Tell whether one signup came in time."""
    return wait_until(lambda: count_signups(folder) == before + 1)


def read_stored_signups(page: Page) -> list[bytes]:
    """Return the bytes of all that the browser has kept, and of what is encoded in it."""
    kept: list[dict[str, object]] = page.evaluate(
        """() => new Promise((resolve) => {
          indexedDB.open("stall").onsuccess = ({ target }) => {
            const store = target.result.transaction("kept").objectStore("kept");
            store.getAll().onsuccess = (found) => resolve(found.target.result);
          };
        })"""
    )
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    return [json.dumps(kept).encode(), *(base64.b64decode(str(each["sealed"])) for each in kept)]


def test_the_form_of_a_stall_is_empty_for_the_next_person(stall: Page, folder: Path) -> None:
    before = count_signups(folder)
    look_at(stall, "95-stall")
    sign_up(stall, stall, "anna.stall@example.org")
    expect(stall.locator("#stall-thanks")).to_be_visible()
    expect(stall.locator("#stall-form")).to_be_hidden()
    look_at(stall, "96-stall-thanks")
    stall.get_by_role("link", name="Personne suivante").click()
    expect(stall.locator("input[name=email]")).to_be_focused()
    expect(stall.locator("input[name=email]")).to_have_value("")
    expect(stall.locator("input:checked")).to_have_count(0)
    assert is_one_more(folder, before)


def test_a_stall_without_a_network_keeps_a_sealed_signup_and_sends_it_later(
    stall: Page, folder: Path
) -> None:
    before = count_signups(folder)
    stall.context.set_offline(True)
    sign_up(stall, stall, "boris.stall@example.org")
    expect(stall.locator("#stall-thanks")).to_be_visible()
    expect(stall.locator("#stall-offline")).to_be_visible()
    expect(stall.locator("#stall-count")).to_have_text("1")
    kept = read_stored_signups(stall)
    assert (len(kept), [each for each in kept if b"boris" in each or b"email" in each]) == (2, [])
    assert count_signups(folder) == before
    stall.context.set_offline(False)
    expect(stall.locator("#stall-count")).to_have_text("0")
    expect(stall.locator("#stall-refused")).to_be_hidden()
    assert read_stored_signups(stall) == [b"[]"]
    assert is_one_more(folder, before)
    assert read_newest_place(folder) == ("stall", None, 1)


@contextmanager
def site_with_frame(origin: str, ours: Site, *, is_late: bool = False) -> Iterator[None]:
    """Serve a page with our form in a frame. A late script comes after the frame."""
    late = 'document.querySelector("iframe").addEventListener("load", add);'
    script = (
        'function add() { const script = document.createElement("script");'
        f'script.src = "{ours.url}/embed.js"; document.head.append(script); }}'
        f"{late if is_late else 'add();'}"
    )
    body = (
        f'<!doctype html><html lang="fr"><title>Parti</title><main><h1>Parti</h1>'
        f'<iframe title="Inscription" src="{ours.url}/fr/embed/national" '
        f'style="width:100%;height:{LOW}px;border:0"></iframe></main>'
        f"<script>{script}</script></html>"
    )
    with other_site(origin, body):
        yield


@contextmanager
def other_site(origin: str, body: str) -> Iterator[None]:
    """Serve a page of another site."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", int(origin.rpartition(":")[2])), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


def test_a_frame_of_another_site_takes_its_height_and_a_signup(
    page: Page, open_site: Site, other_origin: str, folder: Path
) -> None:
    before = count_signups(folder)
    with site_with_frame(other_origin, open_site):
        page.goto(f"{other_origin}/")
        page.wait_for_function(f"document.querySelector('iframe').clientHeight > {2 * LOW}")
        look_at(page, "97-frame")
        frame = page.frame_locator("iframe")
        sign_up(page, frame, "chloe.frame")
        expect(frame.get_by_role("alert")).to_be_focused()
        tall = page.locator("iframe").evaluate("frame => frame.clientHeight")
        sign_up(page, frame, "chloe.frame@example.org")
        expect(frame.get_by_role("status")).to_contain_text(
            "notre e-mail (Parti de l’Exemple) est en route"
        )
        expect(frame.get_by_role("status")).to_be_focused()
        page.wait_for_function(f"document.querySelector('iframe').clientHeight < {tall} / 2")
    assert is_one_more(folder, before)
    assert read_newest_place(folder) == ("frame", other_origin, 0)


def test_a_frame_that_was_there_before_the_script_takes_its_height(
    page: Page, open_site: Site, other_origin: str
) -> None:
    with site_with_frame(other_origin, open_site, is_late=True):
        page.goto(f"{other_origin}/")
        page.wait_for_function(f"document.querySelector('iframe').clientHeight > {2 * LOW}")
        assert page.locator("iframe").evaluate("frame => frame.style.height") != f"{LOW}px"


def test_a_site_that_the_party_does_not_name_gets_no_frame(
    browser: Browser, open_site: Site
) -> None:
    stranger = f"http://localhost:{free_port()}"
    refusals: list[str] = []
    page = browser.new_page()
    page.on("console", lambda message: refusals.append(message.text))
    with site_with_frame(stranger, open_site):
        page.goto(f"{stranger}/")
        assert page.frame_locator("iframe").locator("form").count() == 0
    page.close()
    assert [each for each in refusals if "frame-ancestors" in each] != []


def test_a_plain_form_of_another_site_leads_to_our_page_and_signs_up(
    page: Page, open_site: Site, other_origin: str, folder: Path
) -> None:
    before = count_signups(folder)
    form = (
        f'<!doctype html><title>Parti</title><form method="post" action="{open_site.url}'
        '/fr/join/national/from-site"><input name="email"><button>Suivre</button></form>'
    )
    with other_site(other_origin, form):
        page.goto(f"{other_origin}/")
        page.locator("input").fill("dina.plain@example.org")
        page.get_by_role("button", name="Suivre").click()
        expect(page.locator("input[name=email]")).to_have_value("dina.plain@example.org")
        expect(page.locator("input:checked")).to_have_count(0)
        sign_up(page, page, "dina.plain@example.org")
        page.wait_for_url("**/check")
    assert is_one_more(folder, before)


def test_a_site_that_is_not_named_leads_people_to_our_page(page: Page, open_site: Site) -> None:
    stranger = f"http://localhost:{free_port()}"
    form = (
        f'<!doctype html><title>Autre</title><form method="post" action="{open_site.url}'
        '/fr/join/national/from-site"><input name="email"><button>Suivre</button></form>'
    )
    with other_site(stranger, form):
        page.goto(f"{stranger}/")
        page.get_by_role("button", name="Suivre").click()
        expect(page.get_by_role("main")).to_contain_text("autre site")
        look_at(page, "98-form-of-another-site")
        page.get_by_role("link", name="Aller à notre page").click()
    expect(page.locator("input[name=email]")).to_be_visible()


PROGRAM = """async ([address, more]) => {
  const form = await (await fetch(address)).json();
  const boxes = Object.fromEntries(form.boxes.map((each) => [each.field, each.value]));
  const sent = { ...form.send_back, ...boxes, [form.age_box.field]: form.age_box.value, ...more };
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(address, { method: "POST", headers, body: JSON.stringify(sent) });
  return { status: answer.status, ...(await answer.json()) };
}"""


def test_a_program_on_another_site_reads_the_form_and_sends_it(
    page: Page, open_site: Site, other_origin: str, folder: Path
) -> None:
    before = count_signups(folder)
    address = f"{open_site.url}/api/forms/national?language=fr"
    with other_site(other_origin, "<!doctype html><title>Parti</title>"):
        page.goto(f"{other_origin}/")
        asked = page.evaluate(PROGRAM, [address, {"email": "eli@gmial.com"}])
        taken = page.evaluate(PROGRAM, [address, {"email": "eli@gmial.com", **asked["keep"]}])
        gone = address.replace("national", "gone")
        missing = page.evaluate("async (address) => (await fetch(address)).json()", gone)
    assert (asked["status"], asked["suggestion"], taken["status"]) == (422, "eli@gmail.com", 202)
    assert missing["code"] == "no_form"
    assert is_one_more(folder, before)


def test_a_frame_over_its_limit_calculates_and_is_let_in(
    page: Page, limited_site: Site, limited_folder: Path, other_origin: str
) -> None:
    before = count_signups(limited_folder)
    with site_with_frame(other_origin, limited_site):
        refused: list[int] = []
        page.on("response", lambda each: refused.append(each.status))
        for number in range(3):  # a minute may end between two of them
            page.goto(f"{other_origin}/")
            sign_up(page, page.frame_locator("iframe"), f"fay{number}@example.org")
            ending = page.frame_locator("iframe").get_by_role("heading", name="Consultez votre")
            expect(ending).to_be_visible()
        assert refused.count(429) > 0
        assert is_one_more(limited_folder, before + 2)
