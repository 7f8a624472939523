"""Pages whose frame is rendered once: head, header, opening and footer are the same for everybody.

Only the content and the links to the other languages differ, so each request renders these. The
template of a page prints `content`; the content has a template of its own.
"""

import re
import secrets
from collections.abc import Sequence
from typing import Any

from flask import current_app, render_template, session
from markupsafe import Markup, escape

from supporters.public_languages import public_languages
from supporters.web.filters import list_pages_in_other_languages
from supporters.web.page_language import select_language
from supporters.web.public.page_face import PageFace, find_page_face

FLASHES = "_flashes"  # the key of Flask's messages in the session
MARK = f"mark-{secrets.token_hex(8)}-"
PLACES = re.compile(rf"{MARK}(\w+)")
CONTENT = "content"


def render_in_frame(page: str, *, is_kept_frame: bool = True, **values: Any) -> str:
    """Return a page of public/ in its kept frame, in the language of the request.

    A page with messages for this visitor is rendered whole, and never kept.
    """
    content = Markup(  # noqa: S704 - a template has escaped it
        current_app.jinja_env.get_template(f"public/content/{page}").render(values)
    )
    if FLASHES in session or not is_kept_frame:
        return render_template(f"public/{page}", content=content, **values)
    first, *rest = _find_frame(page)
    others = {code: url for code, _, url in list_pages_in_other_languages()}
    filled = [first]
    for name, text in zip(rest[::2], rest[1::2], strict=True):
        filled += [content if name == CONTENT else escape(others[name]), text]
    return "".join(filled)


def _find_frame(page: str) -> Sequence[str]:
    """Return the texts of a frame, with the names of the places between them."""
    frames: dict[tuple[str, str, PageFace], Sequence[str]]
    frames = current_app.extensions.setdefault("kept_frames", {})
    key = page, select_language(), find_page_face()
    if current_app.debug or key not in frames:
        frames[key] = PLACES.split(_render_frame(page))
    return frames[key]


def _render_frame(page: str) -> str:
    languages = [(code, name, f"{MARK}{code}") for code, name in public_languages().items()]
    return render_template(
        f"public/{page}", content=f"{MARK}{CONTENT}", languages=languages, form=None
    )
