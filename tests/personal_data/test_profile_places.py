"""Each place that shows or asks for a profile has every field of it (ADR 043).

test_personal_columns.py holds the rights and the files to the same.
"""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale

from supporters.database import db
from supporters.people.models import Subscriber
from supporters.people.profile import PROFILE_FIELDS, PROFILE_WORDS, Profile, profile_of
from supporters.signup.models import SignupRequest
from supporters.web.public.signup.profile_fields import TYPED_FIELDS
from tests.factories.lists import make_list
from tests.factories.my_data import OVERVIEW, open_my_data
from tests.factories.profiles import FULL_PROFILE, make_person_with_profile, request_with_profile
from tests.factories.signups import ADDRESS, confirm_token
from tests.web.console.pages import open_person
from tests.web.public.pages import inputs_of, join, press

pytestmark = pytest.mark.usefixtures("app")
IN_ENGLISH = {**vars(FULL_PROFILE), "language": "English"}
ASKED_FOR = {name: value for name, value in vars(FULL_PROFILE).items() if name in TYPED_FIELDS}
BOXES = {each.kept_by.name: "y" for each in TYPED_FIELDS.values() if each.kept_by}


@pytest.fixture
def signed_up(client: FlaskClient) -> FlaskClient:
    """Return a browser that sent the form for an address, with a value in each field."""
    make_list()
    assert join(client, ADDRESS, "/en/join/national", **ASKED_FOR, **BOXES).status_code == 303
    return client


def confirm_page(language: str = "en") -> str:
    """Return the page of the confirmation link of the first request."""
    db.session.rollback()
    first = db.select(SignupRequest.public_id).order_by(SignupRequest.created_at)
    public_id = db.session.scalars(first).first()
    assert public_id is not None
    return f"/{language}/confirm/{confirm_token(public_id)}"


def stored() -> Profile:
    """Return the profile of the person."""
    db.session.rollback()
    return profile_of(db.session.query(Subscriber).one())


def test_every_field_has_its_words_and_its_input() -> None:
    assert [*PROFILE_WORDS] == [*PROFILE_FIELDS]
    assert {*TYPED_FIELDS} == {*PROFILE_FIELDS} - {"language"}


def test_the_console_asks_for_each_field_to_correct_it(owner_client: FlaskClient) -> None:
    person = make_person_with_profile(make_list())
    page = owner_client.get(f"{open_person(owner_client, person.id)}/correct").text
    assert {*PROFILE_FIELDS} - {*inputs_of(page)} == set()


def test_the_overview_of_my_data_shows_each_field(client: FlaskClient) -> None:
    make_person_with_profile(make_list())
    open_my_data(client, ADDRESS)
    html = client.get(OVERVIEW.replace("/fr/", "/en/")).text
    assert [name for name, value in IN_ENGLISH.items() if value not in html] == []


def test_the_privacy_notice_says_what_each_field_is_for(client: FlaskClient) -> None:
    html = client.get("/en/privacy").text
    with force_locale("en"):
        said = {name: f"{words.name}: {words.purpose}" for name, words in PROFILE_WORDS.items()}
    assert [name for name in PROFILE_FIELDS if said[name] not in html] == []


def test_the_form_for_programs_names_each_field(client: FlaskClient) -> None:
    make_list()
    form = client.get("/api/forms/national?language=en").get_json()
    told = {each["field"] for each in form["profile_fields"] if each["words"]}
    assert {*PROFILE_FIELDS} - told == {"language"}  # in its address


def test_a_program_sends_each_field(client: FlaskClient) -> None:
    make_list()
    form = client.get("/api/forms/national?language=en").get_json()
    box = form["boxes"][0]
    sent = {**form["send_back"], box["field"]: box["value"], "is_15": "y", "email": ADDRESS}
    kept = {each["kept_by"]["field"]: "y" for each in form["profile_fields"] if each["kept_by"]}
    assert client.post("/api/forms/national?language=en", json={**sent, **ASKED_FOR, **kept})
    assert profile_of(db.session.query(SignupRequest).one()) == FULL_PROFILE


def test_the_page_behind_the_link_shows_each_value_that_a_press_stores(
    signed_up: FlaskClient,
) -> None:
    html = signed_up.get(confirm_page("fr")).text
    shown = {**ASKED_FOR, "language": "anglais"}  # the page is in another language
    assert [name for name in PROFILE_FIELDS if shown[name] not in html] == []
    press(signed_up, confirm_page(), given_name=inputs_of(html)["given_name"]["value"] or "")
    assert stored() == FULL_PROFILE


def test_a_press_stores_nothing_unseen_of_a_stranger(app: Flask, signed_up: FlaskClient) -> None:
    reader = app.test_client()
    html = reader.get(confirm_page()).text
    press(reader, confirm_page())
    seen = {name: each.seen_elsewhere for name, each in TYPED_FIELDS.items()}
    for name, value in vars(stored()).items():
        show = seen.get(name)
        assert value is None or name == "language" or (show is not None and show(value) in html)


def test_a_press_stores_the_value_of_the_request_that_was_shown(
    app: Flask, signed_up: FlaskClient
) -> None:
    request_with_profile(make_list("paris", "Paris"), Profile(language="en", postcode="75001"))
    html = app.test_client().get(confirm_page()).text
    assert ("75001" in html, "69003" in html) == (True, False)
    boxes = {name: "y" for name in inputs_of(html) if name.startswith("box_")}
    press(app.test_client(), confirm_page(), **boxes)
    assert stored().postcode == "75001"


def test_a_press_forgets_each_value_that_was_not_kept(signed_up: FlaskClient) -> None:
    press(signed_up, confirm_page(), details="")
    db.session.rollback()
    request = profile_of(db.session.query(SignupRequest).one())
    left = {name for row in (stored(), request) for name, value in vars(row).items() if value}
    assert left == {"language"}  # the name in the form is empty
