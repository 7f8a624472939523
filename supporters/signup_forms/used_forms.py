"""Finds the form that a person signed up by, and its title as its page showed it (ADR 075).

The record of a consent has the address of the page and its snapshot. The form is that of the
address, which never changes. Its title then is the heading of the snapshot, which is sealed.
"""

import re
from html import unescape
from typing import NamedTuple
from urllib.parse import urlsplit

from supporters.consent.event_records import AnyEvent
from supporters.consent.page_snapshots import SnapshotAltered, read_snapshot
from supporters.consent.queries import find_snapshot
from supporters.fast_path.site_edition import find_cached_rows
from supporters.signup.models import SignupRequest
from supporters.signup_forms.models import SignupForm
from supporters.signup_forms.queries import find_signup_form_by_slug

FORM_PAGE = re.compile(r"/(?:[a-z]{2}/(?:join|embed|stall)|api/forms)/(?P<slug>[^/]+)", re.ASCII)
HEADING = re.compile(r"<h1\b[^>]*>(.*?)</h1>", re.DOTALL)


class UsedForm(NamedTuple):
    """A form, and its title as a page showed it; without a whole snapshot, the end of its address.

    `form` has the present content, and the name for the team.
    """

    form: SignupForm
    title: str


def find_used_form(record: AnyEvent | SignupRequest) -> UsedForm | None:
    """Return the form behind a consent event or a request; None if its page was another one."""
    slug = _slug_of(record.page_url)
    form = find_signup_form_by_slug(slug) if slug else None
    if form is None:
        return None
    return UsedForm(form, _read_title(record.page_snapshot_id) or form.slug)


def find_shared_form_title(event: AnyEvent) -> str | None:
    """Return the title of the form behind a consent event, cached under the edition of the site."""
    if _slug_of(event.page_url) is None:
        return None

    def find_title() -> str | None:
        used = find_used_form(event)
        return used.title if used else None

    return find_cached_rows(("used form", event.page_url, event.page_snapshot_id), find_title)


def _slug_of(page_url: str | None) -> str | None:
    """Return the slug in the address of a sign-up page, on any surface."""
    found = FORM_PAGE.fullmatch(urlsplit(page_url or "").path)
    return found["slug"] if found else None


def _read_title(page_snapshot_id: int | None) -> str | None:
    """Return the heading of a page snapshot; None if it has none, or was altered."""
    page = find_snapshot(page_snapshot_id)
    try:
        found = HEADING.search(read_snapshot(page)) if page else None
    except SnapshotAltered:
        return None
    return unescape(found[1]).strip() if found else None
