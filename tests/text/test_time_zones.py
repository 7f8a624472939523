"""The time zones of the world in groups, and the offsets of clocks."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from supporters.lists.list_clocks import OF_DEPARTEMENTS
from supporters.lists.models import MAX_TIME_ZONE
from supporters.text.time_zones import PARTY_ZONE, find_next_change, group_zones, offset_of


def test_every_zone_is_in_one_group_and_fits_its_column() -> None:
    groups = group_zones()
    zones = [zone for group in groups for zone in group]
    assert len(zones) == len({*zones}) > 400
    assert max(map(len, zones)) <= MAX_TIME_ZONE
    assert {*OF_DEPARTEMENTS.values()} <= {*groups.overseas}
    assert {PARTY_ZONE, "Atlantic/Canary", "Asia/Nicosia"} <= {*groups.union}
    assert {"America/Nuuk", "America/Aruba"} <= {*groups.overseas}
    assert {"America/Lima", "Europe/London"} <= {*groups.elsewhere}


def test_an_offset_is_that_of_the_moment() -> None:
    said = {
        (PARTY_ZONE, 1): "UTC+1",
        (PARTY_ZONE, 7): "UTC+2",
        ("Indian/Reunion", 7): "UTC+4",
        ("America/Martinique", 1): "UTC\N{MINUS SIGN}4",
        ("Asia/Kolkata", 1): "UTC+5:30",
        ("America/St_Johns", 1): "UTC\N{MINUS SIGN}3:30",
        ("Atlantic/Reykjavik", 1): "UTC+0",
    }
    found = {
        (zone, month): offset_of(datetime(2026, month, 15, tzinfo=UTC), ZoneInfo(zone))
        for zone, month in said
    }
    assert found == said


def test_the_next_change_of_a_clock_is_found_to_the_minute() -> None:
    said = {
        ("Europe/Paris", 1): datetime(2026, 3, 29, 1, tzinfo=UTC),
        ("Europe/Paris", 7): datetime(2026, 10, 25, 1, tzinfo=UTC),
        ("America/Miquelon", 1): datetime(2026, 3, 8, 5, tzinfo=UTC),
        ("Indian/Reunion", 1): None,
    }
    found = {
        (zone, month): find_next_change(ZoneInfo(zone), datetime(2026, month, 15, 9, 7, tzinfo=UTC))
        for zone, month in said
    }
    assert found == said
