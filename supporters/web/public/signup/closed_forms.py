"""The answer at the address of a form that can't be shown: closed, or in other languages only."""

from http import HTTPStatus
from typing import Any, NamedTuple

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from supporters.fast_path.site_edition import use_present_edition
from supporters.lists.models import ListStatus
from supporters.lists.queries import find_list_by_slug
from supporters.lists.rules import tidy_slug
from supporters.signup_forms.models import FormStatus
from supporters.signup_forms.public_forms import PublicForm, find_shared_form_by_slug
from supporters.web.page_language import select_language
from supporters.web.public.signup.list_cards import list_cards
from supporters.web.public.signup.short_addresses import KEPT


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
        kept: dict[str, Any] = {name: request.args[name] for name in KEPT if name in request.args}
        page = url_for("public.join", slug=made.slug, lang_code=language, **kept)
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
