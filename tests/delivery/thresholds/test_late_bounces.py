"""Emails that come back late count for the thresholds of a campaign that isn't over."""

import pytest
from flask import Flask

from supporters import clock
from supporters.bounce_classes.classes import BounceClass
from supporters.campaigns.models import CampaignStatus
from supporters.database import db, transaction
from supporters.delivery.models import DeliveryBatch
from supporters.delivery.problems import ProblemKind, kind_of
from supporters.delivery.thresholds.late_bounces import judge_late_bounces
from supporters.people.models import Subscriber
from tests.factories.campaigns import launch_to_addresses, reload, subscriber_at
from tests.factories.returned.failures import fail
from tests.machinery.prepared_states import begins_with

PEOPLE = 120


def launched(_app: Flask) -> int:
    """Launch a campaign to 120 people; return its id."""
    return launch_to_addresses(*(f"p{each:03}@example.org" for each in range(PEOPLE)))


pytestmark = [pytest.mark.either_database, begins_with(launched)]


@pytest.fixture
def campaign_id(app: Flask, prepared: int) -> int:
    """Return a running campaign whose emails the relay took, but for the last few."""
    with transaction():
        for each in db.session.scalars(db.select(DeliveryBatch)):
            each.accepted = each.size
    return prepared


def let_come_back(campaign_id: int, people: int, bounce_class: BounceClass) -> None:
    for each in range(people):
        fail(subscriber_at(f"p{each:03}@example.org"), bounce_class, campaign_id=campaign_id)


@pytest.mark.parametrize(("people", "is_paused"), [(5, False), (6, True)])
def test_dead_addresses_pause_it_at_the_threshold(
    campaign_id: int, people: int, is_paused: bool
) -> None:
    let_come_back(campaign_id, people, BounceClass.NO_MAILBOX)
    assert (judge_late_bounces(campaign_id, clock.now()) is not None) is is_paused
    assert (reload(campaign_id).status is CampaignStatus.PAUSED) is is_paused


def test_failed_authentication_pauses_it_and_suspends_nobody(campaign_id: int) -> None:
    let_come_back(campaign_id, 50, BounceClass.AUTHENTICATION)
    judge_late_bounces(campaign_id, clock.now())
    campaign = reload(campaign_id)
    assert (campaign.status, kind_of(campaign.problem)) == (
        CampaignStatus.PAUSED,
        ProblemKind.REFUSED,
    )
    people = db.select(Subscriber.id).where(Subscriber.unreachable_since.is_not(None))
    assert db.session.scalars(people).all() == []


def test_full_mailboxes_pause_nothing(campaign_id: int) -> None:
    let_come_back(campaign_id, 50, BounceClass.FULL)
    assert judge_late_bounces(campaign_id, clock.now()) is None
    assert reload(campaign_id).status is CampaignStatus.RUNNING
