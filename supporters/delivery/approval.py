"""The approval of a campaign by a second person: asked for, given, refused, withdrawn (REQ-131).

The request freezes the message. Both persons read the same version, and only this version can be
launched.
"""

from dataclasses import dataclass
from enum import Enum, auto

import structlog

from supporters import clock
from supporters.accounts.models import Organiser
from supporters.accounts.second_person import SecondPersonFault, find_second_person_fault
from supporters.audit_log.audit_events import Details, record_act
from supporters.campaigns.acts import CampaignAct
from supporters.campaigns.approval_notices import (
    announce_approval,
    announce_end,
    announce_rejection,
    announce_request,
)
from supporters.campaigns.approval_rule import find_alone_limit
from supporters.campaigns.content_checks import find_campaign_faults
from supporters.campaigns.models import Campaign, CampaignVersion, VersionEnd
from supporters.campaigns.queries import find_campaign
from supporters.campaigns.states import CAMPAIGN_STATES, CampaignMove
from supporters.campaigns.versions import HASH, end_version, get_current_version, hash_of, is_tested
from supporters.database import db, use_case
from supporters.delivery.audience import count_audience
from supporters.delivery.message.frozen_versions import (
    find_fingerprint,
    freeze_version,
    is_as_frozen,
)
from supporters.delivery.message.message_weight import is_too_heavy
from supporters.lists.queries import get_list
from supporters.team.list_scopes import scope_of

log = structlog.get_logger(__name__)


class ApprovalError(Enum):
    """Why an approval was not asked for, given, refused or withdrawn."""

    UNKNOWN = auto()
    NOT_NOW = auto()
    CONTENT_FAULTY = auto()
    TOO_HEAVY = auto()
    NOBODY = auto()
    UNTESTED = auto()
    ALTERED = auto()
    NO_REMARKS = auto()


@dataclass(frozen=True)
class AudienceChanged:
    """The audience isn't the one that was typed."""

    audience: int


@dataclass(frozen=True)
class MessageChanged:
    """The message isn't the one that was read."""

    campaign: Campaign


@dataclass(frozen=True, kw_only=True)
class ReadVersion:
    """The hash of the version that a person read, and the number of people that they typed.

    None stands for a command, which names neither.
    """

    fingerprint: str | None = None
    audience: int | None = None


NOTHING_READ = ReadVersion()  # a command

AskResult = CampaignVersion | ApprovalError | MessageChanged
ApproveCampaignResult = (
    CampaignVersion | ApprovalError | SecondPersonFault | AudienceChanged | MessageChanged
)
RejectResult = CampaignVersion | ApprovalError | SecondPersonFault | MessageChanged


@use_case
def ask_approval(
    campaign_id: int, by_id: int | None, read_fingerprint: str | None = None
) -> AskResult:
    """Freeze a draft, and ask those who can approve it."""
    campaign = find_campaign(campaign_id, for_update=True)
    if campaign is None:
        return ApprovalError.UNKNOWN
    if not CAMPAIGN_STATES.allows(campaign.status, CampaignMove.ASK):
        return ApprovalError.NOT_NOW
    if fault := _find_content_fault(campaign):
        return fault
    fingerprint = find_fingerprint(campaign, get_list(campaign.mailing_list_id))
    if read_fingerprint is not None and read_fingerprint != fingerprint:
        return MessageChanged(campaign)
    if not count_audience(campaign):
        return ApprovalError.NOBODY
    version = freeze_version(campaign, by_id)
    CAMPAIGN_STATES.transition(campaign, CampaignMove.ASK)
    record_act(CampaignAct.APPROVAL_ASKED, campaign_id, {HASH: version.hash})
    announce_request(campaign, version)
    log.info("campaign.approval_asked", campaign=campaign_id, version=version.number)
    return version


def _find_content_fault(campaign: Campaign) -> ApprovalError | None:
    if find_campaign_faults(campaign):
        return ApprovalError.CONTENT_FAULTY
    return ApprovalError.TOO_HEAVY if is_too_heavy(campaign) else None


@use_case
def approve_campaign(
    campaign_id: int, by_id: int, read: ReadVersion = ReadVersion()
) -> ApproveCampaignResult:
    """Approve the version that was read, for the number of people that was typed."""
    campaign = find_campaign(campaign_id, for_update=True)
    if campaign is None:
        return ApprovalError.UNKNOWN
    if not CAMPAIGN_STATES.allows(campaign.status, CampaignMove.APPROVE):
        return ApprovalError.NOT_NOW
    version = get_current_version(campaign)
    audience = count_audience(campaign)
    if fault := find_approver_fault(campaign, version, by_id, audience=audience):
        return fault
    if obstacle := _find_obstacle(campaign, version, read, audience=audience):
        return obstacle
    CAMPAIGN_STATES.transition(campaign, CampaignMove.APPROVE)
    version.approved_by, version.approved_at = by_id, clock.now()
    version.approved_audience = audience
    is_alone = by_id == version.asked_by
    details: Details = {
        HASH: version.hash,
        "audience": audience,
        "alone": is_alone,
        "approver": by_id,
    }
    record_act(CampaignAct.APPROVED, campaign_id, details)
    if not is_alone:
        announce_approval(campaign, version)
    log.info("campaign.approved", campaign=campaign_id, version=version.number)
    return version


def _find_obstacle(
    campaign: Campaign, version: CampaignVersion, read: ReadVersion, *, audience: int
) -> ApprovalError | AudienceChanged | MessageChanged | None:
    if read.fingerprint not in {None, version.hash}:
        return MessageChanged(campaign)
    if hash_of(version.content) != version.hash or not is_as_frozen(campaign, version):
        return ApprovalError.ALTERED
    if not is_tested(campaign.id, version.hash):
        return ApprovalError.UNTESTED
    if not audience:
        return ApprovalError.NOBODY
    return None if read.audience in {None, audience} else AudienceChanged(audience)


@use_case
def reject_campaign(
    campaign_id: int, by_id: int, remarks: str, *, read_fingerprint: str | None = None
) -> RejectResult:
    """Give a campaign back to its author, with remarks."""
    campaign = find_campaign(campaign_id, for_update=True)
    if campaign is None:
        return ApprovalError.UNKNOWN
    if not CAMPAIGN_STATES.allows(campaign.status, CampaignMove.REJECT):
        return ApprovalError.NOT_NOW
    version = get_current_version(campaign)
    if fault := find_approver_fault(campaign, version, by_id, audience=0):
        return fault
    if read_fingerprint not in {None, version.hash}:
        return MessageChanged(campaign)
    if not remarks.strip():
        return ApprovalError.NO_REMARKS
    end_version(campaign, VersionEnd.REJECTED, by_id, remarks=remarks.strip())
    record_act(CampaignAct.REJECTED, campaign_id, {HASH: version.hash})
    announce_rejection(campaign, version)
    return version


@use_case
def withdraw_request(campaign_id: int, by_id: int | None) -> CampaignVersion | ApprovalError:
    """Take back a request or an approval: the campaign is a draft again."""
    campaign = find_campaign(campaign_id, for_update=True)
    if campaign is None:
        return ApprovalError.UNKNOWN
    if not CAMPAIGN_STATES.allows(campaign.status, CampaignMove.WITHDRAW):
        return ApprovalError.NOT_NOW
    version = end_version(campaign, VersionEnd.WITHDRAWN, by_id)
    record_act(CampaignAct.APPROVAL_WITHDRAWN, campaign_id, {HASH: version.hash})
    announce_end(campaign, version)
    return version


def find_approver_fault(
    campaign: Campaign, version: CampaignVersion, by_id: int, *, audience: int
) -> SecondPersonFault | None:
    """Return why an account can't approve a version to so many people; None if it can.

    The account that asked may approve a campaign to few people: the owners set how many.
    """
    approver = db.session.get(Organiser, by_id)
    if approver is None or not scope_of(approver).covers_all(campaign.list_ids):
        return SecondPersonFault.NO_RIGHT
    fault = find_second_person_fault(
        approver, version.asked_by, clock.now(), began_at=version.asked_at
    )
    is_own = fault is SecondPersonFault.SAME_ACCOUNT
    return None if is_own and find_alone_limit().allows(audience) else fault
