"""The composer in a real browser: a mail by keyboard alone, paste, and no word lost."""

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from playwright.sync_api import Page, Route, expect

from supporters.campaigns.document.blocks import Document
from tests.browser.conftest import look_at
from tests.browser.stored_texts import stored_texts
from tests.browser.test_main_job import sign_in
from tests.factories.documents import documents
from tests.servers.sample_site import Site

pytestmark = pytest.mark.browser

SLOW = [HealthCheck.too_slow]  # a matter of the machine
SAVED = re.compile("Enregistré à")
READ = "document.querySelector('.ProseMirror').pmViewDesc.node.toJSON()"
READ_AND_WRITE = """documents => {
  const schema = document.querySelector(".ProseMirror").pmViewDesc.node.type.schema;
  return documents.map(each => {
    const read = schema.nodeFromJSON(each);
    read.check();
    return read.toJSON();
  });
}"""


def blocks(page: Page) -> list[dict[str, Any]]:
    """Return the blocks of the open draft, as the editor holds them."""
    found: list[dict[str, Any]] = page.evaluate(READ)["content"]
    return found


def outline(node: dict[str, Any]) -> str:
    """Return a part of a document as one line."""
    marks = "".join(f"*{each['type']}" for each in node.get("marks", []))
    if node["type"] == "text":
        return str(node["text"]).replace("\xa0", " ").replace("\u202f", " ") + marks
    if node["type"] == "field":
        return f"field:{node['attrs']['name']}{marks}"
    return f"{node['type']}({'|'.join(map(outline, node.get('content', [])))})"


def wait_for(page: Page, words: str | re.Pattern[str]) -> None:
    """Wait until the page says this about saving."""
    expect(page.locator("#save-status")).to_have_text(words)


def write_draft(page: Page, site: Site, words: str, query: str = "") -> None:
    """Begin a new draft, and wait until it is saved."""
    page.goto(f"{site.url}/console/campaigns/new{query}")
    page.locator("#subject").fill(words)
    page.locator(".ProseMirror").click()
    page.keyboard.type(words)
    wait_for(page, SAVED)


@pytest.fixture
def writer(page: Page, site: Site) -> Page:
    """Return the page of somebody who is signed in."""
    sign_in(page, site)
    return page


def choose(page: Page, typed: str) -> None:
    """Insert what the menu finds for these words."""
    page.keyboard.type(f"/{typed}")
    expect(page.locator("#insert-menu li").first).to_be_visible()
    page.keyboard.press("Enter")


def play(page: Page, *steps: str) -> None:
    """Press keys by their names in braces, and type everything else."""
    for step in steps:
        if step.startswith("{"):
            page.keyboard.press(step.strip("{}"))
        else:
            page.keyboard.type(step)


def test_a_whole_mail_is_written_by_keyboard_alone(writer: Page, site: Site) -> None:
    page = writer
    page.goto(f"{site.url}/console/campaigns/new")
    expect(page.locator("#history-link")).to_be_hidden()  # there is none before the first save
    page.locator("#subject").focus()
    play(page, "Réunion publique", "{Enter}", "## Samedi", "{Enter}", "Bonjour ")
    choose(page, "prenom")
    expect(page.locator("#field-name")).to_be_focused()
    play(page, "{Tab}", "à vous", "{Enter}", ", voici le programme.", "{Enter}")
    play(page, "- accueil", "{Enter}", "débat", "{Enter}", "{Enter}")
    choose(page, "bouton")
    play(page, "example.org/venir", "{Enter}", "Je viens", "{Alt+Shift+ArrowUp}")
    expect(page.locator("#announcements")).to_have_text("Bloc 3 sur 4.")
    play(page, "{Control+z}", "{Alt+F10}")
    expect(page.locator("#toolbar button").first).to_be_focused()
    play(page, "{Escape}")
    wait_for(page, SAVED)
    assert [outline(each) for each in blocks(page)] == [
        "heading(Samedi)",
        "paragraph(Bonjour |field:given_name|, voici le programme.)",
        "bullet_list(list_item(paragraph(accueil))|list_item(paragraph(débat)))",
        "button(Je viens)",
    ]
    assert blocks(page)[3]["attrs"]["href"] == "https://example.org/venir"
    page.locator("#preview-toggle").press("Enter")
    frame = page.frame_locator(".preview-frame.is-ready")
    expect(frame.get_by_text("Je viens")).to_be_visible()
    page.locator(".ProseMirror").focus()
    play(page, "{Enter}", "/")
    look_at(page, "80-composer-menu")
    play(page, "{Escape}", "{Backspace}")
    page.emulate_media(color_scheme="dark")
    look_at(page, "81-composer-dark")
    page.get_by_role("button", name="Enregistrer le brouillon").press("Enter")
    page.wait_for_url(re.compile(r"/console/campaigns/\d+$"))


def test_words_wait_for_the_network_and_for_a_new_session(writer: Page, site: Site) -> None:
    write_draft(writer, site, "Un")
    writer.route("**/document", lambda route: route.abort())
    play(writer, " deux")
    wait_for(writer, re.compile("Le serveur est injoignable"))
    assert len(stored_texts(writer)) == 1
    writer.unroute("**/document")
    wait_for(writer, SAVED)
    assert stored_texts(writer) == []
    writer.context.clear_cookies()
    play(writer, " trois")
    wait_for(writer, re.compile("Votre session est terminée"))
    with writer.context.expect_page() as opened:
        writer.locator("#sign-in-again").click()
    sign_in(opened.value, site)
    writer.bring_to_front()
    wait_for(writer, SAVED)
    writer.reload()
    expect(writer.locator(".ProseMirror")).to_have_text("Un deux trois")


def test_the_second_of_two_writers_sees_both_texts_and_loses_none(writer: Page, site: Site) -> None:
    write_draft(writer, site, "Commun")
    other = writer.context.new_page()
    other.goto(writer.url)
    other.locator(".ProseMirror").click()
    other.keyboard.press("Control+End")
    other.keyboard.type(" d’elle")
    wait_for(other, SAVED)
    writer.keyboard.type(" de lui")
    expect(writer.locator("#my-text")).to_contain_text("Commun de lui")
    expect(writer.locator("#their-text")).to_contain_text("Commun d’elle")
    marked = [writer.locator(f"#{each}-text mark").all_inner_texts() for each in ("my", "their")]
    assert marked == [["de", "lui"], ["d’elle"]]
    look_at(writer, "82-composer-two-texts")
    writer.locator("[data-choose=theirs]").click()
    expect(writer.locator(".ProseMirror")).to_have_text("Commun d’elle")
    writer.keyboard.press("Control+z")
    expect(writer.locator(".ProseMirror")).to_have_text("Commun de lui")
    wait_for(writer, SAVED)


def test_faults_and_doubts_are_marked_at_their_blocks_and_one_jumps_to_them(
    writer: Page, site: Site
) -> None:
    write_draft(writer, site, "Fautes !!")
    expect(writer.locator(".doubt")).to_contain_text("Un seul point d’exclamation suffit")
    writer.locator("#doubt-count").press("Enter")
    expect(writer.locator("#doubt-list button")).to_have_count(2)
    writer.locator("#doubt-list button").first.press("Enter")
    expect(writer.locator("#subject")).to_be_focused()
    play(writer, "{End}", "{Tab}", "{Enter}", "cotillons")
    expect(writer.locator("#emoji-list button")).to_have_count(1)
    play(writer, "{Enter}")
    expect(writer.locator("#subject")).to_have_value("Fautes !!🎉")
    expect(writer.locator("#inbox-subject")).to_have_text("Fautes !!🎉")
    expect(writer.locator("#inbox-sender")).to_have_text("Parti de l’Exemple")
    expect(writer.locator("#weight")).to_contain_text("ko")
    writer.locator(".ProseMirror").click()
    play(writer, "{Control+End}", "{Enter}")
    choose(writer, "prenom")
    play(writer, "{Tab}", "{Enter}")  # without a word for those who gave no name
    expect(writer.locator(".fault")).to_be_visible()
    writer.keyboard.press("Control+Home")
    writer.locator("#fault-count").press("Enter")
    writer.locator("#fault-list button").first.click()
    expect(writer.locator(".ProseMirror")).to_be_focused()
    look_at(writer, "83-composer-faults")
    play(writer, "{Control+a}", "{Delete}", "Cher [PRENOM], %%prenom%%, {nom} ou [PRENOM]")
    expect(writer.locator("#fault-list li")).to_have_count(3)
    writer.get_by_role("button", name="Mettre à la place").first.press("Enter")
    play(writer, "{Tab}", "vous", "{Enter}")
    expect(writer.locator("#fault-list li")).to_have_count(2)
    expect(writer.locator(".ProseMirror .mail-field")).to_have_count(2)


def test_the_answer_of_a_link_appears_without_another_save(writer: Page, site: Site) -> None:
    """Development asks no links: the page is told that one waits, and later that it is dead."""
    dead = {"block_id": None, "field": "document", "kind": "gone", "words": "Ce lien est mort."}
    answers = [None, {"doubts": [], "waiting": 1}, {"doubts": [dead]}]

    def answer(route: Route) -> None:
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        if found is None:
            route.abort()  # the network is away for a moment
        else:
            route.fulfill(json={"faults": [], **found})

    writer.route("**/findings", answer)
    writer.clock.install()
    write_draft(writer, site, "Un lien")
    for _look in range(2):
        expect(writer.locator("#doubt-summary")).to_be_hidden()
        writer.wait_for_timeout(500)
        writer.clock.fast_forward("00:26")
    expect(writer.locator("#doubt-list")).to_contain_text("Ce lien est mort.")


def test_the_editor_and_the_server_hold_the_same_table(writer: Page, site: Site) -> None:
    made: list[Document] = []

    @settings(
        max_examples=60, derandomize=True, database=None, deadline=None, suppress_health_check=SLOW
    )
    @given(documents)
    def collect(document: Document) -> None:
        made.append(document)

    collect()
    writer.goto(f"{site.url}/console/campaigns/new")
    sent = [each.model_dump(mode="json", exclude_none=True) for each in made]
    assert [Document.model_validate(each) for each in writer.evaluate(READ_AND_WRITE, sent)] == made
