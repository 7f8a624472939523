"""The audience of a campaign, and the people that it leaves out, by the reason."""

from datetime import timedelta

import pytest

from supporters import clock
from supporters.consent.suppression import purpose_scope, suppress
from supporters.database import db, transaction
from supporters.delivery.audience import (
    AudienceFigures,
    count_audience,
    count_audience_up_to,
    count_figures,
)
from supporters.people.address_hashes import address_mac
from supporters.people.models import Subscriber
from tests.factories.consent.reconfirmation import change_meaning
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]


def test_everybody_on_the_list_is_reached_or_left_out_for_one_reason() -> None:
    mailing_list = make_list()
    make_subscriber("other.text@example.org", mailing_list)
    change_meaning(mailing_list)
    campaign = make_campaign(mailing_list)
    names = ("anna", "boris", "paused", "restricted", "objected")
    people = {each: make_subscriber(f"{each}@example.org", mailing_list).id for each in names}
    now = clock.now()
    with transaction():
        db.session.get_one(Subscriber, people["paused"]).paused_until = now + timedelta(days=1)
        db.session.get_one(Subscriber, people["restricted"]).restricted_at = now
        mac = address_mac("objected@example.org")
        suppress(mac, purpose_scope(campaign.purpose_id), now=now, until=None)
    assert count_audience(campaign) == 2
    assert count_figures(campaign) == AudienceFigures(
        on_list=6, reached=2, other_text=1, objected=1, restricted=1, paused=1
    )


@pytest.mark.both_databases
@pytest.mark.parametrize(("limit", "counted"), [(0, 1), (1, 2), (2, 3), (3, 3), (9, 3)])
def test_a_count_ends_soon_after_its_limit(limit: int, counted: int) -> None:
    mailing_list = make_list()
    for name in ("anna", "boris", "chloe"):
        make_subscriber(f"{name}@example.org", mailing_list)
    assert count_audience_up_to(make_campaign(mailing_list), limit) == counted
