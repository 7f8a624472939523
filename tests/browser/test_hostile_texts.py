"""Hostile texts in the composer: nothing of them runs, in the editor or in the preview."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_composer import wait_for, write_draft
from tests.browser.test_main_job import sign_in
from tests.browser.test_pasting import PASTE
from tests.servers.sample_site import Site

pytestmark = pytest.mark.browser

SAVED = re.compile("Enregistré à")
MORE = os.environ.get("HOSTILE_TEXTS")  # a file with one payload a line, separated by NUL
HOSTILE = [
    "<script>top.ran = 1</script>",
    "<img src=x onerror='top.ran = 1'>",
    "<svg onload='top.ran = 1'></svg>",
    "<svg><animate onbegin='top.ran = 1' attributeName=x dur=1s></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror='top.ran = 1'></style></table></math>",
    "<details open ontoggle='top.ran = 1'>x</details>",
    '<iframe srcdoc="<script>top.ran = 1</script>"></iframe>',
    "<iframe src='javascript:top.ran = 1'></iframe>",
    "<object data='javascript:top.ran = 1'></object>",
    "<a href='javascript:top.ran = 1'>open</a>",
    "<a href='java\tscript:top.ran = 1'>open</a>",
    "<form action='javascript:top.ran = 1'><button autofocus>go</button></form>",
    "<input autofocus onfocus='top.ran = 1'>",
    "<video><source onerror='top.ran = 1'></video>",
    "<template><script>top.ran = 1</script></template>",
    "<noscript><p title=\"</noscript><img src=x onerror='top.ran = 1'>\">",
    "<p style='background: url(javascript:top.ran = 1)'>x</p>",
    "<p data-pasted='x' onclick='top.ran = 1' onmouseover='top.ran = 1'>x</p>",
    "<meta http-equiv=refresh content='0; url=javascript:top.ran = 1'>",
    "<base href='https://evil.example/'>",
    "<link rel=stylesheet href='data:text/css,*{display:none}'>",
    "</textarea></script><script>top.ran = 1</script>",
    "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>top.ran = 1</x:script>",
    "un\x00deux\x0btrois\x85quatre\ue000cinq",
    "{{ 7 * 7 }} {% raw %} ${7*7} #{7*7} <%= 7*7 %>",
]


def payloads() -> Iterator[list[str]]:
    """Yield portions of the payloads: so many fit into one draft."""
    found = Path(MORE).read_text(encoding="utf-8").split("\0") if MORE else HOSTILE
    for start in range(0, len(found), 40):
        yield found[start : start + 40]


def test_nothing_that_is_pasted_or_typed_runs(page: Page, site: Site) -> None:
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    sign_in(page, site)
    for texts in payloads():
        write_draft(page, site, "Piège")
        page.locator("#subject").fill(" ".join(texts)[:200])
        page.locator("#preheader").fill(" ".join(texts)[-200:])
        page.locator(".ProseMirror").focus()
        for text in texts:
            page.keyboard.press("Control+End")
            page.evaluate(PASTE, ["text/html", text])  # as HTML
            page.keyboard.insert_text(f" {text} ")  # as words
        wait_for(page, SAVED)
        tags = page.evaluate("[...document.querySelectorAll('.ProseMirror *')].map(e => e.tagName)")
        assert not {"SCRIPT", "IFRAME", "OBJECT", "SVG", "STYLE", "LINK", "META"} & {*tags}
        assert page.evaluate("window.ran") is None
        page.locator("#preview-toggle").click()
        expect(page.locator("iframe").first).to_be_visible()
        assert [frame.evaluate("window.ran") for frame in page.frames] == [None] * len(page.frames)
        page.goto(f"{site.url}/console/campaigns")
        assert page.evaluate("window.ran") is None
