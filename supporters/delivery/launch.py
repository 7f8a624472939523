"""Launches a campaign: writes its audience to the ledger, by one statement (ADR 001)."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import cast

import structlog
from sqlalchemy import CursorResult, Select, func, insert, literal, select

from supporters import clock
from supporters.audit.hidden_withdrawals import list_hidden_withdrawals
from supporters.campaigns.content_checks import find_faults
from supporters.campaigns.models import Campaign
from supporters.campaigns.queries import find_campaign
from supporters.campaigns.states import CAMPAIGN_STATES, CampaignMove
from supporters.consent.eligibility import is_eligible
from supporters.database import db, transaction
from supporters.delivery.message.rendered_campaign import (
    UNSUBSCRIBE_FIELD,
    WHY_FIELD,
    CompiledCampaign,
)
from supporters.delivery.models import Delivery, DeliveryBatch
from supporters.delivery.rules import ALWAYS_DUE, DeliveryStatus, batch_size
from supporters.dialects import use_memory_for_sorting
from supporters.lists.models import MailingList, Subscription
from supporters.lists.queries import get_list
from supporters.locks import Lock
from supporters.organisers.acts import Act
from supporters.organisers.audit_events import record_team_act
from supporters.people.models import Subscriber

DIGITS = 32
NO_READER = {UNSUBSCRIBE_FIELD.field: "", WHY_FIELD.field: "", "subscribed_on": ""}
log = structlog.get_logger(__name__)
LAUNCH_MEMORY_MB = 128  # enough to sort a million people without the disk


def find_fingerprint(campaign: Campaign, mailing_list: MailingList) -> str | None:
    """Return the fingerprint of a campaign; None while it has faults and can't be sent."""
    if find_faults(campaign.subject, campaign.body):
        return None
    mail = CompiledCampaign(campaign, mailing_list).content.fill(NO_READER)
    parts = [
        *(campaign.id, campaign.mailing_list_id, campaign.purpose_id, campaign.language),
        *(campaign.subject, campaign.body, mail.subject, mail.text, mail.html),
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:DIGITS]


class LaunchError(Enum):
    """Why a campaign was not launched."""

    UNKNOWN = auto()
    NOT_A_DRAFT = auto()
    CONTENT_FAULTY = auto()
    NOBODY = auto()
    LOG_ALTERED = auto()


@dataclass(frozen=True)
class AudienceChanged:
    """The audience isn't the one that the organiser approved."""

    audience: int


@dataclass(frozen=True)
class MessageChanged:
    """The message isn't the one that the organiser read."""

    campaign: Campaign


LaunchResult = Campaign | LaunchError | AudienceChanged | MessageChanged


class _Refusal(Exception):
    def __init__(self, outcome: LaunchError | AudienceChanged | MessageChanged) -> None:
        self.outcome = outcome


def launch_campaign(
    campaign_id: int,
    *,
    expected_audience: int | None = None,
    read_fingerprint: str | None = None,
) -> LaunchResult:
    """Write a ledger row for each subscriber of the list; the workers then start by themselves.

    With `expected_audience`, a list that has grown or shrunk since is not launched. With
    `read_fingerprint`, a message with another fingerprint is not launched. No campaign is
    launched while the log shows that a withdrawal was hidden.
    """
    if hidden := list_hidden_withdrawals(clock.now()):
        log.error("campaign.not_launched", campaign=campaign_id, hidden=[*map(str, hidden)])
        return LaunchError.LOG_ALTERED
    try:
        with transaction():
            Lock.ERASURE.take()  # nobody is erased between the count and the insert
            campaign = _launch(campaign_id, expected_audience, read_fingerprint)
    except _Refusal as refusal:
        return refusal.outcome
    log.info("campaign.launched", campaign=campaign_id, audience=campaign.audience)
    return campaign


def _launch(
    campaign_id: int, expected_audience: int | None, read_fingerprint: str | None
) -> Campaign:
    campaign = find_campaign(campaign_id, for_update=True)
    if campaign is None:
        raise _Refusal(LaunchError.UNKNOWN)
    if not CAMPAIGN_STATES.allows(campaign.status, CampaignMove.LAUNCH):
        raise _Refusal(LaunchError.NOT_A_DRAFT)
    if find_faults(campaign.subject, campaign.body):
        raise _Refusal(LaunchError.CONTENT_FAULTY)
    if read_fingerprint is not None and read_fingerprint != _fingerprint_of(campaign):
        raise _Refusal(MessageChanged(campaign))
    now = clock.now()
    audience = _freeze_audience(campaign, now)
    if audience == 0:
        raise _Refusal(LaunchError.NOBODY)
    if expected_audience is not None and audience != expected_audience:
        raise _Refusal(AudienceChanged(audience))
    CAMPAIGN_STATES.transition(campaign, CampaignMove.LAUNCH)
    campaign.audience = audience
    campaign.launched_at = now
    record_team_act(Act.CAMPAIGN_LAUNCHED, campaign.id, {"people": audience})
    return campaign


def _fingerprint_of(campaign: Campaign) -> str | None:
    return find_fingerprint(campaign, get_list(campaign.mailing_list_id))


def _freeze_audience(campaign: Campaign, now: datetime) -> int:
    """Write the ledger rows and their batches; return how many rows."""
    use_memory_for_sorting(LAUNCH_MEMORY_MB)
    size = batch_size(count_audience(campaign))
    place = func.row_number().over(order_by=Subscription.subscriber_id)
    columns = {
        "campaign_id": literal(campaign.id),
        "subscriber_id": Subscription.subscriber_id,
        "batch": (place - 1) // literal(size) + 1,
        "purpose_id": Subscription.purpose_id,
        "consent_event_id": Subscription.consent_event_id,
        "consent_kind": Subscription.consent_kind,
        "status": literal(DeliveryStatus.QUEUED.value),
        "attempts": literal(0),
        "next_attempt_at": literal(ALWAYS_DUE, Delivery.next_attempt_at.type),
    }
    rows = (
        _audience(campaign, now)
        .with_only_columns(*columns.values())
        .order_by(Subscription.subscriber_id)
    )
    statement = insert(Delivery).from_select([*columns], rows)
    written = db.session.execute(statement, execution_options={"preserve_rowcount": True})
    audience = cast(CursorResult[tuple[int]], written).rowcount
    _write_batches(campaign.id, audience, size=size)
    return audience


def _write_batches(campaign_id: int, audience: int, *, size: int) -> None:
    """Write a row for each batch; the last one has the rest."""
    batches = [
        {
            "campaign_id": campaign_id,
            "number": start // size + 1,
            "size": min(size, audience - start),
            "due_at": ALWAYS_DUE,
        }
        for start in range(0, audience, size)
    ]
    if batches:
        db.session.execute(insert(DeliveryBatch), batches)


def count_audience(campaign: Campaign) -> int:
    """Return how many people a launch would write to at this moment."""
    counted = _audience(campaign, clock.now()).with_only_columns(func.count())
    return db.session.scalar(counted) or 0


def _audience(campaign: Campaign, now: datetime) -> Select[Subscription]:
    return (
        select(Subscription)
        .join(Subscriber, Subscriber.id == Subscription.subscriber_id)
        .where(
            Subscription.mailing_list_id == campaign.mailing_list_id,
            Subscription.purpose_id == campaign.purpose_id,
            is_eligible(campaign.purpose_id, now),
        )
    )
