"""Gathers what came of a campaign, beside the last ones to the same list and their usual.

Each number is a total. No email has a pixel or a link that tells who opened it (ADR 102).
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from supporters.archive.visit_counts import count_visits
from supporters.bounce_classes.classes import BounceClass
from supporters.campaign_totals.rules import (
    DepartureStep,
    add_up_reasons,
    add_up_steps,
    share_of,
    usual_of,
)
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.campaigns.queries import find_lists_of, is_campaign_within
from supporters.cases.models import Case, CaseKind
from supporters.database import db
from supporters.delivery.after_sending.departure_counts import (
    count_departures,
    list_departures_by_hour,
)
from supporters.delivery.after_sending.models import ANSWERS, COMPLAINTS
from supporters.delivery.after_sending.return_counts import list_returns
from supporters.delivery.models import Delivery, DeliveryBatch
from supporters.delivery.rules import DeliveryStatus
from supporters.mailbox_health.queries import count_unreachable_of
from supporters.signup.signup_sources import count_forwards
from supporters.team.list_scopes import EVERY_LIST, ListScope

SHOWN_BEFORE = 5
COUNTED_BEFORE = 12  # for the usual
MOST_BATCHES = 100  # whose refused emails are read for the reasons: at most 50,000 rows


@dataclass(frozen=True, kw_only=True)
class CampaignFigures:
    """The totals of one campaign. `visits` is None if it isn't in the archive.

    `bounces` are the emails that came back after the mail server took them, by class, most first.
    """

    campaign: Campaign
    audience: int
    accepted: int
    refused: int
    cancelled: int
    left: int
    disputed: int
    joined: int
    visits: int | None
    bounces: Mapping[BounceClass, int]
    complained: int
    answered: int

    @property
    def bounced(self) -> int:
        """How many emails came back."""
        return sum(self.bounces.values())

    @property
    def complained_share(self) -> float | None:
        """The part of those who got it that pressed the spam button."""
        return share_of(self.complained, self.accepted)

    @property
    def left_share(self) -> float | None:
        """The part of those who got it that left by its links."""
        return share_of(self.left, self.accepted)

    @property
    def refused_share(self) -> float | None:
        """The part of the tried emails that was refused."""
        return share_of(self.refused, self.accepted + self.refused)


@dataclass(frozen=True, kw_only=True)
class CampaignResult:
    """The totals of a campaign, why it was refused and when people left, and the ones before.

    `usual_left` and `usual_refused` are medians. `reasons_of` is how many refused emails were
    looked at for the reasons.
    """

    own: CampaignFigures
    before: Sequence[CampaignFigures]
    usual_left: float | None
    usual_refused: float | None
    reasons: Mapping[BounceClass, int]
    steps: Mapping[DepartureStep, int]
    unreachable: int

    @property
    def reasons_of(self) -> int:
        """How many refused emails the reasons are of."""
        return sum(self.reasons.values())


def find_result(campaign: Campaign, scope: ListScope = EVERY_LIST) -> CampaignResult:
    """Return what came of a launched campaign so far, beside those of a scope."""
    before = _list_before(campaign, scope)
    own, *earlier = _list_figures([campaign, *before])
    launched_at = campaign.launched_at or campaign.updated_at
    return CampaignResult(
        own=own,
        before=earlier[:SHOWN_BEFORE],
        usual_left=usual_of([each.left_share for each in earlier]),
        usual_refused=usual_of([each.refused_share for each in earlier]),
        reasons=_list_reasons(campaign.id) if own.refused else {},
        steps=add_up_steps(list_departures_by_hour(campaign.id), launched_at),
        unreachable=count_unreachable_of(campaign.id),
    )


class ShortResult(NamedTuple):
    """The result of a campaign in three numbers."""

    accepted: int
    refused: int
    left: int


def list_short_results(campaign_ids: Collection[int]) -> Mapping[int, ShortResult]:
    """Return what came of some campaigns so far (campaign id: result)."""
    emails, left = _sum_batches(campaign_ids), count_departures(campaign_ids)
    return {
        each: ShortResult(sums["accepted"], sums["refused"], left.get(each, 0))
        for each, sums in emails.items()
    }


def _list_before(campaign: Campaign, scope: ListScope) -> Sequence[Campaign]:
    """Return the campaigns that were sent to the same list before, newest first."""
    launched_at: datetime = campaign.launched_at or campaign.updated_at
    return db.session.scalars(
        select(Campaign)
        .where(
            Campaign.mailing_list_id == campaign.mailing_list_id,
            is_campaign_within(scope),
            Campaign.status == CampaignStatus.SENT,
            Campaign.launched_at < launched_at,
            Campaign.id != campaign.id,
        )
        .order_by(Campaign.launched_at.desc(), Campaign.id.desc())
        .limit(COUNTED_BEFORE)
    ).all()


def _list_figures(campaigns: Sequence[Campaign]) -> list[CampaignFigures]:
    ids = [each.id for each in campaigns]
    emails, left, disputed = _sum_batches(ids), count_departures(ids), _count_disputes(ids)
    joined, visits = count_forwards(find_lists_of(ids)), count_visits(ids)
    returned = list_returns(ids)
    return [
        CampaignFigures(
            campaign=each,
            **emails.get(each.id, NO_EMAILS),
            left=left.get(each.id, 0),
            disputed=disputed.get(each.id, 0),
            joined=joined.get(each.id, 0),
            visits=visits.get(each.id),
            bounces=_sort_bounces(returned[each.id]),
            complained=returned[each.id][COMPLAINTS],
            answered=returned[each.id][ANSWERS],
        )
        for each in campaigns
    ]


def _sort_bounces(returned: Counter[str]) -> dict[BounceClass, int]:
    classes = {each.value: each for each in BounceClass}
    return {classes[name]: count for name, count in returned.most_common() if name in classes}


SUMS = {
    "audience": DeliveryBatch.size,
    "accepted": DeliveryBatch.accepted,
    "refused": DeliveryBatch.refused,
    "cancelled": DeliveryBatch.cancelled,
}
NO_EMAILS = dict.fromkeys(SUMS, 0)


def _sum_batches(ids: Collection[int]) -> dict[int, dict[str, int]]:
    rows = db.session.execute(
        select(DeliveryBatch.campaign_id, *(func.sum(each) for each in SUMS.values()))
        .where(DeliveryBatch.campaign_id.in_(ids))
        .group_by(DeliveryBatch.campaign_id)
    )
    return {
        campaign_id: dict(zip(SUMS, map(int, sums), strict=True)) for campaign_id, *sums in rows
    }


def _count_disputes(ids: Sequence[int]) -> dict[int, int]:
    """Return how many people said of each campaign that they never signed up."""
    rows = db.session.execute(
        select(
            Case.campaign_id, func.count(func.distinct(func.coalesce(Case.subscriber_id, Case.id)))
        )
        .where(Case.campaign_id.in_(ids), Case.kind == CaseKind.DISPUTE)
        .group_by(Case.campaign_id)
    )
    return {campaign_id: count for campaign_id, count in rows if campaign_id}


def _list_reasons(campaign_id: int) -> dict[BounceClass, int]:
    refusing = list_refusing_batches(campaign_id)
    rows = db.session.execute(
        select(Delivery.reply, func.count())
        .where(
            Delivery.campaign_id == campaign_id,
            Delivery.batch.in_(refusing),
            Delivery.status == DeliveryStatus.REFUSED,
        )
        .group_by(Delivery.reply)
    )
    return add_up_reasons((reply, count) for reply, count in rows)


def list_refusing_batches(campaign_id: int) -> Sequence[int]:
    """Return the first batches with refused emails: the others are never read for a page."""
    return db.session.scalars(
        select(DeliveryBatch.number)
        .where(DeliveryBatch.campaign_id == campaign_id, DeliveryBatch.refused > 0)
        .order_by(DeliveryBatch.number)
        .limit(MOST_BATCHES)
    ).all()
