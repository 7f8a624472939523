"""When disputes pause a campaign, and when owners are warned."""

import pytest

from supporters.cases.rules import Dispute, DisputeVerdict, judge_disputes

NOTHING, WARN, STOP = DisputeVerdict.NOTHING, DisputeVerdict.WARN, DisputeVerdict.STOP


def old(number: int, domain: str = "gmail.com", name: str = "reader") -> list[Dispute]:
    """Return disputes of people of one domain who joined long ago."""
    return [Dispute(mailbox=f"{name}{each}@{domain}") for each in range(number)]


def spread(number: int, *, is_newcomer: bool = False) -> list[Dispute]:
    """Return disputes of people who each have another domain."""
    mailboxes = [f"reader@domain{each}.example" for each in range(number)]
    return [Dispute(mailbox=each, is_newcomer=is_newcomer) for each in mailboxes]


def new(number: int, domain: str = "gmail.com") -> list[Dispute]:
    """Return disputes of people of one domain who have just joined."""
    return [Dispute(mailbox=f"newcomer{each}@{domain}", is_newcomer=True) for each in range(number)]


def erased(number: int) -> list[Dispute]:
    """Return disputes of people who were erased since."""
    return [Dispute(mailbox=None)] * number


@pytest.mark.parametrize(
    ("disputes", "expected"),
    [
        ([], NOTHING),
        (new(5, "throwaway.example"), WARN),
        (spread(5, is_newcomer=True), WARN),
        (new(5, "gmail.com"), WARN),
        (old(5, "throwaway.example"), WARN),
        ([*old(3, "a.throwaway.example"), *old(2, "b.throwaway.example")], WARN),
        (erased(5), WARN),
        (spread(5), STOP),
        (old(5, "gmail.com"), STOP),
        ([*old(3, "gmail.com"), *old(2, "orange.fr")], STOP),
        ([Dispute(mailbox="anna@gmail.com")] * 5, WARN),
        (old(4, "gmail.com"), NOTHING),
        ([*old(4, "gmail.com"), *new(1)], STOP),
        ([*old(3, "gmail.com"), *new(2)], WARN),
        ([*old(3, "gmail.com"), *new(7)], WARN),
        ([*old(3, "gmail.com"), *new(5), *old(5, "party.example")], STOP),
        ([*old(2, "gmail.com"), *new(5), *old(5, "party.example")], NOTHING),
        ([*old(3, "gmail.com"), *new(1), *erased(4)], STOP),
        (new(31), NOTHING),
        (new(33), STOP),
    ],
)
def test_the_sources_decide_among_323_readers(
    disputes: list[Dispute], expected: DisputeVerdict
) -> None:
    assert judge_disputes(disputes, accepted=52, audience=323, limit=3) is expected


@pytest.mark.parametrize(
    ("number", "accepted", "expected"),
    [
        (4, 0, NOTHING),
        (5, 0, STOP),
        (5, 1_666, STOP),
        (5, 1_667, WARN),
        (6, 1_667, STOP),
        (299, 100_000, NOTHING),
        (300, 100_000, STOP),
    ],
)
def test_three_in_a_thousand_and_at_least_five_people(
    number: int, accepted: int, expected: DisputeVerdict
) -> None:
    assert judge_disputes(old(number), accepted=accepted, audience=100_000, limit=3) is expected


@pytest.mark.parametrize(
    ("number", "audience", "expected"),
    [(4, 10, NOTHING), (5, 10, STOP), (5, 50, STOP), (5, 51, WARN), (6, 60, STOP)],
)
def test_a_tenth_of_all_readers_stops_a_campaign_from_any_source(
    number: int, audience: int, expected: DisputeVerdict
) -> None:
    disputes = new(number, "throwaway.example")
    assert judge_disputes(disputes, accepted=0, audience=audience, limit=3) is expected


def test_a_warning_comes_at_five_and_each_time_that_the_number_has_doubled() -> None:
    warned = [
        number
        for number in range(100)
        if judge_disputes(new(number), accepted=0, audience=100_000, limit=3) is WARN
    ]
    assert warned == [5, 10, 20, 40, 80]
