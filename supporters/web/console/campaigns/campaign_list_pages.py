"""The table of campaigns, in tabs by what is to be done, with a search."""

from flask import render_template, request

from supporters.campaigns.models import Campaign
from supporters.campaigns.queries import count_campaigns, find_campaign, list_campaigns_page
from supporters.campaigns.states import CampaignGroup, is_trashed
from supporters.team.list_scopes import ListScope
from supporters.web.console.campaigns.plans import name_hour
from supporters.web.console.campaigns.sending_time_facts import list_waiting
from supporters.web.console.console_blueprint import for_team
from supporters.web.console.visibility import current_scope


@for_team.get("/campaigns")
def campaigns() -> str:
    """Show the campaigns of a tab, with the words that somebody searches."""
    scope, words = current_scope(), request.args.get("q", "").strip()
    group = _find_group(request.args.get("show", ""))
    number = request.args.get("page", 1, type=int)
    page = list_campaigns_page(group, words=words, number=number, scope=scope)
    return render_template(
        "console/campaigns/campaigns.html",
        page=page,
        waiting=list_waiting(row.campaign for row in page.items),
        **_describe_tabs(scope, group),
        words=words,
        name_hour=name_hour,
        just_trashed=_find_just_trashed(),
    )


def _describe_tabs(scope: ListScope, group: CampaignGroup) -> dict[str, object]:
    counts = count_campaigns(scope)
    return {"counts": counts, "group": group, "everything": CampaignGroup.ALL}


def _find_group(asked: str) -> CampaignGroup:
    return next((each for each in CampaignGroup if each.value == asked), CampaignGroup.ALL)


def _find_just_trashed() -> Campaign | None:
    """Return the draft that was put into the trash a moment ago: the page offers to undo that."""
    campaign = find_campaign(request.args.get("trashed", 0, type=int))
    if campaign is None or not is_trashed(campaign.status):
        return None
    return campaign if current_scope().covers_all(campaign.list_ids) else None
