"""The link of a reconfirmation email: the current wording and a box. A GET changes nothing."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from supporters.mail.links import link_to
from supporters.reconfirmation.reconfirmation_answers import (
    AcceptedWording,
    ReconfirmationQuestion,
    ReconfirmError,
    accept_reconfirmation,
    decline_reconfirmation,
    find_reconfirmation_question,
)
from supporters.web.public import dead_links
from supporters.web.public.notices.retention_notice import retention_times
from supporters.web.public.public_blueprint import LANGUAGE, public
from supporters.web.public.signup.consent_boxes import OfferedBox, group_boxes
from supporters.web.public.signup.forms import ReconfirmationForm, make_reconfirmation_form
from supporters.web.public.signup.page_capture import (
    PLACEHOLDER_TOKEN,
    SnapshotSource,
    language_links_without_token,
    page_fingerprint,
    store_snapshot,
)

UNPROCESSABLE = 422
NO = "no"
DEAD_LINKS = {
    ReconfirmError.UNKNOWN: dead_links.RECONFIRMATION_UNKNOWN,
    ReconfirmError.EXPIRED: dead_links.RECONFIRMATION_EXPIRED,
    ReconfirmError.OVER: dead_links.RECONFIRMATION_CLOSED,
    ReconfirmError.TEXT_CHANGED: dead_links.RECONFIRMATION_TEXT_CHANGED,
    ReconfirmError.RESTRICTED: dead_links.RECONFIRMATION_RESTRICTED,
}


@public.get(f"/{LANGUAGE}/again/<token>")
def renew(token: str) -> ResponseReturnValue:
    """Show the form, or the answer if there is one."""
    match find_reconfirmation_question(token, str(get_locale())):
        case ReconfirmError() as reason:
            return _explain(reason)
        case question if question.is_answered:
            return _show_renewed(question)
        case question:
            return _show_form(question, _make_form(question))


@public.post(f"/{LANGUAGE}/again/<token>")
def renew_now(token: str) -> ResponseReturnValue:
    """Store the answer."""
    if request.form.get("answer") == NO:
        return _leave(token)
    match find_reconfirmation_question(token, str(get_locale())):
        case ReconfirmError() as reason:
            return _explain(reason)
        case question:
            form = _make_form(question)
    if not question.is_answered and not form.validate():
        return _show_form(question, form), UNPROCESSABLE
    match accept_reconfirmation(token, _accept_wording(question, form)):
        case ReconfirmError() as reason:
            return _explain(reason)
        case answered:
            return _show_renewed(answered)


def _make_form(question: ReconfirmationQuestion) -> ReconfirmationForm:
    return make_reconfirmation_form(question.new.id, page_fingerprint(_shown(question)))


def _accept_wording(question: ReconfirmationQuestion, form: ReconfirmationForm) -> AcceptedWording:
    """Store the page that the person saw; return what they agreed to on it."""
    language = str(get_locale())
    return AcceptedWording(
        language=language,
        wording_id=question.new.id,
        page_url=link_to("public.renew", lang_code=language, token=PLACEHOLDER_TOKEN),
        page_snapshot_id=store_snapshot(_shown(question), form.page.data),
    )


def _leave(token: str) -> ResponseReturnValue:
    match decline_reconfirmation(token, str(get_locale())):
        case ReconfirmError.UNKNOWN | ReconfirmError.EXPIRED as reason:
            return _explain(reason)
        case ReconfirmError():
            names = []
        case question:
            names = [question.name]
    return render_template("public/left.html", list_names=names)


def _show_form(question: ReconfirmationQuestion, form: ReconfirmationForm) -> str:
    form.page.data = form.page_hash
    return _render(question, form)


def _shown(question: ReconfirmationQuestion) -> SnapshotSource:
    """Return the page for the snapshot: it holds no personal data."""

    def render() -> str:
        return _render(
            question, make_reconfirmation_form(question.new.id, page_hash=None), is_snapshot=True
        )

    depends_on = ("renew", question.name, question.old.id, question.new.id)
    return SnapshotSource(str(get_locale()), depends_on, render)


def _render(
    question: ReconfirmationQuestion, form: ReconfirmationForm, *, is_snapshot: bool = False
) -> str:
    is_changed = question.old.purpose_id != question.new.purpose_id
    without_token = (
        {"languages": language_links_without_token("public.renew")} if is_snapshot else {}
    )
    return render_template(
        "public/confirmation/renew.html",
        form=form,
        name=question.name,
        old=question.old if is_changed else None,
        groups=group_boxes(
            [OfferedBox(form.agree, question.mailing_list, question.new, is_required=True)]
        ),
        is_list=question.mailing_list is not None,
        times=retention_times(),
        is_snapshot=is_snapshot,
        **without_token,
    )


def _show_renewed(question: ReconfirmationQuestion) -> str:
    return render_template(
        "public/confirmation/renewed.html", name=question.name, wording=question.new
    )


def _explain(reason: ReconfirmError) -> ResponseReturnValue:
    return dead_links.show_dead_link(DEAD_LINKS[reason])
