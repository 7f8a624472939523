"""Verifies the consents of a campaign's audience once, before the first claim (ADR 081).

One sender does it, without a transaction; the others go on with other campaigns. A fault pauses the
campaign. If somebody resumes it, the next claim verifies again. If the process dies, another one
begins anew: at once on the same machine, after a while on others.
"""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import or_, select, update

from supporters import clock
from supporters.audit.audience_check import verify_audience
from supporters.audit.verification_results import list_unaccepted
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.campaigns.queries import find_campaign
from supporters.campaigns.states import CAMPAIGN_STATES, CampaignMove
from supporters.database import db, transaction, update_where, use_case
from supporters.delivery.campaign_control import apply_move
from supporters.delivery.database_clock import database_time
from supporters.delivery.models import Delivery
from supporters.delivery.problems import ProblemKind
from supporters.dialects import count_anew

log = structlog.get_logger(__name__)
GIVEN_UP_AFTER = timedelta(minutes=15)  # the machine that verified is lost


def verify_before_first_claim(campaign_id: int) -> bool:
    """Verify the audience, unless another sender does; tell whether the campaign may be claimed."""
    if not _begin(campaign_id, database_time()):
        return False
    began = clock.uptime()
    with transaction():
        count_anew(Delivery.__tablename__)
    consents = select(Delivery.consent_event_id).where(Delivery.campaign_id == campaign_id)
    report = verify_audience(consents, clock.now())
    faults = list_unaccepted(report)
    log.info(
        "campaign.audience_verified",
        campaign=campaign_id,
        records=report.records,
        faults=len(faults),
        seconds=round(clock.uptime() - began, 1),
    )
    for fault in faults:
        log.error("log.fault", what=str(fault))
    _end(campaign_id, len(faults), clock.now())
    return not faults


@use_case
def begin_anew() -> None:
    """Let the verifications under way be begun by others as well: a process here has died.

    Nothing stores which process verifies what. Two that verify the same do no harm.
    """
    is_waiting = Campaign.audience_checked_at.is_(None), Campaign.status == CampaignStatus.RUNNING
    update_where(Campaign, *is_waiting, audience_check_began_at=None)


def _begin(campaign_id: int, now: datetime) -> bool:
    began = Campaign.audience_check_began_at
    with transaction():
        taken = db.session.scalar(
            update(Campaign)
            .where(
                Campaign.id == campaign_id,
                Campaign.status == CampaignStatus.RUNNING,
                Campaign.audience_checked_at.is_(None),
                or_(began.is_(None), began < now - GIVEN_UP_AFTER),
            )
            .values(audience_check_began_at=now)
            .returning(Campaign.id)
            .execution_options(synchronize_session=False)
        )
    return taken is not None


def _end(campaign_id: int, faults: int, now: datetime) -> None:
    with transaction():
        campaign = find_campaign(campaign_id, for_update=True)
        if campaign is None:
            return
        campaign.audience_check_began_at = None
        if not faults:
            campaign.audience_checked_at = now
        elif CAMPAIGN_STATES.allows(campaign.status, CampaignMove.PAUSE):
            apply_move(campaign, CampaignMove.PAUSE, now)
            campaign.problem, campaign.problem_at = f"{ProblemKind.AUDIENCE}: {faults}", now
