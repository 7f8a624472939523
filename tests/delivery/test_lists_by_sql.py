"""A launched campaign goes to no list that somebody gave it by SQL."""

import pytest

from supporters.campaigns.models import CampaignStatus
from supporters.database import db, transaction
from supporters.lists.models import MailingList
from tests.factories.campaigns import (
    ANNA,
    BORIS,
    CHLOE,
    DEFERRED,
    RecordingTransport,
    delivery_to,
    launch,
    make_due,
    reload,
    send,
)
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.machinery.prepared_states import made_once

Lists = tuple[MailingList, MailingList]
pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]


@made_once
def lists() -> Lists:
    """Make a list with Anna, and one with Boris and Chloé."""
    national, youth = make_list(), make_list("youth", "Jeunes")
    make_subscriber(ANNA, national)
    for each in (BORIS, CHLOE):
        make_subscriber(each, youth)
    return national, youth


def put_into_ledger(campaign_id: int, mailing_list: MailingList) -> None:
    """Add the people of another list to a launched campaign by SQL."""
    values = {"campaign": campaign_id, "purpose": mailing_list.purpose_id, "list": mailing_list.id}
    insert = "INSERT INTO campaign_list VALUES (:campaign, :purpose, :list, 9)"
    add = (
        "INSERT INTO delivery (campaign_id, subscriber_id, batch, purpose_id, consent_event_id,"
        " consent_kind, status, attempts, next_attempt_at)"
        " SELECT :campaign, subscriber_id, 1, purpose_id, consent_event_id, consent_kind,"
        " 'queued', 0, '2020-01-01 00:00:00' FROM subscription"
        " WHERE mailing_list_id = :list AND subscriber_id NOT IN"
        " (SELECT subscriber_id FROM delivery WHERE campaign_id = :campaign)"
    )
    with transaction():
        db.session.execute(db.text(insert), values)
        written = db.session.execute(db.text(add), values)
        more = {"more": written.rowcount, "campaign": campaign_id}
        size = "UPDATE delivery_batch SET size = size + :more WHERE campaign_id = :campaign"
        db.session.execute(db.text(size), more)


def test_a_launched_campaign_that_got_another_list_by_sql_is_paused(lists: Lists) -> None:
    national, youth = lists
    campaign_id = launch(national)
    put_into_ledger(campaign_id, youth)
    assert send() == []
    assert (reload(campaign_id).status, reload(campaign_id).problem) == (
        CampaignStatus.PAUSED,
        "version:",
    )


def test_people_of_another_list_whom_a_worker_meets_get_nothing(lists: Lists) -> None:
    national, youth = lists
    campaign_id = launch(national)
    send(RecordingTransport(lambda _: DEFERRED))  # this worker has compiled the message
    put_into_ledger(campaign_id, youth)
    make_due(campaign_id)
    assert send() == [ANNA]
    refused = {each: delivery_to(campaign_id, each).reply for each in (BORIS, CHLOE)}
    assert refused == dict.fromkeys((BORIS, CHLOE), "unwritable")
