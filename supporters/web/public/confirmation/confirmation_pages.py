"""The links of the confirmation email: confirm, or "it wasn't me". A GET changes nothing.

Each page shows the state of the link and the next action. Only a reader of the mailbox has such a
link, so its forms need no cookie.
"""

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from supporters.consent.promised.receipt_links import sign_own_receipt_link
from supporters.crypto.tokens import TokenPurpose
from supporters.extensions import csrf, current_settings, current_tokens
from supporters.mail.links import link_with_token
from supporters.signup.confirmation import ConfirmedSignup, describe_link, submit_link
from supporters.signup.confirmation_links import ConfirmationLink, resolve_link
from supporters.signup.rejection import reject_signup, undo_rejection
from supporters.signup.states import LinkState
from supporters.text.local_dates import format_date_and_time
from supporters.web.page_language import select_language
from supporters.web.public.confirmation.cached_frames import FrameContent, place, render_in_frame
from supporters.web.public.confirmation.confirm_page import (
    read_form,
    read_press,
    show_faults,
    show_form,
)
from supporters.web.public.confirmation.thanks_page import (
    find_form_thanks,
    find_share_links,
    list_next_emails,
)
from supporters.web.public.pause_words import say_pause
from supporters.web.public.public_blueprint import LANGUAGE, public
from supporters.web.public.signup.sent_form import CONFIRMED_KEY, REQUEST_KEY, list_own_requests
from supporters.web.text_language import in_language

GONE = 410
NOT_FOUND = 404
UNPROCESSABLE = 422
NOT_ME_FIELD = "not_me"


@public.get(f"/{LANGUAGE}/confirm/<token>")
def confirm(token: str) -> ResponseReturnValue:
    """Show the confirmation form, or the state of the link if it is closed."""
    link = resolve_link(TokenPurpose.CONFIRM, token)
    return show_form(link, list_own_requests()) if link.is_open else show_link(link)


@public.post(f"/{LANGUAGE}/confirm/<token>")
@csrf.exempt  # only the mailbox got the link, so cookies are not needed
def confirm_now(token: str) -> ResponseReturnValue:
    """Confirm the sign-up; or undo "it wasn't me"."""
    page = url_for("public.confirm", token=token)
    if request.form.get("undo"):
        return _show_undone(token) if undo_rejection(token) else redirect(page, 303)
    outcome = submit_link(token, read_press())
    link = outcome.link
    if not link.is_open:
        return show_link(link)
    form = read_form(link)
    if outcome.is_confirmed or form.validate():
        return redirect(page, 303)
    return show_faults(link, form, list_own_requests()), UNPROCESSABLE


def _show_undone(token: str) -> ResponseReturnValue:
    """Say that "it wasn't me" is undone: above the open request, or as the page itself."""
    link = resolve_link(TokenPurpose.CONFIRM, token)
    if not link.is_open:
        return render_template(
            "public/confirmation/link_state.html", link=link, state=LinkState.UNDONE
        )
    flash(gettext("Undone: you can get our sign-up emails again."), "success")
    return redirect(url_for("public.confirm", token=token), 303)


@public.get(f"/{LANGUAGE}/not-me/<token>")
def not_me(token: str) -> ResponseReturnValue:
    """Show the button for "it wasn't me", and its effect."""
    link = resolve_link(TokenPurpose.NOT_ME, token)
    if link.state is LinkState.REJECTED or not link.address_mac:
        return show_link(link)
    return render_template("public/confirmation/not_me.html", link=link)


@public.post(f"/{LANGUAGE}/not-me/<token>")
@csrf.exempt
def not_me_now(token: str) -> ResponseReturnValue:
    """Cancel the request and show the result; a second POST shows the same page.

    Some scanners send empty forms to each address: without the field of the form, nothing changes.
    """
    if NOT_ME_FIELD not in request.form:
        return not_me(token)
    refused = reject_signup(token)
    if refused is None:
        return show_link(resolve_link(TokenPurpose.NOT_ME, token))
    return render_template(
        "public/confirmation/not_me_done.html",
        refused=refused,
        link=resolve_link(TokenPurpose.NOT_ME, token),
    )


def show_confirmed(confirmed: ConfirmedSignup) -> str:
    """Return the page with the consents and the link to unsubscribe."""
    if session.get(REQUEST_KEY) in confirmed.pages:
        session[CONFIRMED_KEY] = session[REQUEST_KEY]
    language = select_language()
    given = [*enumerate(confirmed.agreements)]
    shape = tuple(
        (each.list_name, in_language(each.wording_text, each.wording_language))
        for each in confirmed.agreements
    )
    thanks = find_form_thanks(confirmed.form_id)
    manage_token = current_tokens().sign(TokenPurpose.MANAGE, confirmed.subscriber_id)
    lists = [each.mailing_list.id for each in confirmed.agreements if each.mailing_list]
    leave: list[str | int] = [confirmed.subscriber_id, *lists[:1], 0]
    pause = say_pause(confirmed.paused_until) if lists else ""
    content = FrameContent(
        make_values=lambda: {
            "agreements": [
                (*words, place(f"time_{number}"), place(f"receipt_{number}"))
                for number, words in enumerate(shape)
            ],
            "next_emails": list_next_emails(confirmed.agreements),
            "thanks": thanks,
            "share": find_share_links(confirmed.agreements),
            "mail_from": current_settings().for_transactional.mail_from,
            "manage_url": link_with_token("public.subscriptions", language, place("manage")),
            "pause": pause,
            "leave_url": url_for("public.leave", token=place("leave")) if pause else "",
        },
        places={
            "manage": manage_token,
            "leave": current_tokens().sign(TokenPurpose.UNSUBSCRIBE, leave) if pause else "",
            **{f"time_{number}": format_date_and_time(each.agreed_at) for number, each in given},
            **{f"receipt_{number}": sign_own_receipt_link(each.event_id) for number, each in given},
        },
        shape=(
            *(shape, thanks, pause),
            *(each.mailing_list and each.mailing_list.id for each in confirmed.agreements),
        ),
    )
    return render_in_frame("confirmed.html", content)


def show_link(link: ConfirmationLink) -> ResponseReturnValue:
    """Return the page of a link with nothing left to confirm."""
    confirmed = describe_link(link)
    if confirmed is not None and link.request is not None:
        return show_confirmed(confirmed)
    status = {LinkState.UNKNOWN: NOT_FOUND, LinkState.REJECTED: 200, LinkState.CONFIRMED: 200}
    page = render_template("public/confirmation/link_state.html", link=link, state=link.state)
    return page, status.get(link.state, GONE)
