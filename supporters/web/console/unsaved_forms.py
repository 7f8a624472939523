"""Stores the text of a form that can't be accepted, and puts it back into its page.

The form is never sent automatically: its writer reads it again, and sends it. Each form of the
console has a signed token of its account; only that account gets the text back.
"""

from urllib.parse import parse_qsl, quote, unquote, urlencode

from flask import g, request, url_for
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from supporters import clock
from supporters.crypto.tokens import TokenError, TokenPurpose
from supporters.extensions import current_tokens
from supporters.sign_in.sign_in_sessions import LONGEST_SESSION
from supporters.sign_in.stored_forms import FormInput, StoringReason, find_stored_form, store_form

CONSOLE = "console"
WRITER, STORED = "writer", "stored"
# The page makes these itself, or they confirm something: that needs a new confirmation.
LEFT_OUT = {
    *("csrf_token", WRITER, "back", "fingerprint"),
    *("is_sure", "publish", "edit", "as_new", "people"),
    *("old_password", "password", "password_confirm"),
}
NEVER_STORED = {
    *("console.welcome", "console.new_password", "console.change_password"),
    "console.approve_breach_notice",
    *("console.launch", "console.approval", "console.ask_people_again"),
    *("console.new_passkey", "console.authenticator_app", "console.confirm_with_passkey"),
}
PAGE_OF = {
    "console.ask_for_approval": "console.decision",
    "console.launch": "console.decision",
    "console.reject": "console.decision",
    "console.team_tests": "console.decision",
    "console.note_case": "console.show_case",
    "console.extend_case": "console.show_case",
    "console.close_case": "console.show_case",
    "console.upload_picture": "console.pictures",
    "console.remove_picture": "console.show_picture",
    "console.remove_team_text": "console.show_team_text",
    "console.note_breach": "console.show_breach",
}


def writer_token() -> str:
    """Return the signed token of the writer; an empty text outside of the console."""
    if request.blueprint != CONSOLE or not current_user.is_authenticated:
        return ""
    return current_tokens().sign(TokenPurpose.WRITER, current_user.id)


def page_of_form() -> str | None:
    """Return the page of the form of this request, if it can be opened again."""
    endpoint = PAGE_OF.get(request.endpoint or "")
    if endpoint:
        return url_for(endpoint, **(request.view_args or {}))
    methods = request.url_rule.methods if request.url_rule else None
    return request.path if methods and "GET" in methods else None


def store_posted_form(why: StoringReason, page: str | None) -> str | None:
    """Store the form of this request for its writer; return the page that shows it again.

    Return None if nothing was typed or the writer is unknown.
    """
    writer_id = _find_writer_id()
    if page is None or writer_id is None or request.endpoint in NEVER_STORED:
        return None
    typed = [(name, text) for name, text in request.form.items(multi=True) if name not in LEFT_OUT]
    if not any(text.strip() for _name, text in typed):
        return None
    address, _, query = page.partition("?")
    path = unquote(address)
    form_id = store_form(writer_id, FormInput(path, why, typed), clock.now())
    if form_id is None:
        return None
    others = [each for each in parse_qsl(query) if each[0] != STORED]
    return f"{quote(path)}?{urlencode([*others, (STORED, str(form_id))])}"


def restore_stored_form() -> None:
    """Fill the forms of this page with the stored text."""
    form_id = request.args.get(STORED, type=int)
    if request.method != "GET" or form_id is None:
        return
    stored = find_stored_form(form_id, current_user.id, clock.now())
    if stored is None or stored.path != request.path:
        g.stored_is_gone = True
        return
    g.why_stored = stored.why
    g.stored_fields = MultiDict(stored.fields)


def _find_writer_id() -> int | None:
    try:
        writer = current_tokens().read(
            TokenPurpose.WRITER, request.form.get(WRITER, ""), max_age=LONGEST_SESSION
        )
    except TokenError:
        return None
    return writer if isinstance(writer, int) else None
