"""The page "Why did I get this?": the consent record of the person who got a message."""

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from supporters.cases.departures import unsubscribe_from_all
from supporters.consent.models import Method
from supporters.consent.page_snapshots import open_snapshot
from supporters.consent.promised.receipt_links import sign_receipt_link
from supporters.consent.queries import find_snapshot
from supporters.crypto.tokens import TokenError, TokenPurpose
from supporters.delivery.message.rendered_campaign import NOBODY
from supporters.evidence.mail_explanation import explain_email
from supporters.extensions import csrf, current_tokens
from supporters.lists.models import list_name_of
from supporters.lists.queries import find_list
from supporters.my_data.disputes import report_dispute
from supporters.web.headers import show_as_email
from supporters.web.public.dead_links import OF_AN_EMAIL_UNKNOWN, refuse_link
from supporters.web.public.notices.act_promises import list_end_links
from supporters.web.public.public_blueprint import LANGUAGE, public
from supporters.web.public.unsubscribe.unsubscribe_pages import (
    EVERY_LIST,
    EmailLink,
    leave_by_page,
    show_left_all,
)


@public.get(f"/{LANGUAGE}/why/<token>")
def why(token: str) -> ResponseReturnValue:
    """Show the consent of the person: text, time and page, and later changes."""
    mail = _read(token)
    if mail.subscriber_id == NOBODY:
        return render_template("public/unsubscribe/why_test.html")
    found = explain_email(*mail)
    if found is None:
        return render_template("public/why_nothing.html")
    return render_template(
        "public/unsubscribe/why.html",
        found=found,
        token=token,
        receipt_token=sign_receipt_link(found.event.id),
    )


@public.get(f"/{LANGUAGE}/why/<token>/page")
def why_page(token: str) -> ResponseReturnValue:
    """Return the page snapshot for a sandboxed frame, so that its form cannot be sent."""
    found = explain_email(*_read(token))
    page = (found and find_snapshot(found.event.page_snapshot_id)) or abort(404)
    show_as_email()
    return open_snapshot(page)


@public.post(f"/{LANGUAGE}/why/<token>/leave")
@csrf.exempt
def why_leave(token: str) -> ResponseReturnValue:
    """Unsubscribe the person from this list or all lists, like the unsubscribe link."""
    mail = _read(token)
    if request.form.get("leave") != EVERY_LIST:
        return leave_by_page(mail)
    unsubscribe_from_all(mail.subscriber_id, Method.PAGE, campaign_id=mail.campaign_id)
    mailing_list = find_list(mail.list_id)
    names = [list_name_of(mailing_list)] if mailing_list else []
    return show_left_all(names)


@public.post(f"/{LANGUAGE}/why/<token>/never")
@csrf.exempt
def why_never(token: str) -> ResponseReturnValue:
    """Record a dispute; a second POST shows the same page."""
    mail = _read(token)
    report_dispute(mail.subscriber_id, mail.campaign_id)
    return render_template("public/unsubscribe/disputed.html", proofs=list_end_links())


def _read(token: str) -> EmailLink:
    """Return the message of a link; the link never expires (ADR 007)."""
    try:
        payload = current_tokens().read(TokenPurpose.WHY, token)
    except TokenError:
        refuse_link(OF_AN_EMAIL_UNKNOWN)
    if not isinstance(payload, list):
        refuse_link(OF_AN_EMAIL_UNKNOWN)
    return EmailLink(*map(int, payload))
