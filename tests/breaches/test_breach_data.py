"""The list of affected people is deleted some time after the breach was closed."""

from datetime import timedelta

import pytest
from flask import Flask

from supporters import clock
from supporters.breaches.breach_data import purge_affected
from supporters.breaches.breach_register import (
    close_breach,
    decide_about_people,
    dismiss_notification,
)
from supporters.breaches.models import Breach
from supporters.breaches.queries import count_affected, find_facts
from supporters.retention.queries import get_days
from supporters.retention.rules import Category
from tests.factories.breaches import affect, make_breach
from tests.factories.campaigns import ANNA
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber

pytestmark = pytest.mark.either_database
DAY = timedelta(days=1)


def make_affecting(*, is_closed: bool) -> Breach:
    make_subscriber(ANNA, make_list())
    breach = make_breach()
    affect(breach)
    if is_closed:
        dismiss_notification(breach.id, "Sans risque.")
        decide_about_people(breach.id, "Sans risque.", are_told=False)
        close_breach(breach.id)
    return breach


def test_the_list_goes_when_its_time_is_over_and_the_register_stays(app: Flask) -> None:
    breach = make_affecting(is_closed=True)
    days = get_days(Category.BREACHES)
    assert purge_affected(days, clock.now() + (days - 1) * DAY) == 0
    assert purge_affected(days, clock.now() + (days + 1) * DAY) == 1
    assert count_affected(breach.id) == 0
    assert find_facts(breach.id)


def test_the_list_of_an_open_breach_stays(app: Flask) -> None:
    breach = make_affecting(is_closed=False)
    assert purge_affected(1, clock.now() + 4_000 * DAY) == 0
    assert count_affected(breach.id) == 1
