"""Where a sign-up form was filled in, as browsers, servers and tablets tell it (ADR 137).

A browser names the site around a frame when it opens the frame. The address to which the form is
sent carries that name; our pages send no referrer.
"""

from typing import Any
from urllib.parse import urlsplit

from flask import g, request, url_for

from supporters.consent.act_places import MAX_ORIGIN, ActPlace, ActSurface
from supporters.settings.variables import normalise_base_url
from supporters.web.public.signup.closed_forms import PASSED_ON
from supporters.web.public.signup.join_page import JoinPage
from supporters.web.public.surfaces import Surface, find_time_of_tablet

FRAMED_BY = "framed_by"
SURFACES = {each: ActSurface(each.name.lower()) for each in Surface}


def note_frame(slug: str) -> None:
    """Let the form of a frame name the site that shows it, if the browser tells one."""
    if named := _tidy(request.args.get(FRAMED_BY, "")) or _find_framing_site():
        passed_on = {name: request.args[name] for name in PASSED_ON if name in request.args}
        values: dict[str, Any] = {**passed_on, FRAMED_BY: named}
        g.form_action = url_for("public.embedded", slug=slug, **values)


def read_place(page: JoinPage) -> ActPlace:
    """Return where the form of this request was filled in."""
    return ActPlace(
        surface=SURFACES[page.surface],
        origin=_read_origin(page.surface),
        typed_at=find_time_of_tablet(),
    )


def _find_framing_site() -> str | None:
    is_framed = request.headers.get("Sec-Fetch-Dest", "iframe") == "iframe"
    return _tidy(request.headers.get("Referer", "")) if is_framed else None


def _read_origin(surface: Surface) -> str | None:
    if surface is Surface.FRAME:
        return _tidy(request.args.get(FRAMED_BY, ""))
    return _tidy(request.headers.get("Origin", "")) if surface is Surface.PROGRAM else None


def _tidy(told: str) -> str | None:
    """Return the scheme and the host of an address; None without them."""
    try:
        parts = urlsplit(told)
    except ValueError:
        return None
    origin = normalise_base_url(f"{parts.scheme}://{parts.netloc}")
    return origin if origin is not None and len(origin) <= MAX_ORIGIN else None
