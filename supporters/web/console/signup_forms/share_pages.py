"""“Share”: the short address, QR code and poster of a list or form; where sign-ups come from."""

from flask import Response
from flask.typing import ResponseReturnValue

from supporters import clock
from supporters.lists.models import ListWords, MailingList, list_name_of, list_words_of
from supporters.public_languages import public_languages
from supporters.signup.signup_sources import list_form_source_totals, list_source_totals
from supporters.signup_forms.models import FormStatus, SignupForm
from supporters.signup_forms.public_forms import describe_form
from supporters.signup_forms.queries import list_forms_of_list
from supporters.signup_forms.rules import split_paragraphs
from supporters.web.console.console_blueprint import LIST, console, team_only
from supporters.web.console.lists.list_pages import get_list_or_404
from supporters.web.console.signup_forms.shared_pages import (
    SharedPage,
    asked_language,
    send_qr_code,
    show_poster,
    show_shared,
)
from supporters.web.console.signup_forms.signup_form_pages import (
    FORM,
    get_form_or_404,
    may_see_form,
)

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


@console.get(f"/lists/{LIST}/share")
@team_only
def share_list(list_id: int) -> ResponseReturnValue:
    """Show the addresses of a list; with a source in the query, those that count it."""
    page = _describe_list(get_list_or_404(list_id))
    sources = list_source_totals(list_id, clock.now())
    return show_shared(page, public_languages(), sources, forms=_list_forms(list_id))


@console.get(f"/lists/{LIST}/qr-code.{KIND}")
@team_only
def qr_code(list_id: int, kind: str) -> ResponseReturnValue:
    """Download the QR code of a list as a drawing or as a picture."""
    return send_qr_code(_describe_list(get_list_or_404(list_id)), kind)


@console.get(f"/lists/{LIST}/poster")
@team_only
def poster(list_id: int) -> ResponseReturnValue:
    """Show an A4 poster of a list in a language, to be printed."""
    mailing_list = get_list_or_404(list_id)
    language = asked_language(public_languages())
    words = list_words_of(mailing_list, language)
    return show_poster(_describe_list(mailing_list), words, language)


@console.get(f"/forms/{FORM}/share")
@team_only
def share_signup_form(form_id: int) -> ResponseReturnValue:
    """Show the addresses of a form; with a source in the query, those that count it."""
    page = _describe_form(get_form_or_404(form_id))
    return show_shared(page, _languages_of(page), list_form_source_totals(form_id, clock.now()))


@console.get(f"/forms/{FORM}/qr-code.{KIND}")
@team_only
def signup_form_qr_code(form_id: int, kind: str) -> Response:
    """Download the QR code of a form as a drawing or as a picture."""
    return send_qr_code(_describe_form(get_form_or_404(form_id)), kind)


@console.get(f"/forms/{FORM}/poster")
@team_only
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
