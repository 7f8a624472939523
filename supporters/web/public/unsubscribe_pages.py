"""Unsubscribing: one click from any email (RFC 8058), a page, and the page of subscriptions."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from supporters.consent.models import Method
from supporters.extensions import csrf, current_tokens
from supporters.lists.models import MailingList
from supporters.lists.queries import find_list, list_subscriptions_of
from supporters.lists.subscriptions import unsubscribe_from_list
from supporters.privacy_requests.departures import unsubscribe_from_all
from supporters.signup.rules import MANAGE_LINK_LIFETIME
from supporters.tokens import TokenError, TokenPurpose
from supporters.web.public.dead_links import SUBSCRIPTIONS_EXPIRED, show_dead_link
from supporters.web.public.public_blueprint import LANGUAGE, public

EVERY_LIST = "all"


@public.get("/leave/<token>")
def leave_page(token: str) -> ResponseReturnValue:
    """Show a button; a link scanner changes nothing with a GET (REQ-69)."""
    _, mailing_list = _read_leave_token(token)
    return render_template("public/leave.html", list_name=mailing_list.name if mailing_list else "")


@public.post("/leave/<token>")
@csrf.exempt
def leave(token: str) -> ResponseReturnValue:
    """Unsubscribe the person of the link: no cookie, no question, no redirect."""
    subscriber_id, mailing_list = _read_leave_token(token)
    is_one_click = request.form.get("List-Unsubscribe") == "One-Click"
    method = Method.ONE_CLICK if is_one_click else Method.PAGE
    is_all = request.form.get("leave") == EVERY_LIST
    if is_all:
        names = [each.name for _, each in list_subscriptions_of(subscriber_id)]
        unsubscribe_from_all(subscriber_id, method)
    else:
        names = [mailing_list.name] if mailing_list else []
        unsubscribe_from_list(subscriber_id, mailing_list.id if mailing_list else 0, method)
    return render_template("public/left.html", list_names=names, is_told=is_all)


def _read_leave_token(token: str) -> tuple[int, MailingList | None]:
    """Return the subscriber and the list of a link; it never expires (ADR 007)."""
    try:
        payload = current_tokens().read(TokenPurpose.UNSUBSCRIBE, token)
    except TokenError:
        abort(404)
    if not isinstance(payload, list):
        abort(404)
    subscriber_id, list_id, _ = payload
    return int(subscriber_id), find_list(int(list_id))


@public.route(f"/{LANGUAGE}/subscriptions/<token>", methods=["GET", "POST"])
def subscriptions(token: str) -> ResponseReturnValue:
    """Show the subscriptions of a person, with a button to unsubscribe from each."""
    subscriber_id = _read_manage_token(token)
    if subscriber_id is None:
        return show_dead_link(SUBSCRIPTIONS_EXPIRED)
    if request.method == "POST":
        _leave_chosen(subscriber_id, request.form.get("leave", ""))
        flash(gettext("Done. It takes effect at once."), "success")
        return redirect(url_for("public.subscriptions", token=token), 303)
    rows = [
        (mailing_list.name, subscription.subscribed_at, str(mailing_list.id))
        for subscription, mailing_list in list_subscriptions_of(subscriber_id)
    ]
    return render_template("public/subscriptions.html", subscriptions=rows)


def _leave_chosen(subscriber_id: int, chosen: str) -> None:
    if chosen == EVERY_LIST:
        unsubscribe_from_all(subscriber_id, Method.PAGE)
    elif chosen.isdecimal():
        unsubscribe_from_list(subscriber_id, int(chosen), Method.PAGE)
    else:
        abort(400)


def _read_manage_token(token: str) -> int | None:
    try:
        payload = current_tokens().read(TokenPurpose.MANAGE, token, max_age=MANAGE_LINK_LIFETIME)
    except TokenError:
        return None
    return payload if isinstance(payload, int) else None
