"""The worker verifies each night, and a campaign's audience before its first email.

The attacks use SQL only; the journal of withdrawals is a file of the machine.
"""

import json
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import text

from supporters import clock
from supporters.audit.verification_results import list_results
from supporters.campaigns.models import CampaignStatus
from supporters.consent.log_sealing import seal
from supporters.consent.models import ConsentEvent, EventKind
from supporters.consent.withdrawal_journal import journal_path
from supporters.database import db, transaction
from supporters.delivery.engine.sending_engine import send_here
from supporters.delivery.log_watch import verify_if_due
from supporters.delivery.machines import register_machine
from supporters.delivery.restore_hold import find_hold
from supporters.delivery.rules import HoldReason
from supporters.lists.models import MailingList
from supporters.people.addresses import address_mac
from tests.audit.keeper.forged_rows import forget_departure
from tests.audit.keeper.hidden_departures import leave
from tests.factories.accounts import make_owner
from tests.factories.campaigns import ANNA, BORIS, RecordingTransport, launch, reload, subscriber_at
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.machinery.prepared_states import made_once

pytestmark = pytest.mark.both_databases
OWNER = "owner@parti.example"
TWO_MINUTES = timedelta(minutes=2)


@made_once
def list_id(app: Flask) -> int:
    """Return a list with two people, whose consents are sealed."""
    mailing_list = make_list()
    with clock.pretend(clock.now() - timedelta(hours=1)):
        for address in (ANNA, BORIS):
            make_subscriber(address, mailing_list)
        seal()
    register_machine()
    return mailing_list.id


def leave_unnoticed(list_id: int) -> None:
    """Let Anna leave, and put her back before the sealing."""
    leave(ANNA, list_id)
    forget_departure(subscriber_at(ANNA))
    seal()


def verify(runner: FlaskCliRunner) -> tuple[int, str]:
    """Return the end and the words of `flask consent verify`."""
    db.session.remove()
    done = runner.invoke(args=["consent", "verify"])
    return done.exit_code, done.output


def test_a_later_consent_and_another_machine_are_no_fault(
    list_id: int, runner: FlaskCliRunner
) -> None:
    leave(ANNA, list_id)
    seal()
    make_subscriber(ANNA, db.session.get_one(MailingList, list_id))
    seal()
    assert verify(runner)[0] == 0
    journal_path().unlink()
    assert verify(runner)[0] == 0


def test_no_email_leaves_for_an_audience_with_somebody_who_left(
    list_id: int, runner: FlaskCliRunner
) -> None:
    leave_unnoticed(list_id)
    campaign_id = launch_to(list_id)
    transport = RecordingTransport()
    send_here(transport)
    campaign = reload(campaign_id)
    assert (transport.taken, campaign.status) == ([], CampaignStatus.PAUSED)
    assert (campaign.problem or "").startswith("audience: ")
    runner.invoke(args=["campaigns", "resume", str(campaign_id)])
    send_here(transport)
    assert (transport.taken, reload(campaign_id).status) == ([], CampaignStatus.PAUSED)
    make_owner(OWNER)
    assert runner.invoke(args=["consent", "verify", "--record"]).exit_code == 1
    lift = ["delivery", "lift-hold", "--by", OWNER, "--reason", "We asked her: she came back."]
    lifted = runner.invoke(args=lift)
    assert lifted.exit_code == 0, lifted.output
    resumed = runner.invoke(args=["campaigns", "resume", str(campaign_id)])
    assert resumed.exit_code == 0, resumed.output
    send_here(transport)
    assert sorted(transport.recipients) == [ANNA, BORIS]


def launch_to(list_id: int) -> int:
    """Launch a campaign to the list."""
    return launch(db.session.get_one(MailingList, list_id))


def test_a_consent_that_loses_its_entry_after_the_launch_gets_no_campaign(list_id: int) -> None:
    campaign_id = launch_to(list_id)
    with transaction():
        db.session.execute(
            text("DELETE FROM log_entry WHERE kind = 'confirmed' AND record_id = :id"),
            {"id": consent_of(BORIS)},
        )
    transport = RecordingTransport()
    send_here(transport)
    assert (transport.taken, reload(campaign_id).status) == ([], CampaignStatus.PAUSED)


def test_no_email_leaves_to_a_mailbox_that_never_confirmed(list_id: int) -> None:
    campaign_id = launch_to(list_id)
    with transaction():
        person = subscriber_at(BORIS)
        person.address = person.address_key = "accomplice@example.org"
        person.address_mac = address_mac(person.address_key)
    transport = RecordingTransport()
    send_here(transport)
    assert (transport.taken, reload(campaign_id).status) == ([], CampaignStatus.PAUSED)


def consent_of(address: str) -> int:
    """Return the id of the consent of a person."""
    return db.session.scalars(
        db.select(ConsentEvent.id).where(
            ConsentEvent.subscriber_id == subscriber_at(address).id,
            ConsentEvent.kind == EventKind.CONFIRMED,
        )
    ).one()


def test_the_nightly_verification_holds_all_sending_until_an_owner_accepts(
    list_id: int, client: FlaskClient, runner: FlaskCliRunner
) -> None:
    leave_unnoticed(list_id)
    now = clock.now()
    assert verify_if_due(now, "web1")
    hold = find_hold()
    assert hold is not None
    assert hold.because is HoldReason.FAULTY
    assert "log" in client.get("/healthz").text.split()
    assert "flask consent verify" in runner.invoke(args=["doctor"]).output
    assert not verify_if_due(now + timedelta(seconds=1), "web1")
    make_owner(OWNER)
    lifted = runner.invoke(
        args=["delivery", "lift-hold", "--by", OWNER, "--reason", "We asked her."]
    )
    assert lifted.exit_code == 0, lifted.output
    seal()
    with clock.pretend(now + timedelta(days=1, minutes=1)):
        assert verify_if_due(clock.now(), "web1")
        assert find_hold() is None
        assert "log" not in client.get("/healthz").text.split()


def test_a_result_that_was_altered_does_not_count(list_id: int) -> None:
    leave_unnoticed(list_id)
    verify_if_due(clock.now(), "web1")
    (result,) = list_results(clock.now())
    assert result.faults
    with transaction():
        db.session.execute(
            text("UPDATE audit_event SET details = :details WHERE act = 'log.verified'"),
            {"details": json.dumps({**vars(result), "faults": 0, "marks": ""}, default=str)},
        )
    assert list_results(clock.now()) == []
