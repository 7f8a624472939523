"""The meetings of a list begin by its own clock, which emails name if it isn't the party's."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from supporters.lists.list_clocks import OF_DEPARTEMENTS, default_zone
from supporters.lists.list_sender import ListSender, change_sender
from supporters.lists.list_territories import change_territory
from supporters.lists.queries import get_list
from supporters.territory.rules import TypedTerritory
from tests.factories.lists import make_list

REUNION, PARIS = "Indian/Reunion", ""


@pytest.mark.parametrize(("code", "zone"), OF_DEPARTEMENTS.items())
def test_every_zone_exists_and_is_behind_or_before_paris(code: str, zone: str) -> None:
    noon = datetime(2026, 12, 3, 12, tzinfo=ZoneInfo(zone))
    assert noon.utcoffset() != noon.astimezone(ZoneInfo("Europe/Paris")).utcoffset()
    assert default_zone([code, f"{code}00", f"{code}11"]) == zone


@pytest.mark.parametrize("places", [[], ["39"], ["974", "39"], ["974", "972"], ["97", "2A"]])
def test_places_in_france_or_under_several_clocks_have_the_clock_of_the_party(
    places: list[str],
) -> None:
    assert default_zone(places) == PARIS


def test_a_territory_overseas_sets_the_clock_unless_somebody_chose_one(app: Flask) -> None:
    mailing_list = make_list()
    for departements, chosen, expected in (
        ("974", None, REUNION),
        ("39", None, PARIS),
        ("974", "Pacific/Tahiti", "Pacific/Tahiti"),
        ("972", None, "Pacific/Tahiti"),
    ):
        typed = TypedTerritory(departements=departements, communes="", postcodes="")
        assert change_territory(mailing_list.id, typed) is True
        if chosen:
            change_sender(mailing_list.id, ListSender(name="", reply_to="", time_zone=chosen))
        assert get_list(mailing_list.id).time_zone == expected
