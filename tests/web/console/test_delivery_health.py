"""Delivery health shows what arrived and what came back, and who can't be reached."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters import clock
from supporters.bounce_classes.classes import BounceClass
from supporters.database import db
from supporters.delivery.engine.sending_engine import send_here
from supporters.delivery.health.domain_counts import store_domain_counts
from supporters.delivery.health.health_figures import find_delivery_health
from supporters.mailbox_health.models import DomainCount
from tests.delivery.health.test_mailbox_results import DEAD
from tests.factories.campaigns import (
    ACCEPTED,
    RecordingTransport,
    launch_to_addresses,
    subscriber_at,
)
from tests.factories.returned.failures import fail
from tests.web.console.pages import open_person

PAGE = "/console/delivery-health"
AT_ORANGE = [f"p{each:02}@orange.fr" for each in range(24)]
ELSEWHERE = ["anna@example.org", "boris@example.net"]


@pytest.fixture
def campaign_id(app: Flask) -> int:
    """Return a campaign that was sent: two mailboxes at a provider don't exist."""
    campaign_id = launch_to_addresses(*AT_ORANGE, *ELSEWHERE)
    dead = {*AT_ORANGE[:2]}
    send_here(RecordingTransport(lambda to: DEAD if to in dead else ACCEPTED))
    return campaign_id


@pytest.mark.both_databases
def test_the_emails_of_a_campaign_are_counted_by_provider(campaign_id: int) -> None:
    assert store_domain_counts(clock.now()) == campaign_id
    assert store_domain_counts(clock.now()) is None
    rows = db.session.scalars(db.select(DomainCount))
    counted = {each.domain: (each.accepted, each.refused) for each in rows}
    assert counted == {"orange.fr": (22, 2), "": (2, 0)}


@pytest.mark.both_databases
def test_failures_stand_beside_what_was_sent(campaign_id: int) -> None:
    store_domain_counts(clock.now())
    for each in AT_ORANGE[2:4]:
        fail(subscriber_at(each), BounceClass.REPUTATION, campaign_id=campaign_id)
    health = find_delivery_health(clock.now())
    (first, orange), (last, others) = health.domains
    assert (first, orange.sent, orange.hard, orange.ours, orange.is_bad) == (
        *("orange.fr", 24, 2, 2),
        True,
    )
    assert (last, others.sent, others.hard) == ("", 2, 0)
    [(campaign, row)] = health.campaigns
    assert (campaign.id, row.accepted, row.refused, row.hard) == (campaign_id, 24, 2, 2)
    [(_, people)] = health.lists
    assert (health.unreachable, health.recent, people) == (2, {7: 2, 30: 2}, 2)


def test_the_page_has_an_empty_state(owner_client: FlaskClient) -> None:
    html = owner_client.get(PAGE).text
    assert "Aucune campagne envoyée depuis 30 jours" in html


def test_the_pages_name_providers_and_no_address(
    owner_client: FlaskClient, campaign_id: int
) -> None:
    store_domain_counts(clock.now())
    html = owner_client.get(PAGE).text
    assert ("orange.fr" in html, "2 personnes sont injoignables" in html) == (True, True)
    assert "example.org" not in html
    result = owner_client.get(f"/console/campaigns/{campaign_id}").text
    assert "Cette messagerie n’existe pas" in result


def test_the_page_of_a_person_says_what_came_back(
    owner_client: FlaskClient, campaign_id: int
) -> None:
    person = subscriber_at(AT_ORANGE[0])
    html = owner_client.get(open_person(owner_client, person.id)).text
    assert ("Injoignable" in html, "Cette messagerie n’existe pas" in html) == (True, True)
