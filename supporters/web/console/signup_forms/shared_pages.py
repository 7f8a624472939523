"""The short address, the QR code, the poster and the embedding of a sign-up page that is shared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask import Response, abort, render_template, request, url_for
from flask_babel import force_locale, gettext

from supporters.extensions import current_settings
from supporters.lists.models import ListWords
from supporters.mail.links import link_to
from supporters.public_languages import default_public_language
from supporters.signup.signup_sources import SourceTotal, read_source
from supporters.web.qr_codes import draw_qr_code, draw_qr_file, paint_qr_file

NOT_FOUND = 404


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
