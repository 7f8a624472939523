"""The sign-up form of a list, and the page that waits for the confirmation."""

from collections.abc import Sequence
from typing import NamedTuple

from flask import abort, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext
from wtforms import BooleanField

from supporters import clock
from supporters.extensions import csrf, current_settings
from supporters.lists.models import MailingList
from supporters.lists.queries import find_list_by_slug
from supporters.mail.links import link_to
from supporters.signup.confirmation import (
    ConfirmedSignup,
    ConfirmError,
    confirm_by_code,
    find_result_of_page,
)
from supporters.signup.queries import SignupBox, list_signup_boxes
from supporters.signup.rules import REQUEST_LIFETIME
from supporters.signup.signup_requests import Signup, request_signup
from supporters.web.page_language import browser_language
from supporters.web.public.confirmation_pages import CONFIRMED_KEY, REQUEST_KEY, show_confirmed
from supporters.web.public.forms import CodeForm, JoinForm, consent_name, make_join_form
from supporters.web.public.page_capture import SnapshotSource, page_fingerprint, store_snapshot
from supporters.web.public.public_blueprint import LANGUAGE, public
from supporters.web.public.rate_limits import is_flood, is_too_quick, sign_opening_time
from supporters.web.public.retention_notice import retention_times
from supporters.web.public.typed_address import (
    find_typed_address,
    forget_typed_address,
    remember_typed_address,
)

SESSION_KEY = "signup"
REQUESTED_AT_KEY = "asked-at"
BAD_REQUEST = 400
UNPROCESSABLE = 422
GONE = 410
SERVICE_UNAVAILABLE = 503
RETRY_AFTER = "3600"  # seconds
LIFETIME_SECONDS = REQUEST_LIFETIME.total_seconds()
CODE_REFUSED = (ConfirmError.WRONG_CODE, ConfirmError.TOO_MANY_CODES)


class Box(NamedTuple):
    """A box of the page and its wording."""

    field: BooleanField
    wording: str
    is_required: bool
    is_list: bool


@public.get("/join/<slug>")
def join_in_any_language(slug: str) -> ResponseReturnValue:
    """Redirect to the sign-up page in the browser's language."""
    return redirect(url_for("public.join", slug=slug, lang_code=browser_language()))


@public.route(f"/{LANGUAGE}/join/<slug>", methods=["GET", "POST"])
@csrf.exempt  # the form checks its own token, so that a failure keeps the typed values
def join(slug: str) -> ResponseReturnValue:
    """Show and process the sign-up form of a list, once the legal notice is complete."""
    if missing := current_settings().missing_legal_notice:
        page = render_template("public/not_open.html", missing=missing)
        return page, SERVICE_UNAVAILABLE, {"Retry-After": RETRY_AFTER}
    offers = list_signup_boxes(slug, str(get_locale()))
    mailing_list = _find_own_list(slug, offers) or _get_open_list(slug)
    shown = snapshot_source(mailing_list, offers)
    form = make_join_form(offers, page_fingerprint(shown))
    if not form.is_submitted():
        return _show_form(mailing_list, form, offers)
    is_right = form.validate()
    if form.csrf_token.errors:
        form.csrf_token.errors = [_explain_cookies()]
        return _show_form(mailing_list, form, offers), BAD_REQUEST
    is_right = form.is_from_a_person() and is_right
    if is_flood(form.address.text.rpartition("@")[2] if is_right else ""):
        abort(429)
    if is_right and is_too_quick(form.opened.data):
        form.form_errors.append(
            gettext("That was very quick. Wait a moment, then press the button again.")
        )
        is_right = False
    if not is_right:
        return _show_form(mailing_list, form, offers), UNPROCESSABLE
    session[REQUEST_KEY] = _take(mailing_list, form, offers, shown=shown)
    session[REQUESTED_AT_KEY] = int(clock.now().timestamp())
    remember_typed_address(form.address.text)
    return redirect(url_for("public.check", slug=slug), 303)


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


def _find_own_list(slug: str, offers: Sequence[SignupBox]) -> MailingList | None:
    """Return the open list of the page from its boxes: a page without its own box reads it."""
    own = offers[0][0] if offers else None
    return own if own is not None and own.slug == slug and own.is_open else None


def _get_open_list(slug: str) -> MailingList:
    mailing_list = find_list_by_slug(slug)
    if mailing_list is None or not mailing_list.is_open:
        abort(404)
    return mailing_list


def _show_form(mailing_list: MailingList, form: JoinForm, offers: Sequence[SignupBox]) -> str:
    form.opened.data = sign_opening_time()
    form.page.data = form.page_hash
    return _render(mailing_list, form, offers)


def snapshot_source(mailing_list: MailingList, offers: Sequence[SignupBox]) -> SnapshotSource:
    """Return the page for the snapshot, with the blank form."""

    def render() -> str:
        blank = make_join_form(offers, page_hash=None)
        return _render(mailing_list, blank, offers, is_kept=True)

    words = (mailing_list.slug, mailing_list.name, mailing_list.description)
    boxes = tuple((each.id if each else None, wording.id) for each, wording in offers)
    return SnapshotSource(str(get_locale()), ("join", words, boxes), render)


def _render(
    mailing_list: MailingList, form: JoinForm, offers: Sequence[SignupBox], *, is_kept: bool = False
) -> str:
    boxes = [
        Box(
            form[consent_name((each, wording))],
            wording.text,
            is_required=each is mailing_list,
            is_list=each is not None,
        )
        for each, wording in offers
    ]
    return render_template(
        "public/join.html",
        mailing_list=mailing_list,
        form=form,
        boxes=boxes,
        times=retention_times(),
        is_kept=is_kept,
    )


def _show_check(mailing_list: MailingList, form: CodeForm) -> str:
    return render_template(
        "public/check.html", mailing_list=mailing_list, form=form, address=find_typed_address()
    )


def _take(
    mailing_list: MailingList, form: JoinForm, offers: Sequence[SignupBox], *, shown: SnapshotSource
) -> str:
    """Store the request; return its public id."""
    language = str(get_locale())
    return request_signup(
        Signup(
            address=form.address,
            profile=form.read_profile(language=language),
            mailing_list_id=mailing_list.id,
            wording_ids=[offer[1].id for offer in offers if form[consent_name(offer)].data],
            page_url=link_to("public.join", lang_code=language, slug=mailing_list.slug),
            page_version_id=store_snapshot(shown),
        )
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
    if refused is ConfirmError.TOO_MANY_CODES:
        message = gettext(
            "You have tried too often. Press the button in our email instead; it still works."
        )
    else:
        message = gettext(
            "This isn’t the code in our email. Check the 6 digits, or press the button in the "
            "email."
        )
    return str(message)
