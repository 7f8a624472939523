"""A campaign is planned, moved and taken back; it leaves at its hour, once, or is held."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from supporters import clock
from supporters.accounts.models import Organiser
from supporters.campaigns.acts import CampaignAct
from supporters.campaigns.drafts import CampaignDraft, edit_campaign
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.campaigns.planned_hours import HourFault
from supporters.campaigns.versions import list_recorded_hashes
from supporters.consent.models import Method
from supporters.database import db, transaction
from supporters.delivery.approval import ApprovalError, withdraw_request
from supporters.delivery.launch import LaunchError, launch_campaign
from supporters.delivery.models import SendingRule
from supporters.delivery.planned.campaign_schedule import schedule_campaign, unschedule_campaign
from supporters.delivery.planned.due_launches import (
    DueCampaign,
    hold_campaign,
    launch_due,
    launch_due_campaigns,
)
from supporters.delivery.planned.schedule_holds import ScheduleHold
from supporters.delivery.restore_hold import hold_sending
from supporters.delivery.rules import HoldReason
from supporters.lists.queries import get_list
from supporters.lists.subscriptions import unsubscribe_from_list
from tests.factories.accounts import make_organiser
from tests.factories.approvals import allow_alone, make_approved, make_ready, notices, record_test
from tests.factories.campaigns import ANNA, BORIS, CHLOE, ledger, reload, send, subscriber_at
from tests.factories.consent.consent_log import delete_withdrawal_row
from tests.factories.lookups import acting_account
from tests.factories.sending_day.planned import come_to, next_hour, plan, plan_approved
from tests.factories.signups import make_subscriber
from tests.machinery.threads import at_once

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]
SCHEDULED, RUNNING = CampaignStatus.SCHEDULED, CampaignStatus.RUNNING
MINUTE = timedelta(minutes=1)


def test_a_planned_campaign_leaves_at_its_hour_to_those_who_are_on_the_list_then(
    draft: Campaign, author: Organiser, approver: Organiser
) -> None:
    hour = plan_approved(draft.id, author, approver)
    assert (reload(draft.id).status, ledger(draft.id)) == (SCHEDULED, {})
    make_subscriber(CHLOE, get_list(draft.mailing_list_id))
    unsubscribe_from_list(subscriber_at(BORIS).id, draft.mailing_list_id, Method.ONE_CLICK)
    assert come_to(hour - timedelta(seconds=1), draft.id).status is SCHEDULED
    launched = come_to(hour, draft.id)
    assert (launched.status, launched.send_at, launched.begins_at) == (RUNNING, None, None)
    assert sorted(ledger(draft.id)) == [ANNA, CHLOE]
    assert send() == [ANNA, CHLOE]


def test_one_person_plans_alone_up_to_the_limit_of_the_owners(
    draft: Campaign, author: Organiser
) -> None:
    record_test(draft.id)
    refused = schedule_campaign(draft.id, next_hour(), by_id=author.id)
    assert refused is LaunchError.NOT_APPROVED
    for by, people in ((author, 2), (None, 2)):
        allow_alone(people)
        plan(draft.id, by)
        assert reload(draft.id).status is SCHEDULED
        assert isinstance(unschedule_campaign(draft.id, None), Campaign)
        assert reload(draft.id).status is CampaignStatus.DRAFT
    hour = plan(draft.id, author)
    assert come_to(hour, draft.id).status is RUNNING
    assert send() == [ANNA, BORIS]


def test_an_hour_needs_what_a_launch_needs(draft: Campaign, author: Organiser) -> None:
    allow_alone()
    past = clock.now() - MINUTE
    assert schedule_campaign(draft.id, next_hour()) is LaunchError.UNTESTED
    make_ready(draft.id)
    assert schedule_campaign(draft.id, past) is HourFault.PAST
    assert schedule_campaign(draft.id, clock.now() + timedelta(days=400)) is HourFault.TOO_FAR
    assert schedule_campaign(404, next_hour()) is LaunchError.UNKNOWN
    assert unschedule_campaign(404, None) is ApprovalError.UNKNOWN
    assert unschedule_campaign(draft.id, None) is ApprovalError.NOT_NOW
    assert reload(draft.id).status is CampaignStatus.DRAFT
    assert isinstance(launch_campaign(draft.id), Campaign)
    assert schedule_campaign(draft.id, next_hour()) is LaunchError.NOT_A_DRAFT


def test_no_hour_is_given_for_nobody_or_after_a_hidden_withdrawal(draft: Campaign) -> None:
    make_ready(draft.id)
    for each in (ANNA, BORIS):
        person = subscriber_at(each).id
        unsubscribe_from_list(person, draft.mailing_list_id, Method.ONE_CLICK)
    assert schedule_campaign(draft.id, next_hour()) is LaunchError.NOBODY
    delete_withdrawal_row()
    assert schedule_campaign(draft.id, next_hour()) is LaunchError.LOG_ALTERED


def test_an_hour_is_moved_and_taken_back_and_each_is_recorded(
    draft: Campaign, author: Organiser, approver: Organiser
) -> None:
    first = plan_approved(draft.id, author, approver)
    later = first + timedelta(days=1)
    assert isinstance(schedule_campaign(draft.id, later, by_id=author.id), Campaign)
    assert come_to(first, draft.id).status is SCHEDULED
    assert isinstance(unschedule_campaign(draft.id, author.id), Campaign)
    assert come_to(later, draft.id).status is CampaignStatus.APPROVED
    recorded = [
        len(list_recorded_hashes(draft.id, act))
        for act in (CampaignAct.SCHEDULED, CampaignAct.UNSCHEDULED, CampaignAct.LAUNCHED)
    ]
    assert recorded == [2, 1, 0]


def test_a_change_of_the_text_a_withdrawal_and_a_restore_end_the_plan(
    draft: Campaign, author: Organiser, approver: Organiser
) -> None:
    def change() -> None:
        values = CampaignDraft(
            mailing_list_id=draft.mailing_list_id, language="fr", subject="Autre", body="Bonjour."
        )
        assert isinstance(edit_campaign(draft.id, values, author_id=author.id), Campaign)

    ends: list[Callable[[], object]] = [
        change,
        lambda: withdraw_request(draft.id, author.id),
        lambda: hold_sending(HoldReason.OLDER),
    ]
    for end in ends:
        hour = plan_approved(draft.id, author, approver)
        end()
        ended = come_to(hour, draft.id)
        assert (ended.status, ended.send_at, ledger(draft.id)) == (
            *(CampaignStatus.DRAFT, None),
            {},
        )


def test_who_chose_the_hour_is_told_that_the_plan_is_void(
    draft: Campaign, author: Organiser, approver: Organiser
) -> None:
    planner = make_organiser("planner@parti.example")
    make_approved(draft.id, author, approver)
    with acting_account(planner.id):
        plan(draft.id, planner)
    before = len(notices())
    withdraw_request(draft.id, approver.id)
    told = [(each.email, "approval_void") for each in (author, planner)]
    assert sorted(notices()[before:]) == told


def test_a_campaign_that_is_moved_or_held_at_its_hour_does_not_leave(draft: Campaign) -> None:
    make_ready(draft.id)
    hour = plan(draft.id)
    later = hour + timedelta(days=1)
    schedule_campaign(draft.id, later)
    assert launch_campaign(draft.id, planned_at=hour) is LaunchError.NOT_A_DRAFT
    hold_campaign(DueCampaign(draft.id, hour), ScheduleHold.LATE, hour)
    assert reload(draft.id).problem is None
    hold_campaign(DueCampaign(draft.id, later), ScheduleHold.LATE, later)
    assert launch_campaign(draft.id, planned_at=later) is LaunchError.NOT_A_DRAFT
    assert (reload(draft.id).status, ledger(draft.id)) == (SCHEDULED, {})


@pytest.mark.both_databases
def test_an_hour_that_is_moved_while_a_worker_comes_to_it_counts_no_more(draft: Campaign) -> None:
    make_ready(draft.id)
    due = DueCampaign(draft.id, plan(draft.id))
    schedule_campaign(draft.id, due.planned_at + timedelta(days=1))
    launch_due(due, due.planned_at)
    moved = reload(draft.id)
    assert (moved.status, moved.problem, ledger(draft.id)) == (SCHEDULED, None, {})


def test_a_planned_campaign_can_be_launched_at_once(draft: Campaign) -> None:
    make_ready(draft.id)
    plan(draft.id)
    assert isinstance(launch_campaign(draft.id), Campaign)
    assert send() == [ANNA, BORIS]


@pytest.mark.both_databases
def test_two_workers_launch_a_campaign_once(app: Flask, draft: Campaign) -> None:
    make_ready(draft.id)
    hour = plan(draft.id)
    at_once(app, lambda: launch_due_campaigns(hour), workers=3)
    assert len(list_recorded_hashes(draft.id, CampaignAct.LAUNCHED)) == 1
    assert (reload(draft.id).problem, sorted(ledger(draft.id))) == (None, [ANNA, BORIS])


def test_a_launch_has_the_time_of_the_ledger_whatever_the_clock_of_its_machine_says(
    draft: Campaign,
) -> None:
    make_ready(draft.id)
    hour = plan(draft.id)
    with time_machine.travel(hour + timedelta(days=1)):
        launched = come_to(hour, draft.id)
    assert launched.launched_at == hour


@pytest.mark.both_databases
def test_only_a_planned_campaign_has_an_hour(draft: Campaign) -> None:
    rows = [(SCHEDULED, None), (CampaignStatus.DRAFT, clock.now())]
    for status, hour in rows:
        with pytest.raises(IntegrityError), transaction():
            db.session.execute(update(Campaign).values(status=status, send_at=hour))
    for minutes in (0, 1441):
        values = {"id": 1, "late_limit_minutes": minutes, "changed_at": clock.now()}
        with pytest.raises(IntegrityError), transaction():
            db.session.execute(insert(SendingRule).values(**values))
    assert reload(draft.id).status is CampaignStatus.DRAFT
