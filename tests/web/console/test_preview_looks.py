"""The preview is shown dark, without pictures, or as plain text."""

from werkzeug.datastructures import MultiDict

from supporters.delivery.message.rendered_campaign import RenderedEmail
from supporters.web.console.preview_looks import show_as_asked

HTML = '<style>@media (prefers-color-scheme: dark) { a {} }</style><img alt="x" src="/i/a.jpg">'


def look(**asked: str) -> str:
    content = RenderedEmail("Objet", "Bonjour <script>alert(1)</script>", HTML, "")
    return show_as_asked(content, "fr", MultiDict(asked))


def test_a_preview_is_the_message_itself() -> None:
    assert look() == HTML


def test_a_dark_preview_does_not_ask_for_the_scheme_of_the_reader() -> None:
    assert "prefers-color-scheme" not in look(dark="yes")
    assert "@media all { a {} }" in look(dark="yes")
    assert "@media not all { a {} }" in look(dark="no")


def test_pictures_that_are_off_are_not_loaded() -> None:
    assert '<img alt="x">' in look(pictures="off")


def test_the_text_is_only_text() -> None:
    shown = look(**{"as": "text"})
    assert "Bonjour &lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "<script" not in shown
