"""An erasure hides the records of one person, and no attacker can hide a withdrawal with it.

The attacker can write to the database, and has none of our keys.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, cast

import pytest
from sqlalchemy import Table, delete

from supporters import clock
from supporters.audit.log_verification import verify
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.consent.erasure_records import read_records, record_erasure
from supporters.consent.log_sealing import seal
from supporters.consent.models import ConsentEvent, EventKind, Method, Suppression
from supporters.consent.record_forms import describe_erasure
from supporters.consent.record_models import Erasure, ErasureReason
from supporters.database import db, transaction
from supporters.ids import new_id
from supporters.lists.models import Subscription
from supporters.lists.subscriptions import unsubscribe_from_every_list, unsubscribe_from_list
from supporters.people.models import Subscriber
from supporters.personal_data.erasure import ErasureOrder, erase_person
from supporters.personal_data.list_exports import Export, disclose_list
from supporters.transparency_log.log_records import erasure_key
from supporters.transparency_log.models import LogEntry
from tests.audit.keeper.forged_rows import forge_erasure
from tests.factories.approvals import launch_ready
from tests.factories.campaigns import ANNA, BORIS, claim, launch, ledger, reload
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.transparency_log.tampered_logs import (
    RowValues,
    delete_row,
    restore_row,
    rows_of,
    unguarded,
)

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

EVENTS, SUBSCRIPTIONS = (cast(Table, each.__table__) for each in (ConsentEvent, Subscription))
DISCLOSURES = "disclosure"


def event_rows(*kinds: EventKind) -> list[RowValues]:
    return [row for row in rows_of(EVENTS) if row["kind"] in kinds]


def hide_withdrawal(subscriptions: Sequence[RowValues]) -> tuple[str, int]:
    """Delete the only withdrawal and restore the subscription; return the withdrawal."""
    (withdrawn,) = event_rows(EventKind.WITHDRAWN)
    delete_row(EVENTS, withdrawn)
    with unguarded() as connection:
        connection.execute(delete(Suppression))
    for row in subscriptions:
        restore_row(SUBSCRIPTIONS, row)
    db.session.remove()
    return "withdrawn", withdrawn["id"]


def words() -> list[str]:
    """Return the faults that the verification reports."""
    db.session.remove()
    return [str(each) for each in verify(clock.now()).faults]


def record_with_key(records: Sequence[tuple[str, int]], reason: ErasureReason) -> None:
    """Record an erasure of any records, as the program does."""
    with transaction():
        record_erasure(records, reason, now=clock.now())


def test_a_running_campaign_is_paused_when_a_withdrawal_is_hidden() -> None:
    mailing_list = make_list()
    anna = make_subscriber(ANNA, mailing_list)
    make_subscriber(BORIS, mailing_list)
    campaign_id = launch(mailing_list)
    held = rows_of(SUBSCRIPTIONS)
    unsubscribe_from_list(anna.id, mailing_list.id, Method.PAGE)
    seal()
    theirs = [row for row in held if row["subscriber_id"] == anna.id]
    forge_erasure([hide_withdrawal(theirs)])
    assert claim(campaign_id) is None
    paused = reload(campaign_id)
    assert (paused.status, str(paused.problem)[:4]) == (CampaignStatus.PAUSED, "log:")


def test_an_unsubscription_during_a_campaign_does_not_pause_it() -> None:
    mailing_list = make_list()
    anna, boris = (make_subscriber(each, mailing_list) for each in (ANNA, BORIS))
    campaign_id = launch(mailing_list)
    unsubscribe_from_list(anna.id, mailing_list.id, Method.PAGE)
    erase_person(anna.id, ErasureOrder(reason=ErasureReason.ASKED))
    claimed = claim(campaign_id)
    assert claimed is not None
    assert [each.subscriber_id for each in claimed.recipients] == [boris.id]


@pytest.mark.both_databases
def test_no_campaign_is_launched_while_an_erased_person_has_rows() -> None:
    mailing_list = make_list()
    draft = make_campaign(mailing_list).id
    anna = make_subscriber(ANNA, mailing_list)
    people = rows_of(cast(Table, Subscriber.__table__))
    events, held = rows_of(EVENTS), rows_of(SUBSCRIPTIONS)
    erase_person(anna.id, ErasureOrder(reason=ErasureReason.ASKED))
    seal()
    for table, rows in ((Subscriber.__table__, people), (EVENTS, events), (SUBSCRIPTIONS, held)):
        for row in rows:
            restore_row(cast(Table, table), row)
    with unguarded() as connection:
        connection.execute(delete(Suppression))
    db.session.remove()
    assert not isinstance(launch_ready(draft), Campaign)


def test_a_list_with_valid_withdrawals_and_erasures_gets_campaigns() -> None:
    mailing_list = make_list()
    anna, boris = (make_subscriber(each, mailing_list) for each in (ANNA, BORIS))
    make_subscriber("chloe@example.org", mailing_list)
    unsubscribe_from_every_list(anna.id, Method.PAGE)
    erase_person(anna.id, ErasureOrder(reason=ErasureReason.ASKED))
    unsubscribe_from_every_list(boris.id, Method.PAGE)
    seal()
    campaign_id = launch(mailing_list)
    assert [*ledger(campaign_id)] == ["chloe@example.org"]
    assert words() == []


def confirmed_and_withdrawn() -> tuple[int, int]:
    """Return the ids of a confirmation and a withdrawal without rows."""
    anna = make_subscriber(ANNA, make_list())
    unsubscribe_from_every_list(anna.id, Method.PAGE)
    seal()
    rows = {row["kind"]: row for row in event_rows(EventKind.CONFIRMED, EventKind.WITHDRAWN)}
    for row in rows.values():
        delete_row(EVENTS, row)
    return rows[EventKind.CONFIRMED]["id"], rows[EventKind.WITHDRAWN]["id"]


@pytest.mark.parametrize("listed", ["withdrawal-alone", "twice", "a-wording", "an-export", "none"])
def test_an_erasure_of_other_records_is_a_fault_even_with_our_keys(listed: str) -> None:
    confirmed, withdrawn = confirmed_and_withdrawn()
    whole = [("confirmed", confirmed), ("withdrawn", withdrawn)]
    records = {
        "withdrawal-alone": whole[1:],
        "twice": [*whole, whole[1]],
        "a-wording": [*whole, ("wording", 1)],
        "an-export": [*whole, ("exported", new_id(clock.now()))],
        "none": [],
    }[listed]
    record_with_key(records, ErasureReason.ASKED)
    assert any(each.startswith("erasure erased") for each in words())


def test_two_erasures_do_not_list_the_same_record() -> None:
    anna, boris = (make_subscriber(each, make_list(each[:4])) for each in (ANNA, BORIS))
    (confirmed,) = (
        row["id"] for row in event_rows(EventKind.CONFIRMED) if row["subscriber_id"] == boris.id
    )
    erase_person(boris.id, ErasureOrder(reason=ErasureReason.ASKED))
    unsubscribe_from_every_list(anna.id, Method.PAGE)
    seal()
    (withdrawn,) = event_rows(EventKind.WITHDRAWN)
    delete_row(EVENTS, withdrawn)
    record_with_key([("confirmed", confirmed), ("withdrawn", withdrawn["id"])], ErasureReason.ASKED)
    assert any("two erasures list it" in each for each in words())


@pytest.mark.both_databases
def test_an_erasure_lists_only_records_of_the_log() -> None:
    anna = make_subscriber(ANNA, make_list())
    unsubscribe_from_every_list(anna.id, Method.PAGE)
    seal()
    (withdrawn,) = event_rows(EventKind.WITHDRAWN)
    delete_row(EVENTS, withdrawn)
    made_up = new_id(clock.now() + timedelta(seconds=1))
    record_with_key([("confirmed", made_up), ("withdrawn", withdrawn["id"])], ErasureReason.ASKED)
    assert any("the log has no entry of it" in each for each in words())


def test_a_recent_export_cannot_be_hidden() -> None:
    mailing_list = make_list()
    make_subscriber(ANNA, mailing_list)
    exported = disclose_list(mailing_list.id, asked_by="owner@parti.example", reason="For the file")
    assert isinstance(exported, Export)
    seal()
    (entry,) = db.session.scalars(db.select(LogEntry).where(LogEntry.kind == "exported"))
    assert words() == []
    (row,) = rows_of(db.metadata.tables[DISCLOSURES])
    delete_row(db.metadata.tables[DISCLOSURES], row)
    record_with_key([("exported", entry.record_id)], ErasureReason.EXPIRED)
    assert any("exported" in each and "row is missing" in each for each in words())


def test_the_entry_of_an_erasure_needs_our_key() -> None:
    anna = make_subscriber(ANNA, make_list())
    erase_person(anna.id, ErasureOrder(reason=ErasureReason.ASKED))
    erasure = db.session.scalars(db.select(Erasure)).one()
    entry = db.session.get_one(LogEntry, ("erased", erasure.id))
    open_form: Any = describe_erasure(erasure, key=bytes(32))
    assert entry.commitment != open_form.commitment


@pytest.mark.both_databases
def test_nobody_without_our_keys_reads_or_guesses_what_was_erased() -> None:
    anna = make_subscriber(ANNA, make_list())
    ids = [str(each) for each in db.session.scalars(db.select(ConsentEvent.id))]
    erase_person(anna.id, ErasureOrder(reason=ErasureReason.ASKED))
    erasure = db.session.scalars(db.select(Erasure)).one()
    text = describe_erasure(erasure, key=erasure_key()).text
    assert erasure.records is None
    assert not [each for each in ids if each in text]
    assert not [each for each in ids if each.encode() in (erasure.sealed_list or b"")]
    guessed = json.dumps([[*each] for each in read_records(erasure)]).encode()
    assert hashlib.sha256(guessed).digest() != erasure.records_sha256
