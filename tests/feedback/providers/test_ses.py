"""The events of SES, in the shapes of django-anymail's tests (BSD-3) and its own guide."""

from datetime import UTC, datetime

import pytest

from supporters.bounce_classes.classes import WEIGHTS, BounceClass, Weight
from supporters.feedback.providers.ses_notifications import read_notification
from supporters.feedback.reports.report import Report, ReportKind
from tests.feedback.providers.tokens import CAMPAIGN, PERSON, TOKEN, ids_in

SNS_ID = "19ba9823-d7f2-53c1-860e-cb10e0d13dfc"
FEEDBACK_ID = "00000138111222aa-44455566-cccc-cccc-cccc-ddddaaaa068a-000000"
MAIL = {
    "timestamp": "2016-01-27T14:59:38.237Z",
    "source": f"lettre+{TOKEN}@parti.example",
    "messageId": "00000138111222aa-33322211-cccc-cccc-cccc-ddddaaaa0680-000000",
    "destination": ["jane@example.com"],
    "headers": [{"name": "Message-ID", "value": "custom-message-ID"}],
    "tags": {"ses:configuration-set": ["quiet"], "supporters": [TOKEN]},
}
UNKNOWN_USER = {
    "emailAddress": "jane@example.com",
    "status": "5.1.1",
    "action": "failed",
    "diagnosticCode": "smtp; 550 5.1.1 <jane@example.com>... User unknown",
}


def read(event: dict[str, object], mail: object = MAIL) -> Report:
    """Return the report of an event."""
    report = read_notification({"mail": mail, **event}, SNS_ID)
    assert report is not None
    return report


def bounce(kind: str, cause: str = "General", *recipients: object, **more: object) -> Report:
    """Return the report of a bounce."""
    part = {
        "bounceType": kind,
        "bounceSubType": cause,
        "bouncedRecipients": [*recipients],
        "timestamp": "2016-01-27T14:59:44.101Z",
        "feedbackId": FEEDBACK_ID,
        **more,
    }
    return read({"notificationType": "Bounce", "bounce": part})


def test_a_bounce_names_the_email_its_time_and_itself() -> None:
    report = bounce("Permanent", "General", UNKNOWN_USER)
    [failure] = report.failures
    assert failure.bounce_class is BounceClass.NO_MAILBOX
    assert (failure.address, failure.status) == ("jane@example.com", "5.1.1")
    assert (report.kind, report.event_id) == (ReportKind.BOUNCE, FEEDBACK_ID)
    assert report.occurred_at == datetime(2016, 1, 27, 14, 59, 44, 101000, tzinfo=UTC)
    assert ids_in(report.tokens) == [(CAMPAIGN, PERSON)] * 2


@pytest.mark.parametrize(
    ("kind", "cause", "recipient", "weight"),
    [
        ("Transient", "General", UNKNOWN_USER, Weight.DEAD),  # the server's own 550
        ("Permanent", "General", {"emailAddress": "jane@example.com"}, Weight.SOFT),
        ("Permanent", "NoEmail", {}, Weight.SOFT),
        ("Undetermined", "Undetermined", {}, Weight.SOFT),
        ("Transient", "MailboxFull", {}, Weight.SOFT),
        ("Transient", "MessageTooLarge", {}, Weight.NOT_THEIRS),
        ("Transient", "ContentRejected", {}, Weight.NOT_THEIRS),
        ("Permanent", "Suppressed", UNKNOWN_USER, Weight.NOT_THEIRS),
        ("Permanent", "OnAccountSuppressionList", UNKNOWN_USER, Weight.NOT_THEIRS),
        (
            "Permanent",
            "General",
            {"status": "5.7.1", "diagnosticCode": "smtp; 550 5.7.1 blocked for spam"},
            Weight.NOT_THEIRS,
        ),
    ],
)
def test_only_a_server_that_was_asked_speaks_against_a_mailbox(
    kind: str, cause: str, recipient: dict[str, str], weight: Weight
) -> None:
    [failure] = bounce(kind, cause, recipient).failures
    assert WEIGHTS[failure.bounce_class] is weight


def test_complaints_have_their_type_and_a_list_of_the_account_is_none() -> None:
    found = []
    for more in (
        {"complaintFeedbackType": "abuse"},
        {"complaintFeedbackType": "not-spam"},
        {"complaintFeedbackType": "auth-failure"},
        {},
        {"complaintSubType": "OnAccountSuppressionList"},
    ):
        part = {"complainedRecipients": [{"emailAddress": "jane@example.com"}], **more}
        report = read({"eventType": "Complaint", "complaint": part})
        found.append((report.kind, report.feedback_type))
    assert found == [
        (ReportKind.COMPLAINT, "abuse"),
        (ReportKind.COMPLAINT, "not-spam"),
        (ReportKind.COMPLAINT, "auth-failure"),
        (ReportKind.COMPLAINT, "abuse"),
        (ReportKind.OTHER_FEEDBACK, None),
    ]


def test_the_rest_is_told_apart() -> None:
    delayed = {"delayType": "SpamDetected", "delayedRecipients": [{"status": "4.4.7"}]}
    left = {"newTopicPreferences": {"unsubscribeAll": True}}
    kinds = [
        read({"eventType": "DeliveryDelay", "deliveryDelay": delayed}),
        read({"eventType": "Reject", "reject": {"reason": "Bad content"}}),
        read({"eventType": "Rendering Failure", "failure": {"errorMessage": "x"}}),
        read({"eventType": "Subscription", "subscription": left}),
        read({"eventType": "Subscription", "subscription": {}}),
        read({"notificationType": "Received"}),
        read({}),
    ]
    assert [each.kind for each in kinds] == [
        ReportKind.DELAY,
        ReportKind.BOUNCE,
        ReportKind.BOUNCE,
        ReportKind.UNSUBSCRIBE,
        ReportKind.OTHER_FEEDBACK,
        ReportKind.UNREADABLE,
        ReportKind.UNREADABLE,
    ]
    assert [each.bounce_class for each in kinds[1].failures] == [BounceClass.CONTENT]


def test_nobody_is_watched_and_a_delivery_is_nothing() -> None:
    for kind in ("Send", "Delivery", "Open", "Click"):
        assert read_notification({"eventType": kind, "mail": MAIL}, SNS_ID) is None


@pytest.mark.parametrize(
    "mail",
    [
        None,
        [],
        {},
        {"source": "party@parti.example", "tags": {"supporters": "x"}},
        {"source": 7, "tags": {"supporters": [7, "meta"]}},
        {"tags": []},
    ],
)
def test_an_email_of_another_program_of_the_account_is_not_ours(mail: object) -> None:
    assert read({"eventType": "Complaint", "complaint": {}}, mail).tokens == ()


@pytest.mark.parametrize("part", [None, [], "x", {"bouncedRecipients": 7, "timestamp": 7}])
def test_strange_shapes_are_no_fault(part: object) -> None:
    report = read({"notificationType": "Bounce", "bounce": part})
    assert (report.kind, report.event_id, report.occurred_at) == (ReportKind.BOUNCE, SNS_ID, None)
