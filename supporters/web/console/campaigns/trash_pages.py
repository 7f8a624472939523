"""The trash: drafts are put into it, taken out of it, and deleted for ever."""

from datetime import datetime
from typing import NamedTuple

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from supporters.campaigns import trash as trash_of_drafts
from supporters.campaigns.drafts import DraftError
from supporters.campaigns.models import Campaign
from supporters.campaigns.queries import list_trashed
from supporters.campaigns.states import is_trashed
from supporters.retention.labels import time_of
from supporters.retention.queries import get_days
from supporters.retention.rules import Category
from supporters.web.console.campaigns.campaign_pages import (
    end_in_trash,
    get_campaign_or_404,
    get_even_trashed_or_404,
    to_campaign,
)
from supporters.web.console.campaigns.writing.draft_redirects import redirect_to_launched
from supporters.web.console.console_blueprint import CAMPAIGN, done, for_writers, name_of_author
from supporters.web.console.visibility import current_scope
from supporters.web.forms import EmptyForm
from supporters.web.list_filters import name_audience


class TrashRow(NamedTuple):
    """A row of the trash."""

    id: int
    subject: str
    list_name: str
    who: str
    trashed_at: datetime | None
    until: datetime


@for_writers.get("/campaigns/trash")
def trash() -> str:
    """Show the drafts in the trash: by whom each was deleted, and how long it stays."""
    rows = [
        TrashRow(
            id=campaign.id,
            subject=campaign.title,
            list_name=name_audience(campaign, mailing_list),
            who=name_of_author(campaign.trashed_by),
            trashed_at=campaign.trashed_at,
            until=end_in_trash(campaign),
        )
        for campaign, mailing_list in list_trashed(current_scope())
    ]
    return render_template(
        "console/campaigns/trash.html", rows=rows, retained_for=time_of(get_days(Category.DRAFTS))
    )


@for_writers.post(f"/campaigns/{CAMPAIGN}/delete")
def delete_campaign(campaign_id: int) -> ResponseReturnValue:
    """Put a draft into the trash. The next page offers to undo that."""
    get_campaign_or_404(campaign_id)
    if trash_of_drafts.trash_draft(campaign_id, current_user.id) is DraftError.NOT_A_DRAFT:
        return redirect_to_launched(campaign_id)
    return redirect(url_for("console.campaigns", trashed=campaign_id), 303)


@for_writers.post(f"/campaigns/{CAMPAIGN}/take-out")
def take_out(campaign_id: int) -> ResponseReturnValue:
    """Take a draft out of the trash."""
    get_even_trashed_or_404(campaign_id)
    match trash_of_drafts.take_out_of_trash(campaign_id):
        case Campaign():
            flash(gettext("The draft is back."), "success")
            return to_campaign(campaign_id)
        case _:
            return abort(404)


@for_writers.route(f"/campaigns/{CAMPAIGN}/delete-for-ever", methods=["GET", "POST"])
def delete_for_ever(campaign_id: int) -> ResponseReturnValue:
    """Delete a draft of the trash for ever, after a question."""
    campaign = get_even_trashed_or_404(campaign_id)
    if not is_trashed(campaign.status):
        abort(404)
    form = EmptyForm()
    if not form.validate_on_submit():
        return render_template(
            "console/campaigns/delete_for_ever.html", campaign=campaign, form=form
        )
    if trash_of_drafts.delete_for_ever(campaign_id) is DraftError.NOT_TRASHED:
        flash(gettext("Nothing was deleted: somebody restored this draft meanwhile."), "warning")
        return to_campaign(campaign_id)
    return done(gettext("The draft is deleted for ever."), "console.trash")
