"""The party's theme on public pages, cached under the edition of the site (ADR 061, ADR 059).

Page snapshots have no theme: a new logo or colour is no new evidence (ADR 040).
"""

import hashlib
from dataclasses import dataclass

from flask import Flask, Response, abort, current_app, g, request

from supporters.fast_path.site_edition import find_cached
from supporters.mail.links import link_to
from supporters.mail.mail_theme import Theme, find_theme
from supporters.mail.palettes import OURS
from supporters.web.page_language import select_language
from supporters.web.public.public_blueprint import public
from supporters.web.public.theme_style import write_style
from supporters.web.static_files import ASK_EACH_TIME, FOR_A_YEAR

DIGITS = 12
STYLE, ICON = "css", "png"
TYPES = {STYLE: "text/css", ICON: "image/png"}
SHARED_PAGES = {
    "public.home",
    "public.join",
    "public.archive",
    "public.list_archive",
}  # messengers show a card for them


@dataclass(frozen=True, kw_only=True)
class PageTheme:
    """The theme with its files: the names of the style sheet and of the icon, if there are any."""

    theme: Theme
    style: str = ""
    style_name: str = ""
    icon_name: str = ""

    def words_in(self, language: str) -> str:
        """Return what the party says about itself in a language."""
        return dict(self.theme.share_words).get(language, "")

    def read_file(self, ending: str) -> bytes | None:
        """Return the content of its style sheet or of its icon."""
        return (self.style.encode() or None) if ending == STYLE else self.theme.icon


OWN_LOOK = PageTheme(theme=Theme())


def find_page_theme() -> PageTheme:
    """Return the theme of pages. A process looks at most every ten seconds whether it changed."""
    return find_cached("page theme", _read_theme)


def find_known_theme() -> PageTheme:
    """Return the theme that this process knows, without the database: an error page needs it."""
    known: PageTheme = current_app.extensions.get("known_theme", OWN_LOOK)
    return known


def read_nothing() -> None:
    """Let the page of this request do without the database, which may be away."""
    g.reads_nothing = True


def make_page_theme(theme: Theme) -> PageTheme:
    """Return a theme with its files."""
    style = "" if theme.palette == OURS else write_style(theme.palette)
    return PageTheme(
        theme=theme,
        style=style,
        style_name=_name(style.encode(), STYLE),
        icon_name=_name(theme.icon or b"", ICON),
    )


@public.get("/theme/<name>")
def theme_file(name: str) -> Response:
    """Show the style sheet or the icon of the theme; under the name of today, for a year."""
    theme, ending = find_page_theme(), name.rpartition(".")[2]
    content = theme.read_file(ending) if ending in TYPES else None
    if content is None:
        abort(404)
    response = Response(content, mimetype=TYPES[ending])
    is_of_today = name in {theme.style_name, theme.icon_name}
    response.headers["Cache-Control"] = FOR_A_YEAR if is_of_today else ASK_EACH_TIME
    response.add_etag()
    response.make_conditional(request)
    return response


def init_app(app: Flask) -> None:
    """Give the templates of pages the theme, and the address that people share."""

    @app.template_global()
    def theme_of_page(is_snapshot: bool = False) -> PageTheme:
        if g.get("reads_nothing", False):
            return find_known_theme()
        return OWN_LOOK if is_snapshot else find_page_theme()

    app.add_template_global(find_known_theme, "known_theme")

    @app.template_global()
    def shared_address() -> str:
        """Return the public address of this page, if it is one that people share."""
        if request.endpoint not in SHARED_PAGES:
            return ""
        values = {**(request.view_args or {}), "lang_code": select_language()}
        return link_to(request.endpoint, **values)


def _read_theme() -> PageTheme:
    theme = make_page_theme(find_theme())
    current_app.extensions["known_theme"] = theme
    return theme


def _name(content: bytes, ending: str) -> str:
    digest = hashlib.sha256(content).hexdigest()[:DIGITS]
    return f"{digest}.{ending}" if content else ""
