"""Each claim pauses its campaign if a withdrawal was hidden since the launch."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import delete, insert

from supporters import clock
from supporters.audit.hidden_withdrawals import list_hidden_withdrawals
from supporters.campaigns.states import CampaignStatus
from supporters.consent.erasure_records import record_erasure
from supporters.consent.log_sealing import seal
from supporters.consent.models import ConsentEvent, EventKind, Method
from supporters.consent.record_forms import describe_restoration
from supporters.consent.record_models import ErasureReason, LostEntry, Restoration
from supporters.database import db, transaction
from supporters.delivery.pauses.withdrawal_guard import MARGIN
from supporters.ids import new_id
from supporters.lists.subscriptions import unsubscribe_from_every_list
from supporters.transparency_log.log_records import add_entry, restoration_key
from supporters.transparency_log.queries import find_latest_checkpoint
from tests.factories.campaigns import ANNA, BORIS, claim, launch_to_addresses, reload, subscriber_at
from tests.machinery.statements import statements
from tests.transparency_log.tampered_logs import unguarded

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]


def hide_a_withdrawal() -> None:
    unsubscribe_from_every_list(subscriber_at(BORIS).id, Method.PAGE)
    with unguarded() as connection:
        connection.execute(
            delete(ConsentEvent).where(ConsentEvent.kind == EventKind.WITHDRAWN.value)
        )


def let_an_erasure_list(event_id: int) -> None:
    with transaction():
        listed = [(EventKind.CONFIRMED.value, event_id)]
        record_erasure(listed, ErasureReason.ASKED, now=clock.now())


def erase_a_consent_and_leave_its_row() -> None:
    confirmed = db.select(ConsentEvent.id).where(
        ConsentEvent.subscriber_id == subscriber_at(BORIS).id,
        ConsentEvent.kind == EventKind.CONFIRMED,
    )
    let_an_erasure_list(db.session.scalars(confirmed).one())


def erase_a_consent_that_the_log_lacks() -> None:
    let_an_erasure_list(new_id(clock.now()))


def put_a_hash_into_the_place_of_an_entry() -> None:
    row = {"position": 1, "leaf": bytes(32), "restoration_id": 1}
    with unguarded() as connection:
        connection.execute(insert(LostEntry).values(row))


def delete_what_a_restoration_appended() -> None:
    seal()
    newest = find_latest_checkpoint()
    assert newest is not None
    restored = Restoration(
        id=new_id(clock.now()),
        lost_head=newest.checkpoint,
        restored_size=0,
        replayed=0,
        occurred_at=clock.now(),
        appended=1,
    )
    with transaction():
        db.session.add(restored)
        add_entry(describe_restoration(restored, key=restoration_key()))


@pytest.mark.parametrize(
    "hide",
    [
        hide_a_withdrawal,
        erase_a_consent_and_leave_its_row,
        erase_a_consent_that_the_log_lacks,
        put_a_hash_into_the_place_of_an_entry,
        delete_what_a_restoration_appended,
    ],
    ids=lambda hide: hide.__name__,
)
def test_nobody_gets_an_email_once_something_is_hidden(hide: Callable[[], None]) -> None:
    campaign_id = launch_to_addresses(ANNA, BORIS)
    hide()
    assert claim(campaign_id) is None
    campaign = reload(campaign_id)
    assert (campaign.status, campaign.problem) == (CampaignStatus.PAUSED, "log: 1")


def test_a_claim_looks_for_hidden_withdrawals_in_one_statement(app: Flask) -> None:
    launched_at = reload(launch_to_addresses(ANNA, BORIS)).launched_at
    assert launched_at is not None
    unsubscribe_from_every_list(subscriber_at(BORIS).id, Method.PAGE)
    with transaction(), statements() as said:
        assert list_hidden_withdrawals(clock.now(), since=launched_at - MARGIN) == []
    assert len([each for each in said if each.startswith("SELECT")]) == 1
