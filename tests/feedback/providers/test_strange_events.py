"""Events of strange shapes are no fault: at Brevo, a fault would lose the whole batch."""

import json
from collections.abc import Iterator, Mapping

import pytest
from flask import Flask

from supporters import clock
from supporters.feedback.intake.arrivals import make_arrival
from supporters.feedback.providers import brevo, mailjet
from supporters.feedback.providers.ses_notifications import KINDS, PARTS, read_notification
from supporters.feedback.reports.report import Report
from tests.feedback.providers import test_brevo, test_mailjet, test_ses
from tests.feedback.providers.tokens import BREVO, MAILJET, basic

# As JSON: Python could not write the first of them.
STRANGE = (
    *(f"1{'0' * 400}", "-1e300", "NaN", "Infinity", "null", "true", "0", '""', "[]", "{}"),
    *('"\\ud800"', '"\\u0000 550 5.1.1 x"', f'"{"550 " * 5000}"', '[["x"], null]', '{"a": [1]}'),
)
Event = Mapping[str, object]


def strange_events(usual: Event, kinds: Iterator[str] | list[str]) -> Iterator[str]:
    """Return events with a strange value in each field, as JSON."""
    for kind in kinds:
        event = {**usual, "event": kind}
        for field in event:
            rest = json.dumps({name: each for name, each in event.items() if name != field})
            yield from (f"{rest[:-1]}, {json.dumps(field)}: {each}}}" for each in STRANGE)


def arrive(reports: list[Report]) -> int:
    """Name the reports as they are stored; return how many there are."""
    return len([make_arrival(each, None, clock.now()).key for each in reports])


@pytest.mark.usefixtures("app")
def test_strange_values_of_brevo_and_mailjet_are_no_fault() -> None:
    kinds = [*brevo.PLAIN, *brevo.OTHERWISE, "new"]
    words = {"reason": "550 5.1.1 User unknown", "tags": ["a"]}
    events = [*strange_events({**test_brevo.USUAL, **words}, kinds)]
    read = brevo.read_events(basic(), f"[{','.join(events)}]".encode(), BREVO)
    assert arrive(read) == len(events) >= 2000
    said = {"hard_bounce": True, "error": "user unknown", "comment": "550 5.1.1 no such user"}
    events = [*strange_events({**test_mailjet.USUAL, **said}, [*mailjet.KINDS, "new"])]
    read = mailjet.read_events(basic(), f"[{','.join(events)}]".encode(), MAILJET)
    assert arrive(read) == len(events) >= 900


def test_strange_values_of_ses_are_no_fault(app: Flask) -> None:
    usual = {
        "bounceType": "Permanent",
        "bounceSubType": "General",
        "timestamp": "2016-01-27",
        "bouncedRecipients": [test_ses.UNKNOWN_USER],
        "feedbackId": test_ses.FEEDBACK_ID,
        "complaintFeedbackType": "abuse",
        "newTopicPreferences": {},
        "reason": "Bad content",
    }
    count = 0
    for kind in KINDS:
        name = PARTS.get(kind, kind.lower())
        for part in strange_events(usual, [""]):
            event = {"eventType": kind, name: json.loads(part), "mail": test_ses.MAIL}
            report = read_notification(event, test_ses.SNS_ID)
            count += arrive([report] if report else [])
        for field in test_ses.MAIL:
            for each in STRANGE:
                mail = {**test_ses.MAIL, field: json.loads(each)}
                report = read_notification({"eventType": kind, name: usual, "mail": mail}, "id")
                count += arrive([report] if report else [])
    assert count > 1000
