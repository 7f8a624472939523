"""The consent texts: each purpose with its versions and the number of people who agreed."""

from datetime import datetime
from typing import NamedTuple

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from supporters.consent.labels import purpose_kind_name
from supporters.consent.models import PageSnapshot, Purpose, PurposeKind
from supporters.consent.page_snapshots import SnapshotAltered, open_snapshot
from supporters.consent.queries import (
    find_optional_purpose,
    find_purpose,
    find_snapshot,
    list_earlier_purposes,
    list_snapshot_uses,
    list_wordings,
)
from supporters.consent.trigger_counts import count_people_by_purpose, count_people_by_wording
from supporters.lists.mailing_lists import names_current_party
from supporters.lists.purpose_changes import (
    OPTIONAL_KINDS,
    PurposeStats,
    list_purpose_stats,
    list_untranslated,
    remove_purpose_from_pages,
    show_purpose_on_pages,
)
from supporters.lists.queries import find_list_of_purpose, name_of_purpose
from supporters.reconfirmation.models import ConsentChange, ConsentChangeKind
from supporters.reconfirmation.queries import find_waiting_change, get_current_purpose
from supporters.reconfirmation.reconfirmation_rounds import get_reconfirmation_progress
from supporters.team.right_requests import VALID_FOR
from supporters.web.console.console_blueprint import (
    PAGE,
    PURPOSE,
    done,
    for_owners,
    for_owners_and_dpo,
)
from supporters.web.console.visibility import current_scope
from supporters.web.forms import EmptyForm
from supporters.web.headers import show_as_email

CONFLICT = 409


@for_owners_and_dpo.get("/consents")
def consents() -> str:
    """Show all current purposes."""
    unwritten = [kind for kind in OPTIONAL_KINDS if find_optional_purpose(kind) is None]
    return render_template(
        "console/lists/consents.html",
        rows=[_row(each) for each in list_purpose_stats() if _may_see(each.purpose)],
        unwritten=[(kind.value, purpose_kind_name(kind)) for kind in unwritten],
    )


@for_owners_and_dpo.get(f"/consents/{PURPOSE}")
def show_purpose(purpose_id: int) -> ResponseReturnValue:
    """Show a purpose with all its texts, and the texts of the purposes before it."""
    purpose = get_purpose_or_404(purpose_id)
    figures = find_figures(purpose)
    if figures is None:
        return redirect(url_for("console.show_purpose", purpose_id=current_purpose_id(purpose)))
    return render_template(
        "console/lists/purpose.html",
        row=_row(figures),
        is_list=figures.mailing_list is not None,
        waiting=_find_change_of(purpose),
        form=EmptyForm(),
        **_describe_texts(purpose),
    )


def _describe_texts(purpose: Purpose) -> dict[str, object]:
    """Return a purpose with its texts, those before it, and how far people were asked again."""
    return {
        "purpose": purpose,
        "versions": _versions(purpose),
        "untranslated": list_untranslated(purpose.id),
        "earlier": _list_earlier(purpose),
        "progress": get_reconfirmation_progress(purpose) if purpose.succeeds_id else None,
    }


def _list_earlier(purpose: Purpose) -> list[dict[str, object]]:
    """Return the purposes before one, with their people and texts."""
    people = count_people_by_purpose()
    return [
        {"id": each.id, "people": people.get(each.id, 0), "versions": _versions(each)}
        for each in list_earlier_purposes(purpose)
    ]


@for_owners.post(f"/consents/{PURPOSE}/offer")
def offer(purpose_id: int) -> ResponseReturnValue:
    """Offer an optional purpose on the sign-up pages."""
    if show_purpose_on_pages(get_purpose_or_404(purpose_id).id) is None:
        flash(gettext("The box is now on every sign-up page. It is optional."), "success")
    else:
        flash(gettext("This can’t be offered."), "error")
    return redirect(url_for("console.show_purpose", purpose_id=purpose_id), 303)


@for_owners.post(f"/consents/{PURPOSE}/offer/end")
def stop_offering(purpose_id: int) -> ResponseReturnValue:
    """Remove an optional purpose from the sign-up pages."""
    remove_purpose_from_pages(get_purpose_or_404(purpose_id).id)
    return done(
        gettext(
            "The box is removed from the sign-up pages. Nothing changes for people who agreed."
        ),
        "console.show_purpose",
        purpose_id=purpose_id,
    )


def get_purpose_or_404(purpose_id: int) -> Purpose:
    """Return the purpose, or answer 404. One without a list needs every list."""
    purpose = find_purpose(purpose_id)
    if purpose is None or not _may_see(purpose):
        abort(404)
    return purpose


class WaitingChange(NamedTuple):
    """A consent text that waits, for the pages that lead to it."""

    id: int
    name: str
    is_own: bool
    is_mailing: bool
    starts_at: datetime | None
    valid_until: datetime


def describe_change(change: ConsentChange) -> WaitingChange:
    """Return what the pages say of a consent text that waits."""
    return WaitingChange(
        id=change.id,
        name=name_of_purpose(change.purpose_id),
        is_own=change.requested_by_id == current_user.id,
        is_mailing=change.kind is ConsentChangeKind.MAILING,
        starts_at=change.starts_at,
        valid_until=change.requested_at + VALID_FOR,
    )


def _find_change_of(purpose: Purpose) -> WaitingChange | None:
    change = find_waiting_change(purpose.id)
    return None if change is None else describe_change(change)


def _may_see(purpose: Purpose) -> bool:
    mailing_list = find_list_of_purpose(purpose.id)
    return current_scope().covers(mailing_list.id if mailing_list else None)


def current_purpose_id(purpose: Purpose) -> int:
    """Return the id of the current successor of a purpose."""
    return get_current_purpose(purpose.id).id


def find_figures(purpose: Purpose) -> PurposeStats | None:
    """Return the figures of a current purpose."""
    return next((each for each in list_purpose_stats() if each.purpose.id == purpose.id), None)


def name_of_figures(figures: PurposeStats) -> str:
    """Return the name of a purpose: the name of its list, or of its kind."""
    return (
        figures.mailing_list.name
        if figures.mailing_list
        else purpose_kind_name(figures.purpose.kind)
    )


def _row(figures: PurposeStats) -> dict[str, object]:
    return {
        "id": figures.purpose.id,
        "name": name_of_figures(figures),
        "kind": figures.purpose.kind.value,
        "since": figures.purpose.created_at,
        "wordings": figures.wordings,
        "people": figures.people,
        "earlier_people": figures.earlier_people,
        "is_offered": figures.is_offered,
        "is_list": figures.purpose.kind is PurposeKind.NEWSLETTER,
        "is_outdated": not names_current_party(figures.purpose.id),
    }


def _versions(purpose: Purpose) -> list[dict[str, object]]:
    people = count_people_by_wording(purpose.id)
    return [
        {"wording": wording, "people": people.get(wording.id, 0)}
        for wording in list_wordings(purpose.id)
    ]


@for_owners_and_dpo.get(f"/consents/{PURPOSE}/pages")
def page_snapshots(purpose_id: int) -> ResponseReturnValue:
    """List the page snapshots of a purpose and of the purposes before it."""
    purpose = get_purpose_or_404(purpose_id)
    figures = find_figures(purpose)
    if figures is None:
        return redirect(url_for("console.page_snapshots", purpose_id=current_purpose_id(purpose)))
    purposes = [purpose.id, *(each.id for each in list_earlier_purposes(purpose))]
    return render_template(
        "console/lists/page_snapshots.html",
        purpose=purpose,
        name=name_of_figures(figures),
        pages=list_snapshot_uses(purposes),
    )


@for_owners_and_dpo.get(f"/consents/pages/{PAGE}")
def show_page_snapshot(page_id: int) -> ResponseReturnValue:
    """Show a page snapshot, or warn that it was altered."""
    page = _get(page_id)
    is_whole = _find_content(page) is not None
    shown = render_template("console/lists/page_snapshot.html", page=page, is_whole=is_whole)
    return shown, 200 if is_whole else CONFLICT


@for_owners_and_dpo.get(f"/consents/pages/{PAGE}/content")
def page_snapshot_content(page_id: int) -> ResponseReturnValue:
    """Return the content of a page snapshot, for a sandboxed frame."""
    content = _find_content(_get(page_id)) or abort(404)
    show_as_email()
    return content


def _get(page_id: int) -> PageSnapshot:
    return find_snapshot(page_id) or abort(404)


def _find_content(page: PageSnapshot) -> str | None:
    try:
        return open_snapshot(page)
    except SnapshotAltered:
        return None
