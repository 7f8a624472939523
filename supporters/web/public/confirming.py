"""The links of the confirmation letter: confirm, or "not me". A GET changes nothing."""

from flask import render_template
from flask.typing import ResponseReturnValue

from supporters.extensions import csrf, current_tokens
from supporters.mail.links import link_to
from supporters.signup.confirming import (
    Confirmed,
    NotConfirmed,
    confirm_by_link,
    find_request_of_token,
)
from supporters.signup.queries import list_choices, name_of_choice
from supporters.signup.refusing import refuse_signup
from supporters.tokens import Purpose
from supporters.web.forms import EmptyForm
from supporters.web.languages import select_language
from supporters.web.public.blueprint import LANGUAGE, public
from supporters.web.public.receipts import sign_receipt_link

GONE = 410
NOT_FOUND = 404


@public.get(f"/{LANGUAGE}/confirm/<token>")
def confirm(token: str) -> ResponseReturnValue:
    """Show one large button."""
    match find_request_of_token(Purpose.CONFIRM, token):
        case NotConfirmed() as refused:
            return _show_not_confirmed(refused)
        case request:
            names = [name_of_choice(each, text) for _, each, text in list_choices(request.id)]
    return render_template("public/confirm.html", form=EmptyForm(), list_names=names)


@public.post(f"/{LANGUAGE}/confirm/<token>")
@csrf.exempt  # only the mailbox got the link, whatever its browser does with cookies
def confirm_now(token: str) -> ResponseReturnValue:
    """Confirm, and show what was agreed and how to leave."""
    match confirm_by_link(token):
        case Confirmed() as confirmed:
            return show_confirmed(confirmed)
        case refused:
            return _show_not_confirmed(refused)


@public.get(f"/{LANGUAGE}/not-me/<token>")
def not_me(token: str) -> ResponseReturnValue:
    """Show the button for "this was not me"."""
    match find_request_of_token(Purpose.NOT_ME, token):
        case NotConfirmed() as refused:
            return _show_not_confirmed(refused)
    return render_template("public/not_me.html", form=EmptyForm())


@public.post(f"/{LANGUAGE}/not-me/<token>")
@csrf.exempt
def not_me_now(token: str) -> ResponseReturnValue:
    """Forget the request; a repetition shows the same."""
    refuse_signup(token)
    return render_template("public/not_me_done.html")


def show_confirmed(confirmed: Confirmed) -> str:
    """Return the page that says what was agreed and how to leave."""
    token = current_tokens().sign(Purpose.MANAGE, confirmed.subscriber_id)
    return render_template(
        "public/confirmed.html",
        agreements=[(each, sign_receipt_link(each.event_id)) for each in confirmed.agreements],
        manage_url=link_to("public.subscriptions", lang_code=select_language(), token=token),
    )


def _show_not_confirmed(refused: NotConfirmed) -> ResponseReturnValue:
    is_expired = refused is NotConfirmed.EXPIRED
    reason = "expired" if is_expired else "unknown"
    page = render_template("public/not_confirmed.html", reason=reason)
    return page, GONE if is_expired else NOT_FOUND
