"""“Share”: the short address of a list, its QR code, its poster, and where sign-ups come from."""

from typing import NamedTuple

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext

from supporters import clock
from supporters.extensions import current_settings
from supporters.lists.models import MailingList
from supporters.mail.links import link_to
from supporters.public_languages import default_public_language, public_languages
from supporters.signup.signup_sources import SourceTotal, list_source_totals, read_source
from supporters.web.console.console_blueprint import LIST, console, team_only
from supporters.web.console.list_pages import get_list_or_404
from supporters.web.qr_codes import draw_qr_code, draw_qr_file, paint_qr_file

NOT_FOUND = 404


class SourceRow(NamedTuple):
    """A source with its totals, and its part of the largest one in percent."""

    total: SourceTotal
    percent: int


class PageAddresses(NamedTuple):
    """The addresses of a list's form in a language: for a frame, a form, a program, a stall."""

    code: str
    language: str
    frame: str
    form: str
    program: str
    stall: str


@console.get(f"/lists/{LIST}/share")
@team_only
def share_list(list_id: int) -> ResponseReturnValue:
    """Show the addresses of a list; with a source in the query, those that count it."""
    mailing_list = get_list_or_404(list_id)
    typed = request.args.get("from", "").strip()
    source = read_source(typed)
    address = short_address(mailing_list, source)
    return render_template(
        "console/share.html",
        mailing_list=mailing_list,
        typed=typed,
        source=source,
        fault=_explain(typed) if typed and source is None else None,
        address=address,
        qr_code=draw_qr_code(address),
        sources=_rows(list_source_totals(list_id, clock.now())),
        pages=[_addresses(mailing_list, code, name) for code, name in public_languages().items()],
        script=f"{current_settings().base_url}/embed.js",
        origins=current_settings().form_origins,
    )


@console.get(f"/lists/{LIST}/qr-code.<any(svg, png):kind>")
@team_only
def qr_code(list_id: int, kind: str) -> ResponseReturnValue:
    """Download the QR code of a list as a drawing or as a picture."""
    mailing_list = get_list_or_404(list_id)
    source = read_source(request.args.get("from", ""))
    address = short_address(mailing_list, source)
    content = draw_qr_file(address) if kind == "svg" else paint_qr_file(address)
    name = "-".join(["qr", mailing_list.slug, *([source] if source else [])])
    return Response(
        content,
        mimetype="image/svg+xml" if kind == "svg" else "image/png",
        headers={"Content-Disposition": f'attachment; filename="{name}.{kind}"'},
    )


@console.get(f"/lists/{LIST}/poster")
@team_only
def poster(list_id: int) -> ResponseReturnValue:
    """Show an A4 poster of a list in a language, to be printed."""
    mailing_list = get_list_or_404(list_id)
    language = request.args.get("language", default_public_language())
    if language not in public_languages():
        abort(NOT_FOUND)
    address = short_address(mailing_list, read_source(request.args.get("from", "")))
    with force_locale(language):
        return render_template(
            "public/poster.html",
            mailing_list=mailing_list,
            language=language,
            address=address,
            typed_address=short_address(mailing_list).partition("://")[2],
            qr_code=draw_qr_code(address),
            party=current_settings(),
        )


def short_address(mailing_list: MailingList, source: str | None = None) -> str:
    """Return the address for posters, which counts a source if there is one."""
    more = {"from": source} if source else {}
    return link_to("public.short_address", word=mailing_list.slug, **more)


def _addresses(mailing_list: MailingList, code: str, language: str) -> PageAddresses:
    of_list = {"slug": mailing_list.slug, "lang_code": code}
    return PageAddresses(
        code=code,
        language=language,
        frame=link_to("public.embedded", **of_list),
        form=link_to("public.from_our_site", **of_list),
        program=link_to("public.form_words", slug=mailing_list.slug, language=code),
        stall=link_to("public.stall", **of_list),
    )


def _explain(typed: str) -> str:
    return str(
        gettext(
            "“%(typed)s” can’t stand in an address. Use up to 40 letters without accents, digits "
            "and hyphens, for example leaflet-lyon.",
            typed=typed[:60],
        )
    )


def _rows(totals: list[SourceTotal]) -> list[SourceRow]:
    most = max((each.recent for each in totals), default=0)
    return [SourceRow(each, 100 * each.recent // most if most else 0) for each in totals]
