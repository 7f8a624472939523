"""Every column of a person is declared, and the profile reaches every right (ADR 043).

A new column of subscriber or signup_request fails here until it is a field of Profile, or a reason
in NOT_OF_THE_PROFILE says what it is instead.
"""

import json
from collections.abc import Mapping

import pytest
from flask.testing import FlaskClient
from flask_babel import force_locale

from supporters import clock
from supporters.bounce_classes.classes import BounceClass
from supporters.consent.record_models import Disclosure, ErasureReason
from supporters.database import Model, db, transaction
from supporters.evidence.evidence_disclosure import disclose_evidence
from supporters.evidence.evidence_pack import gather_evidence
from supporters.lists.list_territories import change_territory
from supporters.mail.models import OutboxEmail
from supporters.my_data.my_data_service import write_own_file
from supporters.people.models import Subscriber
from supporters.people.profile import PROFILE_FIELDS, Profile, profile_of
from supporters.personal_data.data_registry import export_everything
from supporters.personal_data.data_subjects import data_subject_of
from supporters.personal_data.erasure import (
    COLUMNS,
    UNBLANKED,
    EraseResult,
    ErasureOrder,
    erase_person,
)
from supporters.personal_data.list_exports import write_file
from supporters.retention.labels import CATEGORY_MEANINGS
from supporters.retention.rules import Category
from supporters.signup.models import SignupRequest
from supporters.territory.rules import TypedTerritory
from supporters.web.labels.person_labels import FIELDS
from tests.factories.campaigns import claim, launch
from tests.factories.exports import export, read_rows
from tests.factories.lists import make_list
from tests.factories.my_data import MY_DATA, open_my_data
from tests.factories.profiles import FULL_PROFILE, make_person_with_profile, request_with_profile
from tests.factories.signups import ADDRESS
from tests.machinery.prepared_states import made_once
from tests.web.console.pages import open_person
from tests.web.public.pages import inputs_of

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

AN_ADDRESS = "the address, or a key made of it: it has its own path to each right (ADR 013)"
A_KEY = "a key or a secret of the system"
A_STATE = "a time or a state that the system writes, not a value that the person gave"
NOT_OF_THE_PROFILE: dict[str, dict[str, str]] = {
    "subscriber": {
        **dict.fromkeys(("address", "address_key", "address_mac"), AN_ADDRESS),
        **dict.fromkeys(("id", "log_salt", "joined_event_id", "joined_event_kind"), A_KEY),
        **dict.fromkeys(
            ("created_at", "acted_at", "asked_again_at", "inactivity_email_id"), A_STATE
        ),
        **dict.fromkeys(("paused_until", "restricted_at"), A_STATE),
        **dict.fromkeys(("unreachable_since", "unreachable_because", "failed_at"), A_STATE),
    },
    "signup_request": {
        **dict.fromkeys(("address", "address_key", "address_mac"), AN_ADDRESS),
        **dict.fromkeys(("id", "public_id", "token_hash", "code_mac", "log_salt"), A_KEY),
        **dict.fromkeys(
            ("mailing_list_id", "page_url", "page_snapshot_id"), "goes into the events"
        ),
        **dict.fromkeys(
            ("controller_id", "record_form", "surface", "origin", "typed_at"),
            "goes into the events",
        ),
        "form_id": "names the form, and nobody; kept as a total (ADR 075)",
        "source": "a word in the address of the page; counted and deleted within a minute",
        "network_mac": "a keyed hash of the day and the network that asked (ADR 071)",
        **dict.fromkeys(("email_id", "codes_typed", "code_guesses"), A_STATE),
        **dict.fromkeys(("created_at", "expires_at", "confirmed_at", "refused_at"), A_STATE),
    },
}
ALWAYS_EMPTY = {"restricted_at"}  # restricting somebody again keeps the first time


@made_once
def person() -> Subscriber:
    """Return a person with a value in every field of the profile."""
    return make_person_with_profile(make_list())


def given(values: Mapping[str, object]) -> dict[str, object]:
    """Return the values that have the name of a field of the profile."""
    return {name: values.get(name) for name in PROFILE_FIELDS}


def columns_of(table: str) -> set[str]:
    return {column.name for column in Model.metadata.tables[table].columns}


@pytest.mark.parametrize("table", ["subscriber", "signup_request"])
def test_each_column_is_in_the_profile_or_says_why_not(table: str) -> None:
    declared = {*PROFILE_FIELDS, *NOT_OF_THE_PROFILE[table]}
    assert columns_of(table) - declared == set(), "Declare it in people/profile.py, or say why not."
    assert declared - columns_of(table) == set(), "A declared column isn't in the table."


def test_the_profile_of_these_tests_is_full() -> None:
    empty = [name for name, value in vars(FULL_PROFILE).items() if not value]
    assert empty == [], "Give the new field a value in tests/factories/profiles.py."


def test_the_profile_goes_from_the_signup_to_the_person(person: Subscriber) -> None:
    request = db.session.scalars(db.select(SignupRequest)).one()
    assert (profile_of(request), profile_of(person)) == (FULL_PROFILE, FULL_PROFILE)


def test_a_known_person_gains_the_fields_that_they_had_left_empty() -> None:
    mailing_list = make_list()
    make_person_with_profile(mailing_list, Profile(language="fr"))
    person = make_person_with_profile(make_list("paris", "Paris"))
    assert profile_of(person) == FULL_PROFILE


def test_access_tells_the_profile(person: Subscriber) -> None:
    told = export_everything(data_subject_of(person))
    (subscriber,), (request,) = told["subscriber"], told["signup_request"]
    assert (given(subscriber), given(request)) == (vars(FULL_PROFILE), vars(FULL_PROFILE))


@pytest.mark.both_databases
def test_portability_hands_out_the_profile(person: Subscriber) -> None:
    (row,) = read_rows(write_own_file(person))
    assert given(row) == vars(FULL_PROFILE)


def test_an_export_hands_out_the_profile() -> None:
    mailing_list = make_list()
    make_person_with_profile(mailing_list)
    (row,) = read_rows(b"".join(write_file(export(mailing_list), has_mark=False)))
    assert given(row) == vars(FULL_PROFILE)


def test_an_evidence_pack_has_the_profile(person: Subscriber) -> None:
    made = disclose_evidence(person.id, asked_by="dpo@parti.example", reason="A complaint.")
    assert isinstance(made, Disclosure)
    pack = json.loads(json.dumps(gather_evidence(person, now=clock.now())))
    assert given(pack["person"]) == vars(FULL_PROFILE)


@pytest.mark.both_databases
def test_an_erasure_that_waits_leaves_no_value_of_any_column() -> None:
    mailing_list = make_list()
    person = make_person_with_profile(mailing_list)
    assert claim(launch(mailing_list)) is not None
    with transaction():
        person = db.session.get_one(Subscriber, person.id)
        person.paused_until = person.asked_again_at = clock.now()
        person.unreachable_since = person.failed_at = clock.now()
        person.unreachable_because = BounceClass.FULL
        person.inactivity_email_id = db.session.scalars(db.select(OutboxEmail.id)).first()
    before = {name: getattr(person, name) for name in COLUMNS}
    empty = [name for name, value in before.items() if value is None and name not in ALWAYS_EMPTY]
    assert empty == [], "Give the new column a value above, or it isn't seen to be blanked."
    order = ErasureOrder(reason=ErasureReason.ASKED)
    assert erase_person(before["id"], order) is EraseResult.UNDER_WAY
    db.session.expire_all()
    blanked = db.session.get_one(Subscriber, before["id"])
    left = [name for name in COLUMNS if getattr(blanked, name) == before[name]]
    assert left == [name for name in COLUMNS if name in UNBLANKED]
    assert ADDRESS.partition("@")[0] not in blanked.address


def test_an_erasure_ends_a_signup_with_its_profile() -> None:
    person = make_person_with_profile(make_list())
    request_with_profile(make_list("paris", "Paris"))
    erase_person(person.id, ErasureOrder(reason=ErasureReason.ASKED))
    db.session.expire_all()
    assert db.session.scalars(db.select(SignupRequest)).all() == []


def test_the_console_shows_each_field(owner_client: FlaskClient, person: Subscriber) -> None:
    html = owner_client.get(open_person(owner_client, person.id)).text
    assert [name for name, value in vars(FULL_PROFILE).items() if value not in html] == []


@pytest.mark.parametrize("category", [Category.SIGNUPS, Category.PEOPLE])
def test_the_record_of_processing_names_each_field(category: Category) -> None:
    with force_locale("en"):
        meaning = str(CATEGORY_MEANINGS[category])
        names = [str(FIELDS[name]).lower() for name in PROFILE_FIELDS]
    assert [name for name in names if name not in meaning] == []


def test_each_field_is_asked_for_on_the_signup_page(client: FlaskClient) -> None:
    make_list()
    change_territory(make_list("lyon", "Lyon").id, TypedTerritory(communes="Lyon"))
    page = inputs_of(client.get("/fr/join/national").text)
    assert {*PROFILE_FIELDS} - {*page} == {"language"}  # the page has its own


def test_each_field_can_be_corrected_in_my_data(client: FlaskClient, person: Subscriber) -> None:
    open_my_data(client, ADDRESS)
    assert {*PROFILE_FIELDS} - {*inputs_of(client.get(f"{MY_DATA}/person").text)} == set()
