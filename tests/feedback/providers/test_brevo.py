"""Brevo's events, in the shapes that django-anymail's tests have (BSD-3) and its documentation."""

import json
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from supporters.bounce_classes.classes import WEIGHTS, BounceClass, Weight
from supporters.feedback.providers.brevo import read_events
from supporters.feedback.providers.webhook_events import NotSigned
from supporters.feedback.reports.report import Report, ReportKind
from supporters.settings.provider_settings import ProviderSettings
from tests.feedback.providers.tokens import (
    BEARER,
    BREVO,
    CAMPAIGN,
    PASSWORD,
    PERSON,
    TOKEN,
    basic,
    ids_in,
)

USUAL = {
    "email": "camille@example.com",
    "id": 9999999,
    "message-id": "<201803062010.27287306012@smtp-relay.mailin.fr>",
    "subject": "Test",
    "date": "2018-03-06 11:10:23",
    "ts": 1520331023,
    "ts_event": 1520331023,
    "ts_epoch": 1520363423000,
    "X-Mailin-custom": TOKEN,
    "sending_ip": "333.33.33.33",
}


def read(*events: object, headers: dict[str, str] | None = None) -> list[Report]:
    """Return the reports of a request with these events."""
    body = json.dumps(events[0] if len(events) == 1 else events).encode()
    return read_events(headers or basic(), body, BREVO)


def of(event: str, reason: str | None = None, **more: object) -> Report:
    """Return the report of one event."""
    said = {} if reason is None else {"reason": reason}
    [report] = read({**USUAL, "event": event, **said, **more})
    return report


def test_an_event_names_the_email_its_time_and_itself() -> None:
    report = of("spam")
    assert report.kind is ReportKind.COMPLAINT
    assert ids_in(report.tokens) == [(CAMPAIGN, PERSON)]
    assert report.occurred_at == datetime(2018, 3, 6, 19, 10, 23, tzinfo=UTC)
    assert report.event_id == of("spam").event_id
    assert report.event_id != of("spam", ts_event=1520331024).event_id


@pytest.mark.parametrize(
    ("event", "reason", "kind", "weight"),
    [
        # The words of a server are evidence, whatever Brevo calls it.
        (
            "hard_bounce",
            "550 RecipientError: 550 5.1.1 <x@y.example>: Recipient address rejected: User unknown",
            ReportKind.BOUNCE,
            Weight.DEAD,
        ),
        (
            "deferred",
            "550 RecipientError: 550 5.1.1 <x@y.example>: Recipient address rejected: User unknown",
            ReportKind.BOUNCE,
            Weight.DEAD,
        ),
        # Its label alone is none.
        ("hard_bounce", "550 5.7.1 message rejected: spam", ReportKind.BOUNCE, Weight.NOT_THEIRS),
        ("hard_bounce", None, ReportKind.BOUNCE, Weight.SOFT),
        ("invalid_email", "(guessing that it has a reason)", ReportKind.BOUNCE, Weight.SOFT),
        ("soft_bounce", None, ReportKind.BOUNCE, Weight.SOFT),
        (
            "soft_bounce",
            "undefined Unable to find MX of domain no-mx.example.com",
            ReportKind.BOUNCE,
            Weight.SOFT,
        ),
        ("deferred", "421 4.7.0 try again later", ReportKind.DELAY, None),
        ("blocked", "blocked : due to blacklist user", ReportKind.BOUNCE, Weight.NOT_THEIRS),
        ("blocked", "550 5.1.1 user unknown, earlier", ReportKind.BOUNCE, Weight.NOT_THEIRS),
        ("error", None, ReportKind.BOUNCE, Weight.NOT_THEIRS),
    ],
)
def test_the_words_of_the_server_decide(
    event: str, reason: str | None, kind: ReportKind, weight: Weight | None
) -> None:
    report = of(event, reason)
    [failure] = report.failures
    assert report.kind is kind
    assert weight in {None, WEIGHTS[failure.bounce_class]}


def test_complaints_and_departures_are_told_apart() -> None:
    kinds = [of(event) for event in ("spam", "complaint", "unsubscribe")]
    assert [each.kind for each in kinds] == [
        ReportKind.COMPLAINT,
        ReportKind.COMPLAINT,
        ReportKind.UNSUBSCRIBE,
    ]
    assert [each.feedback_type for each in kinds] == ["abuse", "abuse", None]


def test_nobody_is_watched_and_a_delivery_is_nothing() -> None:
    opened = ("opened", "unique_opened", "proxy_open", "unique_proxy_open", "click")
    kinds = ("request", "delivered", *opened)
    assert read(*({**USUAL, "event": each} for each in kinds)) == []


def test_what_is_unknown_is_stored_and_not_guessed() -> None:
    reports = read({**USUAL, "event": "frozen"}, "text", {}, [])
    assert {each.kind for each in reports} == {ReportKind.UNREADABLE}
    assert reports[0].feedback_type == "frozen"
    assert len({each.event_id for each in reports}) == 4
    for body in (b"", b"\xff", b"[" * 100_000, b"nothing"):
        [report] = read_events(basic(), body, BREVO)
        assert report.kind is ReportKind.UNREADABLE


@pytest.mark.parametrize("value", [None, 7, ["x"], "", "meta", TOKEN[:-1], f"{TOKEN}a", "{}"])
def test_an_event_of_another_program_names_no_email_of_ours(value: object) -> None:
    assert of("hard_bounce", **{"X-Mailin-custom": value}).tokens == ()


@pytest.mark.parametrize("time", [None, "today", True, 1e300, 10**400, float("nan")])
def test_a_strange_time_is_none(time: object) -> None:
    assert of("spam", ts_epoch=time, ts_event=None).occurred_at is None


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Basic"},
        {"Authorization": "Basic \N{SNOWMAN}"},
        basic(password="wrong"),
        basic(user="other"),
        {"Authorization": f"Bearer {BEARER}b"},
        {"Authorization": f"Digest {BEARER}"},
        {"Authorization": f"Bearer {BEARER}"[:-1]},
    ],
)
def test_without_its_sign_in_nothing_is_read(headers: dict[str, str]) -> None:
    with pytest.raises(NotSigned):
        read_events(headers, b"{", BREVO)


def test_a_token_or_a_password_signs_in_where_it_was_set() -> None:
    bearer = {"Authorization": f"Bearer {BEARER}"}
    assert read({**USUAL, "event": "spam"}, headers=bearer)
    for settings, headers in (
        (ProviderSettings(name="brevo"), {"Authorization": "Bearer "}),
        (ProviderSettings(name="brevo"), basic("", "")),
        (ProviderSettings(name="brevo", tokens=(BEARER,)), basic("", "")),
    ):
        with pytest.raises(NotSigned):
            read_events(headers, b"{}", settings)


def test_the_old_secret_counts_beside_the_new_one_while_it_is_changed() -> None:
    new = "n" * 24
    changed = replace(BREVO, passwords=(new, PASSWORD), tokens=(new, BEARER))
    for each in (PASSWORD, BEARER, new):
        for headers in (basic(password=each), {"Authorization": f"Bearer {each}"}):
            is_ours = each == new or (each == PASSWORD) is ("Basic" in headers["Authorization"])
            with nullcontext() if is_ours else pytest.raises(NotSigned):
                assert read_events(headers, b"[]", changed) == []


def test_a_failure_has_the_address_and_the_words_for_the_page() -> None:
    [failure] = of("hard_bounce", " 550 5.2.2 mailbox full ").failures
    assert failure.bounce_class is BounceClass.FULL
    assert (failure.address, failure.words) == ("camille@example.com", "550 5.2.2 mailbox full")
