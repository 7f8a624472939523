"""The pages of the development mailbox: they show and delete its emails."""

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from supporters.development.inbox import Inbox, ReceivedEmail
from supporters.development.sample_party import find_sample_sign_in
from supporters.extensions import current_settings
from supporters.web.headers import show_as_email

PAGE_SIZE = 50
HIGHEST_PAGE = 1_000

dev = Blueprint("dev", __name__, url_prefix="/dev")


@dev.app_context_processor
def offer_sample_sign_in() -> dict[str, object]:
    """Give the sign-in page the account of the sample party."""
    return {"sample_sign_in": find_sample_sign_in}


@dev.get("/inbox")
def inbox() -> str:
    """Show the newest emails, all of them or those to one address."""
    to = request.args.get("to", "").strip()
    number = min(max(request.args.get("page", 1, type=int), 1), HIGHEST_PAGE)
    page = _inbox().list_page(number, size=PAGE_SIZE, to=to)
    return render_template("dev/inbox.html", mails=page.items, page=page, to=to)


@dev.post("/inbox")
def clear() -> AnyResponse:
    """Delete all emails."""
    _inbox().clear()
    return redirect(url_for("dev.inbox"))


@dev.get("/inbox/<mail_id>")
def mail(mail_id: str) -> str:
    """Show one email."""
    return render_template("dev/mail.html", mail=_get(mail_id))


@dev.get("/inbox/<mail_id>/html")
def mail_html(mail_id: str) -> str:
    """Show the HTML of an email, for the frame on its page."""
    show_as_email()
    return _get(mail_id).html


@dev.get("/inbox/<mail_id>/source")
def mail_source(mail_id: str) -> Response:
    """Show the bytes of an email."""
    return Response(_get(mail_id).source, mimetype="text/plain")


def _get(mail_id: str) -> ReceivedEmail:
    return _inbox().find(mail_id) or abort(404)


def _inbox() -> Inbox:
    return Inbox(current_settings().instance_dir)
