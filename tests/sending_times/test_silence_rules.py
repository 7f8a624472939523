"""The silence of each state of the Union by default: its hours around a vote, and its source."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from supporters.sending_times.silence_rules import SILENCE_RULES
from supporters.text.countries import UNION

SUNDAY = date(2027, 4, 11)
NOT_OF_THE_UNION = {"IS", "LI", "NO"}  # of the Economic Area
WITHOUT_SILENCE = {"AT", "BE", "DK", "EE", "FI", "DE", "NL", "SE", "HU", "IE"}


def hours(country: str, first: date = SUNDAY, last: date = SUNDAY) -> tuple[str, ...] | None:
    """Return the hours of a silence as days with minutes."""
    found = SILENCE_RULES[country].hours_of(first, last)
    if found is None:
        return None
    return tuple(f"{each.day:%a} {each.minute // 60}:00" for each in (found.begins, found.ends))


def test_each_of_the_27_states_has_a_rule_with_its_source() -> None:
    assert {*SILENCE_RULES} == UNION - NOT_OF_THE_UNION
    assert all(each.source for each in SILENCE_RULES.values())


def test_the_states_that_know_no_silence() -> None:
    assert {each for each in SILENCE_RULES if hours(each) is None} == WITHOUT_SILENCE


def test_the_hours_around_a_sunday() -> None:
    expected = {
        "FR": ("Sat 0:00", "Sun 20:00"),
        "IT": ("Sat 0:00", "Sun 23:00"),
        "ES": ("Sat 0:00", "Sun 21:00"),
        "PT": ("Sat 0:00", "Sun 20:00"),
        "RO": ("Sat 7:00", "Sun 21:00"),
        "LT": ("Sun 0:00", "Sun 20:00"),
        "SK": ("Fri 7:00", "Sun 22:00"),
    }
    assert {country: hours(country) for country in expected} == expected


def test_a_vote_of_two_days_is_silent_until_the_last_polls() -> None:
    assert hours("IT", SUNDAY, date(2027, 4, 12)) == ("Sat 0:00", "Mon 23:00")


def test_the_silence_goes_by_the_clock_of_each_place() -> None:
    silence = SILENCE_RULES["FR"].hours_of(SUNDAY, SUNDAY)
    assert silence is not None
    paris, reunion = ZoneInfo("Europe/Paris"), ZoneInfo("Indian/Reunion")
    moment = datetime(2027, 4, 9, 23, 30, tzinfo=paris)  # 1:30 on Saturday in Réunion
    assert silence.covers(moment, reunion)
    assert not silence.covers(moment, paris)


def test_the_silence_has_its_first_moment_and_not_its_last() -> None:
    silence = SILENCE_RULES["FR"].hours_of(SUNDAY, SUNDAY)
    assert silence is not None
    paris = ZoneInfo("Europe/Paris")
    begins, ends = (datetime(2027, 4, day, hour, tzinfo=paris) for day, hour in ((10, 0), (11, 20)))
    moment = timedelta(microseconds=1)
    times = (begins - moment, begins, ends - moment, ends)
    assert [silence.covers(each, paris) for each in times] == [False, True, True, False]
