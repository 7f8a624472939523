"""The pages on which people agreed, shown again as they were, checked by their fingerprint."""

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from supporters.consent.models import PageVersion
from supporters.consent.pages import PageAltered, open_page
from supporters.consent.queries import find_page, list_earlier_purposes, list_page_uses
from supporters.web.console.blueprint import PAGE, PURPOSE, console, guardians_only
from supporters.web.console.consents import (
    find_figures,
    get_purpose_or_404,
    name_of_figures,
    todays_id,
)
from supporters.web.headers import show_as_mail

CONFLICT = 409


@console.get(f"/consents/{PURPOSE}/pages")
@guardians_only
def kept_pages(purpose_id: int) -> ResponseReturnValue:
    """List the pages on which people agreed to a purpose, or to what it succeeds."""
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
    """Show a page again, or say loudly that it isn't the one that was kept."""
    page = _get(page_id)
    is_whole = _find_content(page) is not None
    shown = render_template("console/kept_page.html", page=page, is_whole=is_whole)
    return shown, 200 if is_whole else CONFLICT


@console.get(f"/consents/pages/{PAGE}/content")
@guardians_only
def kept_page_content(page_id: int) -> ResponseReturnValue:
    """Return the page itself, for the sandboxed frame; nothing in it works."""
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
