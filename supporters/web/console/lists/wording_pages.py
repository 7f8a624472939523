"""The editor of consent texts: write, preview, and say the meaning of the change."""

from collections.abc import Mapping

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from supporters.consent.labels import purpose_kind_name
from supporters.consent.models import Purpose
from supporters.consent.rules import WordingChange
from supporters.lists.purpose_changes import (
    OPTIONAL_KINDS,
    ChangeWordingError,
    OptionalPurposeError,
    WordingFaults,
    change_wording,
    create_optional_purpose,
    current_texts,
    suggest_wording,
)
from supporters.lists.queries import find_list_of_purpose
from supporters.lists.short_wordings import suggest_missing_texts, suggest_short_wordings
from supporters.public_languages import public_languages
from supporters.reconfirmation.consent_changes import ConsentChangeError, request_meaning
from supporters.reconfirmation.models import ConsentChange
from supporters.web.console.console_blueprint import (
    PURPOSE,
    done,
    for_owners,
    recent_password_required,
)
from supporters.web.console.lists.consent_change_pages import after_request
from supporters.web.console.lists.consent_forms import RewordingForm, TextsForm
from supporters.web.console.lists.purpose_pages import (
    current_purpose_id,
    find_figures,
    get_purpose_or_404,
    name_of_figures,
)
from supporters.web.labels import label

UNPROCESSABLE = 422


@for_owners.route(f"/consents/{PURPOSE}/text", methods=["GET", "POST"])
@recent_password_required
def reword(purpose_id: int) -> ResponseReturnValue:
    """Write new sentences, preview and publish them."""
    purpose = get_purpose_or_404(purpose_id)
    if current_purpose_id(purpose) != purpose_id:
        return _refuse(ChangeWordingError.SUCCEEDED, purpose)
    form = RewordingForm(data=_texts_to_begin_with(purpose))
    form.current = current_texts(purpose_id)
    if not form.is_ready() or "edit" in request.form:
        return _show_editor(form, purpose)
    if "publish" not in request.form or not form.is_meant(_count_people(purpose)):
        return _show_preview(form, purpose), UNPROCESSABLE if form.errors else 200
    published = _publish(purpose_id, form)
    if isinstance(published, dict):
        form.show_errors(published)
        return _show_editor(form, purpose)
    return _after_publishing(published, purpose)


def _publish(
    purpose_id: int, form: RewordingForm
) -> Purpose | ConsentChange | ConsentChangeError | ChangeWordingError | WordingFaults:
    """Put better words in force; freeze another meaning for a second person."""
    if form.is_material:
        return request_meaning(purpose_id, form.texts(), current_user.id)
    return change_wording(purpose_id, form.texts(), WordingChange.SAME_MEANING)


def _after_publishing(
    published: Purpose | ConsentChange | ConsentChangeError | ChangeWordingError, purpose: Purpose
) -> ResponseReturnValue:
    match published:
        case ConsentChange() as waiting:
            return after_request(waiting)
        case Purpose():
            words = gettext("Published. People who sign up from now on agree to this text.")
            flash(words, "success")
        case ConsentChangeError() as refused:
            flash(label(refused), "error")
        case reason:
            return _refuse(reason, purpose)
    return redirect(url_for("console.show_purpose", purpose_id=purpose.id), 303)


def _texts_to_begin_with(purpose: Purpose) -> dict[str, str]:
    """Return the current texts with suggestions for the missing ones, or the short ones."""
    mailing_list = find_list_of_purpose(purpose.id)
    if request.args.get("suggest") != "short" or mailing_list is None:
        return {**suggest_missing_texts(purpose), **current_texts(purpose.id)}
    return {**suggest_short_wordings(mailing_list), "change": WordingChange.SAME_MEANING.value}


@for_owners.route("/consents/new/<kind>", methods=["GET", "POST"])
@recent_password_required
def write_purpose(kind: str) -> ResponseReturnValue:
    """Write the first sentences of an optional purpose."""
    about = next((each for each in OPTIONAL_KINDS if each.value == kind), None) or abort(404)
    form = TextsForm(data={code: suggest_wording(about, code) for code in public_languages()})
    if form.is_ready():
        match create_optional_purpose(about, form.texts()):
            case Purpose(id=made_id):
                words = gettext("Saved. The text is not offered yet.")
                return done(words, "console.show_purpose", purpose_id=made_id)
            case OptionalPurposeError():
                flash(gettext("Somebody else wrote this text meanwhile."), "warning")
                return redirect(url_for("console.consents"), 303)
            case faults:
                form.show_errors(faults)
    name = purpose_kind_name(about)
    return form.render("console/lists/purpose_form.html", kind=kind, name=name)


def _show_editor(form: RewordingForm, purpose: Purpose) -> ResponseReturnValue:
    page = render_template("console/lists/wording_form.html", form=form, **_describe(purpose))
    return page, UNPROCESSABLE if form.errors else 200


def _count_people(purpose: Purpose) -> int:
    figures = find_figures(purpose)
    return figures.people if figures else 0


def _show_preview(form: RewordingForm, purpose: Purpose) -> str:
    return render_template(
        "console/lists/wording_preview.html",
        form=form,
        before=form.current,
        texts=form.texts(),
        languages_of_texts=[*public_languages().items()],
        is_material=form.is_material,
        **_describe(purpose),
    )


def _describe(purpose: Purpose) -> Mapping[str, object]:
    figures = find_figures(purpose) or abort(404)
    return {"purpose": purpose, "name": name_of_figures(figures), "people": figures.people}


def _refuse(reason: ChangeWordingError, purpose: Purpose) -> ResponseReturnValue:
    match reason:
        case ChangeWordingError.SAME_TEXT:
            flash(
                gettext("Nothing was published: the text is the same as the current one."),
                "warning",
            )
        case _:
            flash(gettext("Somebody else changed this text meanwhile. Read it first."), "error")
    return redirect(url_for("console.show_purpose", purpose_id=current_purpose_id(purpose)), 303)
