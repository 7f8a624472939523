"""Campaigns wait outside the sending window, and electoral silence pauses them."""

from datetime import datetime, timedelta

import pytest
import time_machine

from supporters.audit_log.audit_events import AuditEvent
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.database import db, transaction
from supporters.delivery.campaign_control import ControlResult, pause_campaign, resume_campaign
from supporters.delivery.claims import claim_batch
from supporters.delivery.engine.send_gate import SendGate
from supporters.delivery.engine.sending_engine import send_here
from supporters.delivery.launch import LaunchError
from supporters.delivery.pauses.silence_pause import pause_in_silence
from supporters.delivery.progress import get_progress
from supporters.lists.models import MailingList
from supporters.mail.models import EmailKind
from supporters.sending_times.ballots import delete_ballot
from supporters.sending_times.sending_window import remove_window
from tests.factories.accounts import make_organiser, make_owner
from tests.factories.approvals import launch_ready
from tests.factories.campaigns import (
    ACCEPTED,
    ANNA,
    BORIS,
    RecordingTransport,
    launch_to_addresses,
    make_draft_to_two,
    reload,
    send,
)
from tests.factories.drafts import make_campaign_to
from tests.factories.lists import make_list
from tests.factories.sending_day.sending_times import in_paris, make_ballot, open_in_daytime
from tests.factories.signups import make_subscriber, recipient_of, values_in
from tests.web.console.pages import emails

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]
FRIDAY, SATURDAY = "2027-04-09 23:59", "2027-04-10 00:00"
SUNDAY, AFTERWARDS = "2027-04-11 19:59", "2027-04-11 20:00"
NIGHT, MORNING = "2027-03-01 23:00", "2027-03-02 08:00"
PEOPLE = [f"person{number}@example.org" for number in range(25)]  # two batches
SIZES = {20, 5}


def may_send(campaign_id: int, moment: datetime) -> bool:
    """Tell what a gate allows that reads at this moment of the ledger."""
    gate = SendGate(lambda: moment)
    gate.refresh()
    return gate.may_send(campaign_id)


def is_claimed(campaign_id: int, moment: datetime) -> bool:
    """Tell whether a sender gets a batch at this moment; the batch is free again."""
    found = claim_batch(campaign_id, "sender", now=moment)
    with transaction():
        db.session.execute(db.text("UPDATE delivery_batch SET claimed_by = NULL"))
    return found is not None


@pytest.mark.both_databases
def test_a_campaign_waits_at_night_and_goes_on_in_the_morning() -> None:
    campaign_id = launch_to_addresses(ANNA)
    open_in_daytime()
    night, morning = in_paris(NIGHT), in_paris(MORNING)
    found = [(may_send(campaign_id, at), is_claimed(campaign_id, at)) for at in (night, morning)]
    assert found == [(False, False), (True, True)]
    assert reload(campaign_id).status is CampaignStatus.RUNNING
    remove_window()
    assert (may_send(campaign_id, night), is_claimed(campaign_id, night)) == (True, True)


@pytest.mark.both_databases
def test_the_window_goes_by_the_clock_of_the_list() -> None:
    campaign_id = launch_to_addresses(ANNA)
    with transaction():
        db.session.execute(db.update(MailingList).values(time_zone="Indian/Reunion"))
    open_in_daytime()
    found = [may_send(campaign_id, in_paris(f"2027-03-01 {hour}:30")) for hour in ("05", "18")]
    assert found == [True, False]


@pytest.mark.both_databases
def test_the_window_of_several_lists_goes_by_the_clock_of_the_first() -> None:
    paris, reunion = make_list(), make_list("reunion", "Réunion")
    make_subscriber(ANNA, paris, reunion)
    with transaction():
        reunion.time_zone = "Indian/Reunion"
    launched = launch_ready(make_campaign_to(paris, reunion).id)
    assert isinstance(launched, Campaign)
    open_in_daytime()
    hours = ("05", "18")
    found = [may_send(launched.id, in_paris(f"2027-03-01 {each}:30")) for each in hours]
    assert found == [False, True]


def test_a_night_between_two_batches_loses_nobody_and_repeats_nobody() -> None:
    campaign_id = launch_to_addresses(*PEOPLE)
    open_in_daytime()
    taken: list[str] = []
    for moment in ("2027-03-01 20:59", NIGHT, MORNING):
        with time_machine.travel(in_paris(moment), tick=False) as traveller:
            transport = RecordingTransport(
                lambda _: traveller.shift(timedelta(minutes=1)) or ACCEPTED
            )
            send_here(transport)
            taken += transport.recipients
        if moment == NIGHT:
            assert len(taken) in SIZES
    assert sorted(taken) == sorted(PEOPLE)
    assert reload(campaign_id).status is CampaignStatus.SENT


@pytest.mark.both_databases
def test_a_silence_that_begins_in_mid_campaign_pauses_it_until_a_person_goes_on() -> None:
    campaign_id = launch_to_addresses(*PEOPLE)
    owner, author = make_owner(), make_organiser("author@parti.example")
    with transaction():
        reload(campaign_id).created_by = author.id
    ballot = make_ballot()
    with time_machine.travel(in_paris(FRIDAY), tick=False) as traveller:
        transport = RecordingTransport(lambda _: traveller.move_to(in_paris(SATURDAY)) or ACCEPTED)
        send_here(transport)
        assert len(transport.taken) in SIZES  # the batch under way
        pause_in_silence(in_paris(SATURDAY))
        pause_in_silence(in_paris(SATURDAY))
        campaign = reload(campaign_id)
        assert (campaign.status, campaign.problem) == (
            CampaignStatus.PAUSED,
            f"silence: {ballot.id}",
        )
        told = emails(EmailKind.SECURITY_NOTICE)
        assert {recipient_of(each) for each in told} == {owner.email, author.email}
        assert values_in(told[0])["until"] == "11 avril 2027, 20:00"
        traveller.move_to(in_paris(SUNDAY))
        assert resume_campaign(campaign_id) is ControlResult.SILENT
        traveller.move_to(in_paris(AFTERWARDS))
        assert send() == []
        assert resume_campaign(campaign_id) is ControlResult.DONE
        rest = send()
    assert sorted([*transport.recipients, *rest]) == sorted(PEOPLE)
    campaign = reload(campaign_id)
    assert (campaign.status, campaign.problem) == (CampaignStatus.SENT, None)
    assert db.session.scalars(
        db.select(AuditEvent.object_id).where(AuditEvent.act == "campaign.silenced")
    ).all() == [campaign_id]


@pytest.mark.both_databases
def test_gate_and_claims_hold_a_campaign_before_the_job_has_paused_it() -> None:
    campaign_id = launch_to_addresses(ANNA)
    make_ballot()
    found = {
        moment: (may_send(campaign_id, in_paris(moment)), is_claimed(campaign_id, in_paris(moment)))
        for moment in (FRIDAY, SATURDAY, SUNDAY, AFTERWARDS)
    }
    free, held = (True, True), (False, False)
    assert found == {FRIDAY: free, SATURDAY: held, SUNDAY: held, AFTERWARDS: free}


def test_no_campaign_begins_in_the_silence() -> None:
    draft = make_draft_to_two()
    make_ballot()
    with time_machine.travel(in_paris(SATURDAY)):
        assert launch_ready(draft.id) is LaunchError.SILENCE
    assert reload(draft.id).status is CampaignStatus.DRAFT
    with time_machine.travel(in_paris(AFTERWARDS)):
        launch_ready(draft.id)
        assert send() == [ANNA, BORIS]


def test_a_campaign_that_a_person_paused_is_not_paused_again_but_waits_too() -> None:
    campaign_id = launch_to_addresses(ANNA)
    pause_campaign(campaign_id)
    ballot = make_ballot()
    with time_machine.travel(in_paris(SATURDAY)):
        pause_in_silence(in_paris(SATURDAY))
        assert reload(campaign_id).problem is None
        assert resume_campaign(campaign_id) is ControlResult.SILENT
        delete_ballot(ballot.id)
        assert resume_campaign(campaign_id) is ControlResult.DONE


def test_a_deleted_ballot_leaves_its_campaign_paused_for_a_person() -> None:
    campaign_id, ballot = launch_to_addresses(ANNA), make_ballot()
    pause_in_silence(in_paris(SATURDAY))
    delete_ballot(ballot.id)
    assert not may_send(campaign_id, in_paris(SATURDAY))
    with time_machine.travel(in_paris(SATURDAY)):
        assert resume_campaign(campaign_id) is ControlResult.DONE
        assert (send(), get_progress(campaign_id).accepted) == ([ANNA], 1)
