"""The figures of a campaign, counted against ten people whose fates are known."""

import pytest
from flask import Flask

from supporters.bounce_classes.classes import BounceClass
from supporters.campaign_totals.refused_people import list_refused_people
from supporters.campaign_totals.result_figures import CampaignFigures, find_result
from supporters.campaign_totals.rules import DepartureStep
from supporters.database import db
from supporters.lists.models import MailingList
from tests.factories.approvals import launch_ready
from tests.factories.campaigns import ANNA, reload
from tests.factories.drafts import make_campaign_to
from tests.factories.lists import make_list
from tests.factories.sending_day.results import (
    count_forwards_of,
    make_earlier,
    make_list_of_ten,
    make_result,
)
from tests.factories.signups import make_subscriber
from tests.machinery.prepared_states import made_once
from tests.machinery.statements import statements

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]
MOST_STATEMENTS = 12


@made_once
def results(app: Flask) -> tuple[int, list[int]]:
    """Return the id of a campaign with every end, and those of four before it."""
    mailing_list = make_list_of_ten()
    earlier = make_earlier(mailing_list, ["Un", "Deux", "Trois", "Quatre"])
    return make_result(mailing_list), earlier


def test_each_figure_is_the_number_of_people_of_that_fate(
    results: tuple[int, list[int]],
) -> None:
    campaign = reload(results[0])
    own = find_result(campaign).own
    assert own == CampaignFigures(
        campaign=campaign,
        audience=10,
        accepted=6,
        refused=2,
        cancelled=0,
        left=2,
        disputed=1,
        joined=3,
        visits=None,
        bounces={},
        complained=0,
        answered=0,
    )


def test_reasons_steps_and_the_usual_follow_from_them(results: tuple[int, list[int]]) -> None:
    result = find_result(reload(results[0]))
    assert result.reasons == {BounceClass.NO_MAILBOX: 1, BounceClass.FULL: 1}
    assert result.reasons_of == result.own.refused
    left = {step: people for step, people in result.steps.items() if people}
    assert left == {DepartureStep.AT_ONCE: 1, DepartureStep.SECOND_DAY: 1}
    assert [each.campaign.id for each in result.before] == [*reversed(results[1])]
    assert {each.left for each in result.before} == {0}
    assert (result.usual_left, result.usual_refused) == (0, pytest.approx(2 / 9))
    assert result.own.left_share == pytest.approx(2 / 6)


def test_more_campaigns_before_take_no_more_statements(results: tuple[int, list[int]]) -> None:
    campaign = reload(results[0])
    with statements() as said:
        find_result(campaign)
    assert len(said) <= MOST_STATEMENTS


def test_another_list_and_a_later_campaign_are_not_beside_it(
    results: tuple[int, list[int]],
) -> None:
    first = reload(results[1][0])
    mailing_list = db.session.get_one(MailingList, first.mailing_list_id)
    count_forwards_of(first.id, mailing_list, 2)
    result = find_result(reload(first.id))
    assert (result.before, result.usual_left, result.own.joined) == ([], None, 2)


def test_people_joined_by_a_link_for_friends_on_each_list_of_the_campaign(
    results: tuple[int, list[int]],
) -> None:
    one, two, other = (make_list(slug, slug) for slug in ("one", "two", "other"))
    make_subscriber(ANNA, two)
    campaign = make_campaign_to(one, two)
    launch_ready(campaign.id)
    for mailing_list, requests in ((one, 1), (two, 2), (other, 4)):
        count_forwards_of(campaign.id, mailing_list, requests)
    assert find_result(reload(campaign.id)).own.joined == 3


def test_the_refused_have_masked_addresses(results: tuple[int, list[int]]) -> None:
    found = list_refused_people(results[0])
    assert [(each.masked_address, each.reason, each.reply) for each in found] == [
        ("v…@example.org", BounceClass.NO_MAILBOX, "550 5.1.1"),
        ("f…@example.org", BounceClass.FULL, "552 5.2.2"),
    ]
