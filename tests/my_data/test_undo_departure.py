"""A link in a forwarded email unsubscribes its reader; the mailbox can undo it."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from supporters import clock
from supporters.audit.log_verification import verify
from supporters.cases.models import Case
from supporters.consent.log_sealing import seal
from supporters.consent.models import ConsentEvent, EventKind, Method, PageSnapshot
from supporters.consent.page_snapshots import open_snapshot
from supporters.consent.queries import is_suppressed, list_events_of
from supporters.consent.suppression import is_signup_mail_blocked, purpose_scope
from supporters.crypto.tokens import TokenPurpose
from supporters.database import db
from supporters.extensions import current_tokens
from supporters.lists.models import MailingList
from supporters.lists.queries import list_subscriptions_of
from supporters.lists.subscriptions import object_to_everything
from supporters.mail.models import EmailKind
from supporters.my_data.disputes import find_unwanted_mailbox, link_to_stop_all_mail, stop_all_mail
from supporters.people.addresses import parse_address
from supporters.people.models import Subscriber
from supporters.personal_data.restriction import restrict_person
from supporters.retention.retention_rounds import purge_every_minute
from tests.factories.lists import make_list
from tests.factories.my_data import emails_to, path_in
from tests.factories.rows import count_rows
from tests.factories.signups import ADDRESS, make_subscriber, values_in
from tests.machinery.prepared_states import made_once
from tests.web.public.pages import hidden_values, press

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]


@made_once
def lists(app: Flask) -> list[MailingList]:
    """Return the lists of a person."""
    lists = [make_list(), make_list("paris", "Paris")]
    make_subscriber(ADDRESS, *lists)
    return lists


def reader() -> Subscriber:
    """Return the person, as the database has them now."""
    db.session.rollback()
    return db.session.scalars(db.select(Subscriber)).one()


def token(purpose: TokenPurpose, list_id: int) -> str:
    """Return the token of a link in a campaign email."""
    return current_tokens().sign(purpose, [str(reader().id), list_id, 1])


def say_never_signed_up(client: FlaskClient, mailing_list: MailingList) -> None:
    """Say "I never signed up" on the page behind an email."""
    page = f"/fr/why/{token(TokenPurpose.WHY, mailing_list.id)}"
    assert client.post(f"{page}/never").status_code == 200


def leave_all(client: FlaskClient, mailing_list: MailingList) -> None:
    """Unsubscribe from every list on the page behind an email's link."""
    page = f"/leave/{token(TokenPurpose.UNSUBSCRIBE, mailing_list.id)}"
    assert client.post(page, data={"leave": "all"}).status_code == 200


def notices() -> list[dict[str, object]]:
    """Return the values of the notices to the mailbox."""
    return [values_in(each) for each in emails_to(ADDRESS, EmailKind.UNSUBSCRIBED_FROM_ALL)]


def undo_link() -> str:
    """Return the undo link in the newest notice."""
    return path_in(emails_to(ADDRESS, EmailKind.UNSUBSCRIBED_FROM_ALL)[-1], "undo_url")


def names_of_lists() -> set[str]:
    """Return the names of the person's lists."""
    return {each.name for _, each in list_subscriptions_of(reader().id)}


def test_the_mailbox_gets_a_notice_of_a_dispute(
    lists: list[MailingList], client: FlaskClient
) -> None:
    say_never_signed_up(client, lists[0])
    (notice,) = notices()
    assert (notice["kind"], {*notice["names"]}) == ("disputed", {each.name for each in lists})


def test_leaving_every_list_sends_a_notice_and_leaving_one_does_not(
    lists: list[MailingList], client: FlaskClient
) -> None:
    client.post(f"/leave/{token(TokenPurpose.UNSUBSCRIBE, lists[1].id)}")
    assert notices() == []
    leave_all(client, lists[0])
    (notice,) = notices()
    assert (notice["kind"], notice["names"]) == ("unsubscribed", [lists[0].name])


def test_the_other_pages_with_that_button_send_a_notice_too(
    lists: list[MailingList], client: FlaskClient
) -> None:
    page = f"/fr/why/{token(TokenPurpose.WHY, lists[0].id)}"
    client.post(f"{page}/leave", data={"leave": "all"})
    assert len(notices()) == 1


def test_pressing_again_sends_no_second_notice(
    lists: list[MailingList], client: FlaskClient
) -> None:
    leave_all(client, lists[0])
    leave_all(client, lists[0])
    say_never_signed_up(client, lists[0])
    assert len(notices()) == 1


def test_the_mailbox_restores_the_withdrawn_consents(
    lists: list[MailingList], client: FlaskClient
) -> None:
    before = {event.wording_id for event, _ in list_events_of(reader().id)}
    say_never_signed_up(client, lists[0])
    page = client.get(undo_link())
    assert (page.status_code, names_of_lists()) == (200, set())
    assert press(client, undo_link()).status_code == 200
    assert (names_of_lists(), reader().restricted_at) == ({each.name for each in lists}, None)
    case = db.session.scalars(db.select(Case)).one()
    assert case.closed_at is not None
    given = [
        event
        for event, _ in list_events_of(reader().id)
        if event.kind is EventKind.CONFIRMED and event.occurred_at >= case.closed_at
    ]
    assert {each.wording_id for each in given} == before - {None}
    kept = open_snapshot(db.session.get_one(PageSnapshot, given[0].page_snapshot_id))
    for each in given:
        assert (each.method, each.evidence is None) == (Method.LINK, False)
        assert not is_suppressed(
            reader().address_mac, [purpose_scope(each.purpose_id or 0)], clock.now()
        )
    assert all(each.name in kept for each in lists)
    seal()
    assert verify(clock.now()).faults == []


def test_one_press_undoes_a_dispute_that_had_no_notice(
    lists: list[MailingList], client: FlaskClient
) -> None:
    leave_all(client, lists[0])
    say_never_signed_up(client, lists[0])
    assert reader().restricted_at is not None
    press(client, undo_link())
    assert (reader().restricted_at, len(names_of_lists())) == (None, 2)


def test_the_link_works_once(lists: list[MailingList], client: FlaskClient) -> None:
    leave_all(client, lists[0])
    link = undo_link()
    opened = hidden_values(client.get(link).text)
    assert client.post(link, data=opened).status_code == 200
    leave_all(client, lists[0])
    assert client.post(link, data=opened).status_code == 410
    assert (client.get(link).status_code, names_of_lists()) == (410, set())


def test_the_link_expires_and_is_deleted(lists: list[MailingList], client: FlaskClient) -> None:
    leave_all(client, lists[0])
    link, days = undo_link(), notices()[0]["days"]
    assert isinstance(days, int)
    with time_machine.travel(clock.now() + timedelta(days=days, minutes=1)):
        assert client.get(link).status_code == 410
        purge_every_minute(clock.now())
        db.session.rollback()
        assert client.get(link).status_code == 410
    assert names_of_lists() == set()


def test_nothing_comes_back_after_an_objection(
    lists: list[MailingList], client: FlaskClient
) -> None:
    leave_all(client, lists[0])
    object_to_everything(reader().id, Method.ORGANISER)
    assert client.get(undo_link()).status_code == 410


def test_a_restriction_for_another_reason_stays(
    lists: list[MailingList], client: FlaskClient
) -> None:
    leave_all(client, lists[0])
    restrict_person(reader().id, Method.ORGANISER)
    assert press(client, undo_link()).status_code == 410
    assert (names_of_lists(), reader().restricted_at is None) == (set(), False)


def test_a_person_who_objected_gets_no_notice(
    lists: list[MailingList], client: FlaskClient
) -> None:
    object_to_everything(reader().id, Method.MY_DATA)
    say_never_signed_up(client, lists[0])
    assert notices() == []


def test_a_list_joined_again_meanwhile_stays(lists: list[MailingList], client: FlaskClient) -> None:
    leave_all(client, lists[0])
    make_subscriber(ADDRESS, lists[0])
    events = len(list_events_of(reader().id))
    press(client, undo_link())
    assert len(names_of_lists()) == 2
    assert len(list_events_of(reader().id)) == events + 1


def test_a_forged_link_is_unknown(app: Flask, client: FlaskClient) -> None:
    assert {client.get("/fr/undo/forged").status_code, client.post("/fr/undo/x").status_code} == {
        404
    }


def test_a_get_restores_nothing(lists: list[MailingList], client: FlaskClient) -> None:
    leave_all(client, lists[0])
    events = count_rows(ConsentEvent)
    client.get(undo_link())
    assert count_rows(ConsentEvent) == events


@pytest.mark.parametrize("typed", ["camille@example.org", "ca.mille@example.org", "a-b@proton.me"])
def test_the_link_blocks_signup_emails_to_exactly_its_address(typed: str) -> None:
    address = parse_address(typed)
    token = link_to_stop_all_mail(address, "fr").rpartition("/")[2]
    mailbox = find_unwanted_mailbox(token)
    assert mailbox is not None
    stop_all_mail(mailbox)
    assert is_signup_mail_blocked(address, clock.now())
    others = ("c.amille@example.org", "camille+x@example.org", "ab@proton.me")
    assert not any(is_signup_mail_blocked(parse_address(each), clock.now()) for each in others)
