"""The page that waits for a confirmation: it takes the code, and helps to find the email.

All that it shows comes from this browser's cookie, so it is the same for every address. Only the
browser that confirmed sees the result: another person may have sent the request (ADR 068).
"""

from datetime import UTC, datetime

from flask import abort, flash, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from supporters import clock
from supporters.fast_path.site_edition import use_present_edition
from supporters.lists.list_sender import sender_of
from supporters.lists.models import MailingList
from supporters.lists.queries import find_list_by_slug
from supporters.people.addresses import readable
from supporters.people.mailbox_providers import find_webmail
from supporters.signup.code_confirmation import confirm_by_code
from supporters.signup.confirmation import ConfirmedSignup, ConfirmError, find_result_of_page
from supporters.signup.rules import SEND_AGAIN_INTERVALS, AskAgain, choose_again
from supporters.signup.signup_secrets import group_digits
from supporters.web.public.confirmation.confirmation_pages import show_confirmed
from supporters.web.public.form_limits import LimitedForm
from supporters.web.public.public_blueprint import LANGUAGE, public
from supporters.web.public.rate_limits import TypedForm, admit
from supporters.web.public.signup.closed_forms import explain_no_made_form
from supporters.web.public.signup.form_submission import find_sent_page, send_form_again
from supporters.web.public.signup.forms import CodeForm
from supporters.web.public.signup.sent_form import (
    LIST_KEY,
    PAGE_KEY,
    REQUEST_KEY,
    find_dead_address,
    find_form,
    find_typed_address,
    forget_form,
    is_confirmed_here,
    is_request_over,
    list_times,
)

GONE, UNPROCESSABLE, NOT_FOUND = 410, 422, 404
CODE_REFUSED = (
    *(ConfirmError.WRONG_CODE, ConfirmError.TOO_MANY_CODES),
    *(ConfirmError.WRONG_CODES_OF_NETWORK, ConfirmError.CODES_STOPPED),
)


@public.route(f"/{LANGUAGE}/join/<slug>/check", methods=["GET", "POST"])
def check(slug: str) -> ResponseReturnValue:
    """Wait for the confirmation, and accept the code of the email."""
    mailing_list = _get_open_list(slug)
    if REQUEST_KEY not in session:
        return redirect(url_for("public.join", slug=slug))
    asked = session[REQUEST_KEY]
    if is_confirmed_here():
        return _show_outcome(mailing_list, find_result_of_page(asked))
    form, is_over = CodeForm(), is_request_over()
    if not form.validate_on_submit() and not is_over:
        return _show_check(mailing_list, form), UNPROCESSABLE if form.is_submitted() else 200
    outcome = ConfirmError.EXPIRED if is_over else confirm_by_code(asked, form.code.data or "")
    if outcome in CODE_REFUSED:
        form.code.errors = [_explain(outcome)]
        return _show_check(mailing_list, form), UNPROCESSABLE
    return _show_outcome(mailing_list, outcome)


@public.get(f"/{LANGUAGE}/check")
def check_any() -> ResponseReturnValue:
    """Lead from the home page to the page that waits for the confirmation of this browser.

    A browser that refuses cookies gets the page that waits for nothing.
    """
    slug = session.get(LIST_KEY, "")
    if not slug and "sent" in request.args:
        return render_template("public/confirmation/sent.html")
    return redirect(url_for("public.check", slug=slug) if slug else url_for("public.home"))


@public.get(f"/{LANGUAGE}/join/<slug>/check/state")
def check_state(slug: str) -> ResponseReturnValue:
    """Tell the script of the page whether this browser has confirmed: by its cookie alone.

    A few times it asks as well whether the email came back.
    """
    state = {"is_confirmed": is_confirmed_here()}
    if "bounce" in request.args:
        state["has_bounced"] = find_dead_address() is not None
    return jsonify(state)


@public.post(f"/{LANGUAGE}/join/<slug>/check/again")
def send_again(slug: str) -> ResponseReturnValue:
    """Send the form of this browser once more; the email before it works as well."""
    page = url_for("public.check", slug=slug)
    if REQUEST_KEY not in session or is_request_over():
        return redirect(page, 303)
    match _answer_again():
        case AskAgain.EARLY | AskAgain.ENOUGH as refused:
            flash(_explain_refusal(refused), "info")
        case AskAgain.NOW:
            domain = (find_typed_address() or "").rpartition("@")[2]
            admit(TypedForm(kind=LimitedForm.SIGNUP, domain=domain))
            if not send_form_again(slug):
                return redirect(url_for("public.correct", slug=slug), 303)
            flash(_explain_sent(), "success")
    return redirect(page, 303)


@public.get(f"/{LANGUAGE}/join/<slug>/correct")
def correct(slug: str) -> ResponseReturnValue:
    """Show the sign-up form as this browser sent it, to correct it."""
    fields = find_form()
    if fields is None:
        return redirect(url_for("public.join", slug=slug))
    use_present_edition()
    page = find_sent_page(slug)
    if page is None:
        return explain_no_made_form(session.get(PAGE_KEY, "")) or abort(NOT_FOUND)
    page = page.as_sent(fields)
    form = page.form_class(formdata=fields)
    form.page_hash = page.fingerprint
    form.email.data = readable(form.email.data or "")
    return page.show(form)


def _show_outcome(
    mailing_list: MailingList, outcome: ConfirmedSignup | ConfirmError
) -> ResponseReturnValue:
    forget_form()
    if isinstance(outcome, ConfirmedSignup):
        return show_confirmed(outcome)
    has_left = outcome is ConfirmError.UNSUBSCRIBED
    page = (
        "public/confirmation/check_left.html" if has_left else "public/confirmation/check_over.html"
    )
    return render_template(page, mailing_list=mailing_list), GONE


def _get_open_list(slug: str) -> MailingList:
    mailing_list = find_list_by_slug(slug)
    if mailing_list is None or not mailing_list.is_open:
        abort(NOT_FOUND)
    return mailing_list


def _show_check(mailing_list: MailingList, form: CodeForm) -> str:
    address = find_typed_address()
    if form.code.data and not form.code.data.strip("0123456789"):
        form.code.data = group_digits(form.code.data)
    return render_template(
        "public/confirmation/check.html",
        mailing_list=mailing_list,
        form=form,
        address=readable(address) if address else None,
        webmail=find_webmail(address) if address else None,
        sender=sender_of(mailing_list).name,
        again=_answer_again().name.lower() if address else None,
        seconds=_seconds_to_wait(),
        has_looked="look" in request.args,
        is_dead=find_dead_address(),
    )


def _answer_again() -> AskAgain:
    return choose_again([_moment(each) for each in list_times()], clock.now())


def _seconds_to_wait() -> int:
    """Return after how many seconds the email can be sent again."""
    waited = clock.now().timestamp() - max(list_times())
    return max(0, round(SEND_AGAIN_INTERVALS[0].total_seconds() - waited))


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _explain_sent() -> str:
    return str(
        gettext(
            "If the address can receive it, another email is on its way. The email before it works "
            "as well."
        )
    )


def _explain_refusal(refused: AskAgain) -> str:
    if refused is AskAgain.ENOUGH:
        return str(gettext("We send at most two emails a day. Look for the newest one."))
    return str(
        gettext(
            "An email may need two minutes. You can press again in %(count)d seconds.",
            count=_seconds_to_wait(),
        )
    )


def _explain(refused: ConfirmedSignup | ConfirmError) -> str:
    if refused is ConfirmError.CODES_STOPPED:
        message = gettext(
            "Codes are not accepted at the moment. Press the button in our email instead; it works."
        )
    elif refused is ConfirmError.WRONG_CODES_OF_NETWORK:
        message = gettext(
            "Too many wrong codes came from your network. Press the button in our email instead; "
            "it still works."
        )
    elif refused is ConfirmError.TOO_MANY_CODES:
        message = gettext(
            "You have tried too often. Press the button in our email instead; it still works."
        )
    else:
        message = gettext(
            "This isn’t the code in our email. Check the 6 digits, or press the button in the "
            "email."
        )
    return str(message)
