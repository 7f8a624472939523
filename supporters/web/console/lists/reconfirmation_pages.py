"""Reconfirmation of an earlier text: owners read the email, start, stop and continue."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, gettext
from flask_login import current_user

from supporters.delivery.message.previews import (
    TESTS_A_DAY,
    SendTestError,
    send_reconfirmation_test,
)
from supporters.lists.optional_purposes import PurposeStats
from supporters.public_languages import public_languages
from supporters.reconfirmation.consent_changes import ConsentChangeError, request_mailing
from supporters.reconfirmation.models import ConsentChange
from supporters.reconfirmation.queries import count_to_ask, is_mailing_agreed
from supporters.reconfirmation.reconfirmation_mails import preview_reconfirmation
from supporters.reconfirmation.reconfirmation_rounds import (
    PeopleCountChanged,
    StartReconfirmationError,
    start_reconfirmation,
    stop_reconfirmation,
)
from supporters.web.console.console_blueprint import (
    PURPOSE,
    console,
    owners_only,
    recent_password_required,
)
from supporters.web.console.lists.consent_change_pages import after_request
from supporters.web.console.lists.consent_forms import ReconfirmationStartForm
from supporters.web.console.lists.purpose_pages import (
    find_figures,
    get_purpose_or_404,
    name_of_figures,
)
from supporters.web.labels import label


@console.route(f"/consents/{PURPOSE}/ask", methods=["GET", "POST"])
@owners_only
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


@console.post(f"/consents/{PURPOSE}/ask/test")
@owners_only
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


@console.post(f"/consents/{PURPOSE}/ask/stop")
@owners_only
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
