"""The send gate says what may be sent, and allows nothing after two seconds without a reading."""

from datetime import UTC, datetime, timedelta

import pytest

from supporters import clock
from supporters.delivery.campaign_control import cancel_campaign, pause_campaign
from supporters.delivery.database_clock import database_time
from supporters.delivery.emergency_stop import resume_all, stop_all
from supporters.delivery.engine.send_gate import FRESH_FOR_SECONDS, SendGate
from tests.factories.campaigns import ANNA, claim, launch_to_addresses
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]


def looked(*, fresh_for: float = FRESH_FOR_SECONDS) -> SendGate:
    """Return a send gate with a fresh reading."""
    gate = SendGate(fresh_for=fresh_for)
    gate.refresh()
    return gate


def test_a_running_campaign_with_emails_is_due() -> None:
    campaign_id, gate = launch_to_addresses(ANNA), looked()
    assert (gate.list_due(), gate.may_send(campaign_id)) == ([campaign_id], True)


def test_a_campaign_whose_batches_are_all_claimed_may_be_sent_but_has_nothing_due() -> None:
    campaign_id = launch_to_addresses(ANNA)
    claim(campaign_id)
    gate = looked()
    assert (gate.list_due(), gate.may_send(campaign_id)) == ([], True)


def test_a_draft_a_paused_and_a_cancelled_campaign_may_not_be_sent() -> None:
    paused, cancelled = launch_to_addresses(ANNA), make_campaign(make_list("b", "B")).id
    pause_campaign(paused)
    cancel_campaign(cancelled)
    gate = looked()
    assert not any(gate.may_send(each) for each in (paused, cancelled))


def test_the_stop_stops_everything_and_its_end_lets_it_go_on() -> None:
    campaign_id = launch_to_addresses(ANNA)
    stop_all()
    assert (looked().list_due(), looked().may_send(campaign_id)) == ([], False)
    resume_all(None, "Corrected.")
    assert looked().list_due() == [campaign_id]


def test_before_the_first_look_nothing_may_be_sent() -> None:
    campaign_id = launch_to_addresses(ANNA)
    assert not SendGate().may_send(campaign_id)


def test_without_a_look_for_too_long_nothing_may_be_sent() -> None:
    campaign_id = launch_to_addresses(ANNA)
    gate = looked(fresh_for=0)
    assert (gate.may_send(campaign_id), gate.list_due()) == (False, [])


def test_a_campaign_that_was_set_aside_is_found_at_the_next_reading() -> None:
    campaign_id, gate = launch_to_addresses(ANNA), looked()
    gate.set_aside(campaign_id)
    assert gate.list_due() == []
    gate.refresh()
    assert gate.list_due() == [campaign_id]


def test_the_time_is_the_ledgers_with_any_local_clock() -> None:
    long_ago = datetime(2001, 1, 1, tzinfo=UTC)
    gate = SendGate(lambda: long_ago)
    gate.refresh()
    assert long_ago <= gate.now() < long_ago + timedelta(minutes=1)


def test_the_time_of_the_database_is_aware_and_about_now() -> None:
    assert abs(database_time() - clock.now()) < timedelta(minutes=1)
