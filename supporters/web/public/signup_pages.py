"""The sign-up form of a list, and the page that waits for the confirmation."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from flask import abort, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from supporters import clock
from supporters.extensions import csrf, current_settings
from supporters.lists.models import ListStatus, MailingList
from supporters.lists.queries import find_list_by_slug
from supporters.lists.rules import tidy_slug
from supporters.signup.code_confirmation import confirm_by_code
from supporters.signup.confirmation import (
    ConfirmedSignup,
    ConfirmError,
    find_result_of_page,
)
from supporters.signup.rules import REQUEST_LIFETIME
from supporters.signup.signup_requests import Signup, request_signup
from supporters.signup.signup_sources import read_source
from supporters.site_edition import EditionChanged, editions_to_try, read_edition
from supporters.web.public.address_forms import find_unsettled_doubt
from supporters.web.public.confirmation_pages import CONFIRMED_KEY, REQUEST_KEY, show_confirmed
from supporters.web.public.faultless_forms import TypedSignup
from supporters.web.public.form_limits import LimitedForm
from supporters.web.public.forms import CodeForm
from supporters.web.public.join_page import JoinPage, find_join_page
from supporters.web.public.list_cards import list_cards
from supporters.web.public.public_blueprint import LANGUAGE, public
from supporters.web.public.rate_limits import AdmittedOnce, TypedForm
from supporters.web.public.typed_address import (
    find_typed_address,
    forget_typed_address,
    remember_typed_address,
)

SESSION_KEY = "signup"
REQUESTED_AT_KEY = "asked-at"
SLUG_KEY = "asked-list"
BAD_REQUEST = 400
UNPROCESSABLE = 422
NOT_FOUND = 404
GONE = 410
SERVICE_UNAVAILABLE = 503
RETRY_AFTER = "3600"  # seconds
LIFETIME_SECONDS = REQUEST_LIFETIME.total_seconds()
CODE_REFUSED = (
    *(ConfirmError.WRONG_CODE, ConfirmError.TOO_MANY_CODES),
    *(ConfirmError.WRONG_CODES_OF_NETWORK, ConfirmError.CODES_STOPPED),
)


@public.get(f"/{LANGUAGE}/join/<slug>")
def join(slug: str) -> ResponseReturnValue:
    """Show the sign-up form of a list, once the legal notice is complete."""
    if missing := current_settings().missing_legal_notice:
        return show_not_open(missing)
    page = find_join_page(slug, read_edition())
    return page.show_blank() if page else _explain_no_form(slug)


@public.post(f"/{LANGUAGE}/join/<slug>")
@csrf.exempt  # the form checks its own token, so that a failure keeps the typed values
def sign_up(slug: str) -> ResponseReturnValue:
    """Process the sign-up form.

    It is checked against the page that this process has kept. The database compares its edition
    when the request is stored; a refusal is checked again with the present page.
    """
    answer = take_signup(lambda edition: find_join_page(slug, edition))
    return _explain_no_form(slug) if answer is None else answer


def take_signup(
    find_page: Callable[[str], JoinPage | None],
    welcome: Callable[[str], ResponseReturnValue] | None = None,
) -> ResponseReturnValue | None:
    """Process the form of a page; return None if there is no such form any more.

    `welcome` makes the answer to a form that was stored, from the slug of its list.
    """
    if missing := current_settings().missing_legal_notice:
        return show_not_open(missing)
    page: JoinPage | None = None
    refusal: ResponseReturnValue | None = None
    limits = AdmittedOnce()
    for edition in editions_to_try():
        page = find_page(edition)
        answer = _process(page, limits) if page else None
        if isinstance(answer, Taken):
            return (welcome or _lead_to_check)(answer.slug)
        refusal = answer
    if refusal is None and page is not None:  # the site changed at each try
        abort(SERVICE_UNAVAILABLE)
    return refusal


def _lead_to_check(slug: str) -> ResponseReturnValue:
    return redirect(url_for("public.check", slug=slug), 303)


def _explain_no_form(slug: str) -> ResponseReturnValue:
    """Lead to the list that was meant, say that it is closed, or answer 404."""
    mailing_list = find_list_by_slug(slug)
    if mailing_list is None and (meant := tidy_slug(slug)) != slug and find_list_by_slug(meant):
        return redirect(url_for("public.join", slug=meant))
    if mailing_list is None or mailing_list.status is not ListStatus.CLOSED:
        abort(NOT_FOUND)
    page = render_template("public/list_closed.html", mailing_list=mailing_list, lists=list_cards())
    return page, GONE


def show_not_open(missing: Sequence[str]) -> ResponseReturnValue:
    """Say that sign-ups are not open, and which settings the legal notice lacks."""
    page = render_template("public/not_open.html", missing=missing)
    return page, SERVICE_UNAVAILABLE, {"Retry-After": RETRY_AFTER}


class Taken(NamedTuple):
    """The answer to a form that was stored: the slug of its list."""

    slug: str


def _process(page: JoinPage, limits: AdmittedOnce) -> ResponseReturnValue | Taken | None:
    """Store a form; return the page with its faults if it has any, None if the site has changed."""
    typed, form = page.read_faultless(), None
    if typed is None:
        form = page.make_form()
        is_right = form.validate()
        if "csrf_token" in form.errors:
            form.csrf_token.errors = [_explain_cookies()]
            return page.show(form), BAD_REQUEST
        if form.is_from_a_person() and is_right:
            typed = page.read(form)
    if typed and (doubt := find_unsettled_doubt(typed.address)):
        form = form or page.make_form()
        form.ask_about(typed.address.text, doubt)
        return page.show(form), UNPROCESSABLE
    limits.admit(_describe_form(typed))
    if typed is None:
        return page.show(form or page.make_form()), UNPROCESSABLE
    try:
        return _take(page, typed)
    except EditionChanged:
        return None


def _describe_form(typed: TypedSignup | None) -> TypedForm:
    """Return what the limits must know of a form. A form with faults makes us send nothing."""
    if typed is None:
        return TypedForm(kind=LimitedForm.SIGNUP)
    domain = typed.address.text.rpartition("@")[2]
    return TypedForm(kind=LimitedForm.SIGNUP, domain=domain, opened=typed.opened)


def _take(page: JoinPage, typed: TypedSignup) -> Taken:
    """Store the request, and remember it in the session. Raises EditionChanged."""
    mailing_list = page.find_list(typed.wording_ids)
    public_id = request_signup(
        Signup(
            address=typed.address,
            profile=typed.profile,
            mailing_list_id=mailing_list.id,
            wording_ids=typed.wording_ids,
            page_url=page.url,
            page_version_id=page.store_snapshot(),
            source=read_source(request.args.get("from", "")),
            edition=page.edition,
        )
    )
    if page.surface.has_cookie:
        session[REQUEST_KEY] = public_id
        session[REQUESTED_AT_KEY] = int(clock.now().timestamp())
        session[SLUG_KEY] = mailing_list.slug
        remember_typed_address(typed.address.text)
    return Taken(mailing_list.slug)


@public.get(f"/{LANGUAGE}/check")
def check_any() -> ResponseReturnValue:
    """Lead to the page that waits for the confirmation of this browser's signup."""
    if SLUG_KEY not in session:
        return redirect(url_for("public.home"))
    return redirect(url_for("public.check", slug=session[SLUG_KEY]))


@public.route(f"/{LANGUAGE}/join/<slug>/check", methods=["GET", "POST"])
def check(slug: str) -> ResponseReturnValue:
    """Wait for the confirmation, and accept the code of the email.

    Only the browser that confirmed sees the result: another person may have sent the request.
    """
    mailing_list = _get_open_list(slug)
    if REQUEST_KEY not in session:
        return redirect(url_for("public.join", slug=slug))
    asked = session[REQUEST_KEY]
    if session.get(CONFIRMED_KEY) == asked:
        return _show_outcome(mailing_list, find_result_of_page(asked))
    form = CodeForm()
    if not form.validate_on_submit() and not _is_over():
        status = UNPROCESSABLE if form.is_submitted() else 200
        return _show_check(mailing_list, form), status
    outcome = ConfirmError.EXPIRED if _is_over() else confirm_by_code(asked, form.code.data or "")
    if outcome in CODE_REFUSED:
        form.code.errors = [_explain(outcome)]
        return _show_check(mailing_list, form), UNPROCESSABLE
    return _show_outcome(mailing_list, outcome)


def _is_over() -> bool:
    """Tell whether the request has expired, by the time in the cookie: the row may be gone."""
    asked_at = session.get(REQUESTED_AT_KEY)
    return asked_at is not None and clock.now().timestamp() >= asked_at + LIFETIME_SECONDS


def _show_outcome(
    mailing_list: MailingList, outcome: ConfirmedSignup | ConfirmError
) -> ResponseReturnValue:
    forget_typed_address()
    if isinstance(outcome, ConfirmedSignup):
        return show_confirmed(outcome)
    has_left = outcome is ConfirmError.UNSUBSCRIBED
    page = "public/check_left.html" if has_left else "public/check_over.html"
    return render_template(page, mailing_list=mailing_list), GONE


def _get_open_list(slug: str) -> MailingList:
    mailing_list = find_list_by_slug(slug)
    if mailing_list is None or not mailing_list.is_open:
        abort(404)
    return mailing_list


def _show_check(mailing_list: MailingList, form: CodeForm) -> str:
    return render_template(
        "public/check.html", mailing_list=mailing_list, form=form, address=find_typed_address()
    )


def _explain_cookies() -> str:
    """Return the reason why the token of a form is not valid in this browser."""
    if current_app.config["SESSION_COOKIE_NAME"] in request.cookies:
        return str(gettext("This page was open for too long. Press the button once more."))
    return str(
        gettext(
            "Your browser refused our cookie. We need it, until you close the browser, to know "
            "that the form is yours. Allow cookies for this site, then press the button again."
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
