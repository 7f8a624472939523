"""A campaign counts those who leave by the links of its emails, in totals of an hour."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from supporters import clock
from supporters.cases.departures import unsubscribe_from_all
from supporters.consent.models import Method
from supporters.crypto.tokens import TokenPurpose
from supporters.database import db, transaction
from supporters.delivery.after_sending.departure_counts import (
    count_departures,
    list_departures_by_hour,
    uncount_departure,
)
from supporters.delivery.after_sending.models import DepartureCount
from supporters.extensions import current_tokens
from supporters.lists.models import MailingList
from supporters.my_data.link_unsubscription import unsubscribe_by_link
from tests.factories.campaigns import ANNA, BORIS, CHLOE, launch
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.machinery.prepared_states import made_once
from tests.machinery.threads import at_once

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@made_once
def sent(app: Flask) -> tuple[list[int], int, int]:
    """Return the ids of three people, of their list, and of a campaign to it."""
    mailing_list = make_list()
    people = [make_subscriber(each, mailing_list).id for each in (ANNA, BORIS, CHLOE)]
    return people, mailing_list.id, launch(mailing_list)


def counted(campaign_id: int) -> int:
    """Return how many people left because of a campaign."""
    db.session.rollback()
    return count_departures([campaign_id]).get(campaign_id, 0)


def link(purpose: TokenPurpose, *ids: int) -> str:
    """Return the token of a link in an email."""
    return current_tokens().sign(purpose, [*ids])


def test_each_way_out_by_a_link_of_an_email_counts_once(
    client: FlaskClient, sent: tuple[list[int], int, int]
) -> None:
    (anna, boris, chloe), list_id, campaign_id = sent
    leave, why = TokenPurpose.UNSUBSCRIBE, TokenPurpose.WHY
    ways = [
        (f"/leave/{link(leave, anna, list_id, campaign_id)}", ONE_CLICK),
        (f"/leave/{link(leave, boris, list_id, campaign_id)}", {"leave": "all"}),
        (f"/fr/why/{link(why, chloe, list_id, campaign_id)}/leave", {}),
    ]
    faults = []
    for number, (path, data) in enumerate(ways, start=1):
        for _ in range(2):  # the second press changes nothing
            assert client.post(path, data=data).status_code == 200
        if counted(campaign_id) != number:
            faults.append((path, counted(campaign_id)))
    assert not faults
    with time_machine.travel(clock.now() + timedelta(hours=1)):
        assert [people for _, people in list_departures_by_hour(campaign_id)] == [3]


def test_an_undo_by_the_same_browser_counts_back(
    client: FlaskClient, sent: tuple[list[int], int, int]
) -> None:
    (anna, *_), list_id, campaign_id = sent
    path = f"/leave/{link(TokenPurpose.UNSUBSCRIBE, anna, list_id, campaign_id)}"
    client.post(path, data={"leave": ""})
    before = counted(campaign_id)
    for _ in range(2):
        client.post("/leave/undo")
    assert (before, counted(campaign_id)) == (1, 0)
    assert list_departures_by_hour(campaign_id) == []


def test_a_link_of_no_campaign_or_of_a_draft_unsubscribes_and_counts_nothing(
    sent: tuple[list[int], int, int],
) -> None:
    (anna, boris, chloe), list_id, _ = sent
    mailing_list = db.session.get_one(MailingList, list_id)
    draft = make_campaign(mailing_list)
    for person, campaign_id in ((anna, 0), (boris, draft.id), (chloe, 404)):
        assert unsubscribe_by_link(
            person, list_id, Method.ONE_CLICK, campaign_id=campaign_id
        ).is_new
    assert db.session.scalars(select(DepartureCount)).all() == []


def test_many_who_leave_at_once_are_all_counted(
    app: Flask, sent: tuple[list[int], int, int]
) -> None:
    people, list_id, campaign_id = sent
    db.session.rollback()

    def leave(person: int) -> None:
        unsubscribe_by_link(person, list_id, Method.ONE_CLICK, campaign_id=campaign_id)

    waiting = [*people]
    at_once(app, lambda: leave(waiting.pop()), workers=len(people))
    assert counted(campaign_id) == len(people)


def test_the_totals_name_nobody_and_hold_whole_hours(
    sent: tuple[list[int], int, int],
) -> None:
    (anna, boris, _), list_id, campaign_id = sent
    unsubscribe_from_all(anna, Method.PAGE, campaign_id=campaign_id)
    unsubscribe_by_link(boris, list_id, Method.ONE_CLICK, campaign_id=campaign_id)
    with transaction():
        uncount_departure(campaign_id, clock.now())
    rows = db.session.scalars(select(DepartureCount)).all()
    assert sum(each.people for each in rows) == 1
    assert {(each.hour.minute, each.hour.second) for each in rows} == {(0, 0)}
    names = {each.name for each in DepartureCount.__table__.columns}
    assert names == {"campaign_id", "hour", "shard", "people"}
