"""Stopping all mail to a person, and correcting their data, at their request."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters import clock
from supporters.accounts.queries import find_organiser_by_email
from supporters.cases.models import Case, CaseKind, Channel
from supporters.cases.rules import ACTS_A_DAY
from supporters.consent.models import Method
from supporters.consent.queries import list_events_of
from supporters.database import db
from supporters.lists.queries import list_lists, list_subscriptions_of
from supporters.lists.subscriptions import unsubscribe_from_every_list
from supporters.people.models import Subscriber
from supporters.personal_data.restriction import restrict_person
from tests.factories.cases import again, make_case
from tests.factories.lists import make_list
from tests.factories.lookups import use_up_acts
from tests.factories.signups import ADDRESS, make_subscriber
from tests.machinery.prepared_states import made_once
from tests.web.console.pages import followed, open_person
from tests.web.public.pages import hidden_values, press

PAGE = "/console/people"
ASKED = {"channel": "phone", "note": "Elle a appelé."}
CORRECTED = {"given_name": "Zoé", "language": "en", "channel": "phone", "is_sure": "y"}


@made_once
def subscriber(app: Flask) -> Subscriber:
    return make_subscriber(ADDRESS, make_list(), given_name="Camille")


@pytest.fixture(autouse=True)
def camille(owner_client: FlaskClient, subscriber: Subscriber) -> int:
    """Let the owner open the person; return their id."""
    open_person(owner_client, subscriber.id)
    return subscriber.id


def only_case() -> Case:
    db.session.rollback()
    return db.session.scalars(db.select(Case)).one()


def person() -> Subscriber:
    """Return the person, as the database has them now."""
    db.session.rollback()
    return db.session.scalars(db.select(Subscriber)).one()


def test_asking_to_stop_writing_changes_nothing_yet(
    owner_client: FlaskClient, camille: int
) -> None:
    assert owner_client.get(f"{PAGE}/{camille}/stop").status_code == 200
    assert owner_client.post(f"{PAGE}/{camille}/stop", data=ASKED).status_code == 400
    assert press(owner_client, f"{PAGE}/{camille}/stop").status_code == 422
    assert len(list_subscriptions_of(camille)) == 1


def test_an_objection_takes_a_person_off_every_list_and_into_the_archive(
    owner_client: FlaskClient, camille: int
) -> None:
    html = followed(owner_client, press(owner_client, f"{PAGE}/{camille}/stop", **ASKED))
    assert list_subscriptions_of(camille) == []
    assert "message-good" in html
    assert owner_client.get(f"{PAGE}/{camille}").status_code == 404
    assert [event.kind for event, _ in list_events_of(camille)] == [
        *("requested", "confirmed", "objected")
    ]
    case = only_case()
    assert (case.kind, case.channel, case.note) == (
        *(CaseKind.OBJECTION, Channel.PHONE),
        "Elle a appelé.",
    )
    assert case.closed_at is not None


def test_an_objection_recorded_already_is_not_offered_again(
    officer_client: FlaskClient, camille: int
) -> None:
    page = open_person(officer_client, camille)
    assert f'{page}/stop"' in officer_client.get(page).text
    press(officer_client, f"{page}/stop", **ASKED)
    assert f'{page}/stop"' not in officer_client.get(page).text
    assert "<form method" not in officer_client.get(f"{page}/stop").text.partition("<main")[2]


def test_a_person_who_had_left_already_can_object_too(
    officer_client: FlaskClient, camille: int
) -> None:
    unsubscribe_from_every_list(camille, Method.PAGE)
    page = open_person(officer_client, camille)
    press(officer_client, f"{page}/stop", **ASKED)
    assert f'{page}/stop"' not in officer_client.get(page).text


def test_a_person_who_signs_up_again_after_an_objection_is_back(
    owner_client: FlaskClient, camille: int
) -> None:
    press(owner_client, f"{PAGE}/{camille}/stop", **ASKED)
    make_subscriber(ADDRESS, list_lists()[0])
    assert f'{PAGE}/{camille}/stop"' in owner_client.get(f"{PAGE}/{camille}").text


def test_a_loop_over_people_stops_at_the_limit(organiser_client: FlaskClient) -> None:
    national = list_lists()[0]
    people = [make_subscriber(f"p{each}@example.org", national).id for each in range(10)]
    statuses = []
    for person_id in people:
        page = open_person(organiser_client, person_id)
        form = hidden_values(organiser_client.get(page).text)
        answer = organiser_client.post(f"{page}/stop", data={**form, **ASKED})
        statuses.append(answer.status_code)
    assert statuses == [303] * ACTS_A_DAY + [422] * (10 - ACTS_A_DAY)
    left = [each for each in people if list_subscriptions_of(each)]
    assert len(left) == 10 - ACTS_A_DAY


def test_a_correction_is_stored_and_leaves_a_closed_case(
    owner_client: FlaskClient, camille: int
) -> None:
    answer = press(owner_client, f"{PAGE}/{camille}/correct", **CORRECTED)
    assert "message-good" in followed(owner_client, answer)
    assert (person().given_name, person().language) == ("Zoé", "en")
    assert (only_case().kind, only_case().channel) == (CaseKind.RECTIFICATION, Channel.PHONE)


def test_a_correction_closes_the_case_that_asked_for_it(
    owner_client: FlaskClient, camille: int
) -> None:
    asked = make_case(clock.now(), CaseKind.RECTIFICATION, camille)
    html = owner_client.get(f"{PAGE}/{camille}/correct").text
    assert (f"/console/cases/{asked.id}" in html, 'name="channel"' in html) == (True, False)
    press(owner_client, f"{PAGE}/{camille}/correct", given_name="", language="fr", is_sure="y")
    assert (person().given_name, again(asked).closed_at is None) == (None, False)


@pytest.mark.parametrize(
    "missing", [{"is_sure": ""}, {"language": "de"}, {"given_name": "http://evil.example"}]
)
def test_a_wrong_correction_changes_nothing(
    owner_client: FlaskClient, camille: int, missing: dict[str, str]
) -> None:
    answer = press(owner_client, f"{PAGE}/{camille}/correct", **{**CORRECTED, **missing})
    assert (answer.status_code, person().given_name) == (422, "Camille")


def test_data_that_is_restricted_is_not_corrected(owner_client: FlaskClient, camille: int) -> None:
    restrict_person(camille, Method.MY_DATA)
    html = owner_client.get(f"{PAGE}/{camille}/correct").text
    assert 'name="given_name"' not in html


@pytest.mark.parametrize("path", ["correct", "erase", "restrict", "stop"])
def test_the_limit_of_the_account_is_said(
    owner_client: FlaskClient, camille: int, path: str
) -> None:
    owner = find_organiser_by_email("owner@parti.example")
    assert owner is not None
    use_up_acts(owner.id)
    reason = {"reason": "asked"} if path == "erase" else {"reason": "Par lettre."}
    fields = {**CORRECTED, **reason, **ASKED}
    answer = press(owner_client, f"{PAGE}/{camille}/{path}", **fields)
    assert (answer.status_code, "error-summary" in answer.text) == (422, True)
    assert (person().given_name, person().restricted_at) == ("Camille", None)
    assert len(list_subscriptions_of(camille)) == 1
