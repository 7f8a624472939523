"""How many emails may leave to a provider now, and when the next ones may."""

from datetime import UTC, date, datetime, timedelta

import pytest

from supporters.delivery.pace.pace_rules import (
    Ceiling,
    PaceUse,
    find_limited,
    room_again_at,
    room_in,
    start_of_day,
    start_of_hour,
    warm_up_on,
)
from supporters.delivery.pace.warm_up_plans import CURVES, WarmUpPlan
from supporters.people.domain_groups import DomainGroup, group_of

TEN = datetime(2026, 12, 1, 9, tzinfo=UTC)  # ten o'clock in Paris
LAST_FIVE = TEN + timedelta(minutes=57)
ORANGE, FREE = DomainGroup.ORANGE, DomainGroup.FREE


@pytest.mark.parametrize(
    ("address", "group"),
    [
        ("a@wanadoo.fr", ORANGE),
        ("a@ORANGE.FR", ORANGE),
        ("neuf.fr", DomainGroup.SFR),
        ("a@live.com", DomainGroup.MICROSOFT),
        ("a@web.de", DomainGroup.GMX),
        ("a@orange.fr.example", None),
        ("a@parti.example", None),
    ],
)
def test_a_provider_is_found_by_the_domain(address: str, group: DomainGroup | None) -> None:
    assert group_of(address) is group


def test_the_ceiling_of_an_hour_is_spread_over_it() -> None:
    ceiling = Ceiling(an_hour=120)
    parts = [room_in(ceiling, PaceUse(), TEN + timedelta(minutes=5 * each)) for each in range(12)]
    assert parts == [10 * (each + 1) for each in range(12)]
    assert room_in(ceiling, PaceUse(an_hour=115, a_day=400), LAST_FIVE) == 5
    assert room_in(ceiling, PaceUse(an_hour=130), LAST_FIVE) == 0


def test_a_day_ends_at_the_midnight_of_the_party() -> None:
    ceiling = Ceiling(an_hour=120, a_day=100)
    used = PaceUse(an_hour=3, a_day=100)
    assert room_in(ceiling, used, LAST_FIVE) == 0
    assert room_again_at(ceiling, used, LAST_FIVE) == datetime(2026, 12, 1, 23, tzinfo=UTC)
    assert start_of_day(TEN, 1) == datetime(2026, 12, 1, 23, tzinfo=UTC)


def test_a_full_hour_waits_for_the_next_and_a_full_part_for_the_next_part() -> None:
    ceiling, now = Ceiling(an_hour=120), TEN + timedelta(minutes=7, seconds=3)
    assert room_again_at(ceiling, PaceUse(an_hour=120), now) == TEN + timedelta(hours=1)
    assert room_again_at(ceiling, PaceUse(an_hour=20), now) == TEN + timedelta(minutes=10)
    assert start_of_hour(now) == TEN


def test_without_a_ceiling_there_is_room_for_any_number() -> None:
    assert room_in(Ceiling(), PaceUse(an_hour=10**6, a_day=10**7), TEN) is None


def test_a_warm_up_follows_its_curve_and_then_ends() -> None:
    began = date(2026, 12, 3)
    days = [warm_up_on(WarmUpPlan.CAREFUL, began, began + timedelta(days=n)) for n in range(31)]
    assert (days[0], days[1], days[29], days[30]) == (50, 100, 175_000, None)
    assert warm_up_on(WarmUpPlan.CAREFUL, began, date(2026, 12, 1)) == 50
    assert [len(CURVES[each]) for each in WarmUpPlan] == [30, 21, 14]
    assert all([*curve] == sorted(curve) for curve in CURVES.values())


def test_a_lowered_ceiling_lets_at_least_one_email_through() -> None:
    assert Ceiling(an_hour=1, a_day=9).divide(4) == Ceiling(an_hour=1, a_day=2)
    assert Ceiling().divide(2) == Ceiling()


def test_a_provider_that_says_slow_down_is_found_beside_others() -> None:
    slow = [(ORANGE, "421 4.7.0")] * 2 + [(ORANGE, "421"), (FREE, "250"), (None, "250")]
    assert find_limited(slow) == {ORANGE}
    assert find_limited([(ORANGE, "451 4.7.1")] * 3) == {ORANGE}
    assert find_limited(slow[1:]) == set()
    assert find_limited([(ORANGE, "450 4.2.2")] * 9) == set()


def test_a_relay_that_says_so_to_everybody_lowers_nobody() -> None:
    assert find_limited([(ORANGE, "421")] * 5 + [(FREE, "421")] * 5) == set()
