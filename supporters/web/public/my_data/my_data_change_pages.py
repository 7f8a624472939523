"""Changes in My data: first name, language, pause, answers, and the address with its link."""

from collections.abc import Sequence

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext, lazy_gettext as _
from wtforms import RadioField

from supporters.cases.current_consents import list_sentences_of
from supporters.cases.models import AddressChange
from supporters.cases.rules import PAUSES
from supporters.extensions import csrf
from supporters.lists.queries import get_list
from supporters.my_data.address_change import (
    AddressChangeResult,
    RequestAddressChangeResult,
    change_address,
    find_address_change,
    request_address_change,
)
from supporters.my_data.disputes import find_unwanted_mailbox, link_to_stop_all_mail, stop_all_mail
from supporters.my_data.my_data_service import (
    confirm_address,
    correct,
    correct_own_answers,
    pause,
    resume,
)
from supporters.people.addresses import stored_address
from supporters.people.models import Subscriber
from supporters.people.profile import profile_of
from supporters.questions.queries import Question, list_answers_of, words_of
from supporters.questions.subscriber_answers import list_answerable
from supporters.web.forms import Form, offered_languages
from supporters.web.public.dead_links import (
    NEW_ADDRESS_EXPIRED,
    NEW_ADDRESS_UNKNOWN,
    OF_AN_EMAIL_UNKNOWN,
    refuse_link,
    show_dead_link,
)
from supporters.web.public.form_limits import LimitedForm
from supporters.web.public.my_data import my_data_sessions
from supporters.web.public.notices.act_promises import flash_proof_links
from supporters.web.public.public_blueprint import LANGUAGE, public
from supporters.web.public.rate_limits import TypedForm, admit
from supporters.web.public.signup.address_forms import AddressForm
from supporters.web.public.signup.consent_page import WordingsPage
from supporters.web.public.signup.forms import ProfileForm, WordingsForm
from supporters.web.public.signup.question_fields import (
    explain,
    make_question_fields,
    question_name,
    read_typed,
)

UNPROCESSABLE = 422
RESUME = "resume"
UNTIL_RESUMED = "open"
RESTRICTED_MESSAGE = _(
    "Your data is restricted, so we cannot change it. Lift the restriction first."
)


class PersonForm(ProfileForm):
    """The form for the whole profile, with its language."""

    language = RadioField(choices=offered_languages)


@public.route(f"/{LANGUAGE}/my-data/person", methods=["GET", "POST"])
@my_data_sessions.requires_my_data
def my_data_person(person: Subscriber) -> ResponseReturnValue:
    """Correct the first name and the language of our messages."""
    form = PersonForm(data=vars(profile_of(person)))
    if not form.validate_on_submit():
        return form.render("public/my_data/person.html")
    is_done = correct(person.id, form.read_profile())
    return _back(gettext("Your data is corrected.") if is_done else None)


@public.route(f"/{LANGUAGE}/my-data/address", methods=["GET", "POST"])
@my_data_sessions.requires_my_data
def my_data_address(person: Subscriber) -> ResponseReturnValue:
    """Send an email to the new address; nothing changes before it is confirmed there."""
    form = AddressForm()
    if form.validate_on_submit():
        domain = form.address.text.rpartition("@")[2]
        admit(TypedForm(kind=LimitedForm.NEW_ADDRESS, domain=domain))
        match request_address_change(person.id, form.address, str(get_locale())):
            case RequestAddressChangeResult.EMAIL_SENT:
                return redirect(url_for("public.my_data_address_sent"), 303)
            case RequestAddressChangeResult.RESTRICTED:
                return _back(None)
            case refused:
                form.email.errors = [_explain(refused)]
    return form.render("public/my_data/address.html", person=person)


@public.get(f"/{LANGUAGE}/my-data/address/sent")
def my_data_address_sent() -> str:
    """Show the next step."""
    return render_template("public/my_data/address_sent.html")


@public.post(f"/{LANGUAGE}/my-data/pause")
@my_data_sessions.requires_my_data
def my_data_pause(person: Subscriber) -> ResponseReturnValue:
    """Pause or resume all messages."""
    chosen = request.form.get("pause", "")
    if chosen == RESUME:
        is_done = resume(person.id)
        words = gettext("You get our messages again.")
    elif chosen == UNTIL_RESUMED or chosen in {str(months) for months in PAUSES}:
        is_done = pause(person.id, None if chosen == UNTIL_RESUMED else int(chosen))
        words = gettext("Paused. You stay on your lists, and we send you nothing during the pause.")
    else:
        abort(400)
    return _back(words if is_done else None)


@public.post(f"/{LANGUAGE}/my-data/reachable")
@my_data_sessions.requires_my_data
def my_data_reachable(person: Subscriber) -> ResponseReturnValue:
    """Write again to a mailbox that couldn't be reached: its holder reads it."""
    is_done = confirm_address(person.id)
    return _back(gettext("You get our messages again.") if is_done else None)


def _back(words: str | None) -> ResponseReturnValue:
    """Redirect to the overview with a message; without words, the person is restricted."""
    flash(words or str(RESTRICTED_MESSAGE), "success" if words else "warning")
    return redirect(url_for("public.my_data_overview"), 303)


def _explain(refused: RequestAddressChangeResult) -> str:
    if refused is RequestAddressChangeResult.SAME:
        return str(gettext("We already write to this address."))
    return str(gettext("You entered several addresses today. Try again tomorrow."))


@public.get(f"/{LANGUAGE}/my-data/new-address/<token>")
def new_address(token: str) -> ResponseReturnValue:
    """Show the wordings that the new address consents to, and one button."""
    match find_address_change(token):
        case AddressChangeResult() as refused:
            return _show_not_moved(refused)
        case change:
            page = _page_of(change)
            return _show(change, page, page.make_form())


@public.post(f"/{LANGUAGE}/my-data/new-address/<token>")
@csrf.exempt
def new_address_now(token: str) -> ResponseReturnValue:
    """Change the address; the press is the consent to the wordings of the page."""
    match find_address_change(token):
        case AddressChangeResult() as refused:
            return _show_not_moved(refused)
        case change:
            page = _page_of(change)
    if not (form := page.make_form()).validate():
        return _show(change, page, form), UNPROCESSABLE
    match change_address(token, page.confirm(form)):
        case AddressChangeResult.DONE:
            return _show_moved()
        case AddressChangeResult.OTHER_SENTENCES:
            return redirect(url_for("public.new_address", token=token), 303)
        case refused:
            return _show_not_moved(refused)


def _show_moved() -> ResponseReturnValue:
    flash_proof_links()
    return redirect(url_for("public.my_data_moved"), 303)


@public.get(f"/{LANGUAGE}/my-data/moved")
def my_data_moved() -> str:
    """Show that the address is changed."""
    return render_template("public/my_data/moved.html")


@public.get(f"/{LANGUAGE}/my-data/not-my-address/<token>")
def not_my_address(token: str) -> str:
    """Show the button for "never write to this address"."""
    if find_unwanted_mailbox(token) is None:
        refuse_link(OF_AN_EMAIL_UNKNOWN)
    return render_template("public/my_data/not_my_address.html")


@public.post(f"/{LANGUAGE}/my-data/not-my-address/<token>")
@csrf.exempt
def refuse_address(token: str) -> str:
    """Suppress this address; a second POST shows the same page."""
    mailbox = find_unwanted_mailbox(token)
    if mailbox is None:
        refuse_link(OF_AN_EMAIL_UNKNOWN)
    stop_all_mail(mailbox)
    return render_template("public/my_data/not_my_address_done.html")


def _page_of(change: AddressChange) -> WordingsPage:
    return WordingsPage(
        template="public/my_data/new_address.html",
        endpoint="public.new_address",
        sentences=list_sentences_of(change.subscriber_id),
    )


def _show(change: AddressChange, page: WordingsPage, form: WordingsForm) -> str:
    never_url = link_to_stop_all_mail(stored_address(change.address), str(get_locale()))
    return page.render(form, never_url=never_url)


def _show_not_moved(refused: AddressChangeResult) -> ResponseReturnValue:
    is_over = refused is not AddressChangeResult.UNKNOWN
    return show_dead_link(NEW_ADDRESS_EXPIRED if is_over else NEW_ADDRESS_UNKNOWN)


@public.route(f"/{LANGUAGE}/my-data/answers", methods=["GET", "POST"])
@my_data_sessions.requires_my_data
def my_data_answers(person: Subscriber) -> ResponseReturnValue:
    """Show the questions of the person's lists with their answers, and take other answers."""
    questions = list_answerable(person.id)
    form = _make_form(person.id, questions)
    if form.validate_on_submit():
        is_done = correct_own_answers(person.id, read_typed(form, questions))
        words = gettext("Your answers are saved.") if is_done else str(RESTRICTED_MESSAGE)
        flash(words, "success" if is_done else "warning")
        return redirect(url_for("public.my_data_overview"), 303)
    return _show_answers(form, questions)


def _show_answers(form: Form, questions: Sequence[Question]) -> ResponseReturnValue:
    return form.render(
        "public/my_data/answers.html",
        groups=_group(questions),
        name_of=question_name,
        words_of=words_of,
        explain=explain,
    )


def _make_form(subscriber_id: int, questions: Sequence[Question]) -> Form:
    answers = {question_name(each.question): each.value for each in list_answers_of(subscriber_id)}
    kind: type[Form] = type("AnswersForm", (Form,), make_question_fields(questions))
    return kind(data=answers)


def _group(questions: Sequence[Question]) -> list[tuple[str, list[Question]]]:
    """Return the names of the lists, each with its questions."""
    lists = dict.fromkeys(each.list_id for each in questions)
    return [
        (get_list(list_id).name, [each for each in questions if each.list_id == list_id])
        for list_id in lists
    ]
