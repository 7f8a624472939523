"""The figures of delivery health of the last days: by receiving domain, campaign and list."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select

from supporters.bounce_classes.classes import WEIGHTS, Weight
from supporters.campaigns.models import Campaign
from supporters.database import db
from supporters.delivery.after_sending.models import COMPLAINTS
from supporters.delivery.after_sending.return_counts import list_returns
from supporters.delivery.health.complaint_counts import count_complaints, count_complaints_by_list
from supporters.delivery.health.domain_counts import COUNTED_DOMAINS, OTHERS
from supporters.delivery.thresholds.threshold_rules import FEWEST_COMPLAINTS, PER, Thresholds
from supporters.delivery.thresholds.threshold_settings import find_thresholds
from supporters.lists.models import MailingList
from supporters.lists.queries import list_lists
from supporters.lists.unreachable_people import count_unreachable, count_unreachable_by_list
from supporters.mailbox_health.models import DomainCount, RecordedFailure

MOST_CAMPAIGNS = 10
FEWEST_SENT = 20  # fewer prove nothing about a domain
SPANS = (7, 30)  # days


@dataclass(frozen=True, kw_only=True)
class HealthRow:
    """The emails to a domain, or of a campaign, their failures and the complaints about them.

    `accepted` were taken at first; of all failures, `hard` say that there is no mailbox, `soft`
    that it can't be reached today, and `ours` speak against us.
    """

    accepted: int
    refused: int
    hard: int
    soft: int
    ours: int
    complaints: int
    thresholds: Thresholds

    @property
    def sent(self) -> int:
        """How many emails a server answered."""
        return self.accepted + self.refused

    @property
    def bad(self) -> Collection[str]:
        """The names of the figures that reach their threshold."""
        figures = (
            ("hard", 1, self.thresholds.refused),
            ("ours", 1, self.thresholds.refused),
            ("complaints", FEWEST_COMPLAINTS, self.thresholds.complained),
        )
        return {
            name
            for name, fewest, limit in figures
            if self.sent >= FEWEST_SENT
            and (count := getattr(self, name)) >= fewest
            and count * PER >= limit * self.sent
        }


class ListHealth(NamedTuple):
    """The people of a list who can't be reached, the new ones of them, and who complained."""

    mailing_list: MailingList
    unreachable: int
    recent: int
    complaints: int


@dataclass(frozen=True, kw_only=True)
class DeliveryHealth:
    """All figures of the last `days`. `recent` became unreachable in them.

    Those of campaigns are about the emails to one `domain`, unless it is None. Complaints aren't
    counted by campaign and domain.
    """

    days: int
    domain: str | None
    domains: Sequence[tuple[str, HealthRow]]
    campaigns: Sequence[tuple[Campaign, HealthRow]]
    lists: Sequence[ListHealth]
    unreachable: int
    recent: int
    thresholds: Thresholds


Weights = Mapping[Weight, int]


def find_delivery_health(now: datetime, days: int, domain: str | None = None) -> DeliveryHealth:
    """Return the figures of the last days; the domain with the most emails first."""
    since, thresholds = now - timedelta(days), find_thresholds()
    campaigns = db.session.scalars(
        select(Campaign).where(Campaign.launched_at > since).order_by(Campaign.launched_at.desc())
    ).all()[:MOST_CAMPAIGNS]
    sent, failed = _count_sent(since), _count_failures(since)
    returns = list_returns([each.id for each in campaigns] if domain is None else [])
    return DeliveryHealth(
        days=days,
        domain=domain,
        domains=_describe_domains(sent, failed, _count_complaints(since), thresholds=thresholds),
        campaigns=[
            (
                each,
                _describe(
                    _sum_of(sent, each.id, domain),
                    _sum_weights(failed, each.id, domain),
                    complaints=returns[each.id][COMPLAINTS] if domain is None else 0,
                    thresholds=thresholds,
                ),
            )
            for each in campaigns
        ],
        lists=_describe_lists(since),
        unreachable=count_unreachable(),
        recent=count_unreachable(since=since),
        thresholds=thresholds,
    )


def _describe_lists(since: datetime) -> list[ListHealth]:
    now, new = count_unreachable_by_list(), count_unreachable_by_list(since=since)
    complaints = count_complaints_by_list(since)
    rows = (
        ListHealth(each, *(counts.get(each.id, 0) for counts in (now, new, complaints)))
        for each in list_lists()
    )
    return [each for each in rows if each.unreachable or each.complaints]


def _count_complaints(since: datetime) -> Counter[str]:
    counts = Counter[str]()
    for domain, people in count_complaints(since).items():
        counts[domain if domain in COUNTED_DOMAINS else OTHERS] += people
    return counts


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
        provider = domain if domain in COUNTED_DOMAINS else OTHERS
        counts[campaign, provider][WEIGHTS[bounce_class]] += count
    return counts


def _describe_domains(
    sent: SentCounts, failed: FailureCounts, complaints: Counter[str], *, thresholds: Thresholds
) -> list[tuple[str, HealthRow]]:
    domains = {domain for _, domain in (*sent, *failed)} | {*complaints}
    rows = []
    for domain in domains:
        taken = [counts for (_, each), counts in sent.items() if each == domain]
        weights = Counter[Weight]()
        for (_, each), counts in failed.items():
            if each == domain:
                weights.update(counts)
        accepted, refused = (sum(each[place] for each in taken) for place in (0, 1))
        row = _describe(
            (accepted, refused), weights, complaints=complaints[domain], thresholds=thresholds
        )
        rows.append((domain, row))
    return sorted(rows, key=lambda each: (each[0] == OTHERS, -each[1].sent, each[0]))


def _sum_of(sent: SentCounts, campaign_id: int, domain: str | None) -> tuple[int, int]:
    taken = [
        counts
        for (each, to), counts in sent.items()
        if each == campaign_id and domain in {None, to}
    ]
    return sum(each[0] for each in taken), sum(each[1] for each in taken)


def _sum_weights(failed: FailureCounts, campaign_id: int, domain: str | None) -> Weights:
    weights = Counter[Weight]()
    for (each, to), counts in failed.items():
        if each == campaign_id and domain in {None, to}:
            weights.update(counts)
    return weights


def _describe(
    sent: tuple[int, int], weights: Weights, *, complaints: int, thresholds: Thresholds
) -> HealthRow:
    return HealthRow(
        accepted=sent[0],
        refused=sent[1],
        hard=weights.get(Weight.DEAD, 0),
        soft=weights.get(Weight.SOFT, 0),
        ours=weights.get(Weight.NOT_THEIRS, 0),
        complaints=complaints,
        thresholds=thresholds,
    )
