"""A consent text that waits: a second person reads what will leave, and agrees; owners cancel."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from supporters import clock
from supporters.accounts.queries import find_organiser
from supporters.accounts.second_person import SecondPersonFault
from supporters.lists.wording_changes import current_texts
from supporters.public_languages import public_languages
from supporters.reconfirmation.consent_changes import (
    ConsentChangeError,
    agree_to_change,
    cancel_change,
    find_agreement_fault,
)
from supporters.reconfirmation.models import ConsentChange, ConsentChangeStatus
from supporters.reconfirmation.queries import count_people_concerned, find_consent_change
from supporters.reconfirmation.reconfirmation_mails import preview_change
from supporters.web.console.console_blueprint import (
    console,
    owners_and_dpo_only,
    recent_password_required,
)
from supporters.web.console.lists.purpose_pages import describe_change, get_purpose_or_404
from supporters.web.forms import EmptyForm
from supporters.web.labels import label

CHANGE = f"<int(max={2**63 - 1}):change_id>"


@console.route(f"/consents/changes/{CHANGE}", methods=["GET", "POST"])
@owners_and_dpo_only
@recent_password_required
def show_consent_change(change_id: int) -> ResponseReturnValue:
    """Show a consent text that waits; agree to it, or cancel it."""
    change = _get_change_or_404(change_id)
    if EmptyForm().validate_on_submit():
        decide = agree_to_change if "agree" in request.form else cancel_change
        return _after_decision(decide(change_id, current_user.id), change.purpose_id)
    return _show_change(change)


def _show_change(change: ConsentChange) -> str:
    fault = find_agreement_fault(change, current_user, clock.now())
    requester = find_organiser(change.requested_by_id)
    emails = [(code, name, preview_change(change, code)) for code, name in _languages_of(change)]
    return render_template(
        "console/lists/consent_change.html",
        change=change,
        row=describe_change(change),
        requester=requester.shown_name if requester else gettext("somebody"),
        before=current_texts(change.purpose_id),
        people=count_people_concerned(change),
        languages_of_texts=_languages_of(change),
        emails=[each for each in emails if each[2]],
        is_waiting=change.ended_at is None,
        fault=None if fault is None else label(fault),
        form=EmptyForm(),
    )


def after_request(change: ConsentChange) -> ResponseReturnValue:
    """Say what a new consent change waits for, and lead to it."""
    if change.status is ConsentChangeStatus.OPEN:
        flash(gettext("Nothing changed yet: a second person has to agree first."), "success")
    else:
        flash(gettext("Nothing changed yet: 48 hours pass first."), "success")
    return redirect(url_for("console.show_consent_change", change_id=change.id), 303)


def _languages_of(change: ConsentChange) -> list[tuple[str, str]]:
    return [(code, name) for code, name in public_languages().items() if code in change.texts]


def _after_decision(
    decided: ConsentChange | ConsentChangeError | SecondPersonFault, purpose_id: int
) -> ResponseReturnValue:
    match decided:
        case ConsentChange(status=ConsentChangeStatus.DONE):
            flash(gettext("You agreed. The text is in force."), "success")
            purpose_id = decided.result_id or purpose_id
        case ConsentChange(status=ConsentChangeStatus.AGREED):
            flash(gettext("You agreed. The text is in force after 48 hours."), "success")
        case ConsentChange(status=ConsentChangeStatus.CANCELLED):
            flash(gettext("The text is cancelled. Nothing changes."), "success")
        case ConsentChange():
            flash(label(ConsentChangeError.WORDS_CHANGED), "error")
        case fault:
            flash(label(fault), "error")
    return redirect(url_for("console.show_purpose", purpose_id=purpose_id), 303)


def _get_change_or_404(change_id: int) -> ConsentChange:
    change = find_consent_change(change_id) or abort(404)
    get_purpose_or_404(change.purpose_id)
    return change
