"""The page with all subscriptions of a person, behind a link that works for three days."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from supporters.cases.departures import unsubscribe_from_all
from supporters.consent.committed_acts import PromisedAct, list_committed_acts
from supporters.consent.models import Method
from supporters.crypto.tokens import TokenError, TokenPurpose
from supporters.extensions import current_tokens
from supporters.lists.models import list_name_of
from supporters.lists.queries import list_subscriptions_of
from supporters.my_data.link_unsubscription import unsubscribe_by_link
from supporters.signup.rules import MANAGE_LINK_LIFETIME
from supporters.web.public.dead_links import SUBSCRIPTIONS_EXPIRED, show_dead_link
from supporters.web.public.notices.act_promises import flash_proof_links
from supporters.web.public.public_blueprint import LANGUAGE, public
from supporters.web.public.unsubscribe.unsubscribe_pages import EVERY_LIST


@public.route(f"/{LANGUAGE}/subscriptions/<token>", methods=["GET", "POST"])
def subscriptions(token: str) -> ResponseReturnValue:
    """Show the subscriptions of a person, with a button to unsubscribe from each."""
    subscriber_id = _read_manage_token(token)
    if subscriber_id is None:
        return show_dead_link(SUBSCRIPTIONS_EXPIRED)
    if request.method == "POST":
        acts = _leave_chosen(subscriber_id, request.form.get("leave", ""))
        flash(gettext("Done. It takes effect at once."), "success")
        flash_proof_links(acts)
        return redirect(url_for("public.subscriptions", token=token), 303)
    rows = [
        (list_name_of(mailing_list), subscription.subscribed_at, str(mailing_list.id))
        for subscription, mailing_list in list_subscriptions_of(subscriber_id)
    ]
    return render_template("public/unsubscribe/subscriptions.html", subscriptions=rows)


def _leave_chosen(subscriber_id: int, chosen: str) -> list[PromisedAct]:
    if chosen == EVERY_LIST:
        unsubscribe_from_all(subscriber_id, Method.PAGE)
        return list_committed_acts()
    if not chosen.isdecimal():
        abort(400)
    return [unsubscribe_by_link(subscriber_id, int(chosen), Method.PAGE).act]


def _read_manage_token(token: str) -> int | None:
    try:
        payload = current_tokens().read(TokenPurpose.MANAGE, token, max_age=MANAGE_LINK_LIFETIME)
    except TokenError:
        return None
    return payload if isinstance(payload, int) else None
