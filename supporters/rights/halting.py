"""Halts a campaign that too many readers contest, and tells those who must look into it."""

from datetime import datetime, timedelta

import structlog

from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.campaigns.queries import find_campaign
from supporters.campaigns.states import CAMPAIGN_STATES, CampaignMove
from supporters.database import db, take_turns
from supporters.delivery.progress import get_progress
from supporters.delivery.steering import apply_move
from supporters.delivery.troubles import TroubleKind
from supporters.extensions import current_settings
from supporters.ids import new_id
from supporters.languages import DEFAULT_LANGUAGE
from supporters.mail.links import link_to
from supporters.mail.models import Letter, LetterKind
from supporters.mail.outbox import Draft, put_letter
from supporters.organisers.models import RoleName
from supporters.organisers.queries import list_organisers
from supporters.rights.models import ContestedStop
from supporters.rights.queries import count_known_contests, list_disputes
from supporters.rights.rules import Verdict, judge_disputes

log = structlog.get_logger(__name__)

TOLD = (RoleName.OWNER, RoleName.DPO)
IS_USEFUL_FOR = timedelta(days=7)


def halt_if_contested(campaign_id: int, now: datetime) -> list[Letter]:
    """Pause a campaign, or warn of it, when the rule says so; return the letters that tell of it.

    To be called within the transaction of a person's first contest. After somebody lets the
    campaign go on, only new contests count.
    """
    take_turns(f"contests of {campaign_id}".encode())
    db.session.flush()
    disputes, progress = list_disputes(campaign_id), get_progress(campaign_id)
    verdict = judge_disputes(
        disputes[count_known_contests(campaign_id) :],
        accepted=progress.accepted,
        audience=progress.audience,
    )
    campaign = None if verdict is Verdict.NOTHING else find_campaign(campaign_id, for_update=True)
    if campaign is None:
        return []
    contests = len(disputes)
    is_warning = verdict is Verdict.WARN
    is_paused = not is_warning and _stop(
        campaign, now, contests=contests, accepted=progress.accepted
    )
    log.warning(
        "campaign.contested",
        campaign=campaign_id,
        contests=contests,
        verdict=verdict.value,
        paused=is_paused,
    )
    values = {"contests": contests, "is_paused": int(is_paused), "is_warning": int(is_warning)}
    return [_write(campaign, to, values=values, now=now) for to in _list_told().items()]


def _stop(campaign: Campaign, now: datetime, *, contests: int, accepted: int) -> bool:
    """Pause a campaign, and keep how many contests led to it; tell whether it is paused."""
    is_paused = _pause(campaign, f"{contests}/{accepted}", now)
    db.session.add(
        ContestedStop(
            id=new_id(now),
            campaign_id=campaign.id,
            contests=contests,
            accepted=accepted,
            occurred_at=now,
        )
    )
    return is_paused


def _pause(campaign: Campaign, details: str, now: datetime) -> bool:
    """Pause a campaign and say why; tell whether there is something left to pause."""
    if CAMPAIGN_STATES.allows(campaign.status, CampaignMove.PAUSE):
        apply_move(campaign, CampaignMove.PAUSE, now)
    if campaign.status is not CampaignStatus.PAUSED:
        return False
    campaign.trouble = f"{TroubleKind.CONTESTED}: {details}"
    campaign.trouble_at = now
    return True


def _list_told() -> dict[str, str]:
    """Return the addresses of those who must know, each with its language."""
    told = {current_settings().dpo_contact: DEFAULT_LANGUAGE}
    for organiser in list_organisers():
        is_at_work = organiser.active and bool(organiser.password)
        if is_at_work and any(organiser.has_role(role.value) for role in TOLD):
            told[organiser.email] = organiser.language
    return told


def _write(
    campaign: Campaign, to: tuple[str, str], *, values: dict[str, int], now: datetime
) -> Letter:
    address, language = to
    draft = Draft(
        kind=LetterKind.CONTESTED_STOP,
        recipient=address,
        language=language,
        values={
            "subject": campaign.subject,
            "campaign_url": link_to("console.show_campaign", campaign_id=campaign.id),
            **values,
        },
        useful_for=IS_USEFUL_FOR,
    )
    return put_letter(draft, now=now)
