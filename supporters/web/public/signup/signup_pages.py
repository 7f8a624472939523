"""The sign-up form of a list, or one that the team made."""

import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from flask import abort, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from supporters.extensions import csrf, current_settings
from supporters.fast_path.site_edition import EditionChanged, try_editions, use_present_edition
from supporters.lists.models import ListStatus
from supporters.lists.queries import find_list_by_slug
from supporters.lists.rules import tidy_slug
from supporters.web.forms import SelectChoice
from supporters.web.program_answers import answer_program, is_for_program
from supporters.web.public.form_limits import LimitedForm
from supporters.web.public.public_blueprint import LANGUAGE, public
from supporters.web.public.rate_limits import AdmittedOnce, TypedForm
from supporters.web.public.signup.address_forms import find_unsettled_doubt
from supporters.web.public.signup.closed_forms import explain_no_made_form
from supporters.web.public.signup.faultless_forms import TypedSignup
from supporters.web.public.signup.form_submission import find_sent_page, submit_form
from supporters.web.public.signup.join_page import JoinPage
from supporters.web.public.signup.join_page_finder import find_join_page
from supporters.web.public.signup.list_cards import list_cards
from supporters.web.public.signup.local_lists import find_local_lists, write_place
from supporters.web.public.signup.sent_form import PAGE_KEY, remember_form, remember_page
from supporters.web.public.surfaces import is_without_cookie, sent_fields

LEAST_SECONDS = 0.006


def wait_for_even_time(begun: float) -> None:
    """Wait until an answer may leave; `begun` is when its request began, by `time.monotonic`."""
    time.sleep(max(0.0, begun + LEAST_SECONDS - time.monotonic()))


FIND = "find"  # the name of the button that looks for local lists
OK = 200
BAD_REQUEST = 400
UNPROCESSABLE = 422
NOT_FOUND = 404
GONE = 410
SERVICE_UNAVAILABLE = 503
RETRY_AFTER = "3600"  # seconds


@public.get(f"/{LANGUAGE}/join/<slug>")
def join(slug: str) -> ResponseReturnValue:
    """Show the sign-up form of a list, once the legal notice is complete."""
    if missing := current_settings().missing_legal_notice:
        return show_not_open(missing)
    use_present_edition()
    page = find_join_page(slug)
    return page.show_blank() if page else _explain_no_form(slug)


@public.post(f"/{LANGUAGE}/join/<slug>")
@csrf.exempt  # the form checks its own token, so that a failure keeps the typed values
def sign_up(slug: str) -> ResponseReturnValue:
    """Process the sign-up form.

    It is checked against the page that this process has cached. The database compares its edition
    when the request is stored; a refusal is checked again with the present page.
    """
    answer = take_signup(lambda: find_join_page(slug))
    return _explain_no_form(slug) if answer is None else answer


@public.post(f"/{LANGUAGE}/join/<slug>/correct")
@csrf.exempt  # the form checks its own token, so that a failure keeps the typed values
def sign_up_corrected(slug: str) -> ResponseReturnValue:
    """Process the form that was corrected: that of the list, or of the home page."""
    answer = take_signup(lambda: find_sent_page(slug))
    return _explain_no_form(session.get(PAGE_KEY) or slug) if answer is None else answer


def take_signup(
    find_page: Callable[[], JoinPage | None],
    welcome: Callable[[str], ResponseReturnValue] | None = None,
) -> ResponseReturnValue | None:
    """Process the form of a page; return None if there is no such form any more.

    `welcome` makes the answer to a form that was stored, from the slug of its list.
    """
    begun = time.monotonic()
    if missing := current_settings().missing_legal_notice:
        return show_not_open(missing)
    page: JoinPage | None = None
    refusal: ResponseReturnValue | None = None
    limits = AdmittedOnce()
    for _ in try_editions():
        page = find_page()
        answer = _process(page, limits) if page else None
        if isinstance(answer, Taken):
            taken = (welcome or _lead_to_check)(answer.slug)
            wait_for_even_time(begun)
            return taken
        refusal = answer
    if refusal is None and page is not None:  # the site changed at each try
        abort(SERVICE_UNAVAILABLE)
    return refusal


def _lead_to_check(slug: str) -> ResponseReturnValue:
    if is_without_cookie():
        return redirect(url_for("public.check_any", sent=1), 303)
    return redirect(url_for("public.check", slug=slug), 303)


def _explain_no_form(slug: str) -> ResponseReturnValue:
    """Lead to the list or form that was meant, say that it is closed, or answer 404."""
    if answer := explain_no_made_form(slug):
        return answer
    mailing_list = find_list_by_slug(slug)
    if mailing_list is None and (meant := tidy_slug(slug)) != slug and find_list_by_slug(meant):
        return redirect(url_for("public.join", slug=meant))
    if mailing_list is None or mailing_list.status is not ListStatus.CLOSED:
        abort(NOT_FOUND)
    page = render_template(
        "public/signup/list_closed.html", mailing_list=mailing_list, lists=list_cards()
    )
    return page, GONE


def show_not_open(missing: Sequence[str]) -> ResponseReturnValue:
    """Say that sign-ups are not open, and which settings the legal notice lacks."""
    if is_for_program():
        answer = answer_program(503, code="not_open", message=gettext("Sign-ups are not open yet."))
        answer.headers["Retry-After"] = RETRY_AFTER
        return answer
    page = render_template("public/signup/not_open.html", missing=missing)
    return page, SERVICE_UNAVAILABLE, {"Retry-After": RETRY_AFTER}


class Taken(NamedTuple):
    """The answer to a form that was stored: the slug of its list."""

    slug: str


def _process(page: JoinPage, limits: AdmittedOnce) -> ResponseReturnValue | Taken | None:
    """Store a form; return the page with its faults if it has any, None if the site has changed."""
    page = page.as_sent(sent_fields())
    if FIND in request.form:
        return _show_found(page)
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


def _show_found(page: JoinPage) -> ResponseReturnValue:
    """Return the page with the local lists for the submitted postcode, and its status."""
    form = page.make_form()
    if not form.postcode.data or not form.postcode.validate(form):
        form.postcode.errors = form.postcode.errors or [gettext("Enter your postcode first.")]
        return page.show(form), UNPROCESSABLE
    postcode, commune = form.postcode.data, form.commune.data or ""
    finding = find_local_lists(postcode, commune, beside=page.id)
    found = page.with_local(finding.list_ids)
    form = found.make_form()
    form.local.data = write_place(postcode, commune)
    if not finding.is_known:
        form.postcode.errors = [gettext("No commune has this postcode. Check its digits.")]
        return found.show(form), UNPROCESSABLE
    if finding.communes:
        empty = SelectChoice("", gettext("Choose your commune"))
        communes = (SelectChoice(each.code, each.name) for each in finding.communes)
        form.commune.choices = [empty, *communes]
    return found.show(form, finding), OK


def _describe_form(typed: TypedSignup | None) -> TypedForm:
    """Return what the limits must know of a form. A form with faults makes us send nothing."""
    if typed is None:
        return TypedForm(kind=LimitedForm.SIGNUP)
    domain = typed.address.text.rpartition("@")[2]
    return TypedForm(kind=LimitedForm.SIGNUP, domain=domain, opened=typed.opened)


def _take(page: JoinPage, typed: TypedSignup) -> Taken:
    """Store the request, and remember it in the session. Raises EditionChanged."""
    mailing_list = page.find_list(typed.wording_ids)
    public_id = submit_form(page, typed)
    if page.has_cookie:
        remember_form(public_id, typed.address)
        remember_page(page.slug, mailing_list.slug)
    return Taken(mailing_list.slug)


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
