"""SNS: our topic first, then Amazon's signature by its own certificate, over real TLS (REQ-107)."""

import json
from collections.abc import Iterator

import pytest

from supporters.feedback.providers.ses import read_events
from supporters.feedback.providers.sns_requests import MOST_IN_A_MINUTE, SnsRequests
from supporters.feedback.providers.webhook_events import NotSigned, ProviderUnreachable
from supporters.feedback.reports.report import Report, ReportKind
from tests.feedback.providers.sns_topic import (
    CERTIFICATE,
    FOREIGN,
    HOST,
    KEY,
    OTHER_KEY,
    SES,
    TOPIC,
    Sns,
    as_body,
    make_certificate_of,
    notification,
    running_sns,
    sign,
    subscription,
)

DELAY = {"eventType": "DeliveryDelay", "mail": {}, "deliveryDelay": {"delayType": "General"}}


@pytest.fixture(scope="module")
def server() -> Iterator[Sns]:
    with running_sns() as running:
        yield running


@pytest.fixture
def sns(server: Sns) -> Sns:
    """Return the server, with no certificate cached and nothing asked yet."""
    server.server.asked.clear()
    return Sns(server.server, SnsRequests(server.requests.asker))


def read(sns: Sns, message: object) -> list[Report]:
    return read_events({}, as_body(message), SES, sns.requests)


@pytest.mark.parametrize("version", ["1", "2"])
def test_a_signed_message_of_our_topic_is_read_and_its_certificate_is_cached(
    sns: Sns, version: str
) -> None:
    message = sign(notification(DELAY, SignatureVersion=version))
    without_subject = {name: each for name, each in message.items() if name != "Subject"}
    for each in (message, message, sign(without_subject)):
        [report] = read(sns, each)
        assert report.kind is ReportKind.DELAY
    assert sns.asked == [CERTIFICATE]


@pytest.mark.parametrize("make", [notification, subscription])
def test_a_foreign_topic_is_refused_before_anything_is_asked(sns: Sns, make: object) -> None:
    made = notification(DELAY) if make is notification else subscription()
    for topic in (FOREIGN, "", TOPIC.upper(), f"{TOPIC}x", f" {TOPIC}"):
        with pytest.raises(NotSigned):
            read(sns, sign({**made, "TopicArn": topic}))
    assert sns.asked == []


@pytest.mark.parametrize(
    "url",
    [
        f"http://{HOST}{CERTIFICATE}",
        f"https://sns.evil.com{CERTIFICATE}",
        f"https://{HOST}.evil.com{CERTIFICATE}",
        f"https://evil.com#{HOST}{CERTIFICATE}",
        f"https://{HOST}@evil.com{CERTIFICATE}",
        f"https://user:pass@{HOST}{CERTIFICATE}",
        f"https://{HOST}:8443{CERTIFICATE}",
        f"https://sns.us-east-1.amazonaws.com{CERTIFICATE}",
        f"https://s3.eu-west-3.amazonaws.com{CERTIFICATE}",
        f"https://{HOST.upper()}{CERTIFICATE}",
        f"https://{HOST}{CERTIFICATE}?x=.pem",
        f"https://{HOST}{CERTIFICATE}\n",
        f"https://{HOST}/other/..{CERTIFICATE}",
        f"https://{HOST}/SimpleNotificationService-a/b.pem",
        f"https://{HOST}\\@evil.com{CERTIFICATE}",
        "",
    ],
)
def test_a_certificate_comes_from_amazon_in_our_region_only(sns: Sns, url: str) -> None:
    with pytest.raises(NotSigned):
        read(sns, sign(notification(DELAY, SigningCertURL=url)))
    assert sns.asked == []


@pytest.mark.parametrize(
    "change",
    [
        {"Message": json.dumps({**DELAY, "eventType": "Complaint"})},
        {"MessageId": "other"},
        {"Timestamp": "2026-12-02T04:00:00.000Z"},
        {"SignatureVersion": "1"},
        {"SignatureVersion": "3"},
        {"Signature": ""},
        {"Signature": "AAAA"},
        {"Signature": "\N{SNOWMAN}"},
        {"Type": "SubscriptionConfirmation", "Token": "t", "SubscribeURL": "u"},
        {"Type": "Other"},
        {"Message": "\ud800"},
        {"Message": None},
    ],
)
def test_a_wrong_or_missing_signature_is_refused(sns: Sns, change: dict[str, object]) -> None:
    with pytest.raises(NotSigned):
        read(sns, {**sign(notification(DELAY)), **change})


def test_another_key_does_not_sign_for_amazon(sns: Sns) -> None:
    with pytest.raises(NotSigned):
        read(sns, sign(notification(DELAY), OTHER_KEY))
    for body in (b"", b"[]", b"7", b"\xff", b"[" * 100_000):
        with pytest.raises(NotSigned):
            read_events({}, body, SES, sns.requests)


def test_a_certificate_that_is_over_signs_nothing() -> None:
    with running_sns(make_certificate_of(KEY, years=1)) as sns, pytest.raises(NotSigned):
        read(sns, sign(notification(DELAY)))


def test_a_certificate_that_can_not_be_had_is_asked_for_again() -> None:
    with running_sns(path="/303") as sns:
        other = f"https://{HOST}/SimpleNotificationService-303.pem"
        for _ in range(2):
            with pytest.raises(ProviderUnreachable):
                read(sns, sign(notification(DELAY, SigningCertURL=other)))
        assert len(sns.asked) == 2, "A failure was cached."


def test_a_server_without_the_certificate_of_amazon_is_not_believed() -> None:
    with running_sns() as sns, running_sns() as other:
        sns.requests.asker.__dict__["context"] = other.server.context
        with pytest.raises(ProviderUnreachable):
            read(sns, sign(notification(DELAY)))
        assert sns.asked == []


def test_a_forger_does_not_make_us_ask_often(sns: Sns) -> None:
    for number in range(MOST_IN_A_MINUTE + 5):
        url = f"https://{HOST}/SimpleNotificationService-{number}.pem"
        with pytest.raises(ProviderUnreachable):
            read(sns, sign(notification(DELAY, SigningCertURL=url)))
    assert len(sns.asked) == MOST_IN_A_MINUTE


def test_a_subscription_to_our_topic_is_confirmed_at_amazon(sns: Sns) -> None:
    assert read(sns, sign(subscription())) == []
    assert sns.asked[-1].startswith("/?Action=ConfirmSubscription&TopicArn=arn%3Aaws%3Asns%3A")
    assert sns.asked[-1].endswith("&Token=2336412f37%26x%3D1")
    assert len(sns.asked) == 2


def test_an_unsigned_subscription_is_not_confirmed(sns: Sns) -> None:
    with pytest.raises(NotSigned):
        read(sns, sign(subscription(), OTHER_KEY))
    assert sns.asked == [CERTIFICATE]
