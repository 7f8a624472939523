"""The people of long lists are counted by a worker; launches, plans and approvals count anew."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from supporters import clock
from supporters.accounts.models import Organiser
from supporters.campaigns.models import Campaign, CampaignVersion
from supporters.campaigns.trash import trash_draft
from supporters.consent.models import Method
from supporters.database import db, transaction
from supporters.delivery.after_sending.follow_ups import begin_follow_up
from supporters.delivery.after_sending.models import FollowKind
from supporters.delivery.approval import AudienceChanged, ReadVersion, approve_campaign
from supporters.delivery.audience import count_audience, count_figures, count_groups
from supporters.delivery.engine.sending_engine import send_here
from supporters.delivery.launch import launch_campaign
from supporters.delivery.message.email_languages import count_readers
from supporters.delivery.planned.campaign_schedule import schedule_campaign
from supporters.delivery.stored_audiences.audience_counts import EVERYBODY, store_counts
from supporters.delivery.stored_audiences.models import AudienceCount
from supporters.delivery.stored_audiences.rules import (
    AGAIN_AFTER,
    VALID_FOR,
    StoredAudience,
    list_due,
)
from supporters.lists.models import MailingList
from supporters.lists.subscriptions import unsubscribe_from_list
from tests.factories.accounts import make_organiser
from tests.factories.approvals import make_approver, make_request
from tests.factories.campaigns import (
    ANNA,
    BORIS,
    CHLOE,
    RecordingTransport,
    launch_to_addresses,
    reload,
    subscriber_at,
)
from tests.factories.drafts import make_campaign, make_campaign_to, write_in
from tests.factories.lists import make_list
from tests.factories.sending_day.planned import next_hour
from tests.factories.signups import make_subscriber
from tests.machinery.prepared_states import made_once

Lists = tuple[MailingList, MailingList]
Team = tuple[Organiser, Organiser]
pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]


@made_once
def lists() -> Lists:
    """Make two lists: Anna is on both, Boris on the second one."""
    national, lyon = make_list(), make_list("lyon", "Lyon")
    make_subscriber(ANNA, national, lyon)
    make_subscriber(BORIS, lyon)
    return national, lyon


@pytest.fixture
def team(app: Flask) -> Team:
    """Return an author and an approver."""
    return make_organiser(), make_approver()


def count_as_worker(seconds: float = 60) -> None:
    """Count as a worker does where lists of one person are long."""
    store_counts(clock.now(), count_groups, fewest=1, seconds=seconds)


def change_people(lists: Lists) -> None:
    """Let Boris leave, and Chloé and Denis join."""
    unsubscribe_from_list(subscriber_at(BORIS).id, lists[1].id, Method.PAGE)
    for address in (CHLOE, "denis@example.org"):
        make_subscriber(address, *lists)


def correct(sent: int) -> Campaign:
    """Send a campaign and begin one to the same people."""
    send_here(RecordingTransport())
    draft = begin_follow_up(sent, FollowKind.SAME_PEOPLE, None)
    assert isinstance(draft, Campaign)
    return draft


def reached_by_list(campaign: Campaign) -> list[int]:
    return [each.reached for each in count_figures(campaign).lists]


def stored() -> set[str]:
    return {*db.session.scalars(db.select(AudienceCount.selection))}


def test_a_page_has_the_number_of_the_worker_with_its_moment(lists: Lists) -> None:
    campaign = make_campaign_to(*lists)
    exact = count_figures(campaign)
    assert (exact.reached, exact.counted_at) == (2, None)

    count_as_worker()
    counted_at = count_figures(campaign).counted_at
    change_people(lists)

    assert reached_by_list(campaign) == [1, 1]
    assert count_figures(campaign).counted_at == counted_at
    assert count_audience(campaign) == 3

    count_as_worker()
    make_request(campaign.id, make_organiser())
    count_as_worker()
    assert reached_by_list(campaign) == [3, 0]


def test_the_typed_number_is_that_of_the_moment_and_not_the_stored_one(
    lists: Lists, team: Team
) -> None:
    campaign = make_campaign_to(*lists)
    version = make_request(campaign.id, team[0])
    count_as_worker()
    change_people(lists)
    old, exact = (ReadVersion(fingerprint=version.hash, audience=each) for each in (2, 3))
    assert count_figures(campaign).reached == 2

    approve = [approve_campaign(campaign.id, team[1].id, read) for read in (old, exact)]
    plan = [schedule_campaign(campaign.id, next_hour(), read=read) for read in (old, exact)]
    launch = [launch_campaign(campaign.id, read=read) for read in (old, exact)]

    assert [each[0] for each in (approve, plan, launch)] == 3 * [AudienceChanged(3)]
    assert isinstance(approve[1], CampaignVersion)
    assert approve[1].approved_audience == 3
    assert isinstance(plan[1], Campaign)
    assert reload(campaign.id).audience == 3


def test_one_count_serves_every_choice_of_lists_also_one_that_nobody_made_before(
    lists: Lists,
) -> None:
    count_as_worker()
    assert stored() == {EVERYBODY}
    for choice, reached in ((lists, [1, 1]), (lists[::-1], [2, 0])):
        figures = count_figures(make_campaign_to(*choice))
        assert [each.reached for each in figures.lists] == reached
        assert figures.counted_at


def test_people_who_may_not_be_written_to_are_in_no_count(lists: Lists) -> None:
    with transaction():
        subscriber_at(BORIS).restricted_at = clock.now()
    count_as_worker()
    assert reached_by_list(make_campaign_to(*lists)) == [1, 0]


def test_a_list_that_is_newer_than_the_count_is_counted_at_once(lists: Lists) -> None:
    count_as_worker()
    newer = make_list("brest", "Brest")
    make_subscriber(CHLOE, newer)
    campaign = make_campaign_to(lists[0], newer)
    assert (count_figures(campaign).reached, count_figures(campaign).counted_at) == (2, None)
    count_as_worker()
    assert count_figures(campaign).counted_at


def test_a_count_that_no_campaign_needs_is_forgotten() -> None:
    draft = correct(launch_to_addresses(ANNA, BORIS))
    count_as_worker()
    assert stored() == {EVERYBODY, f"same_people {draft.id - 1}: {draft.purpose_id}"}
    trash_draft(draft.id, None)
    count_as_worker()
    assert stored() == {EVERYBODY}


@pytest.mark.usefixtures("lists")
def test_few_people_are_counted_by_the_page() -> None:
    store_counts(clock.now(), count_groups, fewest=4)
    assert not stored()
    store_counts(clock.now(), count_groups, fewest=3)
    assert stored() == {EVERYBODY}


def test_without_a_worker_a_page_counts_again(lists: Lists) -> None:
    campaign = make_campaign_to(*lists)
    count_as_worker()
    change_people(lists)
    with time_machine.travel(clock.now() + VALID_FOR + timedelta(minutes=1)):
        figures = count_figures(campaign)
    assert (figures.reached, figures.counted_at) == (3, None)


def test_a_worker_counts_until_its_time_is_used() -> None:
    correct(launch_to_addresses(ANNA, BORIS))
    count_as_worker(seconds=0)
    assert len(stored()) == 1
    count_as_worker(seconds=0)
    assert len(stored()) == 2


def test_readers_of_each_language_are_those_of_the_worker(lists: Lists) -> None:
    campaign = make_campaign(lists[1])
    write_in(campaign, "en", "News")
    count_as_worker()
    with transaction():
        subscriber_at(BORIS).language = "en"
    assert count_readers(campaign) == {"fr": 2}
    count_as_worker()
    assert count_readers(campaign) == {"fr": 2}
    with transaction():
        db.session.get_one(AudienceCount, stored().pop()).counted_at -= AGAIN_AFTER
    count_as_worker()
    assert count_readers(campaign) == {"en": 1, "fr": 1}


def test_a_correction_has_a_count_of_its_own() -> None:
    draft = correct(launch_to_addresses(ANNA, BORIS))
    count_as_worker()
    unsubscribe_from_list(subscriber_at(BORIS).id, draft.mailing_list_id, Method.PAGE)
    figures = count_figures(draft)
    assert (figures.reached, figures.counted_at is None, count_audience(draft)) == (2, False, 1)


def test_unknown_numbers_are_counted_first_and_urgent_ones_each_minute() -> None:
    now = clock.now()
    old, older, new = (now - AGAIN_AFTER * each for each in (1, 2, 0.5))
    audiences = [
        StoredAudience("old", is_urgent=False, counted_at=old),
        StoredAudience("older", is_urgent=False, counted_at=older),
        StoredAudience("new", is_urgent=False, counted_at=new),
        StoredAudience("urgent", is_urgent=True, counted_at=new),
        StoredAudience("unknown", is_urgent=False, counted_at=None),
    ]
    assert list_due(audiences, now) == ["unknown", "urgent", "older", "old"]
