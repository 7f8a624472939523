"""Finds sign-up pages. All that visitors share of them is cached (ADR 061)."""

from collections.abc import Sequence

from supporters.fast_path.site_edition import find_cached
from supporters.lists.models import MailingList
from supporters.mail.links import link_to
from supporters.questions.queries import Question
from supporters.signup.queries import SignupBox
from supporters.signup.shared_rows import (
    find_shared_list_by_slug,
    list_shared_boxes,
    list_shared_boxes_of,
    list_shared_open,
    list_shared_questions,
)
from supporters.signup_forms.models import FormStatus
from supporters.signup_forms.public_forms import PublicForm, find_shared_form_by_slug
from supporters.web.page_language import select_language
from supporters.web.public.signup.join_page import JoinPage
from supporters.web.public.signup.local_lists import has_local_lists
from supporters.web.public.surfaces import Surface


def find_join_page(slug: str, *, surface: Surface = Surface.SITE) -> JoinPage | None:
    """Return the page of an open list or form in the language of the request."""
    language = select_language()
    key = ("join page", surface, slug, language)
    return find_cached(key, lambda: _find(slug, surface=surface, language=language))


def _find(slug: str, *, surface: Surface, language: str) -> JoinPage | None:
    mailing_list = find_shared_list_by_slug(slug)
    if mailing_list is None:
        return _find_made(slug, surface=surface, language=language)
    if not mailing_list.is_open:
        return None
    return _make_page(mailing_list, language, surface=surface)


def _find_made(slug: str, *, surface: Surface, language: str) -> JoinPage | None:
    made = find_shared_form_by_slug(slug)
    if made is None or made.status is not FormStatus.OPEN or language not in made.languages:
        return None
    page = _make_made_page(made, language, surface=surface)
    return page if page.offers else None


def choose_form_language(slug: str, wanted: str) -> str:
    """Return the language for the page of a slug: the wanted one, unless its form lacks it."""
    made = find_shared_form_by_slug(slug)
    return (made.choose_language(wanted) if made else None) or wanted


def make_form_preview(made: PublicForm) -> JoinPage:
    """Return the page of any form, even of a draft, in the language of the request."""
    return _make_made_page(made, select_language(), surface=Surface.SITE)


def _make_made_page(made: PublicForm, language: str, *, surface: Surface) -> JoinPage:
    offers = list_shared_boxes_of(made.list_ids, language)
    asked = _list_questions(offers)
    return JoinPage(
        language=language,
        mailing_list=None,
        offers=offers,
        url=link_to(surface.endpoint, slug=made.slug, **{surface.language_key: language}),
        surface=surface,
        questions=[each for each in asked if each.id in made.question_ids],
        made=made,
    )


def make_preview(mailing_list: MailingList) -> JoinPage:
    """Return the sign-up page of any list, even of a draft, in the language of the request."""
    return _make_page(mailing_list, select_language())


def _make_page(
    mailing_list: MailingList, language: str, *, surface: Surface = Surface.SITE
) -> JoinPage:
    return JoinPage(
        language=language,
        mailing_list=mailing_list,
        offers=list_shared_boxes(mailing_list.slug, language),
        url=link_to(surface.endpoint, slug=mailing_list.slug, **{surface.language_key: language}),
        surface=surface,
        questions=list_shared_questions(mailing_list.id),
        has_local=surface is Surface.SITE and has_local_lists(beside=mailing_list.id),
    )


def find_home_form() -> JoinPage | None:
    """Return the home page as a form, if a list is offered there."""
    language = select_language()
    return find_cached(("home form", language), lambda: _find_home(language))


def _find_home(language: str) -> JoinPage | None:
    offers = list_shared_boxes("", language)
    offered = {each.id for each, _ in offers if each is not None}
    if not offered:
        return None
    return JoinPage(
        language=language,
        mailing_list=None,
        offers=offers,
        url=link_to("public.home", lang_code=language),
        others=[each for each in list_shared_open() if each.id not in offered],
        questions=_list_questions(offers),
        has_local=has_local_lists(beside=0),
    )


def _list_questions(offers: Sequence[SignupBox]) -> list[Question]:
    """Return the questions of the lists that have a box."""
    lists = [each for each, _ in offers if each is not None]
    return [question for each in lists for question in list_shared_questions(each.id)]
