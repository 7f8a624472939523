"""The short address, the QR code, the poster and the embedding of a sign-up page that is shared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask import Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext

from supporters import clock
from supporters.extensions import current_settings
from supporters.lists.models import ListWords, MailingList, list_name_of, list_words_of
from supporters.mail.links import link_to
from supporters.public_languages import default_public_language, public_languages
from supporters.signup.signup_sources import (
    SourceTotal,
    list_form_source_totals,
    list_source_totals,
    read_source,
)
from supporters.signup_forms.models import FormStatus, SignupForm
from supporters.signup_forms.public_forms import describe_form
from supporters.signup_forms.queries import list_forms_of_list
from supporters.signup_forms.rules import split_paragraphs
from supporters.web.console.console_blueprint import LIST, for_team
from supporters.web.console.lists.list_pages import get_list_or_404
from supporters.web.console.signup_forms.signup_form_pages import (
    FORM,
    get_form_or_404,
    may_see_form,
)
from supporters.web.qr_codes import draw_qr_code, draw_qr_file, paint_qr_file

NOT_FOUND = 404
KIND = "<any(svg, png):kind>"
OF_LIST = {
    "above": "console.show_list",
    "share": "console.share_list",
    "qr": "console.qr_code",
    "poster": "console.poster",
}
OF_FORM = {
    "above": "console.show_signup_form",
    "share": "console.share_signup_form",
    "qr": "console.signup_form_qr_code",
    "poster": "console.signup_form_poster",
}


class SourceRow(NamedTuple):
    """A source with its totals, and its part of the largest one in percent."""

    total: SourceTotal
    percent: int


class PageAddresses(NamedTuple):
    """The addresses of a form in a language: for a frame, a form, a program, a stall."""

    code: str
    language: str
    title: str
    frame: str
    form: str
    program: str
    stall: str


@dataclass(frozen=True, kw_only=True)
class SharedPage:
    """A sign-up page: its slug, its name, its titles by language, and its pages in the console.

    `place` has the parameter that its pages in the console have.
    """

    slug: str
    name: str
    is_open: bool
    titles: Mapping[str, str]
    endpoints: Mapping[str, str]
    place: Mapping[str, int]

    def url(self, page: str, **more: str | None) -> str:
        """Return the URL of a page in the console: `above`, `share`, `qr` or `poster`."""
        values: dict[str, Any] = {**self.place, **more}
        return url_for(self.endpoints[page], **values)

    def short_address(self, source: str | None = None) -> str:
        """Return the address for posters, which counts a source if there is one."""
        more = {"from": source} if source else {}
        return link_to("public.short_address", word=self.slug, **more)

    def addresses(self, code: str, language: str) -> PageAddresses:
        """Return the addresses in a language."""
        here = {"slug": self.slug, "lang_code": code}
        return PageAddresses(
            code=code,
            language=language,
            title=self.titles[code],
            frame=link_to("public.embedded", **here),
            form=link_to("public.from_our_site", **here),
            program=link_to("public.form_words", slug=self.slug, language=code),
            stall=link_to("public.stall", **here),
        )


def show_shared(
    page: SharedPage,
    languages: Mapping[str, str],
    sources: Sequence[SourceTotal],
    *,
    forms: Sequence[SharedPage] = (),
) -> str:
    """Return the addresses of a page; with a source in the query, those that count it.

    `forms` are the other pages that sign people up for it, and count their own sources.
    """
    typed = request.args.get("from", "").strip()
    source = read_source(typed)
    address = page.short_address(source)
    return render_template(
        "console/signup_forms/share.html",
        page=page,
        typed=typed,
        source=source,
        fault=_explain(typed) if typed and source is None else None,
        address=address,
        qr_code=draw_qr_code(address),
        sources=_rows(sources),
        forms=forms,
        pages=[page.addresses(code, name) for code, name in languages.items()],
        script=f"{current_settings().base_url}/embed.js",
        origins=current_settings().form_origins,
    )


def send_qr_code(page: SharedPage, kind: str) -> Response:
    """Return the QR code of a page as a drawing or as a picture."""
    source = read_source(request.args.get("from", ""))
    address = page.short_address(source)
    content = draw_qr_file(address) if kind == "svg" else paint_qr_file(address)
    name = "-".join(["qr", page.slug, *([source] if source else [])])
    return Response(
        content,
        mimetype="image/svg+xml" if kind == "svg" else "image/png",
        headers={"Content-Disposition": f'attachment; filename="{name}.{kind}"'},
    )


def asked_language(languages: Mapping[str, str]) -> str:
    """Return the language of a poster, or answer 404."""
    first = default_public_language()
    fallback = first if first in languages else next(iter(languages), first)
    language = request.args.get("language", fallback)
    return language if language in languages else abort(NOT_FOUND)


def show_poster(page: SharedPage, words: ListWords, language: str) -> str:
    """Return an A4 poster in a language, to be printed."""
    address = page.short_address(read_source(request.args.get("from", "")))
    with force_locale(language):
        return render_template(
            "public/poster.html",
            page=page,
            words=words,
            language=language,
            address=address,
            typed_address=page.short_address().partition("://")[2],
            qr_code=draw_qr_code(address),
            party=current_settings(),
        )


def _explain(typed: str) -> str:
    return str(
        gettext(
            "“%(typed)s” can’t stand in an address. Use up to 40 letters without accents, digits "
            "and hyphens, for example leaflet-lyon.",
            typed=typed[:60],
        )
    )


def _rows(totals: Sequence[SourceTotal]) -> list[SourceRow]:
    most = max((each.recent for each in totals), default=0)
    return [SourceRow(each, 100 * each.recent // most if most else 0) for each in totals]


@for_team.get(f"/lists/{LIST}/share")
def share_list(list_id: int) -> ResponseReturnValue:
    """Show the addresses of a list; with a source in the query, those that count it."""
    page = _describe_list(get_list_or_404(list_id))
    sources = list_source_totals(list_id, clock.now())
    return show_shared(page, public_languages(), sources, forms=_list_forms(list_id))


@for_team.get(f"/lists/{LIST}/qr-code.{KIND}")
def qr_code(list_id: int, kind: str) -> ResponseReturnValue:
    """Download the QR code of a list as a drawing or as a picture."""
    return send_qr_code(_describe_list(get_list_or_404(list_id)), kind)


@for_team.get(f"/lists/{LIST}/poster")
def poster(list_id: int) -> ResponseReturnValue:
    """Show an A4 poster of a list in a language, to be printed."""
    mailing_list = get_list_or_404(list_id)
    language = asked_language(public_languages())
    words = list_words_of(mailing_list, language)
    return show_poster(_describe_list(mailing_list), words, language)


@for_team.get(f"/forms/{FORM}/share")
def share_signup_form(form_id: int) -> ResponseReturnValue:
    """Show the addresses of a form; with a source in the query, those that count it."""
    page = _describe_form(get_form_or_404(form_id))
    return show_shared(page, _languages_of(page), list_form_source_totals(form_id, clock.now()))


@for_team.get(f"/forms/{FORM}/qr-code.{KIND}")
def signup_form_qr_code(form_id: int, kind: str) -> Response:
    """Download the QR code of a form as a drawing or as a picture."""
    return send_qr_code(_describe_form(get_form_or_404(form_id)), kind)


@for_team.get(f"/forms/{FORM}/poster")
def signup_form_poster(form_id: int) -> str:
    """Show an A4 poster of a form in a language, to be printed."""
    made = get_form_or_404(form_id)
    page = _describe_form(made)
    language = asked_language(_languages_of(page))
    shown = describe_form(made).get_words(language)
    about = next(iter(split_paragraphs(shown.intro)), "")
    return show_poster(page, ListWords(shown.title, about, language), language)


def _describe_list(mailing_list: MailingList) -> SharedPage:
    return SharedPage(
        slug=mailing_list.slug,
        name=list_name_of(mailing_list),
        is_open=mailing_list.is_open,
        titles={code: list_name_of(mailing_list, code) for code in public_languages()},
        endpoints=OF_LIST,
        place={"list_id": mailing_list.id},
    )


def _describe_form(made: SignupForm) -> SharedPage:
    shown = describe_form(made)
    return SharedPage(
        slug=made.slug,
        name=made.name,
        is_open=made.status is FormStatus.OPEN,
        titles={code: shown.get_words(code).title for code in shown.languages},
        endpoints=OF_FORM,
        place={"form_id": made.id},
    )


def _list_forms(list_id: int) -> list[SharedPage]:
    """Return the forms with a box for a list, of those that this account may see."""
    return [_describe_form(each) for each in list_forms_of_list(list_id) if may_see_form(each)]


def _languages_of(page: SharedPage) -> dict[str, str]:
    return {code: name for code, name in public_languages().items() if code in page.titles}
