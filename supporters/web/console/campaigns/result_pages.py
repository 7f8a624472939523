"""The figures of a campaign as a file, the people who were refused, and campaigns that follow."""

import csv
import io
from collections.abc import Iterator

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from supporters.campaign_totals.refused_people import MOST_SHOWN, list_refused_people
from supporters.campaign_totals.result_figures import CampaignFigures, find_result
from supporters.campaigns.models import Campaign
from supporters.campaigns.states import has_ledger
from supporters.delivery.after_sending.follow_ups import begin_follow_up
from supporters.delivery.after_sending.models import FollowKind
from supporters.personal_data.person_lookups import record_search
from supporters.text.spreadsheets import neutralise
from supporters.web.console.campaigns.campaign_pages import get_campaign_or_404, to_campaign
from supporters.web.console.console_blueprint import CAMPAIGN, for_team, for_writers
from supporters.web.console.visibility import current_scope
from supporters.web.forms import EmptyForm
from supporters.web.labels import label

AGAIN_TO = f"<any({', '.join(FollowKind)}):again_to>"
HEAD = (
    *("campaign", "subject", "launched_at", "recipients", "accepted", "refused", "cancelled"),
    *("left", "never_signed_up", "joined_by_forwarding", "archive_visits"),
    *("came_back", "spam_button", "answered"),
)


@for_team.get(f"/campaigns/{CAMPAIGN}/result.csv")
def result_file(campaign_id: int) -> ResponseReturnValue:
    """Return the totals of a campaign and of those before it: numbers, and nobody."""
    campaign = get_campaign_or_404(campaign_id)
    if not has_ledger(campaign.status):
        return to_campaign(campaign_id)
    result = find_result(campaign, current_scope())
    response = Response("\ufeff" + "".join(_write([result.own, *result.before])))
    response.headers["Content-Type"] = "text/csv; charset=utf-8; header=present"
    name = f"campaign-{campaign_id}.csv"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _write(rows: list[CampaignFigures]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(HEAD)
    writer.writerows(_cells(each) for each in rows)
    yield buffer.getvalue()


def _cells(each: CampaignFigures) -> list[object]:
    campaign, launched_at = each.campaign, each.campaign.launched_at
    return [
        campaign.id,
        neutralise(campaign.subject),
        launched_at.isoformat(timespec="seconds") if launched_at else "",
        *(each.audience, each.accepted, each.refused, each.cancelled),
        *(each.left, each.disputed, each.joined, "" if each.visits is None else each.visits),
        *(each.bounced, each.complained, each.answered),
    ]


@for_team.route(f"/campaigns/{CAMPAIGN}/refused", methods=["GET", "POST"])
def refused_people(campaign_id: int) -> ResponseReturnValue:
    """Show who was refused, with masked addresses, after a press that is recorded as a search."""
    campaign = get_campaign_or_404(campaign_id)
    form = EmptyForm()
    people = None
    if form.validate_on_submit():
        if not record_search():
            return redirect(url_for("console.more_lookups"), 303)
        people = list_refused_people(campaign.id)
    return render_template(
        "console/campaigns/refused_people.html",
        campaign=campaign,
        form=form,
        people=people,
        most=MOST_SHOWN,
    )


@for_writers.post(f"/campaigns/{CAMPAIGN}/follow/{AGAIN_TO}")
def follow_up(campaign_id: int, again_to: str) -> ResponseReturnValue:
    """Begin a draft for people of a campaign, and open it to be written."""
    get_campaign_or_404(campaign_id)
    begun = begin_follow_up(campaign_id, FollowKind(again_to), current_user.id)
    if not isinstance(begun, Campaign):
        flash(label(begun), "error")
        return to_campaign(campaign_id)
    flash(gettext("This draft goes only to people of the first campaign. Change its text."), "info")
    return redirect(url_for("console.edit_campaign", campaign_id=begun.id), 303)
