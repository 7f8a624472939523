"""Pages that are rendered once: of each visitor only the values in some places differ.

The frame (head, header, opening and footer) is the same for everybody, but for the links to the
other languages. The content is the same for all visitors who see the same things, and has places
for the values of one visitor. Templates get marks for these values.
"""

import re
import secrets
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import current_app, render_template, session
from markupsafe import Markup, escape

from supporters.fast_path.site_edition import find_cached
from supporters.public_languages import public_languages
from supporters.web.filters import list_pages_in_other_languages
from supporters.web.page_language import select_language
from supporters.web.public.archive.archive_pages import has_archive
from supporters.web.public.page_theme import PageTheme, find_page_theme

FLASHES = "_flashes"  # the key of Flask's messages in the session
MARK, END = f"mark-{secrets.token_hex(8)}-", "-end"
PLACES = re.compile(rf"{MARK}(\w+){END}")
CONTENT = "content"


def place(name: str) -> str:
    """Return the mark of a place; it can be a part of a URL, and needs no escapes."""
    return f"{MARK}{name}{END}"


@dataclass(frozen=True, kw_only=True)
class FrameContent:
    """The content of a page in its frame.

    `make_values` returns the values of its template, with marks instead of those of one visitor,
    which `places` has. `shape` tells all other values apart. Without one, nothing is cached.
    """

    make_values: Callable[[], dict[str, Any]]
    places: Mapping[str, str] = field(default_factory=dict)
    shape: tuple[Hashable, ...] | None = None


def render_in_frame(page: str, content: FrameContent) -> str:
    """Return a page of public/ in its frame, in the language of the request.

    A page with messages for this visitor, or without a shape, is rendered whole and never cached.
    """
    if FLASHES in session or content.shape is None:
        values = content.make_values()
        filled = Markup(_fill(_render_content(page, values), content.places))  # noqa: S704 - escaped
        return render_template(f"public/confirmation/{page}", content=filled, **values)

    def render() -> Sequence[str]:
        return _render_content(page, content.make_values())

    texts = render() if current_app.debug else _keep(page, content.shape, render)
    others = {code: url for code, _, url in list_pages_in_other_languages()}
    filled = Markup(_fill(texts, content.places))  # noqa: S704 - escaped
    return _fill(_find_frame(page), {**others, CONTENT: filled})


def _keep(
    page: str, shape: tuple[Hashable, ...], render: Callable[[], Sequence[str]]
) -> Sequence[str]:
    key = (CONTENT, page, select_language(), *shape)
    return find_cached(key, render)


def _fill(texts: Sequence[str], values: Mapping[str, str]) -> str:
    """Return the text of a page from its parts, in which every second is the name of a place."""
    filled = [*texts]
    filled[1::2] = [escape(values[name]) for name in texts[1::2]]
    return "".join(filled)


def _render_content(page: str, values: dict[str, Any]) -> Sequence[str]:
    template = current_app.jinja_env.get_template(f"public/confirmation/content/{page}")
    return PLACES.split(template.render(values))


def _find_frame(page: str) -> Sequence[str]:
    """Return the texts of a frame, with the names of the places between them."""
    frames: dict[tuple[str, str, PageTheme, bool], Sequence[str]]
    frames = current_app.extensions.setdefault("cached_frames", {})
    key = page, select_language(), find_page_theme(), has_archive()
    if current_app.debug or key not in frames:
        frames[key] = PLACES.split(_render_frame(page))
    return frames[key]


def _render_frame(page: str) -> str:
    languages = [(code, name, place(code)) for code, name in public_languages().items()]
    return render_template(
        f"public/confirmation/{page}", content=place(CONTENT), languages=languages, form=None
    )
