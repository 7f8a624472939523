"""A campaign that ended is sealed: whoever alters its ledger or message by SQL is found (1e, n11).

The attacks have the whole database, and no key.
"""

import os
import signal
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import text, update

from supporters import clock
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.consent.log_sealing import seal
from supporters.consent.models import Method
from supporters.consent.record_models import ErasureReason
from supporters.database import db, transaction
from supporters.delivery.batches import skip_rest_of_cancelled
from supporters.delivery.campaign_control import cancel_campaign
from supporters.delivery.completion import finish_if_done
from supporters.delivery.log_watch import verify_all, verify_and_record
from supporters.delivery.models import Delivery, DeliveryBatch
from supporters.delivery.results import record_batch, record_for_ended_sender
from supporters.delivery.sealed_ledgers.ledger_sealing import (
    list_unsealed,
    seal_ended_ledgers,
    seal_ledger,
)
from supporters.delivery.sealed_ledgers.models import LedgerTile
from supporters.lists.models import MailingList
from supporters.personal_data.erasure import ErasureOrder, erase_person
from supporters.retention.old_records import purge_deliveries
from supporters.transparency_log.models import FactKind
from supporters.transparency_log.sealed_facts import list_facts, read_content
from tests.factories.campaigns import (
    ACCEPTED,
    ANNA,
    BORIS,
    CHLOE,
    RecordingTransport,
    claim,
    launch_to_addresses,
    send,
    subscriber_at,
)
from tests.factories.drafts import make_campaign
from tests.factories.rows import count_anew
from tests.machinery.prepared_states import made_once
from tests.restore.test_settlement import UNCERTAIN

pytestmark = pytest.mark.both_databases
DAY = timedelta(days=1)
AN_EARLIER_YEAR = datetime(2020, 1, 1, tzinfo=UTC)


def faults() -> list[str]:
    """Return what the verification names."""
    db.session.remove()
    return [str(each) for each in verify_all(clock.now()).faults]


def run(statement: str, **values: object) -> None:
    """Change the database like an attacker."""
    with transaction():
        assert db.session.execute(text(statement), values).rowcount
    db.session.remove()


@made_once
def campaign_id(app: Flask) -> int:
    """Return a campaign to three people that was sent, and sealed."""
    launched = launch_to_addresses(ANNA, BORIS, CHLOE)
    send()
    assert seal_ended_ledgers() == 1
    seal()
    assert faults() == []
    return launched


def test_the_end_of_a_campaign_is_sealed_once(campaign_id: int) -> None:
    assert seal_ended_ledgers() == 0
    [fact] = list_facts(FactKind.LEDGER)
    sealed = read_content(fact)
    assert (fact.about_id, sealed["rows"], sealed["counts"]["accepted"]) == (campaign_id, 3, 3)
    assert [*sealed["messages"]] == ["fr"]


def test_a_row_that_says_another_state_is_named(campaign_id: int) -> None:
    person = subscriber_at(ANNA).id
    run("UPDATE delivery SET status = 'skipped' WHERE subscriber_id = :id", id=person)
    [fault] = faults()
    assert f"delivery campaign_id={campaign_id} subscriber_id={person}: it was altered" in fault


def test_a_row_that_says_another_time_is_named(campaign_id: int) -> None:
    person = subscriber_at(BORIS).id
    with transaction():
        theirs = db.update(Delivery).where(Delivery.subscriber_id == person)
        db.session.execute(theirs.values(settled_at=clock.now() - DAY))
    db.session.remove()
    [fault] = faults()
    assert f"subscriber_id={person}: it was altered" in fault


def test_a_deleted_row_is_missed_although_an_erasure_is_claimed(campaign_id: int) -> None:
    run("DELETE FROM delivery WHERE subscriber_id = :id", id=subscriber_at(CHLOE).id)
    run(
        "INSERT INTO delivery_erased (campaign_id, batch, status, mails)"
        " VALUES (:id, 1, 'accepted', 1)",
        id=campaign_id,
    )
    [fault] = faults()
    assert "1 rows of its sealed ledger are missing, and no erasure lists them" in fault


def test_an_added_row_is_named(campaign_id: int) -> None:
    """The row is of somebody who joined later: "We never wrote to Chloe, but to him"."""
    run("DELETE FROM ledger_tile")
    [fault] = faults()
    assert "its tiles don't have the sealed root" in fault


def test_altered_leaves_are_found(campaign_id: int) -> None:
    with transaction():
        tile = db.session.get_one(LedgerTile, (campaign_id, 0))
        tile.leaves = tile.leaves[:-1] + bytes([tile.leaves[-1] ^ 1])
    assert "its tiles don't have the sealed root" in faults()[0]


def test_a_ledger_that_is_opened_by_sql_is_a_fault(campaign_id: int) -> None:
    run("UPDATE delivery SET status = 'skipped'")
    run(
        "INSERT INTO sealed_fact (id, kind, about_id, content, occurred_at)"
        " VALUES (1, 'ledger-opened', :id, '{}', CURRENT_TIMESTAMP)",
        id=campaign_id,
    )
    assert list_unsealed() == []
    assert any("ledger-opened 1: the log has no entry of it" in each for each in faults())


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE campaign SET audience = 2", "its audience isn't the one that it was launched to"),
        (
            "UPDATE campaign_version SET content = replace(content, 'Bonjour', 'Au revoir')",
            "its message isn't the one that was launched",
        ),
        ("DELETE FROM campaign_version", "the version that was launched is missing"),
        ("UPDATE delivery_batch SET accepted = 2, refused = 1", "the counts of its batches"),
        ("UPDATE campaign SET status = 'running'", "its ledger is sealed, and it hasn't ended"),
    ],
)
def test_what_a_campaign_was_launched_with_can_not_change(
    campaign_id: int, statement: str, what: str
) -> None:
    run(statement)
    assert any(what in each for each in faults())


def test_an_altered_message_is_found_after_the_audit_log_has_forgotten_the_launch(
    campaign_id: int,
) -> None:
    """The whole version is replaced with its hash, as in attack n11."""
    run("UPDATE campaign_version SET content = replace(content, 'Bonjour', 'Adieu'), hash = 'x'")
    messages = [each for each in faults() if "its message isn't the one" in each]
    assert messages == [f"campaign {campaign_id}: its message isn't the one that was launched"]


def test_a_launch_says_who_approved_it_and_that_nobody_was_chosen(campaign_id: int) -> None:
    [fact] = list_facts(FactKind.LAUNCHED, about_id=campaign_id)
    sealed = read_content(fact)
    assert sealed["selection"] == "none"
    assert sealed["audience"] == 3
    assert {*sealed["approval"]} == {"asked_by", "approved_by", "rule", "alone_up_to"}


def test_a_deleted_launch_is_a_fault(campaign_id: int) -> None:
    run("DELETE FROM sealed_fact WHERE kind = 'launched'")
    assert any("launched" in each and "its row is missing" in each for each in faults())


def test_a_launch_by_sql_is_a_fault_although_its_date_is_older(campaign_id: int) -> None:
    verify_and_record(clock.now(), "machine")
    seal()
    make_campaign(db.session.scalars(db.select(MailingList)).one())
    launched = {"status": CampaignStatus.RUNNING, "audience": 2, "launched_at": AN_EARLIER_YEAR}
    with transaction():
        theirs = db.update(Campaign).where(Campaign.id != campaign_id)
        db.session.execute(theirs.values(**launched))
    assert "1 launched campaigns were added since the log counted them" in " ".join(faults())


def test_an_erased_person_leaves_a_leaf_that_leads_to_nobody(campaign_id: int) -> None:
    order = ErasureOrder(reason=ErasureReason.ASKED, method=Method.ORGANISER)
    erase_person(subscriber_at(ANNA).id, order)
    seal()
    assert faults() == []
    assert seal_ended_ledgers() == 0
    run("DELETE FROM delivery WHERE subscriber_id = :id", id=subscriber_at(BORIS).id)
    assert "1 rows of its sealed ledger are missing" in faults()[0]


def test_rows_that_retention_deletes_are_no_fault(campaign_id: int) -> None:
    purge_deliveries(400, clock.now() + 401 * DAY)
    seal()
    assert (faults(), count_anew(LedgerTile), list_unsealed()) == ([], 0, [])


@pytest.mark.usefixtures("app")
def test_a_late_result_is_told_from_tampering() -> None:
    campaign_id = launch_to_addresses(ANNA)
    held = claim(campaign_id)
    assert held is not None
    doubt = [(to, UNCERTAIN) for to in held.recipients]
    assert record_for_ended_sender(held, doubt, now=clock.now())
    assert finish_if_done(campaign_id)
    assert seal_ended_ledgers() == 1
    record_batch(held, [(to, ACCEPTED) for to in held.recipients], now=clock.now())
    assert seal_ended_ledgers() == 1
    seal()
    kinds = [each.kind for each in list_facts(FactKind.LEDGER, FactKind.LEDGER_OPENED)]
    assert kinds == [FactKind.LEDGER, FactKind.LEDGER_OPENED, FactKind.LEDGER]
    assert faults() == []


@pytest.mark.usefixtures("app")
def test_a_cancelled_campaign_is_sealed_once_its_rest_is_skipped() -> None:
    campaign_id = launch_to_addresses(ANNA, BORIS)
    assert seal_ended_ledgers() == 0
    cancel_campaign(campaign_id)
    assert seal_ended_ledgers() == 0
    skip_rest_of_cancelled()
    assert seal_ended_ledgers() == 1
    [fact] = list_facts(FactKind.LEDGER)
    assert read_content(fact)["counts"]["skipped"] == 2


@pytest.fixture
def killed(app: Flask) -> int:
    """Return a campaign whose ledger a process began to seal, and was killed within."""
    campaign_id = launch_to_addresses(ANNA, BORIS)
    send()
    db.session.remove()
    db.engine.dispose()
    child = os.fork()
    if child == 0:
        with app.app_context():
            db.engine.dispose(close=False)

            def kill(*_: object) -> None:
                os.kill(os.getpid(), signal.SIGKILL)

            db.event.listen(db.session, "before_commit", kill)
            seal_ledger(campaign_id)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    return campaign_id


def test_a_worker_that_is_killed_at_the_end_leaves_it_to_the_next_one(killed: int) -> None:
    assert list_unsealed() == [killed]
    assert seal_ended_ledgers() == 1
    seal()
    assert (len(list_facts(FactKind.LEDGER)), faults()) == (1, [])


@pytest.mark.usefixtures("app")
def test_a_ledger_that_changes_while_it_is_read_is_not_sealed() -> None:
    campaign_id = launch_to_addresses(ANNA)
    assert not seal_ledger(campaign_id)
    assert list_facts(FactKind.LEDGER) == []


@pytest.mark.usefixtures("app")
def test_two_workers_seal_a_ledger_once() -> None:
    campaign_id = launch_to_addresses(ANNA)
    send(RecordingTransport())
    assert [seal_ledger(campaign_id), seal_ledger(campaign_id)] == [True, False]


@pytest.mark.usefixtures("app")
def test_a_batch_left_open_after_the_end_does_not_hide_an_unsealed_ledger() -> None:
    launched = launch_to_addresses(ANNA, BORIS)
    send()
    with transaction():
        db.session.execute(update(DeliveryBatch).values(due_at=clock.now()))
    assert seal_ended_ledgers() == 0
    with clock.pretend(clock.now() + 2 * DAY):
        notes = [str(each) for each in verify_all(clock.now()).notes]
    assert f"campaign {launched}: it has ended, and its ledger isn't sealed yet" in notes
