"""A launch fixes the audience: the people on the list at that moment, and who is left out."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func

from supporters import clock
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.consent.models import Method
from supporters.consent.suppression import EVERYTHING, SIGNUP_MAIL, purpose_scope, suppress
from supporters.database import db, transaction
from supporters.delivery.approval import ApprovalError, AudienceChanged, ask_approval
from supporters.delivery.audience import AudienceFigures, ListFigures, count_audience, count_figures
from supporters.delivery.launch import LaunchError, launch_campaign
from supporters.delivery.models import Delivery, DeliveryBatch
from supporters.delivery.rules import DeliveryStatus
from supporters.lists.subscriptions import object_to_everything, unsubscribe_from_list
from supporters.people.addresses import address_mac
from supporters.people.models import Subscriber
from tests.factories.approvals import launch_ready, make_ready
from tests.factories.campaigns import (
    ANNA,
    BORIS,
    CHLOE,
    launch,
    launch_to_addresses,
    ledger,
    reload,
)
from tests.factories.consent.reconfirmation import change_meaning
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.factories.rows import count_rows
from tests.factories.signups import make_subscriber, request_to_join
from tests.machinery.threads import at_once

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]
QUEUED = DeliveryStatus.QUEUED


def test_a_launch_writes_a_row_for_everybody_on_the_list() -> None:
    campaign_id = launch_to_addresses(ANNA, BORIS)
    campaign = reload(campaign_id)
    assert ledger(campaign_id) == {ANNA: QUEUED, BORIS: QUEUED}
    assert (campaign.status, campaign.audience) == (CampaignStatus.RUNNING, 2)


def test_people_of_other_lists_and_unconfirmed_ones_are_not_written_to() -> None:
    national, lyon = make_list(), make_list("lyon", "Lyon")
    make_subscriber(ANNA, national)
    make_subscriber(BORIS, lyon)
    request_to_join(CHLOE, national)
    assert [*ledger(launch(national))] == [ANNA]


def test_a_person_who_joins_after_the_launch_does_not_get_it() -> None:
    national = make_list()
    make_subscriber(ANNA, national)
    campaign_id = launch(national)
    make_subscriber(BORIS, national)
    assert [*ledger(campaign_id)] == [ANNA]


def test_a_person_who_left_or_objected_before_the_launch_is_not_in_it() -> None:
    national = make_list()
    make_subscriber(ANNA, national)
    unsubscribe_from_list(make_subscriber(BORIS, national).id, national.id, Method.ONE_CLICK)
    object_to_everything(make_subscriber(CHLOE, national).id)
    assert [*ledger(launch(national))] == [ANNA]


@pytest.mark.parametrize("scope", [EVERYTHING, "purpose"])
def test_a_suppressed_address_is_not_in_it(scope: str) -> None:
    national = make_list()
    make_subscriber(ANNA, national)
    make_subscriber(BORIS, national)
    scope = purpose_scope(national.purpose_id) if scope == "purpose" else scope
    with transaction():
        suppress(address_mac(BORIS), scope, now=clock.now(), until=None)
    assert [*ledger(launch(national))] == [ANNA]


def test_suppressions_of_other_purposes_or_of_the_past_do_not_count() -> None:
    national, lyon = make_list(), make_list("lyon", "Lyon")
    make_subscriber(ANNA, national)
    with transaction():
        for scope in (SIGNUP_MAIL, purpose_scope(lyon.purpose_id)):
            suppress(address_mac(ANNA), scope, now=clock.now(), until=None)
        suppress(address_mac(ANNA), EVERYTHING, now=clock.now(), until=clock.now())
    assert [*ledger(launch(national))] == [ANNA]


def test_each_row_rests_on_the_consent_of_the_subscription() -> None:
    national = make_list()
    person = make_subscriber(ANNA, national)
    launch(national)
    row = db.session.scalars(db.select(Delivery)).one()
    assert (row.consent_event_id, row.purpose_id) == (person.joined_event_id, national.purpose_id)


def test_the_count_beforehand_is_the_audience_of_the_launch() -> None:
    national = make_list()
    for address in (ANNA, BORIS):
        make_subscriber(address, national)
    campaign = make_campaign(national)
    assert count_audience(campaign) == 2
    assert isinstance(launch_ready(campaign.id, expected_audience=2), Campaign)


def test_a_list_that_changed_meanwhile_is_not_written_to() -> None:
    national = make_list()
    make_subscriber(ANNA, national)
    campaign = make_campaign(national)
    make_subscriber(BORIS, national)
    assert launch_ready(campaign.id, expected_audience=1) == AudienceChanged(2)
    assert (reload(campaign.id).status, count_rows(Delivery)) == (CampaignStatus.DRAFT, 0)


def test_an_empty_list_is_not_written_to() -> None:
    campaign = make_campaign(make_list())
    assert launch_ready(campaign.id) is LaunchError.NOBODY
    assert reload(campaign.id).status is CampaignStatus.DRAFT


@pytest.mark.both_databases
def test_content_that_became_faulty_is_not_sent() -> None:
    national = make_list()
    make_subscriber(ANNA, national)
    campaign = make_campaign(national)
    with transaction():
        reload(campaign.id).subject = "Re: hier"
    assert launch_ready(campaign.id) is LaunchError.CONTENT_FAULTY
    assert count_rows(Delivery) == 0


def test_a_message_that_gmail_would_cut_off_is_not_sent() -> None:
    national = make_list()
    make_subscriber(ANNA, national)
    campaign = make_campaign(national, body="Encore des mots. " * 7_000)
    assert ask_approval(campaign.id, None) is ApprovalError.TOO_HEAVY
    assert launch_ready(campaign.id) is LaunchError.TOO_HEAVY
    assert count_rows(Delivery) == 0


def test_a_campaign_that_is_gone_is_not_launched() -> None:
    assert launch_ready(404) is LaunchError.UNKNOWN


def test_a_second_launch_is_refused_and_writes_nothing() -> None:
    campaign_id = launch_to_addresses(ANNA)
    assert launch_ready(campaign_id) is LaunchError.NOT_A_DRAFT
    assert (count_rows(Delivery), reload(campaign_id).audience) == (1, 1)


@pytest.mark.both_databases
def test_of_launches_at_the_same_moment_one_wins(app: Flask) -> None:
    national = make_list()
    for address in (ANNA, BORIS):
        make_subscriber(address, national)
    campaign_id = make_campaign(national).id
    make_ready(campaign_id)
    outcomes = at_once(app, lambda: launch_campaign(campaign_id), workers=3)
    assert outcomes.count(LaunchError.NOT_A_DRAFT) == 2
    assert ledger(campaign_id) == {ANNA: QUEUED, BORIS: QUEUED}


def _in_twenties(ids: list[int]) -> list[set[int]]:
    return [set(ids[start : start + 20]) for start in range(0, len(ids), 20)]


@pytest.mark.both_databases
def test_the_order_of_sending_is_not_that_of_joining() -> None:
    national = make_list()
    joined = [make_subscriber(f"p{number}@example.org", national).id for number in range(60)]
    campaign_id = launch(national)
    rows_of = db.session.execute(
        db.select(Delivery.subscriber_id, DeliveryBatch.number, DeliveryBatch.due_at)
        .join(
            DeliveryBatch,
            (DeliveryBatch.campaign_id == Delivery.campaign_id)
            & (DeliveryBatch.number == Delivery.batch),
        )
        .where(Delivery.campaign_id == campaign_id)
        .order_by(DeliveryBatch.due_at)
    ).all()
    sent = [row.subscriber_id for row in rows_of]
    assert sorted(sent) == joined
    assert _in_twenties(sent) != _in_twenties(joined)


@pytest.mark.both_databases
def test_every_batch_has_its_size_and_its_own_time() -> None:
    national = make_list()
    for number in range(45):
        make_subscriber(f"p{number}@example.org", national)
    campaign_id = launch(national)
    counted = db.session.execute(
        db.select(Delivery.batch, func.count()).group_by(Delivery.batch).order_by(Delivery.batch)
    ).all()
    batches = db.session.scalars(
        db.select(DeliveryBatch)
        .where(DeliveryBatch.campaign_id == campaign_id)
        .order_by(DeliveryBatch.number)
    ).all()
    assert [tuple(row) for row in counted] == [(each.number, each.size) for each in batches]
    assert [each.size for each in batches] == [20, 20, 5]
    assert len({each.due_at for each in batches}) == 3


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
    only = ListFigures(
        mailing_list_id=mailing_list.id,
        purpose_id=campaign.purpose_id,
        on_list=6,
        reached=2,
        earlier=0,
        other_text=1,
        objected=1,
        restricted=1,
        paused=1,
        unreachable=0,
    )
    assert count_figures(campaign) == AudienceFigures(reached=2, lists=[only])
