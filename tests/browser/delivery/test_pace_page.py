"""The pages of the pace are readable, wide and narrow, and axe finds nothing."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser

from supporters import clock
from supporters.database import transaction
from supporters.delivery.pace.ceilings import Warmth, lower_ceiling, set_ceiling, start_warm_up
from supporters.delivery.pace.connection_leases import limit_connections
from supporters.delivery.pace.models import LoweringReason
from supporters.delivery.pace.pace_rules import Ceiling, day_of, start_of_hour
from supporters.delivery.pace.use_counts import add_use
from supporters.delivery.pace.warm_up_plans import WarmUpPlan
from supporters.people.domain_groups import DomainGroup
from tests.browser.conftest import WIDE, look_at
from tests.browser.pages_of_app import open_pages

pytestmark = pytest.mark.browser


def test_pages_of_the_pace_are_readable(
    browser: Browser, app: Flask, owner_client: FlaskClient
) -> None:
    now = clock.now()
    set_ceiling(DomainGroup.ORANGE, Ceiling(an_hour=2000, a_day=20_000))
    lower_ceiling(DomainGroup.FREE, LoweringReason.RATE_LIMIT, now)
    plan = Warmth(plan=WarmUpPlan.CAREFUL, began_on=day_of(now))
    start_warm_up(DomainGroup.EVERYBODY, plan, day_of(now))
    limit_connections(8)
    with transaction():
        add_use(start_of_hour(now), {DomainGroup.ORANGE: 1340, DomainGroup.EVERYBODY: 40})
    with open_pages(browser, app, owner_client, viewport=WIDE) as page:
        for name in ("", "/orange", "/connections"):
            page.goto(f"/console/settings/pace{name}")
            look_at(page, f"pace{name.replace('/', '-')}")
        page.goto("/console/settings/pace/orange")
        page.get_by_label("Au plus, par heure").fill("1000")
        page.get_by_role("button", name="Modifier").click()
        assert page.get_by_role("button", name="Annuler").is_visible()
        look_at(page, "pace-undo")
