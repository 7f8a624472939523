"""Pasting into the composer in a real browser: what came from other programs keeps its meaning."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_composer import SAVED, blocks, outline, play, wait_for, write_draft
from tests.browser.test_main_job import sign_in
from tests.servers.sample_site import Site

pytestmark = pytest.mark.browser

PASTED = Path(__file__).parent / "pasted"
PASTE = """([type, text]) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData(type, text);
  const event = new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true});
  document.querySelector(".ProseMirror").dispatchEvent(event);
}"""
INNER_LIST = "bullet_list(list_item(paragraph(dedans)))"
MEANING = {
    "word": [
        "paragraph(Texte |gras*strong| et |italique*em|, rien de plus.)",
        f"bullet_list(list_item(paragraph(un)|{INNER_LIST})|list_item(paragraph(deux)))",
        "paragraph(Puis)",
        "ordered_list(list_item(paragraph(premier)))",
    ],
    "google_docs": [
        "heading(Titre)",
        "paragraph(Texte |gras*strong| et |italique*em| et |un lien*link)",
        "bullet_list(list_item(paragraph(un))|list_item(paragraph(deux)))",
    ],
    "gmail": [
        "paragraph(Bonjour,)",
        "paragraph(ligne |grasse*strong| et |grasse aussi*strong)",
        "paragraph(fin |écrire*link)",
    ],
    "excel": [
        (
            "table(table_row(table_cell(Nom*strong)|table_cell(Voix*strong))"
            "|table_row(table_cell(Liste A)|table_cell(1 234)))"
        ),
    ],
    "word_table": [
        "paragraph(Avant)",
        (
            "table(table_row(table_cell(Ville*strong)|table_cell(Jour))"
            "|table_row(table_cell(Lyon centre)|table_cell(Lundi soir)))"
        ),
        "bullet_list(list_item(paragraph(un)))",
        "ordered_list(list_item(paragraph(premier)))",
    ],
    "google_docs_table": [
        (
            "table(table_row(table_cell(A*strong)|table_cell(B))"
            "|table_row(table_cell(1)|table_cell(https://parti.example*link))"
            "|table_row(table_cell()|table_cell(3)))"
        ),
    ],
    "wide_table": [
        "paragraph(Résultats)",
        (
            "paragraph(Ville : Lyon|hard_break()|A : 1|hard_break()|B : 2|hard_break()|D : 4"
            "|hard_break()|hier)"
        ),
        "heading(À gauche)",
        "paragraph(Un)",
        "paragraph(À droite)",
    ],
    "web": [
        "heading(Un titre)",
        "paragraph(Texte code piège relatif)",
        "paragraph(cellule)",
        "quote(paragraph(cité))",
        "divider()",
    ],
    "mailchimp": [
        "paragraph(Bonjour |field:given_name|,)",
        "paragraph(field:party_name*strong| vous écrit*strong)",
        "paragraph(Et |field:given_name| aussi. *|UNSUB|*)",
    ],
}


@pytest.fixture
def writer(page: Page, site: Site) -> Page:
    """Return the page of somebody who is signed in."""
    sign_in(page, site)
    return page


def test_pasted_text_keeps_its_meaning(writer: Page, site: Site) -> None:
    write_draft(writer, site, "Collage")
    for name, expected in MEANING.items():
        writer.keyboard.press("Control+a")
        writer.keyboard.press("Delete")
        html = (PASTED / f"{name}.html").read_text(encoding="utf-8")
        writer.evaluate(PASTE, ["text/html", html])
        assert [outline(each) for each in blocks(writer)] == expected, name
        wait_for(writer, SAVED)
    notice = writer.locator(".message", has_text="Images non collées : 1")
    expect(notice).to_be_visible()
    notice.get_by_role("button", name="Fermer").click()
    expect(notice).to_have_count(0)


def test_plain_lines_become_lists_and_tables_and_addresses_links(writer: Page, site: Site) -> None:
    write_draft(writer, site, "Voir")
    lines = "Ordre du jour\n- un\n- deux\n\n1. a\n2) b\nNom\tVoix\nA\t12\n- seul"
    writer.keyboard.press("Control+a")
    writer.evaluate(PASTE, ["text/plain", lines])
    assert [outline(each) for each in blocks(writer)] == [
        "paragraph(Ordre du jour)",
        "bullet_list(list_item(paragraph(un))|list_item(paragraph(deux)))",
        "ordered_list(list_item(paragraph(a))|list_item(paragraph(b)))",
        "table(table_row(table_cell(Nom)|table_cell(Voix))|table_row(table_cell(A)|table_cell(12)))",
        "paragraph(- seul)",
    ]
    play(writer, "{Control+a}", "{Delete}", "À www.parti.example, ou contact@parti.example")
    links = writer.locator(".ProseMirror a")
    expect(links).to_have_count(1)
    play(writer, " ")
    expect(links).to_have_count(2)
    play(writer, "{Control+z}")
    expect(links).to_have_count(1)
    play(writer, "(https://parti.example/nu).", "{Enter}", "fin")
    assert [outline(each) for each in blocks(writer)] == [
        (
            "paragraph(À |www.parti.example*link|, ou contact@parti.example (|"
            "https://parti.example/nu*link|).)"
        ),
        "paragraph(fin)",
    ]
