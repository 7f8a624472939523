"""The short form of a list: its legend and boxes, its order, closed lists, typed addresses."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from supporters.consent.models import Wording
from supporters.database import db
from supporters.lists.mailing_lists import (
    ListDraft,
    close_list,
    create_list,
    move_list,
    offer_elsewhere,
)
from supporters.lists.models import MailingList
from supporters.signup.models import SignupChoice
from tests.factories.lists import SENTENCES, make_list
from tests.machinery.prepared_states import always_made_once
from tests.web.public.pages import box_values, hidden_values, join

PAGE = "/fr/join/national"


@always_made_once
def two_lists(app: Flask) -> None:
    """Create two lists."""
    make_list()
    make_list("lyon", "Lyon")


def test_an_unknown_list_is_a_page_that_says_what_to_do(client: FlaskClient) -> None:
    answer = client.get("/fr/join/nowhere")
    assert answer.status_code == 404
    assert "<h1" in answer.text


def test_a_closed_list_says_so_and_shows_the_others(client: FlaskClient) -> None:
    fields = hidden_values(client.get("/fr/join/lyon").text)
    close_list(2)
    for answer in (client.get("/fr/join/lyon"), client.post("/fr/join/lyon", data=fields)):
        assert answer.status_code == 410
        assert "Cette liste est fermée" in answer.text
        assert 'href="/fr/join/national"' in answer.text


def test_a_draft_is_as_unknown_as_no_list(client: FlaskClient) -> None:
    create_list(ListDraft(slug="nord", name="Nord", description="", is_draft=True))
    drafted, unknown = client.get("/fr/join/nord"), client.get("/fr/join/nowhere")
    assert (drafted.status_code, drafted.text) == (404, unknown.text)
    assert "Nord" not in client.get(PAGE).text + client.get("/fr/").text


@pytest.mark.parametrize("typed", ["National", "national/", "NATIONAL/", "natïonal", "national."])
def test_an_address_from_a_poster_leads_to_its_page(client: FlaskClient, typed: str) -> None:
    for path in (f"/fr/join/{typed}", f"/join/{typed}"):
        assert client.get(path, follow_redirects=True).request.path == PAGE


def test_a_list_is_offered_on_other_pages_only_if_the_team_says_so(client: FlaskClient) -> None:
    offer_elsewhere(2, is_offered=False)
    assert [*box_values(client.get(PAGE).text)] == ["consent_1"]
    assert [*box_values(client.get("/fr/join/lyon").text)] == ["consent_2", "consent_1"]


def test_boxes_stand_in_the_order_of_the_team(client: FlaskClient) -> None:
    make_list("nord", "Nord")
    move_list(3, -1)
    assert [*box_values(client.get(PAGE).text)] == ["consent_1", "consent_3", "consent_2"]


def test_errors_are_listed_in_the_order_of_the_page(client: FlaskClient) -> None:
    fields = hidden_values(client.get(PAGE).text) | {"given_name": "www.a.b"}
    summary = client.post(PAGE, data=fields).text.split("error-summary-title")[2]
    order = re.findall(r'href="#(\w+)"', summary)[:4]
    assert order == ["email", "consent_1", "given_name", "is_15"]


def test_boxes_share_the_legend_that_names_the_party_and_its_politics(client: FlaskClient) -> None:
    html = client.get(PAGE).text
    assert html.count("<legend") == 1
    legend = html.partition("<legend")[2].partition("</legend>")[0]
    assert "Parti de l’Exemple" in legend
    assert "politiques" in legend


def test_an_earlier_sentence_stays_whole_beside_its_box(client: FlaskClient) -> None:
    created = create_list(ListDraft(slug="nord", name="Nord", description="", sentences=SENTENCES))
    assert isinstance(created, MailingList)
    html = client.get("/fr/join/nord").text
    assert SENTENCES["fr"] in html
    assert html.count("<legend") == 2


def test_the_stored_consent_is_the_legend_and_the_box(client: FlaskClient) -> None:
    join(client, "camille@example.org")
    text = db.session.scalar(
        select(Wording.text).join(SignupChoice, SignupChoice.wording_id == Wording.id)
    )
    assert text == (
        "Je veux recevoir les messages politiques par e-mail (Parti de l’Exemple)\u202f:\n"
        "La Lettre nationale – Une fois par mois."
    )


def test_words_in_another_language_say_which_one(client: FlaskClient) -> None:
    english = client.get("/en/join/national").text
    assert '<span lang="fr"><strong>La Lettre nationale</strong>' in english
    assert '<h1 lang="fr">' in english
    assert 'lang="fr"><strong>' not in client.get(PAGE).text


def test_a_first_name_is_folded_until_it_is_filled_in(client: FlaskClient) -> None:
    assert '<details class="more" >' in client.get(PAGE).text
    assert '<details class="more" open>' in join(client, "a@", given_name="Ada").text
