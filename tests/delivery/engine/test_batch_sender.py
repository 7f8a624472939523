"""Sending: each person gets one email, and the ledger has its result."""

import dataclasses
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from supporters import clock
from supporters.campaigns.models import CampaignStatus
from supporters.consent.models import Method
from supporters.database import db
from supporters.delivery.campaign_control import cancel_campaign, pause_campaign
from supporters.delivery.engine.sending_engine import send_here
from supporters.delivery.ledger_repair import repair_ledger
from supporters.delivery.rules import LEASE, RETRIES, REVOCATION_GRACE, DeliveryStatus
from supporters.extensions import queue
from supporters.lists.subscriptions import unsubscribe_from_every_list
from supporters.mail.message.envelope_senders import read_envelope_sender
from supporters.smtp_relay.outcomes import AttemptOutcome, RelayReply
from supporters.smtp_relay.transport import MOST_FRUITLESS
from tests.factories.campaigns import (
    ANNA,
    BORIS,
    CHLOE,
    DEFERRED,
    RecordingTransport,
    delivery_to,
    launch_to_addresses,
    ledger,
    reload,
    subscriber_at,
)
from tests.servers.relay import Relay
from tests.servers.rude_server import HANG_UP, RudeServer

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

STATES = DeliveryStatus


def refuse(address: str, reply: str) -> object:
    """Return a relay's answer that refuses one address."""
    return lambda recipient: reply if recipient == address else "250 OK"


def test_everybody_gets_one_email_and_the_campaign_ends(relay: Relay) -> None:
    campaign_id = launch_to_addresses(ANNA, BORIS)
    send_here()
    assert sorted(mail.recipient for mail in relay.mails) == [ANNA, BORIS]
    assert ledger(campaign_id) == {ANNA: STATES.ACCEPTED, BORIS: STATES.ACCEPTED}
    assert reload(campaign_id).status is CampaignStatus.SENT


def test_each_email_has_one_recipient_and_its_own_return_address(relay: Relay, app: Flask) -> None:
    campaign_id = launch_to_addresses(ANNA, BORIS)
    send_here()
    settings = app.extensions["settings"]
    returned = {read_envelope_sender(settings.secret_keys, mail.sender) for mail in relay.mails}
    assert returned == {(campaign_id, subscriber_at(each).id) for each in (ANNA, BORIS)}
    assert all(mail.message["To"] == mail.recipient for mail in relay.mails)


def test_all_senders_together_send_each_email_once(relay: Relay) -> None:
    launch_to_addresses(ANNA, BORIS, CHLOE)
    send_here()
    send_here()
    campaign_mails = [mail for mail in relay.mails if "List-Id" in mail.message]
    assert sorted(mail.recipient for mail in campaign_mails) == [ANNA, BORIS, CHLOE]


def test_sending_again_sends_nothing(relay: Relay) -> None:
    launch_to_addresses(ANNA)
    send_here()
    send_here()
    assert len(relay.mails) == 1


@pytest.mark.parametrize(
    ("reply", "state"), [("450 later", STATES.DEFERRED), ("550 nobody here", STATES.REFUSED)]
)
def test_a_refused_recipient_does_not_hold_up_the_others(
    relay: Relay, reply: str, state: DeliveryStatus
) -> None:
    campaign_id = launch_to_addresses(ANNA, BORIS)
    relay.on_rcpt = refuse(ANNA, reply)
    send_here()
    assert ledger(campaign_id) == {ANNA: state, BORIS: STATES.ACCEPTED}
    assert delivery_to(campaign_id, ANNA).reply == reply[:3]


@pytest.mark.parametrize(
    ("reply", "state"), [("451 later", STATES.DEFERRED), ("554 no", STATES.REFUSED)]
)
def test_a_refused_body_is_judged_alike(relay: Relay, reply: str, state: DeliveryStatus) -> None:
    campaign_id = launch_to_addresses(ANNA)
    relay.on_body = lambda mail: reply
    send_here()
    assert (ledger(campaign_id), relay.mails) == ({ANNA: state}, [])


def test_a_refusal_settles_the_email_and_ends_the_campaign(relay: Relay) -> None:
    campaign_id = launch_to_addresses(ANNA)
    relay.on_rcpt = refuse(ANNA, "550 no")
    send_here()
    assert delivery_to(campaign_id, ANNA).settled_at is not None
    assert reload(campaign_id).status is CampaignStatus.SENT


@pytest.mark.parametrize("step", ["on_rcpt", "on_body"])
def test_a_relay_that_closes_is_noted_and_the_rest_waits(relay: Relay, step: str) -> None:
    people = [f"p{number}@example.org" for number in range(MOST_FRUITLESS + 3)]
    campaign_id = launch_to_addresses(*people)
    setattr(relay, step, lambda _: "421 closing")
    send_here()
    states = sorted(ledger(campaign_id).values())
    assert states == [STATES.DEFERRED] * (MOST_FRUITLESS + 1) + [STATES.QUEUED] * 2
    assert reload(campaign_id).problem == "421"


def test_a_relay_that_refuses_us_leaves_every_email_for_later(relay: Relay) -> None:
    campaign_id = launch_to_addresses(ANNA, BORIS)
    relay.on_mail = lambda sender: "530 sign in first"
    send_here()
    assert ledger(campaign_id) == {ANNA: STATES.QUEUED, BORIS: STATES.QUEUED}
    assert (delivery_to(campaign_id, ANNA).attempts, reload(campaign_id).problem) == (0, "MAIL 530")


@pytest.mark.both_databases
def test_a_problem_is_deleted_once_emails_are_sent_again(relay: Relay) -> None:
    campaign_id = launch_to_addresses(ANNA)
    relay.on_mail = lambda sender: "421 busy"
    send_here()
    assert reload(campaign_id).problem_at is not None
    relay.reset()
    send_here()
    assert reload(campaign_id).problem is None
    assert (len(relay.mails), ledger(campaign_id)) == (1, {ANNA: STATES.ACCEPTED})


def through(app: Flask, server: RudeServer) -> None:
    """Send through another server from now on."""
    settings = app.extensions["settings"]
    app.extensions["settings"] = dataclasses.replace(settings, mail_port=server.port)


def test_a_relay_that_is_gone_loses_nothing(app: Flask) -> None:
    campaign_id = launch_to_addresses(ANNA, BORIS)
    with RudeServer({}) as server:
        through(app, server)
    send_here()
    assert ledger(campaign_id) == {ANNA: STATES.QUEUED, BORIS: STATES.QUEUED}
    assert reload(campaign_id).problem == "ConnectionRefusedError"


def test_an_email_cut_off_after_the_dot_is_uncertain_and_never_sent_again(app: Flask) -> None:
    campaign_id = launch_to_addresses(ANNA, BORIS)
    with RudeServer({"BODY": HANG_UP}) as server:
        through(app, server)
        send_here()
    assert sorted(ledger(campaign_id).values()) == [STATES.QUEUED, STATES.UNCERTAIN]
    with RudeServer({}) as server:
        through(app, server)
        send_here()
    assert sorted(ledger(campaign_id).values()) == [STATES.ACCEPTED, STATES.UNCERTAIN]
    assert len(server.bodies) == 1


def test_a_deferred_email_is_sent_when_its_time_has_come(relay: Relay) -> None:
    campaign_id = launch_to_addresses(ANNA)
    relay.on_rcpt = refuse(ANNA, "450 greylisted")
    send_here()
    relay.reset()
    send_here()
    assert relay.mails == []
    with time_machine.travel(clock.now() + RETRIES[0], tick=False):
        repair_ledger(clock.now())
        send_here()
    assert ledger(campaign_id) == {ANNA: STATES.ACCEPTED}
    assert len([mail for mail in relay.mails_to(ANNA) if "List-Id" in mail.message]) == 1


def test_a_retry_carries_the_same_message_id() -> None:
    launch_to_addresses(ANNA)
    transport = RecordingTransport(lambda _: DEFERRED)
    send_here(transport)
    with time_machine.travel(clock.now() + RETRIES[0], tick=False):
        send_here(transport)
    ids = [raw.partition(b"Message-ID: ")[2].partition(b"\r\n")[0] for _, raw in transport.taken]
    assert len(ids) == 2
    assert len(set(ids)) == 1


@pytest.mark.both_databases
def test_an_email_that_is_always_deferred_is_given_up_after_the_schedule() -> None:
    campaign_id = launch_to_addresses(ANNA)
    transport, launched_at = RecordingTransport(lambda _: DEFERRED), clock.now()
    with time_machine.travel(launched_at, tick=False) as traveller:
        while ledger(campaign_id)[ANNA] in {STATES.QUEUED, STATES.DEFERRED}:
            traveller.move_to(max(launched_at, delivery_to(campaign_id, ANNA).next_attempt_at))
            send_here(transport)
        days = clock.now() - launched_at
    assert ledger(campaign_id) == {ANNA: STATES.REFUSED}
    assert len(transport.taken) == len(RETRIES) + 1
    assert timedelta(days=4) <= days <= timedelta(days=5)


def test_a_person_who_unsubscribes_during_the_sending_gets_nothing_more(relay: Relay) -> None:
    campaign_id = launch_to_addresses(ANNA, BORIS)
    unsubscribe_from_every_list(subscriber_at(BORIS).id, Method.ONE_CLICK)
    send_here()
    assert [mail.recipient for mail in relay.mails] == [ANNA]
    assert ledger(campaign_id)[BORIS] is STATES.SKIPPED


def test_a_paused_campaign_sends_nothing(relay: Relay) -> None:
    campaign_id = launch_to_addresses(ANNA)
    pause_campaign(campaign_id)
    send_here()
    assert (relay.mails, reload(campaign_id).status) == ([], CampaignStatus.PAUSED)


@pytest.mark.both_databases
def test_emails_returned_to_a_campaign_that_was_cancelled_meanwhile_are_skipped() -> None:
    campaign_id = launch_to_addresses(ANNA, BORIS)

    def cancel_and_defer(recipient: str) -> RelayReply:
        cancel_campaign(campaign_id)
        return DEFERRED if recipient == ANNA else RelayReply(AttemptOutcome.NOT_TRIED, "421")

    send_here(RecordingTransport(cancel_and_defer))
    queue.run_all()
    assert ledger(campaign_id) == {ANNA: STATES.SKIPPED, BORIS: STATES.SKIPPED}


@pytest.mark.both_databases
def test_emails_returned_to_a_campaign_that_ended_meanwhile_reopen_it() -> None:
    campaign_id = launch_to_addresses(ANNA)

    def defer_after_the_lease(_recipient: str) -> RelayReply:
        with time_machine.travel(clock.now() + LEASE * 2, tick=False) as later:
            repair_ledger(clock.now())
            later.shift(2 * REVOCATION_GRACE)
            repair_ledger(clock.now())
        return DEFERRED

    send_here(RecordingTransport(defer_after_the_lease))
    assert ledger(campaign_id) == {ANNA: STATES.DEFERRED}
    assert reload(campaign_id).status is CampaignStatus.RUNNING


def test_an_unexpected_error_leaves_only_the_current_email_uncertain() -> None:
    campaign_id = launch_to_addresses(ANNA, BORIS, CHLOE)

    def break_down(recipient: str) -> RelayReply:
        if recipient == BORIS:
            raise RuntimeError
        return RelayReply(AttemptOutcome.ACCEPTED, "250")

    with pytest.raises(RuntimeError):
        send_here(RecordingTransport(break_down))
    expected = {ANNA: STATES.ACCEPTED, BORIS: STATES.UNCERTAIN, CHLOE: STATES.QUEUED}
    assert ledger(campaign_id) == expected


def test_no_transaction_is_open_while_email_is_sent() -> None:
    launch_to_addresses(ANNA, BORIS)
    was_open = []

    def look(_recipient: str) -> RelayReply:
        was_open.append(db.session.registry().in_transaction())
        return RelayReply(AttemptOutcome.ACCEPTED, "250")

    send_here(RecordingTransport(look))
    assert was_open == [False, False]
