"""Unsubscribing: one click from any email (RFC 8058), a page, a pause instead, and an undo.

The page is in the language of its reader. One press unsubscribes; all else stands beside it.
"""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, NamedTuple

from flask import abort, g, jsonify, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, refresh

from supporters import clock
from supporters.cases.departures import unsubscribe_from_all
from supporters.cases.rules import UNTIL_RESUMED, pause_until
from supporters.consent.corrections import hash_for_correction, hash_for_withdrawal
from supporters.consent.models import Method
from supporters.consent.promised.promises import sign_act_link
from supporters.crypto.tokens import TokenError, TokenPurpose, new_secret
from supporters.delivery.after_sending.departure_counts import NO_CAMPAIGN
from supporters.extensions import csrf, current_tokens
from supporters.fast_path.site_edition import find_cached
from supporters.lists.models import MailingList, list_name_of
from supporters.lists.queries import find_list, list_subscriptions_of
from supporters.mail.links import link_to
from supporters.my_data.link_unsubscription import unsubscribe_by_link
from supporters.my_data.my_data_service import pause_by_link, resume
from supporters.my_data.unsubscription_undo import UNDO_WITHIN, PressedUndo, undo_unsubscription
from supporters.people.models import Subscriber
from supporters.people.queries import find_subscriber
from supporters.people.rules import mask_address
from supporters.public_languages import public_languages
from supporters.web.page_language import select_language
from supporters.web.public.dead_links import LEAVE_UNKNOWN, refuse_link
from supporters.web.public.notices.act_promises import (
    ProofLink,
    list_end_links,
    list_proof_links,
    make_promise,
)
from supporters.web.public.public_blueprint import public
from supporters.web.public.signup.join_page import FLASHES
from supporters.web.public.signup.page_capture import (
    PLACEHOLDER_TOKEN,
    SnapshotSource,
    language_links_without_token,
    store_snapshot,
)

EVERY_LIST = "all"
MONTHS = {"1": 1, "3": 3}
RESUME = "0"
LEFT_KEY = "left"  # of the session: the last press of this browser
Press = list[Any]  # the ids of person and list, the time in seconds, the secret, the campaign
NO_PRESS: Press = [0, 0, 0, "", NO_CAMPAIGN]


class EmailLink(NamedTuple):
    """The email that a link came with: its reader, the list, and the campaign if it was one."""

    subscriber_id: int
    list_id: int
    campaign_id: int = NO_CAMPAIGN


@public.get("/leave/<token>")
def leave_page(token: str) -> ResponseReturnValue:
    """Show the buttons; a link scanner changes nothing with a GET (REQ-69)."""
    subscriber_id, list_id, _ = _read_leave_token(token)
    person = find_subscriber(subscriber_id)
    _speak(request.args.get("lang_code") or (person.language if person else ""))
    lists = {each.id for _, each in list_subscriptions_of(subscriber_id)}
    return render_template(
        f"public/unsubscribe/{'leave' if list_id in lists else 'leave_over'}.html",
        list_name=_name_list(find_list(list_id)),
        address=mask_address(person.address) if person else "",
        has_others=bool(lists - {list_id}),
        has_undo=_find_own_press(subscriber_id, list_id) is not None,
        manage_url=_link_to_subscriptions(subscriber_id),
        action=url_for("public.leave", token=token, lang_code=str(get_locale())),
        **_describe_pause(person),
    )


def _link_to_subscriptions(subscriber_id: int) -> str:
    token = current_tokens().sign(TokenPurpose.MANAGE, subscriber_id)
    return url_for("public.subscriptions", token=token)


@public.post("/leave/<token>")
@csrf.exempt
def leave(token: str) -> ResponseReturnValue:
    """Unsubscribe the person of the link, or pause: no cookie, no question, no redirect."""
    mail = _read_leave_token(token)
    subscriber_id, _, campaign_id = mail
    _keep_language(request.args.get("lang_code", ""))
    if "pause" in request.form:
        return _pause(subscriber_id, request.form["pause"])
    if request.form.get("List-Unsubscribe") == "One-Click":
        return _leave_by_one_click(mail)
    if request.form.get("leave") == EVERY_LIST:
        names = [list_name_of(each) for _, each in list_subscriptions_of(subscriber_id)]
        unsubscribe_from_all(subscriber_id, Method.PAGE, campaign_id=campaign_id)
        return show_left_all(names)
    return leave_by_page(mail)


def _leave_by_one_click(mail: EmailLink) -> ResponseReturnValue:
    """Unsubscribe a person for their mail program (RFC 8058); the answer is the promise."""
    departure = unsubscribe_by_link(
        mail.subscriber_id, mail.list_id, Method.ONE_CLICK, campaign_id=mail.campaign_id
    )
    language = select_language()
    name = list_name_of(departure.left, language) if departure.left else ""
    token = sign_act_link(departure.act)
    return jsonify(make_promise(departure.act, token, name=name, language=language))


def show_left_all(names: Sequence[str]) -> str:
    """Return the page after all lists, with the promises."""
    return render_template(
        "public/left.html", list_names=names, is_told=True, proofs=list_end_links()
    )


def _keep_language(asked: str) -> None:
    """Answer in the language of the page with the button, without links to the others."""
    if asked in public_languages():
        g.reader_language = asked
        refresh()


def leave_by_page(mail: EmailLink) -> str:
    """Unsubscribe a person from one list, and let this browser undo it for ten minutes."""
    subscriber_id, list_id, campaign_id = mail
    secret = new_secret()
    evidence = hash_for_withdrawal(hash_for_correction(secret))
    departure = unsubscribe_by_link(
        subscriber_id, list_id, Method.PAGE, evidence=evidence, campaign_id=campaign_id
    )
    if departure.is_new or _find_own_press(subscriber_id, list_id) is None:
        moment = int(clock.now().timestamp())
        session[LEFT_KEY] = [subscriber_id, list_id, moment, secret, campaign_id]
    page = show_left(departure.left, stays_on=departure.others, has_undo=True)
    return page.replace(f"/receipt/{PLACEHOLDER_TOKEN}", f"/receipt/{sign_act_link(departure.act)}")


@public.post("/leave/undo")
@csrf.exempt  # browsers send the cookie of the session to no form of another site
def undo_leave() -> ResponseReturnValue:
    """Undo the unsubscription that this browser has just made."""
    press = _read_press()
    session.pop(LEFT_KEY, None)
    mailing_list = find_list(press[1])
    is_back, name = _undo(press, mailing_list), _name_list(mailing_list)
    return render_template(
        "public/unsubscribe/back_on_list.html",
        is_back=is_back,
        name=name,
        proofs=list_proof_links(),
    )


def _name_list(mailing_list: MailingList | None) -> str:
    return list_name_of(mailing_list) if mailing_list else ""


def _undo(press: Press, mailing_list: MailingList | None) -> bool:
    subscriber_id, list_id, moment, secret, campaign_id = press
    if clock.now().timestamp() - moment > UNDO_WITHIN.total_seconds():
        return False
    pressed = PressedUndo(
        secret=secret,
        page_url=link_to("public.leave_page", token=PLACEHOLDER_TOKEN),
        page_snapshot_id=store_snapshot(
            _describe_page([mailing_list] if mailing_list else []), None
        ),
        campaign_id=campaign_id,
    )
    return undo_unsubscription(subscriber_id, list_id, pressed)


def _describe_page(left: Sequence[MailingList]) -> SnapshotSource:
    """Return the source of the page with the button “undo”, the same for every visitor."""
    language = select_language()
    names = [list_name_of(each, language) for each in left]

    def render() -> str:
        languages = language_links_without_token("public.leave_page")
        return render_template(
            "public/left.html", list_names=names, has_undo=True, languages=languages
        )

    return SnapshotSource(language, ("left", *names), render)


def _read_press() -> Press:
    """Return the last press of this browser. One of the version before has no campaign."""
    press: Press = session.get(LEFT_KEY) or NO_PRESS
    return [*press, *NO_PRESS[len(press) :]]


def _find_own_press(subscriber_id: int, list_id: int) -> Press | None:
    """Return the press with which this browser left a list within the last ten minutes."""
    press = _read_press()
    is_fresh = clock.now().timestamp() - press[2] <= UNDO_WITHIN.total_seconds()
    return press if is_fresh and press[:2] == [subscriber_id, list_id] else None


def show_left(
    mailing_list: MailingList | None,
    *,
    stays_on: Sequence[MailingList] = (),
    has_undo: bool = False,
) -> str:
    """Return the page after one list. The page of the same lists is the same for all: it is cached.

    The links to the promise have a placeholder instead of their token.

    A page with messages for this visitor, or with links to itself in other languages, isn't cached:
    the links hold the token of one person.
    """
    language = select_language()
    names = [list_name_of(mailing_list, language)] if mailing_list else []
    others = sorted(list_name_of(each, language) for each in stays_on)

    def render() -> str:
        return render_template(
            "public/left.html",
            list_names=names,
            stays_on=others,
            has_undo=has_undo,
            proofs=[ProofLink(PLACEHOLDER_TOKEN, "")],
        )

    if FLASHES in session or "lang_code" in g:
        return render()
    key = ("left", language, has_undo, *names, "", *others)
    return find_cached(key, render)


def _pause(subscriber_id: int, months: str) -> ResponseReturnValue:
    """Pause all emails to a person, or end the pause. An unknown person gets the same answer."""
    if months == RESUME:
        resume(subscriber_id)
        return render_template("public/unsubscribe/paused.html", until=None)
    if months not in MONTHS:
        abort(400)
    if not pause_by_link(subscriber_id, MONTHS[months]):
        return render_template("public/unsubscribe/not_paused.html"), HTTPStatus.TOO_MANY_REQUESTS
    until = pause_until(clock.now(), MONTHS[months])
    return render_template("public/unsubscribe/paused.html", until=until)


def _describe_pause(person: Subscriber | None) -> dict[str, object]:
    """Return until when the emails to a person are paused."""
    until = person.paused_until if person else None
    if until is None or until <= clock.now():
        return {"paused_until": None, "until_resumed": False}
    return {"paused_until": until, "until_resumed": until == UNTIL_RESUMED}


def _speak(language: str) -> None:
    """Answer in the language of the reader, with links to the others."""
    if language in public_languages():
        g.lang_code = language
        refresh()


def _read_leave_token(token: str) -> EmailLink:
    """Return the email of a link; it never expires (ADR 007)."""
    try:
        payload = current_tokens().read(TokenPurpose.UNSUBSCRIBE, token)
    except TokenError:
        refuse_link(LEAVE_UNKNOWN)
    if not isinstance(payload, list):
        refuse_link(LEAVE_UNKNOWN)
    return EmailLink(*map(int, payload))
