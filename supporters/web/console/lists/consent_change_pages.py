"""Reconfirmation of an earlier text, and consent texts that wait for a second person."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, gettext
from flask_login import current_user

from supporters import clock
from supporters.accounts.queries import find_organiser
from supporters.accounts.second_person import SecondPersonFault
from supporters.delivery.message.previews import (
    TESTS_A_DAY,
    SendTestError,
    send_reconfirmation_test,
)
from supporters.lists.purpose_changes import PurposeStats, current_texts
from supporters.public_languages import public_languages
from supporters.reconfirmation.consent_changes import (
    ConsentChangeError,
    agree_to_change,
    cancel_change,
    find_agreement_fault,
    request_mailing,
)
from supporters.reconfirmation.models import ConsentChange, ConsentChangeStatus
from supporters.reconfirmation.queries import (
    count_people_concerned,
    count_to_ask,
    find_consent_change,
    is_mailing_agreed,
)
from supporters.reconfirmation.reconfirmation_mails import preview_change, preview_reconfirmation
from supporters.reconfirmation.reconfirmation_rounds import (
    PeopleCountChanged,
    StartReconfirmationError,
    start_reconfirmation,
    stop_reconfirmation,
)
from supporters.web.console.console_blueprint import (
    PURPOSE,
    for_owners,
    for_owners_and_dpo,
    recent_password_required,
)
from supporters.web.console.lists.consent_forms import ReconfirmationStartForm
from supporters.web.console.lists.purpose_pages import (
    describe_change,
    find_figures,
    get_purpose_or_404,
    name_of_figures,
)
from supporters.web.forms import EmptyForm
from supporters.web.labels import label

CHANGE = f"<int(max={2**63 - 1}):change_id>"


@for_owners_and_dpo.route(f"/consents/changes/{CHANGE}", methods=["GET", "POST"])
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


@for_owners.route(f"/consents/{PURPOSE}/ask", methods=["GET", "POST"])
@recent_password_required
def ask_people_again(purpose_id: int) -> ResponseReturnValue:
    """Show the email and the number of people; start or continue after the number is typed."""
    purpose = get_purpose_or_404(purpose_id)
    form = ReconfirmationStartForm(count_to_ask(purpose))
    figures = find_figures(purpose)
    if figures is None or purpose.succeeds_id is None or not form.to_ask:
        return _refuse(purpose_id, ConsentChangeError.NOBODY_TO_ASK)
    if not form.validate_on_submit():
        return _show(figures, form)
    match _start_or_request(purpose_id, form.to_ask):
        case PeopleCountChanged(people):
            form.show_change(people)
            return _show(figures, form)
        case answer:
            return _after_start(purpose_id, answer)


def _after_start(
    purpose_id: int, answer: ConsentChange | ConsentChangeError | StartReconfirmationError | None
) -> ResponseReturnValue:
    match answer:
        case ConsentChange() as waiting:
            return after_request(waiting)
        case None:
            flash(gettext("The emails leave now, some each minute."), "success")
            return _back_to(purpose_id)
        case ConsentChangeError() as refused:
            return _refuse(purpose_id, refused)
        case _:
            return _refuse(purpose_id, ConsentChangeError.NOBODY_TO_ASK)


def _refuse(purpose_id: int, refused: ConsentChangeError) -> ResponseReturnValue:
    flash(label(refused), "error")
    return _back_to(purpose_id)


def _start_or_request(
    purpose_id: int, people: int
) -> ConsentChange | ConsentChangeError | PeopleCountChanged | StartReconfirmationError | None:
    """Start, if a second person has agreed to these words; ask for one otherwise."""
    started = start_reconfirmation(purpose_id, expected_people=people)
    if started is not StartReconfirmationError.NOT_AGREED:
        return started
    return request_mailing(purpose_id, current_user.id, expected_people=people)


@for_owners.post(f"/consents/{PURPOSE}/ask/test")
def test_reconfirmation(purpose_id: int) -> ResponseReturnValue:
    """Send the email as a test to the signed-in owner."""
    match send_reconfirmation_test(get_purpose_or_404(purpose_id), current_user.id):
        case None:
            done = gettext("A test is on its way to %(address)s.", address=current_user.email)
            flash(done, "success")
        case SendTestError.CONTENT_FAULTY:
            flash(gettext("There is no text in your language."), "error")
        case refused:
            words = {"count": format_decimal(TESTS_A_DAY)}
            flash(label(refused) % words, "error")
    return redirect(url_for("console.ask_people_again", purpose_id=purpose_id), 303)


@for_owners.post(f"/consents/{PURPOSE}/ask/stop")
def stop_asking_people(purpose_id: int) -> ResponseReturnValue:
    """Stop the emails. People who were asked can still answer."""
    stop_reconfirmation(get_purpose_or_404(purpose_id).id)
    flash(gettext("No more emails leave. People who were asked can still answer."), "success")
    return _back_to(purpose_id)


def _show(figures: PurposeStats, form: ReconfirmationStartForm) -> ResponseReturnValue:
    purpose = figures.purpose
    emails = [
        (code, name, preview_reconfirmation(purpose, code))
        for code, name in public_languages().items()
    ]
    return form.render(
        "console/lists/ask_again.html",
        purpose=purpose,
        name=name_of_figures(figures),
        people=form.to_ask,
        is_agreed=is_mailing_agreed(purpose.id),
        emails=[each for each in emails if each[2]],
    )


def _back_to(purpose_id: int) -> ResponseReturnValue:
    return redirect(url_for("console.show_purpose", purpose_id=purpose_id), 303)
