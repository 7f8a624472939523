"""Delivery health shows what arrived and what came back, and who can't be reached."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters import clock
from supporters.bounce_classes.classes import BounceClass
from supporters.database import db
from supporters.delivery.engine.sending_engine import send_here
from supporters.delivery.health.domain_counts import store_domain_counts
from supporters.delivery.health.health_figures import find_delivery_health
from supporters.feedback.intake.apply_report import Source, apply_report
from supporters.feedback.reports.report import ReportKind
from supporters.mailbox_health.models import DomainCount
from tests.delivery.health.test_mailbox_results import DEAD
from tests.factories.campaigns import (
    ACCEPTED,
    RecordingTransport,
    launch_to_addresses,
    subscriber_at,
)
from tests.factories.returned.failures import fail
from tests.factories.returned.feedback import report_on
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
    apply_report(
        report_on(campaign_id, AT_ORANGE[5], ReportKind.COMPLAINT), Source.IMAP, clock.now()
    )
    health = find_delivery_health(clock.now(), 7)
    (first, orange), (last, others) = health.domains
    assert (first, orange.sent, orange.hard, orange.ours, orange.complaints) == (
        *("orange.fr", 24, 2, 2),
        1,
    )
    assert orange.bad == {"hard", "ours"}
    assert (last, others.sent, others.hard) == ("", 2, 0)
    [(campaign, row)] = health.campaigns
    assert (campaign.id, row.accepted, row.refused, row.hard) == (campaign_id, 24, 2, 2)
    assert (row.complaints, health.unreachable, health.recent) == (1, 2, 2)
    assert [each[1:] for each in health.lists] == [(2, 2, 1)]


@pytest.mark.both_databases
def test_the_figures_of_a_week_leave_out_what_was_before(campaign_id: int) -> None:
    store_domain_counts(clock.now())
    apply_report(
        report_on(campaign_id, AT_ORANGE[5], ReportKind.COMPLAINT), Source.IMAP, clock.now()
    )
    later = clock.now() + timedelta(days=8)
    week, month = (find_delivery_health(later, days) for days in (7, 30))
    assert (week.domains, week.campaigns, week.recent) == ([], [], 0)
    assert [each[1:] for each in week.lists] == [(2, 0, 0)]
    assert month.domains[0][1].complaints == 1


def test_the_page_shows_a_week_or_a_month(owner_client: FlaskClient, campaign_id: int) -> None:
    store_domain_counts(clock.now())
    apply_report(
        report_on(campaign_id, AT_ORANGE[5], ReportKind.COMPLAINT), Source.IMAP, clock.now()
    )
    for query, words in (("", "30 derniers jours"), ("?days=7", "7 derniers jours")):
        html = owner_client.get(PAGE + query).text
        assert words in html
        assert "Bouton «\u202fspam\u202f»" in html
    assert "30 derniers jours" in owner_client.get(f"{PAGE}?days=4000").text


def test_a_provider_has_its_figures_campaign_by_campaign(
    owner_client: FlaskClient, campaign_id: int
) -> None:
    store_domain_counts(clock.now())
    [(_, row)] = find_delivery_health(clock.now(), 30, "orange.fr").campaigns
    assert (row.sent, row.hard) == (24, 2)
    [(_, row)] = find_delivery_health(clock.now(), 30, "").campaigns
    assert (row.sent, row.hard) == (2, 0)
    html = owner_client.get(PAGE).text
    assert f'href="{PAGE}?days=30&amp;provider=orange.fr#campaigns-title"' in html
    html = owner_client.get(f"{PAGE}?provider=orange.fr").text
    assert "Par campagne\u202f: orange.fr" in html
    assert f'href="{PAGE}?days=7&amp;provider=orange.fr"' in html
    assert "Par campagne\u202f:" not in owner_client.get(f"{PAGE}?provider=evil.example").text


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
