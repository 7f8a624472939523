"""The page of a draft in a real browser: where the text begins, and what stands around it."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import WIDE, look_at
from tests.browser.test_composer import SAVED, blocks, outline, play, wait_for, write_draft
from tests.browser.test_main_job import sign_in
from tests.servers.processes import wait_until
from tests.servers.sample_site import Site

pytestmark = pytest.mark.browser

TELEPHONE = {"width": 375, "height": 812}
SMALL = {"width": 320, "height": 640}
SELECTED = "getSelection().toString()"


@pytest.fixture
def writer(page: Page, site: Site) -> Page:
    """Return the page of somebody who is signed in."""
    sign_in(page, site)
    return page


def box(part: Locator) -> dict[str, float]:
    """Return the place of a part on the screen."""
    found = part.bounding_box()
    assert found is not None
    return {**found}


def tools_that_are_cut(page: Page) -> list[str]:
    """Return the buttons of the row that the window does not show whole."""
    cut: list[str] = page.evaluate("""() => [...document.querySelectorAll("#writing-bar button")]
      .filter(each => each.offsetParent)
      .filter(each => {
        const {left, right} = each.getBoundingClientRect();
        return left < 0 || right > innerWidth;
      }).map(each => each.textContent.trim())""")
    return cut


def test_the_text_begins_high_and_its_row_of_tools_stays(writer: Page, site: Site) -> None:
    write_draft(writer, site, "Samedi", "?list=1")
    address = writer.url
    for viewport, highest in ((WIDE, 300), (TELEPHONE, 420), (SMALL, 420)):
        writer.set_viewport_size(viewport)
        writer.goto(address)
        expect(writer.locator(".ProseMirror")).to_be_visible()
        assert box(writer.locator(".ProseMirror"))["y"] < highest
        assert tools_that_are_cut(writer) == []
    writer.set_viewport_size(WIDE)
    assert box(writer.locator(".ProseMirror"))["width"] == pytest.approx(600, abs=4)
    assert box(writer.locator("#writing-bar"))["height"] < 60
    expect(writer.locator("#mail-head")).not_to_have_attribute("open", "")
    writer.locator(".ProseMirror").click()
    play(writer, *["{Enter}"] * 40)
    expect(writer.locator("#to-test")).to_be_in_viewport()
    expect(writer.locator("#to-test")).to_have_class(re.compile("button-primary"))
    expect(writer.locator("#to-ask")).not_to_have_class(re.compile("button-primary"))


def test_the_folded_line_says_to_whom_and_opens_on_a_new_draft(writer: Page, site: Site) -> None:
    writer.goto(f"{site.url}/console/campaigns/new")
    expect(writer.locator("#mailing_list_id")).to_be_visible()
    writer.goto(f"{site.url}/console/campaigns/new?list=1")
    expect(writer.locator("#mailing_list_id")).to_be_hidden()
    expect(writer.locator("#mail-head-words")).to_have_text(
        re.compile(r"La Lettre · \d+ personnes · Français")
    )
    writer.locator("#mail-head summary").press("Enter")
    writer.locator("#language").select_option("en")
    expect(writer.locator("#mail-head-words")).to_have_text(re.compile("English"))
    look_at(writer, "84-writing-page")


def test_the_menu_beside_the_text_hides_none_of_it(writer: Page, site: Site) -> None:
    write_draft(writer, site, "Menu")
    writer.locator("#toolbar [data-action=insert]").click()
    panel, text = box(writer.locator("#insert-panel")), box(writer.locator(".ProseMirror"))
    assert panel["x"] >= text["x"] + text["width"]
    assert panel["y"] + panel["height"] <= WIDE["height"]
    play(writer, "{ArrowDown}", "{Enter}", "Un titre")
    expect(writer.locator("#insert-panel")).to_be_hidden()
    assert [outline(each) for each in blocks(writer)][1] == "heading(Un titre)"
    writer.set_viewport_size(TELEPHONE)
    writer.locator("#toolbar [data-action=insert]").click()
    assert box(writer.locator("#insert-panel"))["y"] > TELEPHONE["height"] / 2
    play(writer, "{Escape}")
    expect(writer.locator(".ProseMirror")).to_be_focused()


def is_in_the_window(part: Locator) -> bool:
    """Tell whether a part of the page is whole in a wide window. It may be moved there."""
    place = part.bounding_box()
    return place is not None and 0 <= place["y"] <= WIDE["height"] - place["height"]


def test_the_menu_of_the_slash_stays_in_the_window(writer: Page, site: Site) -> None:
    write_draft(writer, site, "Bas")
    for lines in (2, 6, 6, 6, 6):
        play(writer, *["{Enter}"] * lines, "/")
        expect(writer.locator("#insert-menu li").first).to_be_visible()
        assert wait_until(lambda: is_in_the_window(writer.locator("#insert-menu"))), lines
        play(writer, "{Escape}", "{Backspace}")


def test_a_gap_is_selected_by_a_click_and_tab_leads_to_the_next(writer: Page, site: Site) -> None:
    writer.goto(f"{site.url}/console/campaigns/new?ready=short&language=fr&list=1")
    gaps = writer.locator("#paper .gap")
    expect(gaps.first).to_be_visible()
    expect(writer.locator("#fault-summary")).to_be_hidden()
    count, first, second = gaps.count(), gaps.nth(0).inner_text(), gaps.nth(1).inner_text()
    expect(writer.locator("#gap-count")).to_have_text(re.compile(r"Passages à compléter.: \d+"))
    gaps.first.click()
    assert writer.evaluate(SELECTED) == first
    play(writer, "{Tab}")
    assert writer.evaluate(SELECTED) == second
    play(writer, "{Shift+Tab}", "Des mots", "{Tab}")
    assert writer.evaluate(SELECTED) == second
    expect(gaps).to_have_count(count - 1)
    wait_for(writer, SAVED)
    writer.locator("#to-ask").click()  # now a gap is a fault
    expect(writer.locator("#fault-list li").first).to_contain_text("À compléter")
    expect(writer.locator("#gap-summary")).to_be_hidden()
    expect(writer.locator("#fault-count")).to_be_focused()
    writer.keyboard.press("Tab")
    expect(writer.locator("#fault-list button").first).to_be_focused()
    gaps.last.click()
    play(writer, *["{Tab}"] * (count + 1))  # through the gaps that are left, and out of the text
    expect(writer.locator(".ProseMirror")).not_to_be_focused()


def test_a_long_subject_is_read_whole_on_a_telephone_and_stays_one_line(
    writer: Page, site: Site
) -> None:
    write_draft(writer, site, "Samedi", "?list=1")
    writer.set_viewport_size(TELEPHONE)
    subject = writer.locator("#subject")
    low = box(subject)["height"]
    subject.fill("Réunion publique de rentrée samedi\nà la salle des fêtes de Saint-Denis")
    expect(subject).to_have_value(
        "Réunion publique de rentrée samedi à la salle des fêtes de Saint-Denis"
    )
    assert box(subject)["height"] > low
    assert subject.evaluate("each => each.scrollHeight <= each.clientHeight")
    writer.keyboard.press("Enter")
    expect(writer.locator(".ProseMirror")).to_be_focused()
    assert "\n" not in subject.input_value()
    subject.press("Shift+Tab")
    writer.keyboard.press("Tab")
    writer.keyboard.type("Dimanche")  # in the place of the whole, as in a field of one line
    expect(subject).to_have_value("Dimanche")


def test_the_browser_remembers_that_the_preview_is_open(writer: Page, site: Site) -> None:
    write_draft(writer, site, "Aperçu")
    expect(writer.locator("#preview-beside")).to_be_hidden()
    writer.locator("#preview-toggle").click()
    writer.reload()
    frame = writer.frame_locator(".preview-frame.is-ready")
    expect(frame.get_by_text("Aperçu", exact=True)).to_be_visible()
    look_at(writer, "85-preview-beside")
    writer.locator("#preview-toggle").click()
    writer.reload()
    expect(writer.locator("#preview-beside")).to_be_hidden()


def test_the_first_preview_has_a_first_name_and_is_as_high_as_its_mail(
    writer: Page, site: Site
) -> None:
    writer.goto(f"{site.url}/console/campaigns/new?ready=meeting&language=fr&list=1")
    writer.locator("#preview-toggle").click()
    frame = writer.locator(".preview-frame.is-ready")
    expect(frame.content_frame.get_by_text("Bonjour Camille")).to_be_visible()
    assert frame.evaluate("each => each.contentDocument.documentElement.scrollHeight") == (
        frame.evaluate("each => each.clientHeight")
    )
    writer.goto(f"{site.url}/console/campaigns/start?list=1")
    writer.locator(".starts summary").first.click()
    mail = writer.locator(".starts .mail-frame").first
    expect(mail).to_have_attribute("style", re.compile("block-size"))
    assert mail.evaluate("each => each.contentDocument.documentElement.scrollHeight") <= (
        mail.evaluate("each => each.clientHeight")
    )


def test_the_keys_are_told_to_people_who_come_by_the_keyboard(writer: Page, site: Site) -> None:
    write_draft(writer, site, "Touches")
    keys = writer.locator("#paper-keys")
    assert box(keys)["width"] < 2
    writer.locator("[data-emoji-for=subject]").focus()
    play(writer, "{Tab}")
    assert box(keys)["width"] > 100
