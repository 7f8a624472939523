"""The webhook: nothing without a proof, each event once, never an address in a log."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_network

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from supporters.database import db
from supporters.extensions import current_settings
from supporters.feedback.models import Effect, Source
from supporters.feedback.providers.sns_requests import KEY
from supporters.feedback.queries import list_arrivals
from supporters.feedback.reports.report import ReportKind
from supporters.settings.provider_settings import ProviderSettings
from supporters.web.hooks import webhook_pages
from tests.feedback.providers import test_brevo, test_mailjet, test_ses
from tests.feedback.providers.sns_topic import (
    FOREIGN,
    SES,
    Sns,
    as_body,
    notification,
    running_sns,
    sign,
    subscription,
)
from tests.feedback.providers.tokens import BREVO, MAILJET, PASSWORD, basic

pytestmark = pytest.mark.both_databases
BOUNCE = {**test_brevo.USUAL, "event": "hard_bounce", "reason": "550 5.1.1 User unknown"}


def use(app: Flask, provider: ProviderSettings) -> None:
    """Give the application a provider."""
    app.extensions["settings"] = replace(current_settings(), provider=provider)


@pytest.fixture
def brevo(app: Flask) -> None:
    use(app, BREVO)


@pytest.fixture
def sns(app: Flask) -> Iterator[Sns]:
    """Run the server of Amazon, and give the application our topic."""
    use(app, SES)
    with running_sns() as running:
        app.extensions[KEY] = running.requests
        yield running


def post(
    client: FlaskClient, provider: str, events: object, headers: dict[str, str] | None = None
) -> TestResponse:
    """Send events as a provider does."""
    signed = basic() if headers is None else headers
    return client.post(f"/hooks/{provider}", data=json.dumps(events), headers=signed)


def kinds() -> Counter[ReportKind]:
    """Return what arrived."""
    return Counter(each.kind for each in list_arrivals(limit=500))


def test_a_wrong_or_missing_sign_in_changes_nothing(client: FlaskClient, brevo: None) -> None:
    for headers in ({}, basic(password="wrong"), {"Authorization": "Bearer x"}):
        answer = post(client, "brevo", BOUNCE, headers)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Basic ")
    assert not kinds()
    assert post(client, "brevo", BOUNCE).status_code == 200
    assert kinds() == {ReportKind.BOUNCE: 1}


def test_a_webhook_is_open_for_its_provider_only(app: Flask, client: FlaskClient) -> None:
    assert post(client, "brevo", BOUNCE).status_code == 404
    use(app, MAILJET)
    assert post(client, "brevo", BOUNCE).status_code == 404
    assert post(client, "sendgrid", BOUNCE).status_code == 404
    use(app, ProviderSettings(name="mailjet"))
    assert post(client, "mailjet", []).status_code == 404
    use(app, MAILJET)
    assert client.get("/hooks/mailjet", headers=basic()).status_code == 405
    assert not kinds()


def test_only_the_networks_that_are_set_are_heard(app: Flask, client: FlaskClient) -> None:
    for network, status in (("192.0.2.0/24", 403), ("127.0.0.0/8", 200)):
        use(app, replace(BREVO, networks=(ip_network(network),)))
        assert post(client, "brevo", BOUNCE).status_code == status


def test_an_email_of_another_program_changes_nobody(client: FlaskClient, brevo: None) -> None:
    post(client, "brevo", {**BOUNCE, "event": "spam", "X-Mailin-custom": "other"})
    assert [each.effect for each in list_arrivals()] == [Effect.IGNORED_NO_TOKEN]


def test_mailjet_sends_groups(app: Flask, client: FlaskClient) -> None:
    use(app, MAILJET)
    sent = [{**test_mailjet.USUAL, "event": each} for each in ("sent", "spam", "open", "new")]
    assert post(client, "mailjet", sent).status_code == 200
    assert kinds() == {ReportKind.COMPLAINT: 1, ReportKind.UNREADABLE: 1}
    assert {each.source for each in list_arrivals()} == {Source.MAILJET}


def test_ses_is_heard_for_our_topic_only(client: FlaskClient, sns: Sns) -> None:
    part = {"bouncedRecipients": [test_ses.UNKNOWN_USER], "bounceType": "Permanent"}
    event = {"notificationType": "Bounce", "bounce": part, "mail": test_ses.MAIL}
    good = sign(notification(event))
    for message, status in (
        (sign(notification(event, TopicArn=FOREIGN)), 403),
        (sign(subscription(TopicArn=FOREIGN)), 403),
    ):
        assert client.post("/hooks/ses", data=as_body(message)).status_code == status
    assert sns.asked == []
    for message, status in (
        ({**good, "MessageId": "other"}, 403),
        (good, 200),
        (good, 200),
        (sign(subscription()), 200),
    ):
        assert client.post("/hooks/ses", data=as_body(message)).status_code == status
    assert kinds() == {ReportKind.BOUNCE: 1}


def test_what_can_not_be_proved_now_comes_again(client: FlaskClient, sns: Sns) -> None:
    url = "https://sns.eu-west-3.amazonaws.com/SimpleNotificationService-404.pem"
    message = sign(notification({}, SigningCertURL=url))
    answer = client.post("/hooks/ses", data=as_body(message))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")


def test_more_than_can_be_applied_now_comes_again_and_nothing_is_lost(
    client: FlaskClient, brevo: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = [{**BOUNCE, "message-id": str(n), "X-Mailin-custom": ""} for n in range(250)]
    monkeypatch.setattr(webhook_pages, "LONGEST", -1.0)
    answer = post(client, "brevo", events)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    monkeypatch.setattr(webhook_pages, "LONGEST", 600.0)
    assert post(client, "brevo", events).status_code == 200
    assert kinds() == {ReportKind.BOUNCE: 250}
    monkeypatch.setattr(webhook_pages, "MOST_IN_A_MINUTE", 1)
    assert {post(client, "brevo", BOUNCE).status_code for _ in range(2)} >= {429}


@pytest.mark.parametrize(("provider", "status"), [(BREVO, 429), (MAILJET, 503)])
def test_a_fault_of_ours_loses_no_event(
    app: Flask, client: FlaskClient, provider: ProviderSettings, status: int
) -> None:
    use(app, provider)
    db.session.execute(text("DROP TABLE feedback_report"))  # as before a migration
    db.session.commit()
    answer = post(client, provider.name, {"event": "spam"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (status, "60")


def test_a_body_has_room_for_a_batch_and_a_limit(
    app: Flask, client: FlaskClient, brevo: None
) -> None:
    batch = [{**test_brevo.USUAL, "event": "opened", "reason": "x" * 1500}] * 500
    assert post(client, "brevo", batch).status_code == 200
    assert post(client, "brevo", batch * 6).status_code == 413
    use(app, SES)
    assert post(client, "ses", batch).status_code == 413  # anybody could have us read it


def test_the_log_has_neither_an_address_nor_a_secret(client: FlaskClient, brevo: None) -> None:
    with capture_logs() as logs:
        post(client, "brevo", BOUNCE)
        for _ in range(9):
            post(client, "brevo", BOUNCE, basic(password=f"{PASSWORD}x"))
        post(client, "brevo", {"event": "camille@example.com"})
    said = json.dumps(logs, default=str)
    assert said.count("webhook.refused") == 1, "Anybody can fill the disk."
    assert not [each for each in ("camille", PASSWORD, basic()["Authorization"]) if each in said]
