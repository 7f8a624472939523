"""The addresses of lists and forms: short ones lead to a page, and closed forms say so."""

from http import HTTPStatus
from typing import Any, NamedTuple

from flask import abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from supporters.fast_path.site_edition import use_present_edition
from supporters.lists.models import ListStatus
from supporters.lists.queries import find_list_by_slug
from supporters.lists.rules import tidy_slug
from supporters.signup.shared_rows import find_shared_list_by_slug
from supporters.signup_forms.models import FormStatus
from supporters.signup_forms.public_forms import PublicForm, find_shared_form_by_slug
from supporters.web.page_language import browser_language, select_language
from supporters.web.public.public_blueprint import LANGUAGE, public
from supporters.web.public.signup.list_cards import list_cards

PASSED_ON = ("from", "email", "event")
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
    passed_on: dict[str, Any] = {
        name: request.args[name] for name in PASSED_ON if name in request.args
    }
    return redirect(url_for("public.join", slug=tidy_slug(typed), lang_code=language, **passed_on))


class TitleWords(NamedTuple):
    """The title of a form, and its language."""

    title: str
    language: str


def explain_no_made_form(slug: str) -> ResponseReturnValue | None:
    """Lead to a language that the form has, or say that it is closed; None for no such form."""
    use_present_edition()
    made = find_shared_form_by_slug(slug) or find_shared_form_by_slug(tidy_slug(slug))
    if made is None or made.status is FormStatus.DRAFT:
        return None
    here = select_language()
    language = made.choose_language(here)
    is_elsewhere = language != here or made.slug != slug
    if made.status is FormStatus.OPEN and language and is_elsewhere:
        passed_on: dict[str, Any] = {
            name: request.args[name] for name in PASSED_ON if name in request.args
        }
        page = url_for("public.join", slug=made.slug, lang_code=language, **passed_on)
        return redirect(page, HTTPStatus.FOUND if request.method == "GET" else HTTPStatus.SEE_OTHER)
    return _say_closed(made), HTTPStatus.GONE


def find_missing_status(slug: str) -> HTTPStatus:
    """Return the status for an address without an open form: 410 if there was one."""
    use_present_edition()
    mailing_list, made = find_list_by_slug(slug), find_shared_form_by_slug(slug)
    is_closed = (mailing_list and mailing_list.status is ListStatus.CLOSED) or (
        made and made.status is FormStatus.CLOSED
    )
    return HTTPStatus.GONE if is_closed else HTTPStatus.NOT_FOUND


def _say_closed(made: PublicForm) -> str:
    language = made.choose_language(select_language()) or made.words[0][0]
    words = TitleWords(made.get_words(language).title, language)
    return render_template("public/signup/form_closed.html", words=words, lists=list_cards())
