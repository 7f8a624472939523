"""A first wave reaches exactly its people; the others wait until it continues."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from supporters import clock
from supporters.audit_log.audit_events import list_sealed_acts
from supporters.campaigns.acts import CampaignAct
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.consent.models import Method
from supporters.consent.record_models import ErasureReason
from supporters.database import db
from supporters.delivery.acts import DeliveryNotice
from supporters.delivery.campaign_control import (
    ControlResult,
    cancel_campaign,
    pause_campaign,
    resume_campaign,
)
from supporters.delivery.engine.send_gate import SendGate
from supporters.delivery.engine.sending_engine import send_here
from supporters.delivery.first_wave.audience_cut import AudienceCut
from supporters.delivery.first_wave.wave_control import continue_campaign, find_stage, watch_waves
from supporters.delivery.first_wave.wave_rules import Wave, WaveStage
from supporters.delivery.grace import take_back_launch
from supporters.delivery.launch import LaunchError
from supporters.delivery.models import Delivery
from supporters.delivery.planned.campaign_schedule import schedule_campaign
from supporters.delivery.planned.schedule_holds import ScheduleHold, find_hold_of
from supporters.delivery.rules import DeliveryStatus
from supporters.lists.subscriptions import unsubscribe_from_list
from supporters.my_data.link_unsubscription import unsubscribe_by_link
from supporters.personal_data.erasure import ErasureOrder, erase_person
from tests.factories.accounts import make_owner
from tests.factories.approvals import launch_ready, make_ready, notices
from tests.factories.campaigns import (
    DEFERRED,
    RecordingTransport,
    batches,
    claim,
    ledger,
    reload,
    subscriber_at,
)
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.factories.rows import count_rows
from tests.factories.sending_day.planned import come_to, grace_of, next_hour, plan
from tests.factories.signups import make_subscriber
from tests.machinery.prepared_states import begins_with

PEOPLE = 60
WAVE = 25
TOO_LARGE = LaunchError.WAVE_TOO_LARGE
LONG = timedelta(hours=3)


def address(number: int) -> str:
    """Return the address of a person of the list."""
    return f"p{number:03}@example.org"


def sixty(_app: Flask) -> int:
    """Make a draft to sixty people; three others left or were erased. Return its id."""
    mailing_list = make_list()
    people = [make_subscriber(address(each), mailing_list) for each in range(PEOPLE + 3)]
    unsubscribe_from_list(people[61].id, mailing_list.id, Method.ONE_CLICK)
    for each in (60, 62):
        erase_person(people[each].id, ErasureOrder(reason=ErasureReason.ASKED))
    return make_campaign(mailing_list).id


pytestmark = [pytest.mark.usefixtures("app"), begins_with(sixty)]


def launch_wave(campaign_id: int, size: int = WAVE, minutes: int | None = None) -> None:
    """Launch the campaign with a first wave."""
    assert isinstance(launch_ready(campaign_id, wave=Wave(size=size, minutes=minutes)), Campaign)


def sent() -> list[str]:
    """Send what may leave; return the addresses."""
    transport = RecordingTransport()
    send_here(transport)
    return transport.recipients


def watch(campaign_id: int, *, later: timedelta = timedelta(), disputes: int = 0) -> WaveStage:
    """Run the job at a moment; return the stage afterwards."""
    watch_waves(clock.now() + later, lambda _: disputes)
    return find_stage(reload(campaign_id))


@pytest.mark.both_databases
def test_exactly_the_people_of_the_wave_get_it_and_later_all_others_once(prepared: int) -> None:
    launch_wave(prepared)
    first = sent()
    assert (len(first), len({*first}), sent()) == (WAVE, WAVE, [])
    assert reload(prepared).status is CampaignStatus.RUNNING
    assert continue_campaign(prepared) is ControlResult.DONE
    assert sorted([*first, *sent()]) == [address(each) for each in range(PEOPLE)]
    assert reload(prepared).status is CampaignStatus.SENT


def test_batches_end_exactly_where_the_wave_does() -> None:
    faults = []
    for audience, wave in [(2, 1), (60, 59), (60, 20), (1000, 137), (250_000, 2_500), (21, 20)]:
        cut = AudienceCut(audience, wave=wave)
        sizes = cut.list_sizes(audience)
        if sum(sizes) != audience or sum(sizes[: cut.wave_batches]) != wave or 0 in sizes:
            faults.append((audience, wave, sizes))
    assert not faults


@pytest.mark.both_databases
def test_every_batch_of_the_ledger_has_its_size(prepared: int) -> None:
    launch_wave(prepared)
    rows = db.session.execute(
        db.select(Delivery.batch, db.func.count()).group_by(Delivery.batch)
    ).all()
    assert {each.number: each.size for each in batches(prepared)} == dict(rows)


def test_senders_find_nothing_due_while_the_wave_holds(prepared: int) -> None:
    launch_wave(prepared)
    sent()
    gate = SendGate()
    gate.refresh()
    assert (gate.may_send(prepared), gate.list_due()) == (True, [])
    continue_campaign(prepared)
    gate.refresh()
    assert gate.list_due() == [prepared]


def test_people_of_the_wave_are_random_ones_of_all(prepared: int) -> None:
    launch_wave(prepared, size=30)
    numbers = [int(each[1:4]) for each in sent()]
    assert min(numbers) < PEOPLE // 3
    assert max(numbers) > PEOPLE - PEOPLE // 3


def test_who_leaves_or_is_erased_meanwhile_is_not_replaced(prepared: int) -> None:
    launch_wave(prepared)
    of_wave = db.session.scalars(
        db.select(Delivery.subscriber_id).where(Delivery.batch <= reload(prepared).wave_batches)
    ).all()
    unsubscribe_from_list(of_wave[0], 1, Method.ONE_CLICK)
    erase_person(of_wave[1], ErasureOrder(reason=ErasureReason.ASKED))
    assert len(sent()) == WAVE - 2
    assert watch(prepared) is WaveStage.HOLDING
    continue_campaign(prepared)
    assert len(sent()) == PEOPLE - WAVE
    assert reload(prepared).status is CampaignStatus.SENT


def test_wave_that_leaves_nobody_for_later_is_refused(prepared: int) -> None:
    for size in (PEOPLE, PEOPLE + 1):
        assert launch_ready(prepared, wave=Wave(size=size)) is TOO_LARGE
    assert count_rows(Delivery) == 0
    assert reload(prepared).status is CampaignStatus.DRAFT
    launch_wave(prepared, size=PEOPLE - 1)
    assert len(sent()) == PEOPLE - 1


def test_second_sender_claims_nothing_beyond_the_wave(prepared: int) -> None:
    launch_wave(prepared)
    claims = [claim(prepared, f"sender{number}") for number in range(5)]
    assert sum(len(each.recipients) for each in claims if each) == WAVE


def test_emails_to_retry_are_tried_and_the_wave_holds_meanwhile(prepared: int) -> None:
    launch_wave(prepared)
    send_here(RecordingTransport(lambda _: DEFERRED))
    assert watch(prepared) is WaveStage.HOLDING
    with clock.pretend(clock.now() + LONG):
        assert len(sent()) == WAVE
    assert list(ledger(prepared).values()).count(DeliveryStatus.QUEUED) == PEOPLE - WAVE


def test_author_and_owners_are_told_once_when_the_wave_has_left(prepared: int) -> None:
    owner = make_owner()
    launch_wave(prepared)
    assert watch(prepared) is WaveStage.LEAVING
    sent()
    assert watch(prepared) is watch(prepared) is WaveStage.HOLDING
    assert notices().count((owner.email, DeliveryNotice.WAVE_ENDED.value)) == 1


def test_without_a_time_only_a_person_continues(prepared: int) -> None:
    launch_wave(prepared)
    sent()
    watch(prepared)
    assert watch(prepared, later=timedelta(days=2)) is WaveStage.HOLDING


def test_time_passes_and_it_continues_once_with_an_act(prepared: int) -> None:
    launch_wave(prepared, minutes=30)
    sent()
    watch(prepared)
    assert watch(prepared, later=timedelta(minutes=29)) is WaveStage.HOLDING
    for _ in range(2):
        assert watch(prepared, later=timedelta(minutes=31)) is WaveStage.CONTINUED
    assert len(list_sealed_acts(CampaignAct.CONTINUED)) <= 1
    assert continue_campaign(prepared) is ControlResult.NOT_NOW
    assert len(sent()) == PEOPLE - WAVE


def test_any_reached_threshold_makes_it_wait_for_a_person(prepared: int) -> None:
    owner = make_owner()
    launch_wave(prepared, minutes=30)
    first = sent()
    watch(prepared)
    person = subscriber_at(first[0]).id
    unsubscribe_by_link(person, 1, Method.ONE_CLICK, campaign_id=prepared)
    assert watch(prepared, later=LONG) is WaveStage.HOLDING
    assert watch(prepared, later=2 * LONG) is WaveStage.HOLDING
    assert notices().count((owner.email, DeliveryNotice.WAVE_HELD.value)) == 1
    assert continue_campaign(prepared) is ControlResult.DONE


def test_a_dispute_makes_it_wait_too(prepared: int) -> None:
    launch_wave(prepared, minutes=30)
    sent()
    watch(prepared)
    assert watch(prepared, later=LONG, disputes=1) is WaveStage.HOLDING


def test_planned_campaign_leaves_with_the_wave_that_was_chosen(prepared: int) -> None:
    make_ready(prepared)
    wave = Wave(size=WAVE, minutes=30)
    assert schedule_campaign(prepared, next_hour(), wave=Wave(size=PEOPLE)) is TOO_LARGE
    assert isinstance(schedule_campaign(prepared, next_hour(), wave=wave), Campaign)
    hour = plan(prepared)  # moved, with its wave
    launched = come_to(hour, prepared)
    assert (launched.status, launched.wave_minutes) == (CampaignStatus.RUNNING, 30)
    assert (len(sent()), watch(prepared)) == (WAVE, WaveStage.HOLDING)


def test_planned_campaign_is_held_when_its_wave_has_everybody(prepared: int) -> None:
    make_ready(prepared)
    schedule_campaign(prepared, hour := next_hour(), wave=Wave(size=PEOPLE - 1))
    unsubscribe_from_list(subscriber_at(address(0)).id, 1, Method.ONE_CLICK)
    held = come_to(hour, prepared)
    assert (held.status, sent()) == (CampaignStatus.SCHEDULED, [])
    assert find_hold_of(held) is ScheduleHold.WAVE_TOO_LARGE


def test_launch_that_is_taken_back_keeps_the_choice_and_has_no_wave(prepared: int) -> None:
    with grace_of(120):
        launch_wave(prepared)
        assert isinstance(take_back_launch(prepared, None), Campaign)
    draft = reload(prepared)
    assert (draft.wave_size, find_stage(draft)) == (WAVE, WaveStage.ABSENT)


def test_pause_and_resume_do_not_continue_it_and_cancelling_skips_the_rest(prepared: int) -> None:
    launch_wave(prepared)
    sent()
    pause_campaign(prepared)
    assert continue_campaign(prepared) is ControlResult.NOT_NOW
    resume_campaign(prepared)
    assert (find_stage(reload(prepared)), sent()) == (WaveStage.HOLDING, [])
    cancel_campaign(prepared)
    assert continue_campaign(prepared) is ControlResult.NOT_NOW


def test_without_a_wave_nothing_holds(prepared: int) -> None:
    assert isinstance(launch_ready(prepared), Campaign)
    assert find_stage(reload(prepared)) is WaveStage.ABSENT
    assert continue_campaign(prepared) is ControlResult.NOT_NOW
    assert continue_campaign(404) is ControlResult.UNKNOWN
    assert len(sent()) == PEOPLE


@pytest.mark.both_databases
def test_database_refuses_half_a_wave(prepared: int) -> None:
    faults = []
    for change in (
        "wave_size = 0",
        "wave_minutes = 30",
        "wave_size = 5, wave_minutes = 0",
        "wave_batches = 1",
        "wave_size = 5, wave_ended_at = '2026-11-30 10:00:00'",
        "wave_size = 5, wave_continued_at = '2026-11-30 10:00:00'",
    ):
        try:
            with db.engine.begin() as connection:
                connection.execute(text(f"UPDATE campaign SET {change} WHERE id = {prepared}"))
        except IntegrityError:
            continue
        faults.append(change)
    assert not faults
