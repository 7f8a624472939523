"""The effect of a mail server's answer, the time of the next attempt, and whom to turn to."""

from datetime import UTC, datetime, timedelta

import pytest

from supporters.delivery.problems import ProblemKind, details_of, kind_of
from supporters.delivery.rules import (
    RETRIES,
    WINDOW,
    DeliveryStatus,
    RelayAnswers,
    add_answers,
    count_answers,
    must_pause,
    next_attempt,
    status_after,
)
from supporters.smtp_relay.outcomes import AttemptOutcome, outcome_of_code

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
OUTCOMES = [
    (250, AttemptOutcome.ACCEPTED),
    (251, AttemptOutcome.ACCEPTED),
    (299, AttemptOutcome.ACCEPTED),
    (421, AttemptOutcome.DEFERRED),
    (450, AttemptOutcome.DEFERRED),
    (451, AttemptOutcome.DEFERRED),
    (452, AttemptOutcome.DEFERRED),
    (499, AttemptOutcome.DEFERRED),
    (500, AttemptOutcome.REFUSED),
    (550, AttemptOutcome.REFUSED),
    (552, AttemptOutcome.REFUSED),
    (554, AttemptOutcome.REFUSED),
    (599, AttemptOutcome.REFUSED),
    (-1, AttemptOutcome.DEFERRED),
    (0, AttemptOutcome.DEFERRED),
    (99, AttemptOutcome.DEFERRED),
    (354, AttemptOutcome.DEFERRED),
    (600, AttemptOutcome.DEFERRED),
    (2500, AttemptOutcome.DEFERRED),
]


def test_a_reply_is_judged_by_its_first_digit() -> None:
    assert [(code, outcome_of_code(code)) for code, _ in OUTCOMES] == OUTCOMES


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        (AttemptOutcome.ACCEPTED, DeliveryStatus.ACCEPTED),
        (AttemptOutcome.REFUSED, DeliveryStatus.REFUSED),
        (AttemptOutcome.DEFERRED, DeliveryStatus.DEFERRED),
        (AttemptOutcome.UNCERTAIN, DeliveryStatus.UNCERTAIN),
        (AttemptOutcome.NOT_TRIED, None),
    ],
)
def test_each_outcome_of_the_first_attempt_has_its_state(
    outcome: AttemptOutcome, status: DeliveryStatus
) -> None:
    assert status_after(outcome, 1) is status


def test_the_last_retry_is_the_last() -> None:
    assert status_after(AttemptOutcome.DEFERRED, len(RETRIES)) is DeliveryStatus.DEFERRED
    assert status_after(AttemptOutcome.DEFERRED, len(RETRIES) + 1) is DeliveryStatus.REFUSED


def test_retries_begin_within_minutes_and_go_on_for_four_to_five_days() -> None:
    assert RETRIES[0] == timedelta(minutes=5)
    assert [*RETRIES] == sorted(RETRIES)
    assert timedelta(days=4) <= sum(RETRIES, timedelta()) <= timedelta(days=5)


def test_the_next_attempt_is_always_later() -> None:
    assert not [each for each in range(1, len(RETRIES) + 3) if next_attempt(each, NOW) <= NOW]


def test_the_pauses_are_those_of_the_schedule() -> None:
    assert next_attempt(1, NOW) == NOW + RETRIES[0]
    assert next_attempt(2, NOW) == NOW + RETRIES[1]


YES, OF_US, DEAD, LATER = "250", "550 5.7.1", "550 5.1.1", "451"


@pytest.mark.parametrize(
    ("replies", "answers"),
    [
        ([], RelayAnswers()),
        ([LATER, "interrupted", ""], RelayAnswers()),
        ([YES, DEAD, OF_US, LATER], RelayAnswers(total=3, refusals=2, refusals_of_us=1)),
        ([OF_US] * 20 + [YES] * WINDOW, RelayAnswers(total=WINDOW)),
        ([YES] * 500 + [OF_US], RelayAnswers(total=WINDOW, refusals=1, refusals_of_us=1)),
    ],
)
def test_the_last_answers_of_a_batch_count(replies: list[str], answers: RelayAnswers) -> None:
    assert count_answers(replies) == answers


def test_older_answers_are_dropped_in_proportion() -> None:
    earlier = RelayAnswers(total=50, refusals=20, refusals_of_us=10)
    latest = RelayAnswers(total=25, refusals=5, refusals_of_us=5)
    assert add_answers(earlier, latest) == RelayAnswers(total=50, refusals=15, refusals_of_us=10)
    assert add_answers(earlier, RelayAnswers(total=WINDOW)) == RelayAnswers(total=WINDOW)


@pytest.mark.parametrize(
    ("answers", "audience", "holds"),
    [
        (RelayAnswers(total=10, refusals=10, refusals_of_us=10), 5000, True),
        (RelayAnswers(total=50, refusals=10, refusals_of_us=10), 5000, True),
        (RelayAnswers(total=50, refusals=9, refusals_of_us=9), 5000, False),
        (RelayAnswers(total=50, refusals=30), 5000, False),
        (RelayAnswers(total=50, refusals=45), 5000, True),
        (RelayAnswers(total=4, refusals=4, refusals_of_us=4), 4, True),
        (RelayAnswers(total=4, refusals=3, refusals_of_us=3), 4, False),
        (RelayAnswers(total=3, refusals=3, refusals_of_us=3), 3, True),
        (RelayAnswers(total=1, refusals=1, refusals_of_us=1), 1, False),
    ],
)
def test_a_relay_that_refuses_us_again_and_again_holds_a_campaign(
    answers: RelayAnswers, audience: int, holds: bool
) -> None:
    assert must_pause(answers, audience) is holds


def test_a_share_of_refusals_of_us_is_seen_within_fifty_of_them() -> None:
    for refused_of_twenty in range(5, 21):
        batch = [OF_US] * refused_of_twenty + [YES] * (20 - refused_of_twenty)
        answers, refused = RelayAnswers(), 0
        while not must_pause(answers, 100_000):
            answers = add_answers(answers, count_answers(batch))
            refused += refused_of_twenty
        assert refused <= 50, refused_of_twenty


@pytest.mark.parametrize(
    ("problem", "kind", "details"),
    [
        ("421", ProblemKind.RELAY, "421"),
        ("MAIL 530", ProblemKind.RELAY, "MAIL 530"),
        ("ConnectionRefusedError", ProblemKind.RELAY, "ConnectionRefusedError"),
        ("journal: no space left", ProblemKind.JOURNAL, "no space left"),
        ("signing: s20261201", ProblemKind.SIGNING, "s20261201"),
        ("ledger: 3 unsettled", ProblemKind.LEDGER, "3 unsettled"),
        ("content: HeaderUnsafe", ProblemKind.CONTENT, "HeaderUnsafe"),
        ("contested: 6/1200", ProblemKind.DISPUTED, "6/1200"),
        ("relay: odd", ProblemKind.RELAY, "relay: odd"),
    ],
)
def test_each_problem_has_a_kind(problem: str, kind: ProblemKind, details: str) -> None:
    assert (kind_of(problem), details_of(problem)) == (kind, details)
