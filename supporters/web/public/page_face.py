"""The party's face on public pages, kept under the edition of the site (ADR 061, ADR 069).

Page snapshots have no face: a new logo or colour is no new evidence (ADR 040).
"""

import hashlib
from dataclasses import dataclass

from flask import Flask, Response, abort, current_app, g, request

from supporters.fast_path.site_edition import keep
from supporters.mail.links import link_to
from supporters.mail.mail_face import Face, find_face
from supporters.mail.palettes import OURS
from supporters.web.page_language import select_language
from supporters.web.public.face_style import write_style
from supporters.web.public.public_blueprint import public
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
class PageFace:
    """The face with its files: the names of the style sheet and of the icon, if there are any."""

    face: Face
    style: str = ""
    style_name: str = ""
    icon_name: str = ""

    def words_in(self, language: str) -> str:
        """Return what the party says about itself in a language."""
        return dict(self.face.share_words).get(language, "")

    def read_file(self, ending: str) -> bytes | None:
        """Return the content of its style sheet or of its icon."""
        return (self.style.encode() or None) if ending == STYLE else self.face.icon


OWN_LOOK = PageFace(face=Face())


def find_page_face() -> PageFace:
    """Return the face of pages. A process looks at most every ten seconds whether it changed."""
    return keep("page face", _read_face)


def find_known_face() -> PageFace:
    """Return the face that this process knows, without the database: an error page needs it."""
    known: PageFace = current_app.extensions.get("known_face", OWN_LOOK)
    return known


def read_nothing() -> None:
    """Let the page of this request do without the database, which may be away."""
    g.reads_nothing = True


def make_page_face(face: Face) -> PageFace:
    """Return a face with its files."""
    style = "" if face.palette == OURS else write_style(face.palette)
    return PageFace(
        face=face,
        style=style,
        style_name=_name(style.encode(), STYLE),
        icon_name=_name(face.icon or b"", ICON),
    )


@public.get("/face/<name>")
def face_file(name: str) -> Response:
    """Show the style sheet or the icon of the face; under the name of today, for a year."""
    face, ending = find_page_face(), name.rpartition(".")[2]
    content = face.read_file(ending) if ending in TYPES else None
    if content is None:
        abort(404)
    response = Response(content, mimetype=TYPES[ending])
    is_of_today = name in {face.style_name, face.icon_name}
    response.headers["Cache-Control"] = FOR_A_YEAR if is_of_today else ASK_EACH_TIME
    response.add_etag()
    response.make_conditional(request)
    return response


def init_app(app: Flask) -> None:
    """Give the templates of pages the face, and the address that people share."""

    @app.template_global()
    def face_of_page(is_kept: bool = False) -> PageFace:
        if g.get("reads_nothing", False):
            return find_known_face()
        return OWN_LOOK if is_kept else find_page_face()

    app.add_template_global(find_known_face, "known_face")

    @app.template_global()
    def shared_address() -> str:
        """Return the public address of this page, if it is one that people share."""
        if request.endpoint not in SHARED_PAGES:
            return ""
        values = {**(request.view_args or {}), "lang_code": select_language()}
        return link_to(request.endpoint, **values)


def _read_face() -> PageFace:
    face = make_page_face(find_face())
    current_app.extensions["known_face"] = face
    return face


def _name(content: bytes, ending: str) -> str:
    digest = hashlib.sha256(content).hexdigest()[:DIGITS]
    return f"{digest}.{ending}" if content else ""
