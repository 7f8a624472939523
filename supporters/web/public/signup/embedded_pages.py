"""The sign-up form in a frame of the party's other sites, and forms of their own that lead to ours.

A frame has no cookie, so its form ends with "check your mailbox". A form of another site stores
nothing: it leads to our page, filled in, where the person reads the words and ticks the box.
"""

from flask import Response, abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from supporters.extensions import csrf, current_settings
from supporters.fast_path.site_edition import use_present_edition
from supporters.web.headers import allow_frames_of_our_sites
from supporters.web.public.public_blueprint import LANGUAGE, public
from supporters.web.public.signup.join_page import JoinPage
from supporters.web.public.signup.join_page_finder import find_join_page
from supporters.web.public.signup.signup_pages import show_not_open, take_signup
from supporters.web.public.signup.told_places import note_frame
from supporters.web.public.surfaces import Surface
from supporters.web.static_files import current_static_files

SEE_OTHER, NOT_FOUND = 303, 404
SCRIPT = "js/embed.js"


def find_framed(slug: str) -> JoinPage | None:
    """Return the form of a list, or of the team, for a frame."""
    return find_join_page(slug, surface=Surface.FRAME)


@public.get(f"/{LANGUAGE}/embed/<slug>")
def embedded(slug: str) -> ResponseReturnValue:
    """Show the form of a list in a frame of another site of the party."""
    allow_frames_of_our_sites()
    if missing := current_settings().missing_legal_notice:
        return show_not_open(missing)
    use_present_edition()
    page = find_framed(slug) or abort(NOT_FOUND)
    if "sent" in request.args:
        return render_template("public/signup/embedded_sent.html", slug=slug)
    note_frame(slug)
    return page.show_blank()


@public.post(f"/{LANGUAGE}/embed/<slug>")
@csrf.exempt  # a frame of another site has no cookie; origins.py lets only our own page send it
def sign_up_in_frame(slug: str) -> ResponseReturnValue:
    """Process the form of a frame."""
    allow_frames_of_our_sites()
    note_frame(slug)
    answer = take_signup(lambda: find_framed(slug), lambda _list: _say_sent(slug))
    return abort(NOT_FOUND) if answer is None else answer


def _say_sent(slug: str) -> ResponseReturnValue:
    """Lead to the page that says, without an address, that an email is on its way."""
    return redirect(url_for("public.embedded", slug=slug, sent=1), SEE_OTHER)


@public.post(f"/{LANGUAGE}/join/<slug>/from-site")
@csrf.exempt  # it stores nothing; origins.py lets only the party's sites send it
def from_our_site(slug: str) -> ResponseReturnValue:
    """Show our form with the address that a form of another site of the party sent."""
    if missing := current_settings().missing_legal_notice:
        return show_not_open(missing)
    use_present_edition()
    page = find_join_page(slug) or abort(NOT_FOUND)
    g.form_action = url_for("public.join", slug=slug)
    return page.show_filled(request.form)


@public.get("/embed.js")
def embed_script() -> Response:
    """Show the script that gives a frame the height of its form, for pages of other sites."""
    found = current_static_files().find(SCRIPT)
    response = Response(found.content, mimetype="text/javascript")
    response.headers["Cache-Control"] = "public, max-age=3600"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
