"""Short addresses, as people type them from a poster, lead to the page of a list or form."""

from typing import Any

from flask import abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from supporters.fast_path.site_edition import use_present_edition
from supporters.lists.rules import tidy_slug
from supporters.signup.shared_rows import find_shared_list_by_slug
from supporters.signup_forms.models import FormStatus
from supporters.signup_forms.public_forms import find_shared_form_by_slug
from supporters.web.page_language import browser_language
from supporters.web.public.public_blueprint import LANGUAGE, public

KEPT = ("from", "email", "event")
NOT_FOUND = 404


@public.get("/<word>")
@public.get("/<word>/", endpoint="short_address_with_slash")
def short_address(word: str) -> ResponseReturnValue:
    """Lead to the page of a list or form. A word with a dot is a file that robots look for."""
    if "." in word or not _is_known(tidy_slug(word)):
        abort(NOT_FOUND)
    return _lead_to(word)


@public.get("/join/<slug>")
def join_in_any_language(slug: str) -> ResponseReturnValue:
    """Lead to the page of a list."""
    return _lead_to(slug)


@public.get("/join/<slug>/")
@public.get(f"/{LANGUAGE}/join/<slug>/")
def join_with_slash(slug: str) -> ResponseReturnValue:
    """Lead to the page of a list, for an address that was typed with a slash at its end."""
    return _lead_to(slug)


def _is_known(slug: str) -> bool:
    use_present_edition()
    if find_shared_list_by_slug(slug) is not None:
        return True
    made = find_shared_form_by_slug(slug)
    return made is not None and made.status is not FormStatus.DRAFT


def _lead_to(typed: str) -> ResponseReturnValue:
    language = g.get("lang_code") or browser_language()
    kept: dict[str, Any] = {name: request.args[name] for name in KEPT if name in request.args}
    return redirect(url_for("public.join", slug=tidy_slug(typed), lang_code=language, **kept))
