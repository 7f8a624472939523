"""Unsubscribing: one click from any email (RFC 8058), a page, and the page of subscriptions."""

from flask import abort, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext

from supporters.consent.models import Method
from supporters.extensions import csrf, current_tokens
from supporters.lists.list_words import list_name_of
from supporters.lists.models import MailingList
from supporters.lists.queries import find_list, list_subscriptions_of
from supporters.privacy_requests.departures import unsubscribe_from_all
from supporters.privacy_requests.link_unsubscription import unsubscribe_by_link
from supporters.signup.rules import MANAGE_LINK_LIFETIME
from supporters.site_edition import keep, kept_values
from supporters.tokens import TokenError, TokenPurpose
from supporters.web.public.dead_links import SUBSCRIPTIONS_EXPIRED, show_dead_link
from supporters.web.public.join_page import FLASHES
from supporters.web.public.public_blueprint import LANGUAGE, public

EVERY_LIST = "all"


@public.get("/leave/<token>")
def leave_page(token: str) -> ResponseReturnValue:
    """Show a button; a link scanner changes nothing with a GET (REQ-69)."""
    _, list_id = _read_leave_token(token)
    mailing_list = find_list(list_id)
    return render_template(
        "public/leave.html", list_name=list_name_of(mailing_list) if mailing_list else ""
    )


@public.post("/leave/<token>")
@csrf.exempt
def leave(token: str) -> ResponseReturnValue:
    """Unsubscribe the person of the link: no cookie, no question, no redirect."""
    subscriber_id, list_id = _read_leave_token(token)
    is_one_click = request.form.get("List-Unsubscribe") == "One-Click"
    method = Method.ONE_CLICK if is_one_click else Method.PAGE
    if request.form.get("leave") == EVERY_LIST:
        names = [each.name for _, each in list_subscriptions_of(subscriber_id)]
        unsubscribe_from_all(subscriber_id, method)
        return render_template("public/left.html", list_names=names, is_told=True)
    return show_left(unsubscribe_by_link(subscriber_id, list_id, method))


def show_left(mailing_list: MailingList | None) -> str:
    """Return the page after one list. The link of an email shows the same to all: it is kept.

    A page with messages for this visitor, or with links to itself in other languages, is not kept:
    the links hold the token of one person.
    """
    names = [list_name_of(mailing_list)] if mailing_list else []

    def render() -> str:
        return render_template("public/left.html", list_names=names, is_told=False)

    if FLASHES in session or "lang_code" in g:
        return render()
    return keep(kept_values().edition, ("left", str(get_locale()), *names), render)


def _read_leave_token(token: str) -> tuple[int, int]:
    """Return the ids of the subscriber and the list of a link; it never expires (ADR 007)."""
    try:
        payload = current_tokens().read(TokenPurpose.UNSUBSCRIBE, token)
    except TokenError:
        abort(404)
    if not isinstance(payload, list):
        abort(404)
    subscriber_id, list_id, _ = payload
    return int(subscriber_id), int(list_id)


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
        (list_name_of(mailing_list), subscription.subscribed_at, str(mailing_list.id))
        for subscription, mailing_list in list_subscriptions_of(subscriber_id)
    ]
    return render_template("public/subscriptions.html", subscriptions=rows)


def _leave_chosen(subscriber_id: int, chosen: str) -> None:
    if chosen == EVERY_LIST:
        unsubscribe_from_all(subscriber_id, Method.PAGE)
    elif chosen.isdecimal():
        unsubscribe_by_link(subscriber_id, int(chosen), Method.PAGE)
    else:
        abort(400)


def _read_manage_token(token: str) -> int | None:
    try:
        payload = current_tokens().read(TokenPurpose.MANAGE, token, max_age=MANAGE_LINK_LIFETIME)
    except TokenError:
        return None
    return payload if isinstance(payload, int) else None
