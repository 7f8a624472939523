"""In the time of grace after a launch nothing leaves, and the launch can be taken back."""

from datetime import timedelta

import pytest
from flask import Flask, current_app
from sqlalchemy import update

from supporters import clock
from supporters.campaigns.acts import CampaignAct
from supporters.campaigns.drafts import CampaignDraft, edit_campaign
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.campaigns.versions import list_recorded_hashes
from supporters.consent.record_models import ErasureReason
from supporters.database import db, transaction
from supporters.delivery.audience_verification import verify_before_first_claim
from supporters.delivery.campaign_control import pause_campaign
from supporters.delivery.claims import claim_batch
from supporters.delivery.database_clock import database_time
from supporters.delivery.engine.send_gate import SendGate
from supporters.delivery.grace import TakeBackError, count_seconds, take_back_launch
from supporters.delivery.models import DeliveryBatch, DeliveryErased
from supporters.delivery.restore_hold import hold_sending
from supporters.delivery.rules import HoldReason
from supporters.lists.queries import get_list
from supporters.personal_data.erasure import ErasureOrder, erase_person
from tests.factories.approvals import launch_ready, make_ready
from tests.factories.campaigns import (
    ANNA,
    BORIS,
    RecordingTransport,
    batches,
    ledger,
    reload,
    send,
    subscriber_at,
)
from tests.factories.drafts import make_campaign
from tests.factories.sending_day.planned import come_to, grace_of, plan, put_hour_at
from tests.machinery.threads import in_threads

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]


def launch_with_grace(campaign_id: int, seconds: int = 120) -> Campaign:
    """Launch a draft that leaves after a time."""
    with grace_of(seconds):
        launched = launch_ready(campaign_id)
    assert isinstance(launched, Campaign)
    return launched


def end_grace(campaign_id: int) -> None:
    """Let the time of grace be over."""
    with transaction():
        ended = {"begins_at": database_time() - timedelta(seconds=1)}
        db.session.execute(update(Campaign).where(Campaign.id == campaign_id).values(**ended))


def test_nobody_is_written_to_before_the_grace_is_over(draft: Campaign) -> None:
    launched = launch_with_grace(draft.id)
    assert 110 < count_seconds(launched) <= 120
    gate = SendGate(database_time)
    gate.refresh()
    assert gate.list_due() == []
    assert not gate.may_send(draft.id)
    assert launched.begins_at is not None
    for moment in (database_time(), launched.begins_at - timedelta(seconds=1)):
        assert claim_batch(draft.id, "sender", now=moment) is None
    assert send() == []
    end_grace(draft.id)
    assert count_seconds(reload(draft.id)) == 0
    assert send() == [ANNA, BORIS]


def test_a_launch_that_is_taken_back_is_a_draft_with_its_text_and_leaves_anew(
    draft: Campaign,
) -> None:
    launch_with_grace(draft.id)
    assert isinstance(take_back_launch(draft.id, None), Campaign)
    back = reload(draft.id)
    assert (back.status, back.subject, back.audience) == (CampaignStatus.DRAFT, "Samedi", None)
    assert (back.launched_at, back.begins_at) == (None, None)
    assert (ledger(draft.id), batches(draft.id)) == ({}, [])
    assert send() == []
    assert len(list_recorded_hashes(draft.id, CampaignAct.TAKEN_BACK)) == 1
    assert take_back_launch(draft.id, None) is TakeBackError.NOT_NOW
    launch_with_grace(draft.id)
    end_grace(draft.id)
    assert send() == [ANNA, BORIS]


def test_a_launch_at_an_hour_has_a_grace_too(draft: Campaign) -> None:
    make_ready(draft.id)
    plan(draft.id)
    put_hour_at(draft.id, hour := database_time())
    with grace_of(120):
        launched = come_to(hour, draft.id)
    assert (launched.status, launched.audience) == (CampaignStatus.RUNNING, 2)
    assert 110 < count_seconds(launched) <= 120
    assert send() == []
    assert isinstance(take_back_launch(draft.id, None), Campaign)
    back = come_to(hour, draft.id)
    assert (back.status, back.send_at, ledger(draft.id)) == (CampaignStatus.DRAFT, None, {})


@pytest.mark.both_databases
def test_a_worker_that_read_the_first_text_sends_the_corrected_one(draft: Campaign) -> None:
    launch_with_grace(draft.id)
    end_grace(draft.id)
    with transaction():  # another sender verifies, so ours compiles the message and claims nothing
        verifying = {"audience_check_began_at": database_time()}
        db.session.execute(update(Campaign).values(**verifying))
    assert send() == []
    assert draft.id in current_app.extensions["compiled"]
    with transaction():
        later = {"begins_at": database_time() + timedelta(minutes=1)}
        db.session.execute(update(Campaign).values(**later))
    take_back_launch(draft.id, None)
    corrected = CampaignDraft(
        mailing_list_id=draft.mailing_list_id, language="fr", subject="Dimanche", body="Corrigé."
    )
    assert isinstance(edit_campaign(draft.id, corrected), Campaign)
    launch_ready(draft.id)
    transport = RecordingTransport()
    for _ in range(2):  # at first it finds that its message is of another launch
        send(transport)
    assert len(transport.taken) == 2
    assert all(b"Dimanche" in content for _, content in transport.taken)


@pytest.mark.both_databases
def test_a_launch_is_not_taken_back_once_a_batch_was_claimed_or_the_grace_is_over(
    draft: Campaign,
) -> None:
    assert take_back_launch(404, None) is TakeBackError.UNKNOWN
    assert take_back_launch(draft.id, None) is TakeBackError.NOT_NOW
    launch_with_grace(draft.id)
    with transaction():
        db.session.execute(update(DeliveryBatch).values(claimed_by="a sender"))
    assert take_back_launch(draft.id, None) is TakeBackError.TOO_LATE
    for tried in ("accepted", "deferred", "uncertain"):
        with transaction():
            db.session.execute(update(DeliveryBatch).values({"claimed_by": None, tried: 1}))
        assert take_back_launch(draft.id, None) is TakeBackError.TOO_LATE
        with transaction():
            db.session.execute(update(DeliveryBatch).values({tried: 0}))
    end_grace(draft.id)
    assert take_back_launch(draft.id, None) is TakeBackError.TOO_LATE
    assert sorted(ledger(draft.id)) == [ANNA, BORIS]


@pytest.mark.both_databases
def test_other_campaigns_keep_their_people(draft: Campaign) -> None:
    other = make_campaign(get_list(draft.mailing_list_id), "Dimanche")
    for each in (draft, other):
        launch_with_grace(each.id)
    erase_person(subscriber_at(ANNA).id, ErasureOrder(reason=ErasureReason.ASKED))
    take_back_launch(draft.id, None)
    erased = db.session.scalars(db.select(DeliveryErased.campaign_id)).all()
    assert (sorted(ledger(other.id)), [*erased]) == ([BORIS], [other.id])
    end_grace(other.id)
    assert send() == [BORIS]


def test_a_campaign_that_somebody_paused_meanwhile_is_taken_back_too(draft: Campaign) -> None:
    launch_with_grace(draft.id)
    pause_campaign(draft.id)
    assert isinstance(take_back_launch(draft.id, None), Campaign)


@pytest.mark.both_databases
def test_the_audience_of_the_next_launch_is_verified_anew(draft: Campaign) -> None:
    launch_with_grace(draft.id)
    assert verify_before_first_claim(draft.id)  # by a machine whose clock is ahead
    take_back_launch(draft.id, None)
    assert launch_with_grace(draft.id).audience_checked_at is None


def test_a_launch_of_before_a_restore_is_not_taken_back(draft: Campaign) -> None:
    launch_with_grace(draft.id)
    hold_sending(HoldReason.RESTORED)
    assert take_back_launch(draft.id, None) is TakeBackError.NOT_NOW
    assert sorted(ledger(draft.id)) == [ANNA, BORIS]


@pytest.mark.both_databases
def test_a_launch_is_taken_back_although_somebody_was_erased_meanwhile(draft: Campaign) -> None:
    launch_with_grace(draft.id)
    erase_person(subscriber_at(ANNA).id, ErasureOrder(reason=ErasureReason.ASKED))
    assert isinstance(take_back_launch(draft.id, None), Campaign)
    assert db.session.query(DeliveryErased).count() == 0


@pytest.mark.both_databases
def test_a_claim_and_a_taking_back_at_once_leave_one_of_both(app: Flask, draft: Campaign) -> None:
    launched = launch_with_grace(draft.id)
    begins_at = launched.begins_at
    assert begins_at is not None
    outcomes = in_threads(
        app,
        [
            lambda: claim_batch(draft.id, "sender", now=begins_at + timedelta(seconds=1)),
            lambda: take_back_launch(draft.id, None),
        ],
    )
    is_claimed, is_back = outcomes[0] is not None, isinstance(outcomes[1], Campaign)
    assert is_claimed is not is_back
    assert bool(ledger(draft.id)) is is_claimed
    assert clock.now() < begins_at
