"""The pages of what came back: readable, in words for people, and complaints stand apart."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser

from supporters import clock
from supporters.bounce_classes.classes import BounceClass
from supporters.delivery.engine.sending_engine import send_here
from supporters.delivery.health.domain_counts import store_domain_counts
from supporters.feedback.intake.apply_report import Effect, Source, apply_report
from supporters.feedback.reports.report import ReportKind
from tests.browser.conftest import WIDE, look_at
from tests.browser.pages_of_app import open_pages
from tests.factories.campaigns import RecordingTransport, launch_to_addresses, subscriber_at
from tests.factories.returned.feedback import make_unreadable, report_on
from tests.feedback.providers.tokens import BREVO
from tests.web.console.installation.test_came_back_pages import use
from tests.web.console.pages import open_person

pytestmark = pytest.mark.browser
PAGES = {
    "came-back": "/console/came-back",
    "health": "/console/delivery-health",
    "unreadable": "/console/unreadable",
}
PEOPLE = [f"p{each:02}@{domain}" for domain in ("orange.fr", "free.fr") for each in range(24)]
KEYS = [
    each.value
    for enum in (BounceClass, Effect, ReportKind, Source)
    for each in enum
    if "_" in each.value
]


@pytest.fixture
def campaign_id(app: Flask) -> int:
    """Return a campaign of which everything came back that can: bounces, complaints, answers."""
    campaign_id, rest = launch_to_addresses(*PEOPLE), iter(PEOPLE)
    send_here(RecordingTransport())
    store_domain_counts(clock.now())
    reports = [report_on(campaign_id, next(rest), bounce_class=each) for each in BounceClass]
    reports += [
        report_on(campaign_id, next(rest), kind, feedback_type="abuse")
        for kind in (ReportKind.COMPLAINT, ReportKind.ANSWER, ReportKind.AUTO_REPLY)
    ]
    for each in reports:
        apply_report(each, Source.LMTP, clock.now())
    make_unreadable()
    return campaign_id


def test_pages_without_anything_are_readable(
    browser: Browser, app: Flask, owner_client: FlaskClient
) -> None:
    with open_pages(browser, app, owner_client, viewport=WIDE) as page:
        for name, path in PAGES.items():
            page.goto(path)
            look_at(page, f"{name}-empty")


def test_pages_of_what_came_back_are_readable(
    browser: Browser, app: Flask, owner_client: FlaskClient, campaign_id: int
) -> None:
    pages = {
        **PAGES,
        "result-of-returns": f"/console/campaigns/{campaign_id}",
        "unreachable": open_person(owner_client, subscriber_at(PEOPLE[0]).id),
        "audit-of-returns": "/console/audit",
    }
    shown = {}
    with open_pages(browser, app, owner_client, viewport=WIDE) as page:
        for name, path in pages.items():
            page.goto(path)
            look_at(page, name)
            shown[name] = page.inner_text("main")
    assert not {(name, key) for name, text in shown.items() for key in KEYS if key in text}
    for name in ("health", "result-of-returns"):
        assert "Bouton «\u202fspam\u202f»" in shown[name]


def test_address_of_the_webhook_can_be_copied(
    browser: Browser, app: Flask, owner_client: FlaskClient
) -> None:
    use(app, BREVO)
    with open_pages(browser, app, owner_client, viewport=WIDE) as page:
        page.goto(PAGES["came-back"])
        look_at(page, "came-back-webhook")
        assert page.input_value("#webhook").endswith("@parti.example/hooks/brevo")
