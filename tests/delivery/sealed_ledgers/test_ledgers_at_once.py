"""A ledger is sealed while a result comes late, a clock is behind, or somebody is erased."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from datetime import timedelta
from threading import current_thread, main_thread

import pytest
from flask import Flask

from supporters import clock
from supporters.audit.verification_report import VerificationReport
from supporters.campaigns.models import Campaign
from supporters.consent.log_sealing import seal
from supporters.consent.models import Method
from supporters.consent.record_models import ErasureReason
from supporters.database import db, transaction
from supporters.delivery.claims import Claim, Recipient
from supporters.delivery.completion import finish_if_done
from supporters.delivery.results import record_batch, record_for_ended_sender
from supporters.delivery.sealed_ledgers import ledger_sealing
from supporters.delivery.sealed_ledgers.ledger_check import check_launches
from supporters.delivery.sealed_ledgers.ledger_sealing import (
    OF_LEDGERS,
    end_ledger,
    list_unsealed,
    seal_ended_ledgers,
    seal_ledger,
)
from supporters.lists.queries import get_list
from supporters.personal_data.erasure import ErasureOrder, erase_person
from supporters.smtp_relay.outcomes import AttemptOutcome, RelayReply
from supporters.transparency_log.models import FactKind
from supporters.transparency_log.sealed_facts import find_newest_fact
from tests.delivery.sealed_ledgers.test_sealed_ledgers import faults
from tests.factories.campaigns import (
    ACCEPTED,
    ANNA,
    BORIS,
    claim,
    launch,
    launch_to_addresses,
    send,
    subscriber_at,
)
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
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


def test_a_ledger_that_is_sealed_just_now_ends_after_it(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign_id = launch_to_addresses(ANNA)
    send()
    ends: list[Future[None]] = []

    def end_meanwhile() -> None:
        with app.app_context(), transaction():
            end_ledger(campaign_id, clock.now())

    def list_after_the_end_began() -> list[int]:
        ends.append(pool.submit(end_meanwhile))
        wait(ends, timeout=1)
        return list_unsealed()

    with ThreadPoolExecutor(1) as pool:
        monkeypatch.setattr(ledger_sealing, "list_unsealed", list_after_the_end_began)
        assert seal_ledger(campaign_id)
        ends[0].result()
    newest = find_newest_fact(campaign_id, *OF_LEDGERS)
    assert newest is not None
    assert newest.kind is FactKind.LEDGER_PURGED


@contextmanager
def once_meanwhile(app: Flask, event: str, act: Callable[[], object]) -> Iterator[None]:
    """Let another process act at the next such event of a session of this thread."""
    waiting = [act]

    def run() -> None:
        with app.app_context():
            waiting.pop()()

    def notice(*_: object) -> None:
        if waiting and current_thread() is main_thread():
            with ThreadPoolExecutor(1) as pool:
                pool.submit(run).result()

    db.session.remove()
    db.event.listen(db.session, event, notice)
    yield
    db.event.remove(db.session, event, notice)


def test_a_ledger_is_not_sealed_as_it_was_before_its_campaign_ended_again(app: Flask) -> None:
    """The counts are equal: the email is in doubt again, with another time."""
    campaign_id = launch_to_addresses(ANNA)

    def end_in_doubt() -> Claim:
        held = claim(campaign_id)
        assert held is not None
        assert record_for_ended_sender(held, doubts(held, UNCERTAIN), now=clock.now())
        assert finish_if_done(campaign_id)
        return held

    def end_again() -> None:
        record_batch(held, doubts(held, NOT_TRIED), now=clock.now())
        end_in_doubt()

    held = end_in_doubt()
    with once_meanwhile(app, "after_rollback", end_again):
        assert not seal_ledger(campaign_id)
    assert seal_ledger(campaign_id)
    seal()
    assert faults() == []


def doubts(held: Claim, reply: RelayReply) -> list[tuple[Recipient, RelayReply]]:
    """Return the same reply for each recipient of a claim."""
    return [(to, reply) for to in held.recipients]


def test_a_launch_during_the_verification_is_no_fault(app: Flask) -> None:
    mailing_list = make_list()
    list_id = mailing_list.id
    make_subscriber(ANNA, mailing_list)
    launch(mailing_list)
    report = VerificationReport()
    with once_meanwhile(app, "loaded_as_persistent", lambda: launch(get_list(list_id))):
        check_launches(report)
    db.session.remove()
    assert (db.session.query(Campaign).count(), report.faults) == (2, [])
