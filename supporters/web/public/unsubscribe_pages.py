"""Unsubscribing: one click from any email (RFC 8058), a page, a pause instead, and an undo.

The page is in the language of its reader. One press unsubscribes; all else stands beside it.
"""

from flask import abort, g, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, refresh

from supporters import clock
from supporters.consent.models import Method
from supporters.extensions import csrf, current_tokens
from supporters.lists.list_words import list_name_of
from supporters.lists.models import MailingList
from supporters.lists.queries import find_list, list_subscriptions_of
from supporters.people.queries import find_subscriber
from supporters.privacy_requests.departures import unsubscribe_from_all
from supporters.privacy_requests.link_unsubscription import unsubscribe_by_link
from supporters.privacy_requests.my_data_service import pause, resume
from supporters.privacy_requests.rules import pause_until
from supporters.privacy_requests.unsubscription_undo import UNDO_WITHIN, undo_unsubscription
from supporters.public_languages import public_languages
from supporters.site_edition import keep, kept_values
from supporters.tokens import TokenError, TokenPurpose
from supporters.web.page_language import select_language
from supporters.web.public.dead_links import LEAVE_UNKNOWN, refuse_link
from supporters.web.public.join_page import FLASHES
from supporters.web.public.public_blueprint import public

EVERY_LIST = "all"
MONTHS = {"1": 1, "3": 3}
RESUME = "0"
LEFT_KEY = "left"  # of the session: whom this browser has just unsubscribed, from what and when


@public.get("/leave/<token>")
def leave_page(token: str) -> ResponseReturnValue:
    """Show the buttons; a link scanner changes nothing with a GET (REQ-69)."""
    subscriber_id, list_id = _read_leave_token(token)
    mailing_list, person = find_list(list_id), find_subscriber(subscriber_id)
    _speak(request.args.get("lang_code") or (person.language if person else ""))
    lists = {each.id for _, each in list_subscriptions_of(subscriber_id)}
    manage = current_tokens().sign(TokenPurpose.MANAGE, subscriber_id)
    return render_template(
        "public/leave.html" if list_id in lists else "public/leave_over.html",
        list_name=list_name_of(mailing_list) if mailing_list else "",
        has_others=bool(lists - {list_id}),
        manage_url=url_for("public.subscriptions", token=manage),
        action=url_for("public.leave", token=token, lang_code=str(get_locale())),
    )


@public.post("/leave/<token>")
@csrf.exempt
def leave(token: str) -> ResponseReturnValue:
    """Unsubscribe the person of the link, or pause: no cookie, no question, no redirect."""
    subscriber_id, list_id = _read_leave_token(token)
    asked = request.args.get("lang_code", "")
    if asked in public_languages():
        g.reader_language = asked
        refresh()
    if "pause" in request.form:
        return _pause(subscriber_id, request.form["pause"])
    is_one_click = request.form.get("List-Unsubscribe") == "One-Click"
    method = Method.ONE_CLICK if is_one_click else Method.PAGE
    if request.form.get("leave") == EVERY_LIST:
        names = [list_name_of(each) for _, each in list_subscriptions_of(subscriber_id)]
        unsubscribe_from_all(subscriber_id, method)
        return render_template("public/left.html", list_names=names, is_told=True)
    left = unsubscribe_by_link(subscriber_id, list_id, method)
    if is_one_click:
        return show_left(left)
    remember_leaving(subscriber_id, list_id)
    return show_left(left, has_undo=True)


@public.post("/leave/undo")
@csrf.exempt  # browsers send the cookie of the session to no form of another site
def undo_leave() -> ResponseReturnValue:
    """Undo the unsubscription that this browser has just made."""
    subscriber_id, list_id, moment = session.pop(LEFT_KEY, None) or (0, 0, 0)
    is_in_time = clock.now().timestamp() - moment <= UNDO_WITHIN.total_seconds()
    is_back = is_in_time and undo_unsubscription(subscriber_id, list_id)
    mailing_list = find_list(list_id)
    name = list_name_of(mailing_list) if mailing_list else ""
    return render_template("public/back_on_list.html", is_back=is_back, name=name)


def remember_leaving(subscriber_id: int, list_id: int) -> None:
    """Let this browser undo the unsubscription for ten minutes."""
    session[LEFT_KEY] = [subscriber_id, list_id, int(clock.now().timestamp())]


def show_left(mailing_list: MailingList | None, *, has_undo: bool = False) -> str:
    """Return the page after one list. The link of an email shows the same to all: it is kept.

    A page with messages for this visitor, or with links to itself in other languages, is not kept:
    the links hold the token of one person.
    """
    language = select_language()
    names = [list_name_of(mailing_list, language)] if mailing_list else []

    def render() -> str:
        return render_template(
            "public/left.html", list_names=names, is_told=False, has_undo=has_undo
        )

    if FLASHES in session or "lang_code" in g:
        return render()
    key = ("left", language, has_undo, *names)
    return keep(kept_values().edition, key, render)


def _pause(subscriber_id: int, months: str) -> ResponseReturnValue:
    """Pause all emails to a person, or end the pause. An unknown person gets the same answer."""
    if months == RESUME:
        resume(subscriber_id)
        return render_template("public/paused.html", until=None)
    if months not in MONTHS:
        abort(400)
    pause(subscriber_id, MONTHS[months])
    until = pause_until(clock.now(), MONTHS[months])
    return render_template("public/paused.html", until=until)


def _speak(language: str) -> None:
    """Answer in the language of the reader, with links to the others."""
    if language in public_languages():
        g.lang_code = language
        refresh()


def _read_leave_token(token: str) -> tuple[int, int]:
    """Return the ids of the subscriber and the list of a link; it never expires (ADR 007)."""
    try:
        payload = current_tokens().read(TokenPurpose.UNSUBSCRIBE, token)
    except TokenError:
        refuse_link(LEAVE_UNKNOWN)
    if not isinstance(payload, list):
        refuse_link(LEAVE_UNKNOWN)
    subscriber_id, list_id, _ = payload
    return int(subscriber_id), int(list_id)
