"""The ways to look at the preview of a message: dark, without its pictures, as plain text."""

import re
from html import escape

from werkzeug.datastructures import MultiDict

from supporters.delivery.message.rendered_campaign import RenderedEmail

IF_DARK = "@media (prefers-color-scheme: dark)"
DARKNESS = {"yes": "@media all", "no": "@media not all"}
SOURCE = re.compile(r'(<img\b[^>]*?) src="[^"]*"')
TEXT_PAGE = (
    '<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{subject}</title>'
    '<meta name="color-scheme" content="light"></head><body><pre style="overflow-wrap: anywhere; '
    'white-space: pre-wrap; font: 15px/1.5 monospace">{text}</pre></body></html>'
)


def show_as_asked(content: RenderedEmail, language: str, asked: MultiDict[str, str]) -> str:
    """Return the page for the frame: `as=text`, `dark=…` and `pictures=off` change it."""
    if asked.get("as") == "text":
        text, subject = escape(content.text), escape(content.subject)
        return TEXT_PAGE.format(language=language, subject=subject, text=text)
    html = content.html
    if wanted := DARKNESS.get(asked.get("dark", "")):
        html = html.replace(IF_DARK, wanted)
    if asked.get("pictures") == "off":
        html = SOURCE.sub(r"\1", html)
    return html
