"""A postcode finds the local list, offers it in an unticked box, and is forgotten unless wanted."""

import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from supporters.consent.models import PageSnapshot
from supporters.consent.page_snapshots import read_snapshot
from supporters.database import db
from supporters.lists.list_territories import change_territory
from supporters.lists.models import MailingList
from supporters.people.models import Subscriber
from supporters.signup.confirmation import confirm_by_link
from supporters.signup.models import SignupChoice, SignupRequest
from supporters.territory.rules import TypedTerritory
from tests.factories.lists import make_list
from tests.factories.signups import confirm_token
from tests.web.public.pages import box_values, hidden_values, inputs_of, ticked_values

pytestmark = pytest.mark.usefixtures("app")
PAGE = "/fr/join/national"


def make_local(slug: str, name: str, **places: str) -> MailingList:
    mailing_list = make_list(slug, name)
    assert change_territory(mailing_list.id, TypedTerritory(**places)) is True
    return mailing_list


def send(client: FlaskClient, html: str, **typed: str) -> TestResponse:
    """Send the form of a page as it is, with more fields typed."""
    return client.post(PAGE, data={**hidden_values(html), **ticked_values(html), **typed})


def find(client: FlaskClient, postcode: str, **typed: str) -> TestResponse:
    """Type a postcode, and press the button that looks for local lists."""
    html = client.get(PAGE).text
    return send(client, html, email="ada@example.org", postcode=postcode, find="1", **typed)


def confirm_newest() -> None:
    """Confirm the newest request from its mailbox."""
    request = db.session.query(SignupRequest).order_by(SignupRequest.id.desc()).first()
    assert request is not None
    confirm_by_link(confirm_token(request.public_id))


def test_a_page_without_local_lists_asks_for_no_postcode(client: FlaskClient) -> None:
    make_list()
    assert "postcode" not in inputs_of(client.get(PAGE).text)


def test_a_local_list_has_a_box_only_for_its_postcode(client: FlaskClient) -> None:
    make_list()
    lyon = make_local("lyon", "Lyon", communes="Lyon")
    box = f"consent_{lyon.id}"
    assert box not in inputs_of(client.get(PAGE).text)
    found = find(client, "69003", given_name="Ada")
    inputs = inputs_of(found.text)
    assert (found.status_code, "checked" in inputs[box]) == (200, False)
    typed = {name: inputs[name].get("value") for name in ("email", "given_name", "postcode")}
    assert typed == {"email": "ada@example.org", "given_name": "Ada", "postcode": "69003"}
    elsewhere = find(client, "01000")
    assert (elsewhere.status_code, box in inputs_of(elsewhere.text)) == (200, False)
    assert "pas encore de liste pour ce lieu" in elsewhere.text
    assert db.session.query(SignupRequest).count() == 0


def test_each_button_that_signs_up_says_the_age_and_sends_it(client: FlaskClient) -> None:
    make_list()
    make_local("lyon", "Lyon", communes="Lyon")
    html = client.get(PAGE).text.partition("<form")[2].partition("</form>")[0]
    buttons = re.findall(r"<button([^>]*)>([^<]*)</button>", html)
    signing_up = [each for each in buttons if 'name="find"' not in each[0]]
    assert len(signing_up) == 2  # the first one is for the key Enter
    for attributes, words in signing_up:
        assert ('name="is_15"' in attributes, 'value="y"' in attributes) == (True, True)
        assert words.replace("\xa0", " ").startswith("J’ai 15 ans ou plus")


def test_a_found_list_is_joined_by_its_box_and_the_page_is_kept(client: FlaskClient) -> None:
    make_list()
    lyon = make_local("lyon", "Lyon", departements="69")
    html = find(client, "69500").text
    boxes = box_values(html)
    answer = send(client, html, **boxes, email="ada@example.org", is_15="y", postcode="69500")
    assert answer.status_code == 303
    chosen = {each.mailing_list_id for each in db.session.query(SignupChoice)}
    assert lyon.id in chosen
    request = db.session.query(SignupRequest).one()
    page = db.session.get_one(PageSnapshot, request.page_snapshot_id)
    assert f'name="consent_{lyon.id}"' in read_snapshot(page)
    assert "69500" not in read_snapshot(page)


@pytest.mark.parametrize(("keep", "stored"), [({"keep_postcode": "y"}, "69003"), ({}, None)])
def test_a_postcode_is_kept_only_if_wanted(
    client: FlaskClient, keep: dict[str, str], stored: str | None
) -> None:
    make_list()
    make_local("lyon", "Lyon", communes="Lyon")
    html = client.get(PAGE).text
    typed = {"email": "ada@example.org", "is_15": "y", "postcode": "69 003", **keep}
    assert send(client, html, **box_values(html), **typed).status_code == 303
    assert db.session.query(SignupRequest).one().postcode == stored
    confirm_newest()
    assert db.session.query(Subscriber).one().postcode == stored


def test_several_communes_are_a_choice_only_if_it_decides(client: FlaskClient) -> None:
    make_list()
    one = make_local("neuville", "Neuville", communes="Neuville-les-Dames")
    asked = find(client, "01400")
    options = re.findall(r'<option value="(01\d{3})">', asked.text)
    assert len(options) > 3
    assert f"consent_{one.id}" not in inputs_of(asked.text)
    chosen = send(client, asked.text, email="a@b.fr", postcode="01400", commune="01272", find="1")
    assert f"consent_{one.id}" in inputs_of(chosen.text)
    other = send(client, asked.text, email="a@b.fr", postcode="01400", commune="01001", find="1")
    assert f"consent_{one.id}" not in inputs_of(other.text)


@pytest.mark.parametrize(
    ("postcode", "says"),
    [("", "Saisissez d’abord"), ("6900", "5 chiffres"), ("00000", "Aucune commune")],
)
def test_a_bad_postcode_is_explained(client: FlaskClient, postcode: str, says: str) -> None:
    make_list()
    make_local("lyon", "Lyon", communes="Lyon")
    answer = find(client, postcode)
    assert (answer.status_code, says in answer.text) == (422, True)
    assert 'value="ada@example.org"' in answer.text


def test_a_list_without_a_territory_is_offered_to_nobody_by_a_changed_page(
    client: FlaskClient,
) -> None:
    make_list()
    lyon = make_local("lyon", "Lyon", communes="Lyon")
    html = find(client, "69003").text
    change_territory(lyon.id, TypedTerritory())
    answer = send(client, html, **box_values(html), email="ada@example.org", is_15="y")
    assert answer.status_code == 422
    assert db.session.query(SignupRequest).count() == 0


def test_looking_for_a_list_is_the_same_for_a_known_address(client: FlaskClient) -> None:
    make_list()
    make_local("lyon", "Lyon", communes="Lyon")
    html = find(client, "69003").text
    boxes = box_values(html)
    send(client, html, **boxes, email="ada@example.org", is_15="y")
    confirm_newest()
    again = find(client, "69003")
    assert again.status_code == 200
    assert {*box_values(again.text)} == {*boxes}
