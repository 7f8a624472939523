"""Describes what came of a campaign: shares in percent, the usual, and the next steps."""

from typing import NamedTuple

from flask_babel import gettext

from supporters.campaign_totals.result_figures import CampaignResult, find_result
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.campaigns.states import has_ledger
from supporters.delivery.after_sending.cancelled_reach import find_cancelled_reach
from supporters.delivery.after_sending.follow_ups import find_followed
from supporters.delivery.after_sending.models import FollowKind
from supporters.delivery.progress import Progress
from supporters.web.console.console_blueprint import may_open
from supporters.web.console.visibility import current_scope
from supporters.web.result_words import name_share


class NextStep(NamedTuple):
    """A campaign that can follow this one: for whom, and to how many people at most."""

    kind: FollowKind
    people: int


def describe_result(campaign: Campaign, figures: Progress | None) -> dict[str, object]:
    """Return the campaign that this one follows, and the values of the result unless a draft."""
    followed = find_followed(campaign, current_scope())
    if figures is None or not has_ledger(campaign.status):
        return {"result": None, "followed": followed}
    result = find_result(campaign, current_scope())
    return {
        "result": result,
        "followed": followed,
        "reach": find_cancelled_reach(campaign),
        "usual_words": _describe_usual(result),
        "next_steps": _list_next_steps(campaign, figures),
    }


def _describe_usual(result: CampaignResult) -> dict[str, str]:
    """Return the usual of the list in words, for what has one."""
    usual = {"left": result.usual_left, "refused": result.usual_refused}
    return {
        key: gettext("usual for this list: %(share)s", share=name_share(share))
        for key, share in usual.items()
        if share is not None
    }


def _list_next_steps(campaign: Campaign, figures: Progress) -> list[NextStep]:
    """Return the campaigns that this account can begin for people of an ended one."""
    is_over = campaign.status in {CampaignStatus.SENT, CampaignStatus.CANCELLED}
    if not is_over or figures.settled < figures.audience or not may_open("console.follow_up"):
        return []
    steps = [
        NextStep(FollowKind.MISSED, figures.cancelled),
        NextStep(FollowKind.SAME_PEOPLE, figures.accepted + figures.uncertain),
    ]
    return [each for each in steps if each.people]
