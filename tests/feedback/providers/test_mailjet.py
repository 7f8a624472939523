"""Mailjet's events, in the shapes of django-anymail's tests (BSD-3) and its documentation."""

import json
from datetime import UTC, datetime

import pytest

from supporters.bounce_classes.classes import BounceClass
from supporters.feedback.providers.mailjet import CAUSES, read_events
from supporters.feedback.providers.webhook_events import NotSigned
from supporters.feedback.reports.report import Report, ReportKind
from tests.feedback.providers.tokens import CAMPAIGN, MAILJET, PERSON, TOKEN, basic, ids_in

USUAL = {
    "time": 1498093527,
    "MessageID": 12345678901234567,
    "email": "camille@example.com",
    "mj_campaign_id": 1234567890,
    "mj_contact_id": 9876543210,
    "customcampaign": "",
    "CustomID": TOKEN,
    "Payload": "",
}


def read(events: object) -> list[Report]:
    """Return the reports of a request."""
    return read_events(basic(), json.dumps(events).encode(), MAILJET)


def of(event: str, **more: object) -> Report:
    """Return the report of one event."""
    [report] = read({**USUAL, "event": event, **more})
    return report


def test_events_come_alone_or_in_groups() -> None:
    spam = {**USUAL, "event": "spam", "source": "JMRPP"}
    [report] = read(spam)
    assert read([spam, {**spam, "event": "unsub"}])[0] == report
    assert read([]) == []
    assert report.kind is ReportKind.COMPLAINT
    assert ids_in(report.tokens) == [(CAMPAIGN, PERSON)]
    assert report.occurred_at == datetime(2017, 6, 22, 1, 5, 27, tzinfo=UTC)


@pytest.mark.parametrize(
    ("event", "more", "expected"),
    [
        ("bounce", {"hard_bounce": True, "error": "user unknown"}, BounceClass.NO_MAILBOX),
        ("bounce", {"hard_bounce": True, "error": "invalid domain"}, BounceClass.NO_DOMAIN),
        # It goes on trying, or tells the server's own words: then its word for it is not enough.
        ("bounce", {"hard_bounce": False, "error": "user unknown"}, BounceClass.TRANSIENT),
        ("bounce", {"error": "user unknown"}, BounceClass.TRANSIENT),
        (
            "bounce",
            {
                "hard_bounce": True,
                "error": "user unknown",
                "comment": "550 5.7.1 Message rejected as spam",
            },
            None,
        ),
        ("bounce", {"hard_bounce": True, "error": "quota exceeded"}, BounceClass.FULL),
        ("bounce", {"hard_bounce": True, "error": "mailbox inactive"}, BounceClass.DISABLED),
        ("bounce", {"hard_bounce": True, "error": "sender blocked"}, BounceClass.REPUTATION),
        ("bounce", {"hard_bounce": True, "error": "typofix"}, BounceClass.UNKNOWN),
        ("bounce", {"hard_bounce": True, "error": "something new"}, BounceClass.UNKNOWN),
        # Blocked: Mailjet tried nothing, so no server has judged.
        ("blocked", {"error": "preblocked"}, BounceClass.POLICY),
        ("blocked", {"error": "user unknown", "hard_bounce": True}, BounceClass.POLICY),
    ],
)
def test_a_cause_counts_as_it_is_documented(
    event: str, more: dict[str, object], expected: BounceClass | None
) -> None:
    report = of(event, **more)
    [failure] = report.failures
    assert report.kind is ReportKind.BOUNCE
    if expected:
        assert failure.bounce_class is expected
    assert failure.bounce_class is not BounceClass.NO_MAILBOX or expected is not None


def test_greylisting_is_no_bounce() -> None:
    assert of("bounce", error="greylisted", hard_bounce=False).kind is ReportKind.DELAY
    assert of("bounce", error="greylisted", hard_bounce=True).kind is ReportKind.BOUNCE


def test_few_causes_speak_against_a_mailbox() -> None:
    dead = {BounceClass.NO_MAILBOX, BounceClass.NO_DOMAIN}
    assert {each for each, found in CAUSES.items() if found in dead} == {
        "user unknown",
        "invalid domain",
    }


def test_complaints_departures_and_the_rest() -> None:
    assert (of("spam").kind, of("spam").feedback_type) == (ReportKind.COMPLAINT, "abuse")
    assert of("unsub").kind is ReportKind.UNSUBSCRIBE
    assert read([{**USUAL, "event": each} for each in ("open", "click", "sent")]) == []
    assert of("new").kind is ReportKind.UNREADABLE


def test_a_wrong_password_reads_nothing() -> None:
    for headers in ({}, basic(password="wrong"), {"Authorization": "Bearer "}):
        with pytest.raises(NotSigned):
            read_events(headers, b"[]", MAILJET)
