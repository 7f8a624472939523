"""Every table with data on people is in the registry, is exported and is erased."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters import clock
from supporters.cases.case_service import NewCaseEntry, add_closed_case, add_entry
from supporters.cases.departures import record_departure
from supporters.cases.models import CaseAct, CaseKind, Departure, DepartureKind
from supporters.consent.models import Method
from supporters.database import Model, db
from supporters.delivery.engine.sending_engine import send_here
from supporters.lists.queries import find_list_by_slug
from supporters.my_data.address_change import request_address_change
from supporters.people.addresses import parse_address
from supporters.people.models import Subscriber
from supporters.personal_data.data_registry import export_everything, list_data_sources
from supporters.personal_data.data_subjects import data_subject_of
from supporters.personal_data.restriction import restrict_person
from supporters.questions.rules import QuestionKind
from supporters.questions.subscriber_answers import Answer
from supporters.web.labels.person_labels import FIELDS, TABLES
from tests.factories.breaches import affect, make_breach
from tests.factories.campaigns import RecordingTransport, launch, subscriber_at
from tests.factories.exports import export
from tests.factories.imports import csv_of, invited
from tests.factories.lists import make_list
from tests.factories.my_data import open_my_data
from tests.factories.questions import (
    answer_to,
    make_person_with_answers,
    make_question,
    request_with_answers,
)
from tests.factories.returned.failures import fail
from tests.factories.signups import ADDRESS, make_subscriber

pytestmark = pytest.mark.either_database

KEYS = {"address", "address_key", "address_mac", "rate_mac", "given_name", "email", "recipient"}
PEOPLE = {"subscriber", "signup_request", "privacy_case"}
OF_THE_PARTY = {"controller"}
# No key, but an unfinished form, or a former list, names people; our keys open the leaves.
SEALED = {"stored_form", "import_file_part", "ledger_tile"}


def is_about_people(table_name: str) -> bool:
    """Tell whether a table has a key of a person: a column, or a reference to a person's row."""
    table = Model.metadata.tables[table_name]
    names = {column.name for column in table.columns}
    refers = {key.column.table.name for key in table.foreign_keys}
    return bool(names & KEYS) or "subscriber_id" in names or bool(refers & PEOPLE)


def test_every_table_with_a_key_of_a_person_is_in_the_registry(app: Flask) -> None:
    about_people = {name for name in Model.metadata.tables if is_about_people(name)}
    registered = {source.table for source in list_data_sources()}
    assert registered == about_people - OF_THE_PARTY | SEALED


def test_every_table_is_exported_and_erased_or_gives_a_reason(app: Flask) -> None:
    not_exported = [
        each.table for each in list_data_sources() if not each.export and not each.not_exported
    ]
    not_erased = [
        each.table for each in list_data_sources() if not each.erase and not each.not_erased
    ]
    assert (not_exported, not_erased) == ([], [])


@pytest.fixture
def everything(app: Flask, client: FlaskClient) -> dict[str, list[dict[str, object]]]:
    """Return the export of a person who has rows in every table."""
    mailing_list, other = make_list(), make_list("paris", "Paris")
    invited(csv_of(f"{ADDRESS},Camille,fr"))
    make_subscriber(ADDRESS, mailing_list, given_name="Camille")
    make_person_with_answers(make_list("lyon", "Lyon"), *make_answers("lyon"))
    request_with_answers(other, answer_to(make_question(other)))
    launch(mailing_list)
    send_here(RecordingTransport())
    open_my_data(client, ADDRESS)
    camille = subscriber_at(ADDRESS)
    request_address_change(camille.id, parse_address("new@example.org"), "fr")
    export(mailing_list)
    fail(camille)
    add_other_rows(camille.id)
    affect(make_breach())
    restrict_person(camille.id, Method.MY_DATA)
    exported = export_everything(data_subject_of(subscriber_at(ADDRESS)))
    return {table: [dict(item) for item in items] for table, items in exported.items()}


def make_answers(slug: str) -> list[Answer]:
    """Return an answer to a question of each kind, which a list gets."""
    mailing_list = find_list_by_slug(slug)
    assert mailing_list is not None
    return [answer_to(make_question(mailing_list, kind)) for kind in QuestionKind]


def add_other_rows(subscriber_id: int) -> None:
    """Give the person an agreement, a case with notes, a departure and a suppression."""
    from supporters.consent.models import Agreement, ConsentEvent, EventKind
    from supporters.consent.suppression import EVERYTHING, suppress
    from supporters.database import transaction

    with transaction():
        event = db.session.scalar(
            db.select(ConsentEvent).where(ConsentEvent.kind == EventKind.CONFIRMED)
        )
        assert event is not None
        db.session.add(
            Agreement(
                subscriber_id=subscriber_id,
                purpose_id=event.purpose_id,
                consent_event_id=event.id,
                consent_kind="confirmed",
            )
        )
        case = add_closed_case(CaseKind.COMPLAINT, now=clock.now(), subscriber_id=subscriber_id)
        case.note = "Called twice."
        add_entry(
            case.id, NewCaseEntry(act=CaseAct.NOTED, at=clock.now(), text="And wrote a letter.")
        )
        camille = db.session.get_one(Subscriber, subscriber_id)
        record_departure(camille, DepartureKind.DISPUTED, [], now=clock.now())
        db.session.flush()
        db.session.scalars(db.select(Departure)).one().undone_at = clock.now()
        suppress(event.address_mac, EVERYTHING, now=clock.now(), until=None)


def test_each_column_is_exported_or_has_a_reason(
    everything: dict[str, list[dict[str, object]]],
) -> None:
    missing = {}
    for source in list_data_sources():
        if source.export is None:
            continue
        assert everything[source.table], f"nothing is exported of {source.table}"
        columns = {column.name for column in Model.metadata.tables[source.table].columns}
        exported = {key for item in everything[source.table] for key in item}
        if columns - exported - set(source.columns_left_out):
            missing[source.table] = columns - exported - set(source.columns_left_out)
        assert set(source.columns_left_out) <= columns - exported
    assert missing == {}


def test_every_table_and_field_has_a_label(everything: dict[str, list[dict[str, object]]]) -> None:
    exported = {key for items in everything.values() for item in items for key in item}
    assert (exported - set(FIELDS), set(everything) - set(TABLES)) == (set(), set())


def test_an_export_names_the_list_and_not_the_account(
    everything: dict[str, list[dict[str, object]]],
) -> None:
    (exported,) = [each for each in everything["disclosure"] if each["kind"] == "export"]
    assert (exported["list"], exported["asked_by"]) == ("La Lettre nationale", None)


def test_an_answer_is_exported_in_words(everything: dict[str, list[dict[str, object]]]) -> None:
    told = {str(each["answer"]) for each in everything["list_answer"]}
    assert "Héberger une réunion" in told
    assert {"2", "yes", "2026-12-24"}.isdisjoint(told)


def test_notes_on_a_person_are_exported_to_them(
    everything: dict[str, list[dict[str, object]]],
) -> None:
    assert everything["privacy_case"][0]["note"] == "Called twice."
    assert [each["text"] for each in everything["case_entry"]] == ["And wrote a letter."]
