"""The links of the confirmation email: confirm, or "it wasn't me". A GET changes nothing.

Each page shows the state of the link and the next action. Only a reader of the mailbox has such a
link, so its forms need no cookie.
"""

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from supporters.extensions import csrf, current_tokens
from supporters.mail.links import link_to
from supporters.signup.confirmation import (
    ConfirmedSignup,
    ConfirmSubmission,
    describe_link,
    submit_link,
)
from supporters.signup.confirmation_links import ConfirmationLink, OpenBox, resolve_link
from supporters.signup.rejection import reject_signup, undo_rejection
from supporters.signup.states import LinkState
from supporters.tokens import TokenPurpose
from supporters.web.page_language import select_language
from supporters.web.public.forms import ConfirmForm, box_name, read_shown_ids
from supporters.web.public.kept_frames import render_in_frame
from supporters.web.public.public_blueprint import LANGUAGE, public
from supporters.web.public.receipt_pages import sign_receipt_link
from supporters.web.public.sent_form import CONFIRMED_KEY, REQUEST_KEY

GONE = 410
NOT_FOUND = 404
UNPROCESSABLE = 422


@public.get(f"/{LANGUAGE}/confirm/<token>")
def confirm(token: str) -> ResponseReturnValue:
    """Show the confirmation form, or the state of the link if it is closed."""
    link = resolve_link(TokenPurpose.CONFIRM, token)
    return _show_form(link, _make_form(link)) if link.is_open else show_link(link)


@public.post(f"/{LANGUAGE}/confirm/<token>")
@csrf.exempt  # only the mailbox got the link, so cookies are not needed
def confirm_now(token: str) -> ResponseReturnValue:
    """Confirm the sign-up; or undo "it wasn't me"."""
    page = url_for("public.confirm", token=token)
    if request.form.get("undo"):
        if undo_rejection(token):
            flash(gettext("Undone: you can get our sign-up emails again."), "success")
        return redirect(page, 303)
    outcome = submit_link(token, _read_press())
    link = outcome.link
    if not link.is_open:
        return show_link(link)
    form = _make_form(link)
    if outcome.is_confirmed or form.validate():
        return redirect(page, 303)
    return _show_form(link, form), UNPROCESSABLE


@public.get(f"/{LANGUAGE}/not-me/<token>")
def not_me(token: str) -> ResponseReturnValue:
    """Show the button for "it wasn't me", and its effect."""
    link = resolve_link(TokenPurpose.NOT_ME, token)
    if link.state is LinkState.REJECTED or not link.address_mac:
        return show_link(link)
    return render_template("public/not_me.html", link=link)


@public.post(f"/{LANGUAGE}/not-me/<token>")
@csrf.exempt
def not_me_now(token: str) -> ResponseReturnValue:
    """Cancel the request and show the result; a second POST shows the same page."""
    refused = reject_signup(token)
    if refused is None:
        return show_link(resolve_link(TokenPurpose.NOT_ME, token))
    return render_template(
        "public/not_me_done.html", refused=refused, link=resolve_link(TokenPurpose.NOT_ME, token)
    )


def show_confirmed(confirmed: ConfirmedSignup) -> str:
    """Return the page with the consents and the link to unsubscribe."""
    if session.get(REQUEST_KEY) in confirmed.pages:
        session[CONFIRMED_KEY] = session[REQUEST_KEY]
    token = current_tokens().sign(TokenPurpose.MANAGE, confirmed.subscriber_id)
    return render_in_frame(
        "confirmed.html",
        agreements=[(each, sign_receipt_link(each.event_id)) for each in confirmed.agreements],
        manage_url=link_to("public.subscriptions", lang_code=select_language(), token=token),
    )


def show_link(link: ConfirmationLink) -> ResponseReturnValue:
    """Return the page of a link with nothing left to confirm."""
    confirmed = describe_link(link)
    if confirmed is not None and link.request is not None:
        return show_confirmed(confirmed)
    status = {LinkState.UNKNOWN: NOT_FOUND, LinkState.REJECTED: 200, LinkState.CONFIRMED: 200}
    page = render_template("public/link_state.html", link=link, state=link.state.name.lower())
    return page, status.get(link.state, GONE)


def _show_form(link: ConfirmationLink, form: ConfirmForm) -> str:
    """Return the page with the form. With a fault, its title and its content say so."""
    values = {
        "form": form,
        "boxes": [(box, *_name_and_tick(box)) for box in link.boxes],
        "link": link,
        "shown": " ".join(str(box.event_id) for box in link.boxes),
    }
    return render_in_frame("confirm.html", is_kept_frame=not form.errors, **values)


def _name_and_tick(box: OpenBox) -> tuple[str, bool]:
    """Return the name of a box, and whether it is ticked: at first, all are."""
    name = box_name(box.event_id)
    return name, request.method != "POST" or bool(request.form.get(name))


def _make_form(link: ConfirmationLink) -> ConfirmForm:
    """Return the form with the first name of this browser.

    A name typed in another browser is not shown: another person may have typed it.
    """
    own = [box.request for box in link.boxes if box.request.public_id == session.get(REQUEST_KEY)]
    form = ConfirmForm(given_name=own[0].profile.given_name if own else None)
    form.has_ticked_box = any(_name_and_tick(box)[1] for box in link.boxes)
    return form


def _read_press() -> ConfirmSubmission:
    """Return the submitted boxes; a form with an invalid name confirms nothing."""
    typed = request.form.get("given_name", "").strip()
    form = ConfirmForm() if typed else None
    is_right = form is None or form.given_name.validate(form)
    shown = read_shown_ids(request.form.get("shown", "")) if is_right else frozenset()
    return ConfirmSubmission(
        shown=shown,
        ticked=frozenset(each for each in shown if request.form.get(box_name(each))),
        given_name=(form.given_name.data or None) if form else None,
    )
