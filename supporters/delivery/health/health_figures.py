"""The figures of delivery health of the last 30 days: by receiving domain, campaign and list."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from supporters.bounce_classes.classes import WEIGHTS, Weight
from supporters.campaigns.models import Campaign
from supporters.database import db
from supporters.delivery.health.domain_counts import COUNTED_FOR, OTHERS
from supporters.delivery.thresholds.threshold_rules import PER
from supporters.delivery.thresholds.threshold_settings import find_thresholds
from supporters.lists.models import MailingList
from supporters.lists.queries import list_lists
from supporters.lists.unreachable_people import count_unreachable, count_unreachable_by_list
from supporters.mailbox_health.models import DomainCount, RecordedFailure
from supporters.people.mailbox_providers import MAILBOX_PROVIDERS

MOST_CAMPAIGNS = 10
FEWEST_SENT = 20  # fewer prove nothing about a domain
SPANS = (timedelta(days=7), timedelta(days=30))


@dataclass(frozen=True, kw_only=True)
class HealthRow:
    """The emails to a domain, or of a campaign, and their failures.

    `accepted` were taken at first; of all failures, `hard` say that there is no mailbox, `soft`
    that it can't be reached today, and `ours` speak against us.
    """

    accepted: int
    refused: int
    hard: int
    soft: int
    ours: int
    limit: int

    @property
    def sent(self) -> int:
        """How many emails a server answered."""
        return self.accepted + self.refused

    @property
    def is_bad(self) -> bool:
        """Whether the failures of people's mailboxes, or those of ours, reach the threshold."""
        worst = max(self.hard, self.ours)
        return self.sent >= FEWEST_SENT and worst * PER >= self.limit * self.sent


@dataclass(frozen=True, kw_only=True)
class DeliveryHealth:
    """All figures. `unreachable` has how many became so in the last days (span: people)."""

    domains: Sequence[tuple[str, HealthRow]]
    campaigns: Sequence[tuple[Campaign, HealthRow]]
    lists: Sequence[tuple[MailingList, int]]
    unreachable: int
    recent: Mapping[int, int]
    limit: int


Weights = Mapping[Weight, int]


def find_delivery_health(now: datetime) -> DeliveryHealth:
    """Return the figures of the last 30 days; the domain with the most emails first."""
    since, limit = now - COUNTED_FOR, find_thresholds().refused
    campaigns = db.session.scalars(
        select(Campaign).where(Campaign.launched_at > since).order_by(Campaign.launched_at.desc())
    ).all()
    sent, failed = _count_sent(since), _count_failures(since)
    by_list = count_unreachable_by_list()
    return DeliveryHealth(
        domains=_describe_domains(sent, failed, limit),
        campaigns=[
            (each, _describe(_sum_of(sent, each.id), _sum_weights(failed, each.id), limit))
            for each in campaigns[:MOST_CAMPAIGNS]
        ],
        lists=[(each, by_list[each.id]) for each in list_lists() if by_list.get(each.id)],
        unreachable=count_unreachable(),
        recent={each.days: count_unreachable(since=now - each) for each in SPANS},
        limit=limit,
    )


SentCounts = Mapping[tuple[int, str], tuple[int, int]]
FailureCounts = Mapping[tuple[int | None, str], Counter[Weight]]


def _count_sent(since: datetime) -> SentCounts:
    rows = db.session.execute(
        select(
            *(DomainCount.campaign_id, DomainCount.domain),
            *(DomainCount.accepted, DomainCount.refused),
        )
        .join(Campaign, Campaign.id == DomainCount.campaign_id)
        .where(Campaign.launched_at > since)
    )
    return {(campaign, domain): (accepted, refused) for campaign, domain, accepted, refused in rows}


def _count_failures(since: datetime) -> FailureCounts:
    rows = db.session.execute(
        select(
            RecordedFailure.campaign_id,
            RecordedFailure.domain,
            RecordedFailure.bounce_class,
            func.count(),
        )
        .where(RecordedFailure.occurred_at > since)
        .group_by(RecordedFailure.campaign_id, RecordedFailure.domain, RecordedFailure.bounce_class)
    )
    counts: defaultdict[tuple[int | None, str], Counter[Weight]] = defaultdict(Counter)
    for campaign, domain, bounce_class, count in rows:
        provider = domain if domain in MAILBOX_PROVIDERS else OTHERS
        counts[campaign, provider][WEIGHTS[bounce_class]] += count
    return counts


def _describe_domains(
    sent: SentCounts, failed: FailureCounts, limit: int
) -> list[tuple[str, HealthRow]]:
    domains = {domain for _, domain in (*sent, *failed)}
    rows = []
    for domain in domains:
        taken = [counts for (_, each), counts in sent.items() if each == domain]
        weights = Counter[Weight]()
        for (_, each), counts in failed.items():
            if each == domain:
                weights.update(counts)
        accepted, refused = (sum(each[place] for each in taken) for place in (0, 1))
        rows.append((domain, _describe((accepted, refused), weights, limit)))
    return sorted(rows, key=lambda each: (each[0] == OTHERS, -each[1].sent, each[0]))


def _sum_of(sent: SentCounts, campaign_id: int) -> tuple[int, int]:
    taken = [counts for (each, _), counts in sent.items() if each == campaign_id]
    return sum(each[0] for each in taken), sum(each[1] for each in taken)


def _sum_weights(failed: FailureCounts, campaign_id: int) -> Weights:
    weights = Counter[Weight]()
    for (each, _), counts in failed.items():
        if each == campaign_id:
            weights.update(counts)
    return weights


def _describe(sent: tuple[int, int], weights: Weights, limit: int) -> HealthRow:
    return HealthRow(
        accepted=sent[0],
        refused=sent[1],
        hard=weights.get(Weight.DEAD, 0),
        soft=weights.get(Weight.SOFT, 0),
        ours=weights.get(Weight.NOT_THEIRS, 0),
        limit=limit,
    )
