"""The lists: figures, URLs, consent texts word for word; owners create and close them."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters.consent.queries import list_wordings
from supporters.lists.queries import find_list_by_slug, list_lists
from tests.factories.lists import SENTENCES, make_list
from tests.factories.signups import make_subscriber, request_to_join
from tests.web.console.pages import followed, post
from tests.web.public.pages import press

NEW = "/console/lists/new"
LYON = {"name": "Lyon", "slug": "lyon-3", "description": "Ce qui se passe à Lyon."}


def test_an_owner_creates_a_list(owner_client: FlaskClient) -> None:
    page = followed(owner_client, press(owner_client, NEW, **LYON))
    created = find_list_by_slug("lyon-3")
    assert created is not None
    assert (created.name, created.is_open) == ("Lyon", True)
    assert "http://localhost/fr/join/lyon-3" in page
    assert "http://localhost/en/join/lyon-3" in page


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", " "),
        ("name", "a\0b"),
        ("name", "x" * 500),
        ("slug", ""),
        ("slug", "Lyon 3"),
        ("slug", "-lyon"),
        ("slug", "../lyon"),
        ("slug", "l" * 500),
        ("description", ""),
        ("description", "x" * 5000),
    ],
)
def test_bad_input_is_explained_and_nothing_typed_is_lost(
    owner_client: FlaskClient, field: str, value: str
) -> None:
    response = press(owner_client, NEW, **{**LYON, field: value})
    assert response.status_code == 422
    assert f'href="#{field}"' in response.text
    kept = {each for name, each in LYON.items() if name != field}
    assert all(each in response.text for each in kept)
    assert list_lists() == []


def test_a_word_that_another_list_has_is_refused(owner_client: FlaskClient) -> None:
    make_list("lyon-3", "La première")
    response = press(owner_client, NEW, **LYON)
    assert response.status_code == 422
    assert 'href="#slug"' in response.text
    assert [each.name for each in list_lists()] == ["La première"]


def test_an_owner_may_write_the_sentences_themselves(owner_client: FlaskClient) -> None:
    own = {f"sentence_{code}": text for code, text in SENTENCES.items()}
    press(owner_client, NEW, **LYON, **own)
    created = find_list_by_slug("lyon-3")
    assert created is not None
    assert {each.text for each in list_wordings(created.purpose_id)} == {*SENTENCES.values()}


def test_a_sentence_in_one_language_only_is_refused_at_the_other(
    owner_client: FlaskClient,
) -> None:
    response = press(owner_client, NEW, **LYON, sentence_fr=SENTENCES["fr"])
    assert response.status_code == 422
    assert 'href="#sentence_en"' in response.text
    assert list_lists() == []


def test_a_list_shows_every_wording_with_its_hash(owner_client: FlaskClient) -> None:
    mailing_list = make_list()
    page = owner_client.get(f"/console/lists/{mailing_list.id}").text
    wordings = list_wordings(mailing_list.purpose_id)
    assert {each.language for each in wordings} == {"fr", "en"}
    assert all(each.text_hash in page and each.text in page for each in wordings)


def test_a_closed_list_takes_nobody_until_it_is_opened_again(owner_client: FlaskClient) -> None:
    mailing_list = make_list()
    page = f"/console/lists/{mailing_list.id}"
    post(owner_client, f"{page}/close")
    assert not find_list_by_slug("national").is_open  # type: ignore[union-attr]
    assert owner_client.get("/fr/join/national").status_code != 200
    post(owner_client, f"{page}/open")
    assert owner_client.get("/fr/join/national").status_code == 200


def test_only_owners_see_how_to_change_a_list(organiser_client: FlaskClient) -> None:
    page = organiser_client.get(f"/console/lists/{make_list().id}").text
    assert "/close" not in page
    assert NEW not in organiser_client.get("/console/lists").text


def test_a_name_with_markup_is_shown_as_it_was_typed(owner_client: FlaskClient) -> None:
    mailing_list = make_list("x", "<b onclick=alert(1)>A & B</b>")
    for page in ("/console/", "/console/lists", f"/console/lists/{mailing_list.id}"):
        html = owner_client.get(page).text
        assert "<b onclick" not in html
        assert "&lt;b onclick=alert(1)&gt;A &amp; B&lt;/b&gt;" in html


def test_the_figures_of_a_list_are_those_of_its_people(
    app: Flask, owner_client: FlaskClient
) -> None:
    mailing_list, other = make_list(), make_list("other", "Autre")
    make_subscriber("a@example.org", mailing_list)
    make_subscriber("b@example.org", mailing_list, other)
    request_to_join("c@example.org", other)
    from tests.web.console.test_dashboard import figures

    assert figures(owner_client.get(f"/console/lists/{mailing_list.id}").text) == [2, 0, 0]
    assert figures(owner_client.get(f"/console/lists/{other.id}").text) == [1, 1, 0]
