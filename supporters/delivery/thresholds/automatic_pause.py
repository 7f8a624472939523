"""Pauses a campaign that reached a threshold, and tells its author and the owners."""

from datetime import datetime

import structlog

from supporters.accounts.models import Organiser, RoleName
from supporters.accounts.queries import find_organiser, list_active_organisers
from supporters.campaigns.models import Campaign
from supporters.campaigns.states import CAMPAIGN_STATES, CampaignMove
from supporters.database import in_transaction
from supporters.delivery.acts import DeliveryNotice
from supporters.delivery.problems import ProblemKind, is_paused_by_itself, kind_of
from supporters.delivery.thresholds.threshold_rules import Measure, Threshold
from supporters.mail.links import link_to
from supporters.notices.security_notices import Recipients, only, put_notice

log = structlog.get_logger(__name__)
KINDS = {
    Threshold.REFUSED: (ProblemKind.DEAD_ADDRESSES, DeliveryNotice.MANY_DEAD_ADDRESSES),
    Threshold.DEPARTED: (ProblemKind.DEPARTURES, DeliveryNotice.MANY_DEPARTURES),
    Threshold.COMPLAINED: (ProblemKind.COMPLAINTS, DeliveryNotice.MANY_COMPLAINTS),
}
OF_RETURNED = (ProblemKind.RETURNED, DeliveryNotice.MANY_RETURNED)


def author_and_owners(campaign: Campaign) -> Recipients:
    """Return the addresses of the owners, and of the campaign's author."""
    told: list[Organiser] = [*list_active_organisers(RoleName.OWNER)]
    author = None if campaign.created_by is None else find_organiser(campaign.created_by)
    return only([*told, author] if author is not None and author.active else told)


@in_transaction
def tell_about(campaign: Campaign, notice: DeliveryNotice, **values: str | int) -> None:
    """Put a notice about a campaign into the outbox, for its author and the owners."""
    url = link_to("console.show_campaign", campaign_id=campaign.id)
    put_notice(notice, author_and_owners(campaign), {"subject": campaign.title, **values}, url=url)


@in_transaction
def pause_for_relay(campaign: Campaign, reply: str, now: datetime) -> None:
    """Pause a locked campaign whose emails the relay refuses because of us."""
    if _pause(campaign, f"{ProblemKind.REFUSED}: {reply}", now):
        tell_about(campaign, DeliveryNotice.RELAY_REFUSES, reply=reply)


@in_transaction
def pause_for_threshold(
    campaign: Campaign, measure: Measure, now: datetime, *, is_about_us: bool = False
) -> None:
    """Pause a locked campaign that reached a threshold; `is_about_us`: emails came back for it."""
    kind, notice = OF_RETURNED if is_about_us else KINDS[measure.threshold]
    if _pause(campaign, f"{kind}: {measure.words}", now):
        numbers = {"count": measure.count, "base": measure.base, "limit": measure.limit}
        tell_about(campaign, notice, **numbers)


def _pause(campaign: Campaign, problem: str, now: datetime) -> bool:
    """Pause a campaign and record why, unless it has an earlier reason; tell whether it is new.

    A relay that refuses us is a reason beside dead addresses: their emails must be requeued.
    """
    if CAMPAIGN_STATES.allows(campaign.status, CampaignMove.PAUSE):
        CAMPAIGN_STATES.transition(campaign, CampaignMove.PAUSE)
    earlier = campaign.problem or ""
    if is_paused_by_itself(earlier) and kind_of(earlier) is not ProblemKind.DEAD_ADDRESSES:
        return False
    if kind_of(problem) is kind_of(earlier):
        return False
    campaign.problem, campaign.problem_at = problem, now
    log.warning("campaign.paused_itself", campaign=campaign.id, problem=problem)
    return True
