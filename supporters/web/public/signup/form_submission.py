"""Stores the form of a signup page: when it is sent, and when its email is asked for again.

A form that is sent again is checked against the present page, so a wording that has changed since
is never confirmed unread (ADR 068).
"""

from collections.abc import Sequence
from datetime import timedelta

from flask import request, session
from werkzeug.datastructures import MultiDict

from supporters.fast_path.site_edition import EditionChanged, try_editions
from supporters.signup.new_requests import Signup
from supporters.signup.rules import NEW_REQUEST_INTERVALS, SEND_AGAIN_INTERVALS
from supporters.signup.signup_requests import request_signup
from supporters.signup.signup_sources import read_source
from supporters.web.public.signup.faultless_forms import TypedSignup
from supporters.web.public.signup.join_page import JoinPage
from supporters.web.public.signup.join_page_finder import find_home_form, find_join_page
from supporters.web.public.signup.page_capture import find_other_version
from supporters.web.public.signup.sent_form import PAGE_KEY, find_form, remember_form_again
from supporters.web.public.signup.told_places import read_place


def submit_form(
    page: JoinPage,
    typed: TypedSignup,
    *,
    intervals: Sequence[timedelta] = NEW_REQUEST_INTERVALS,
) -> str:
    """Store a form as a request; return its public id. Raises EditionChanged."""
    other_version = find_other_version(typed.page, page.fingerprint)
    return request_signup(
        Signup(
            address=typed.address,
            profile=typed.profile,
            mailing_list_id=page.find_list(typed.wording_ids).id,
            wording_ids=typed.wording_ids,
            page_url=page.url,
            page_snapshot_id=other_version or page.store_snapshot(),
            source=read_source(request.args.get("from", "")),
            answers=typed.answers,
            form_id=page.made.id if page.made else None,
            intervals=intervals,
            place=read_place(page),
        )
    )


def find_sent_page(slug: str) -> JoinPage | None:
    """Return the page of the form that this browser sent, as it is now; else that of a list."""
    sent_on = session.get(PAGE_KEY, slug)
    return find_join_page(sent_on) if sent_on else find_home_form()


def send_form_again(slug: str) -> bool:
    """Send the form of this browser again; return whether the present page accepts it."""
    fields = find_form()
    for _ in try_editions() if fields else ():
        page = find_sent_page(slug)
        if page is None or fields is None:
            return False
        try:
            return _send(page.as_sent(fields), fields)
        except EditionChanged:
            continue
    return False


def _send(page: JoinPage, fields: MultiDict[str, str]) -> bool:
    form = page.form_class(formdata=fields, meta={"csrf": False})
    form.page_hash = page.fingerprint
    if not form.validate():
        return False
    typed = page.read(form)
    public_id = submit_form(page, typed, intervals=SEND_AGAIN_INTERVALS)
    remember_form_again(public_id, typed.address, fields)
    return True
