"""The team stops all mail to a person at their request: recorded, told, limited, undone."""

import json
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from supporters import clock
from supporters.accounts.models import Organiser
from supporters.audit.log_verification import verify
from supporters.audit_log.audit_events import Act, AuditEvent
from supporters.cases.acts_on_behalf import (
    OnBehalfError,
    StopWritingResult,
    count_left,
    stop_writing,
)
from supporters.cases.models import CaseEntry, Channel
from supporters.cases.rules import ACTS_A_DAY, ACTS_A_DAY_OF_GUARDIANS, ALARM_EVERY
from supporters.consent.log_sealing import seal
from supporters.consent.models import Method
from supporters.consent.queries import is_suppressed
from supporters.consent.suppression import EVERYTHING
from supporters.database import db
from supporters.lists.acts import ListAct
from supporters.lists.queries import list_subscriptions_of
from supporters.lists.subscriptions import object_to_everything
from supporters.mail.models import EmailKind
from supporters.my_data.undo_departure import MyDataAct
from supporters.people.models import Subscriber
from tests.factories.accounts import make_dpo, make_organiser, make_owner
from tests.factories.lists import make_list
from tests.factories.lookups import acting_account, notices_to, use_up_acts
from tests.factories.my_data import emails_to, path_in
from tests.factories.signups import ADDRESS, make_subscriber, values_in
from tests.machinery.prepared_states import made_once
from tests.machinery.threads import in_threads
from tests.web.public.pages import press

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]


@made_once
def camille() -> Subscriber:
    """Return a person on two lists."""
    return make_subscriber(ADDRESS, make_list(), make_list("paris", "Paris"))


def stop(person: Subscriber, by: Organiser) -> StopWritingResult | OnBehalfError:
    """Stop all mail to a person as an account does, after a call."""
    with acting_account(by.id):
        return stop_writing(person.id, Channel.PHONE, by=by.id)


def events(act: Act) -> list[AuditEvent]:
    """Return the recorded acts of a kind."""
    db.session.rollback()
    return [*db.session.scalars(select(AuditEvent).where(AuditEvent.act == act.value))]


def has_objected(person: Subscriber) -> bool:
    db.session.rollback()
    return is_suppressed(person.address_mac, [EVERYTHING], clock.now())


def undo_path() -> str:
    """Return the path of the link in the newest email."""
    return path_in(emails_to(ADDRESS, EmailKind.UNSUBSCRIBED_FROM_ALL)[-1], "undo_url")


def notices(account: Organiser) -> list[str]:
    """Return the kinds of notices that an account got."""
    return [str(each["notice"]) for each in notices_to(account.email)]


@pytest.mark.both_databases
def test_the_account_and_the_channel_are_recorded(
    organiser: Organiser, camille: Subscriber
) -> None:
    assert stop(camille, organiser) is StopWritingResult.DONE
    (event,) = events(ListAct.PERSON_STOPPED)
    assert (event.account_id, event.object_id) == (organiser.id, camille.id)
    assert json.loads(event.details) == {"channel": "phone"}
    assert db.session.scalars(select(CaseEntry.made_by)).all() == [organiser.id]
    assert (list_subscriptions_of(camille.id), has_objected(camille)) == ([], True)
    seal()
    assert verify(clock.now()).faults == []


def test_the_person_is_told_how_it_was_asked(organiser: Organiser, camille: Subscriber) -> None:
    stop(camille, organiser)
    (email,) = emails_to(ADDRESS, EmailKind.UNSUBSCRIBED_FROM_ALL)
    values = values_in(email)
    assert (values["kind"], values["channel"]) == ("on-behalf", "phone")
    assert len(values["names"]) == 2


@pytest.mark.both_databases
def test_one_press_of_the_person_undoes_it(
    client: FlaskClient, organiser: Organiser, camille: Subscriber
) -> None:
    owner = make_owner()
    stop(camille, organiser)
    page = undo_path()
    html = client.get(page).text
    assert "une personne de notre équipe" in html.lower()
    assert press(client, page).status_code == 200
    assert (len(list_subscriptions_of(camille.id)), has_objected(camille)) == (2, False)
    assert notices(owner) == ["stop_undone"]
    assert notices_to(owner.email)[0]["account"] == organiser.email
    assert [each.object_id for each in events(MyDataAct.STOP_UNDONE)] == [camille.id]
    assert press(client, page).status_code == 410
    seal()
    assert verify(clock.now()).faults == []


def test_the_link_undoes_no_objection_of_the_person(
    client: FlaskClient, organiser: Organiser, camille: Subscriber
) -> None:
    stop(camille, organiser)
    page = undo_path()
    with time_machine.travel(clock.now() + timedelta(minutes=1), tick=True):
        object_to_everything(camille.id, Method.MY_DATA)
        assert client.get(page).status_code == 410
    assert has_objected(camille)


def test_an_earlier_objection_gets_no_link(organiser: Organiser, camille: Subscriber) -> None:
    object_to_everything(camille.id, Method.MY_DATA)
    stop(camille, organiser)
    assert emails_to(ADDRESS, EmailKind.UNSUBSCRIBED_FROM_ALL) == []


def test_an_account_acts_for_no_more_people_than_its_limit(
    organiser: Organiser, camille: Subscriber
) -> None:
    use_up_acts(organiser.id, ACTS_A_DAY)
    assert stop(camille, organiser) is OnBehalfError.LIMIT_REACHED
    assert (len(list_subscriptions_of(camille.id)), has_objected(camille)) == (2, False)
    with time_machine.travel(clock.now() + timedelta(hours=25)):
        assert stop(camille, organiser) is StopWritingResult.DONE


def test_owners_and_the_officer_have_a_higher_limit(organiser: Organiser) -> None:
    limits = [count_left(each.id) for each in (organiser, make_owner(), make_dpo())]
    assert limits == [ACTS_A_DAY, ACTS_A_DAY_OF_GUARDIANS, ACTS_A_DAY_OF_GUARDIANS]


@pytest.mark.both_databases
def test_parallel_clicks_stay_within_the_limit(app: Flask, organiser: Organiser) -> None:
    mailing_list = make_list()
    people = [make_subscriber(f"p{each}@example.org", mailing_list).id for each in range(4)]
    account_id = organiser.id
    use_up_acts(account_id, ACTS_A_DAY - 2)

    def stop_one(person_id: int) -> StopWritingResult | OnBehalfError:
        with acting_account(account_id):
            return stop_writing(person_id, Channel.PHONE, by=account_id)

    results = in_threads(app, [lambda each=each: stop_one(each) for each in people])
    assert results.count(StopWritingResult.DONE) == 2
    assert len(events(ListAct.PERSON_STOPPED)) == ACTS_A_DAY


def test_many_acts_of_the_team_alarm_the_owners_and_the_officer(camille: Subscriber) -> None:
    owner, officer = make_owner(), make_dpo()
    accounts = [make_organiser(f"org{each}@parti.example") for each in range(3)]
    for each in accounts[:2]:
        use_up_acts(each.id, 4)
    make_subscriber("other@example.org", make_list("lyon", "Lyon"))
    use_up_acts(accounts[2].id, 1)
    assert (notices(owner), ALARM_EVERY) == ([], 10)
    stop(camille, accounts[2])
    assert (notices(owner), notices(officer)) == (["many_acts_on_behalf"],) * 2


def test_an_unknown_person_is_no_act(organiser: Organiser, camille: Subscriber) -> None:
    with acting_account(organiser.id):
        unknown = stop_writing(404, Channel.PHONE, by=organiser.id)
    assert (unknown, events(ListAct.PERSON_STOPPED)) == (StopWritingResult.UNKNOWN, [])
