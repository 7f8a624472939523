"""Pauses campaigns whose lists have electoral silence, until a person resumes them afterwards.

The send gate and the claims hold them from the first second; this records it, and tells of it.
"""

from datetime import datetime

import structlog

from supporters.accounts.models import RoleName
from supporters.accounts.queries import find_organiser, list_active_organisers
from supporters.audit_log.audit_events import record_act
from supporters.campaigns.models import Campaign
from supporters.campaigns.queries import find_campaign, find_silence_of, list_running_campaigns
from supporters.campaigns.states import CAMPAIGN_STATES, CampaignMove
from supporters.database import in_transaction, use_case
from supporters.delivery.acts import DeliveryAct, DeliveryNotice
from supporters.delivery.campaign_control import apply_move
from supporters.delivery.problems import ProblemKind
from supporters.mail.links import link_to
from supporters.notices.security_notices import only, put_notice
from supporters.sending_times.bulk_mail import Silence
from supporters.text.local_dates import moment_in

log = structlog.get_logger(__name__)


def pause_in_silence(now: datetime) -> None:
    """Pause each running campaign to a list that has silence now."""
    for campaign_id in [each.id for each in list_running_campaigns()]:
        if find_silence_of(campaign_id, now):
            _pause(campaign_id, now)


@use_case
def _pause(campaign_id: int, now: datetime) -> None:
    campaign = find_campaign(campaign_id, for_update=True)
    silence = find_silence_of(campaign_id, now)
    if campaign is None or silence is None:
        return
    if not CAMPAIGN_STATES.allows(campaign.status, CampaignMove.PAUSE):
        return
    apply_move(campaign, CampaignMove.PAUSE, now)
    campaign.problem, campaign.problem_at = f"{ProblemKind.SILENCE}: {silence.ballot_id}", now
    record_act(DeliveryAct.SILENCE_BEGAN, campaign_id, {"ballot": str(silence.ballot_id)})
    _tell(campaign, silence)
    log.warning("campaign.silenced", campaign=campaign_id, ballot=silence.ballot_id)


@in_transaction
def _tell(campaign: Campaign, silence: Silence) -> None:
    """Tell the owners and the author, each in their language and by the clock of the list."""
    author = None if campaign.created_by is None else find_organiser(campaign.created_by)
    authors = [author] if author and author.active else []
    told = only([*list_active_organisers(RoleName.OWNER), *authors])
    for address, language in told.items():
        values: dict[str, str | int] = {
            "subject": campaign.title,
            "ballot": silence.ballot_name,
            "until": moment_in(silence.ends_at.astimezone(silence.zone), language),
        }
        url = link_to("console.show_campaign", campaign_id=campaign.id)
        put_notice(DeliveryNotice.SILENCE_BEGAN, {address: language}, values, url=url)
