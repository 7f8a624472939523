"""The link of a reconfirmation email: the current wording and a box. A GET changes nothing."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from supporters.mail.links import link_to
from supporters.reconfirmation.reconfirmation_answers import (
    NotAsked,
    Question,
    Yes,
    find_question,
    say_no,
    say_yes,
)
from supporters.web.public import dead_links
from supporters.web.public.forms import RenewForm, make_renew_form
from supporters.web.public.page_capture import (
    NOBODYS_TOKEN,
    Shown,
    hash_of,
    keep,
    languages_without_token,
)
from supporters.web.public.public_blueprint import LANGUAGE, public
from supporters.web.public.retention_notice import times_kept

UNPROCESSABLE = 422
NO = "no"
DEAD_LINKS = {
    NotAsked.UNKNOWN: dead_links.QUESTION_UNKNOWN,
    NotAsked.EXPIRED: dead_links.QUESTION_EXPIRED,
    NotAsked.OVER: dead_links.QUESTION_OVER,
    NotAsked.TEXT_CHANGED: dead_links.QUESTION_CHANGED,
    NotAsked.FROZEN: dead_links.QUESTION_FROZEN,
}


@public.get(f"/{LANGUAGE}/again/<token>")
def renew(token: str) -> ResponseReturnValue:
    """Show the form, or the answer if there is one."""
    match find_question(token, str(get_locale())):
        case NotAsked() as reason:
            return _explain(reason)
        case question if question.is_answered:
            return _show_renewed(question)
        case question:
            return _show_form(question, make_renew_form(question.new.id, hash_of(_shown(question))))


@public.post(f"/{LANGUAGE}/again/<token>")
def renew_now(token: str) -> ResponseReturnValue:
    """Store the answer."""
    language = str(get_locale())
    if request.form.get("answer") == NO:
        return _leave(token, language)
    match find_question(token, language):
        case NotAsked() as reason:
            return _explain(reason)
        case question:
            shown = _shown(question)
    form = make_renew_form(question.new.id, hash_of(shown))
    if not question.is_answered and not form.validate():
        return _show_form(question, form), UNPROCESSABLE
    page_url = link_to("public.renew", lang_code=language, token=NOBODYS_TOKEN)
    yes = Yes(
        language=language,
        wording_id=question.new.id,
        page_url=page_url,
        page_version_id=keep(shown),
    )
    match say_yes(token, yes):
        case NotAsked() as reason:
            return _explain(reason)
        case answered:
            return _show_renewed(answered)


def _leave(token: str, language: str) -> ResponseReturnValue:
    match say_no(token, language):
        case NotAsked.UNKNOWN | NotAsked.EXPIRED as reason:
            return _explain(reason)
        case NotAsked():
            names = []
        case question:
            names = [question.name]
    return render_template("public/left.html", list_names=names)


def _show_form(question: Question, form: RenewForm) -> str:
    form.page.data = form.page_hash
    return _render(question, form)


def _shown(question: Question) -> Shown:
    """Return the page for the snapshot: it holds no personal data."""

    def render() -> str:
        return _render(question, make_renew_form(question.new.id, page_hash=None), is_kept=True)

    depends_on = ("renew", question.name, question.old.id, question.new.id)
    return Shown(str(get_locale()), depends_on, render)


def _render(question: Question, form: RenewForm, *, is_kept: bool = False) -> str:
    is_changed = question.old.purpose_id != question.new.purpose_id
    without_token = {"languages": languages_without_token("public.renew")} if is_kept else {}
    return render_template(
        "public/renew.html",
        form=form,
        name=question.name,
        old=question.old if is_changed else None,
        new=question.new,
        is_list=question.mailing_list is not None,
        times=times_kept(),
        is_kept=is_kept,
        **without_token,
    )


def _show_renewed(question: Question) -> str:
    return render_template("public/renewed.html", name=question.name, wording=question.new)


def _explain(reason: NotAsked) -> ResponseReturnValue:
    return dead_links.show_dead_link(DEAD_LINKS[reason])
