"""A ledger is sealed while a result comes late, a clock is behind, or somebody is erased."""

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta

import pytest
from flask import Flask

from supporters import clock
from supporters.consent.log_sealing import seal
from supporters.consent.models import Method
from supporters.consent.record_models import ErasureReason
from supporters.delivery.completion import finish_if_done
from supporters.delivery.results import record_batch, record_for_ended_sender
from supporters.delivery.sealed_ledgers.ledger_sealing import (
    list_unsealed,
    seal_ended_ledgers,
    seal_ledger,
)
from supporters.personal_data.erasure import ErasureOrder, erase_person
from supporters.smtp_relay.outcomes import AttemptOutcome, RelayReply
from tests.delivery.sealed_ledgers.test_sealed_ledgers import faults
from tests.factories.campaigns import (
    ACCEPTED,
    ANNA,
    BORIS,
    claim,
    launch_to_addresses,
    send,
    subscriber_at,
)
from tests.restore.test_settlement import UNCERTAIN

pytestmark = pytest.mark.both_databases
BEHIND = timedelta(minutes=1)
NOT_TRIED = RelayReply(AttemptOutcome.NOT_TRIED, "")


@pytest.mark.usefixtures("app")
def test_a_late_result_comes_after_the_sealed_ledger_although_its_clock_is_behind() -> None:
    campaign_id = launch_to_addresses(ANNA)
    held = claim(campaign_id)
    assert held is not None
    doubt = [(to, UNCERTAIN) for to in held.recipients]
    assert record_for_ended_sender(held, doubt, now=clock.now())
    assert finish_if_done(campaign_id)
    assert seal_ended_ledgers() == 1
    known = [(to, ACCEPTED) for to in held.recipients]
    record_batch(held, known, now=clock.now() - BEHIND)
    assert list_unsealed() == [campaign_id]
    with clock.pretend(clock.now() - BEHIND):
        assert seal_ended_ledgers() == 1
    assert list_unsealed() == []
    seal()
    assert faults() == []


def test_a_ledger_is_not_sealed_within_an_erasure(app: Flask) -> None:
    """Neither of the two would see what the other one writes."""
    campaign_id = launch_to_addresses(ANNA, BORIS)
    send()

    def seal_meanwhile() -> None:
        with app.app_context():
            seal_ledger(campaign_id)

    with ThreadPoolExecutor(1) as pool:
        order = ErasureOrder(
            reason=ErasureReason.ASKED,
            method=Method.ORGANISER,
            also=lambda: wait([pool.submit(seal_meanwhile)], timeout=3),
        )
        erase_person(subscriber_at(ANNA).id, order)
    seal_ended_ledgers()
    seal()
    assert faults() == []
