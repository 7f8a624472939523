"""The consent texts: each purpose with its versions and the number of people who agreed."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from supporters.consent.labels import name_of
from supporters.consent.models import PageVersion, Purpose, PurposeKind
from supporters.consent.page_snapshots import PageAltered, open_page
from supporters.consent.queries import (
    find_optional_purpose,
    find_page,
    find_purpose,
    list_earlier_purposes,
    list_page_uses,
    list_wordings,
)
from supporters.lists.mailing_lists import is_in_the_name_of_today
from supporters.lists.optional_purposes import (
    OPTIONAL_KINDS,
    PurposeFigures,
    count_people_by_purpose,
    count_people_by_wording,
    end_offer,
    list_purpose_figures,
    offer_purpose,
)
from supporters.reconfirmation.queries import get_todays_purpose
from supporters.reconfirmation.reconfirmation_rounds import get_asking_progress
from supporters.web.console.console_blueprint import (
    PAGE,
    PURPOSE,
    console,
    guardians_only,
    owners_only,
)
from supporters.web.forms import EmptyForm
from supporters.web.headers import show_as_mail

CONFLICT = 409


@console.get("/consents")
@guardians_only
def consents() -> str:
    """Show all current purposes."""
    unwritten = [kind for kind in OPTIONAL_KINDS if find_optional_purpose(kind) is None]
    return render_template(
        "console/consents.html",
        rows=[_row(each) for each in list_purpose_figures()],
        unwritten=[(kind.value, name_of(kind)) for kind in unwritten],
    )


@console.get(f"/consents/{PURPOSE}")
@guardians_only
def show_purpose(purpose_id: int) -> ResponseReturnValue:
    """Show a purpose with all its texts, and the texts of the purposes before it."""
    purpose = get_purpose_or_404(purpose_id)
    figures = find_figures(purpose)
    if figures is None:
        return redirect(url_for("console.show_purpose", purpose_id=todays_id(purpose)))
    people = count_people_by_purpose()
    return render_template(
        "console/purpose.html",
        purpose=purpose,
        row=_row(figures),
        versions=_versions(purpose),
        earlier=[
            {"id": each.id, "people": people.get(each.id, 0), "versions": _versions(each)}
            for each in list_earlier_purposes(purpose)
        ],
        progress=get_asking_progress(purpose) if purpose.succeeds_id else None,
        is_list=figures.mailing_list is not None,
        form=EmptyForm(),
    )


@console.post(f"/consents/{PURPOSE}/offer")
@owners_only
def offer(purpose_id: int) -> ResponseReturnValue:
    """Offer an optional purpose on the sign-up pages."""
    if offer_purpose(get_purpose_or_404(purpose_id).id) is None:
        flash(gettext("The box is now on every sign-up page. It is optional."), "success")
    else:
        flash(gettext("This can’t be offered."), "error")
    return redirect(url_for("console.show_purpose", purpose_id=purpose_id), 303)


@console.post(f"/consents/{PURPOSE}/offer/end")
@owners_only
def stop_offering(purpose_id: int) -> ResponseReturnValue:
    """Remove an optional purpose from the sign-up pages."""
    end_offer(get_purpose_or_404(purpose_id).id)
    flash(
        gettext(
            "The box is removed from the sign-up pages. Nothing changes for people who agreed."
        ),
        "success",
    )
    return redirect(url_for("console.show_purpose", purpose_id=purpose_id), 303)


def get_purpose_or_404(purpose_id: int) -> Purpose:
    """Return the purpose, or answer 404."""
    purpose = find_purpose(purpose_id)
    if purpose is None:
        abort(404)
    return purpose


def todays_id(purpose: Purpose) -> int:
    """Return the id of the current successor of a purpose."""
    return get_todays_purpose(purpose.id).id


def find_figures(purpose: Purpose) -> PurposeFigures | None:
    """Return the figures of a current purpose."""
    return next((each for each in list_purpose_figures() if each.purpose.id == purpose.id), None)


def name_of_figures(figures: PurposeFigures) -> str:
    """Return the name of a purpose: the name of its list, or of its kind."""
    return figures.mailing_list.name if figures.mailing_list else name_of(figures.purpose.kind)


def _row(figures: PurposeFigures) -> dict[str, object]:
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
        "is_outdated": not is_in_the_name_of_today(figures.purpose.id),
    }


def _versions(purpose: Purpose) -> list[dict[str, object]]:
    people = count_people_by_wording(purpose.id)
    return [
        {"wording": wording, "people": people.get(wording.id, 0)}
        for wording in list_wordings(purpose.id)
    ]


@console.get(f"/consents/{PURPOSE}/pages")
@guardians_only
def kept_pages(purpose_id: int) -> ResponseReturnValue:
    """List the page snapshots of a purpose and of the purposes before it."""
    purpose = get_purpose_or_404(purpose_id)
    figures = find_figures(purpose)
    if figures is None:
        return redirect(url_for("console.kept_pages", purpose_id=todays_id(purpose)))
    purposes = [purpose.id, *(each.id for each in list_earlier_purposes(purpose))]
    return render_template(
        "console/kept_pages.html",
        purpose=purpose,
        name=name_of_figures(figures),
        pages=list_page_uses(purposes),
    )


@console.get(f"/consents/pages/{PAGE}")
@guardians_only
def show_kept_page(page_id: int) -> ResponseReturnValue:
    """Show a page snapshot, or warn that it was altered."""
    page = _get(page_id)
    is_whole = _find_content(page) is not None
    shown = render_template("console/kept_page.html", page=page, is_whole=is_whole)
    return shown, 200 if is_whole else CONFLICT


@console.get(f"/consents/pages/{PAGE}/content")
@guardians_only
def kept_page_content(page_id: int) -> ResponseReturnValue:
    """Return the content of a page snapshot, for a sandboxed frame."""
    content = _find_content(_get(page_id))
    if content is None:
        abort(404)
    show_as_mail()
    return content


def _get(page_id: int) -> PageVersion:
    page = find_page(page_id)
    if page is None:
        abort(404)
    return page


def _find_content(page: PageVersion) -> str | None:
    try:
        return open_page(page)
    except PageAltered:
        return None
