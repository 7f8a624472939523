"""My data shows all values of a person in words, never as keys."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters import clock
from supporters.consent.models import Method
from supporters.consent.suppression import INVITATIONS, suppress
from supporters.database import transaction
from supporters.lists.list_words import ListWords
from supporters.lists.mailing_lists import ListDraft, create_list
from supporters.lists.models import MailingList
from supporters.lists.subscriptions import unsubscribe_from_list
from supporters.people.address_hashes import address_mac
from tests.factories.imports import csv_of, invited
from tests.factories.lists import make_list
from tests.factories.my_data import MY_DATA, open_my_data
from tests.factories.signups import ADDRESS, make_subscriber
from tests.web.public.my_data_state import load_person

pytestmark = pytest.mark.either_database

EVERYTHING = f"{MY_DATA}/everything"


def facts(html: str, label: str) -> list[str]:
    """Return the values under a label of a page."""
    pairs = re.findall(r"<dt>(.*?)</dt>\s*<dd[^>]*>\s*(.*?)\s*</dd>", html, re.DOTALL)
    return [value for name, value in pairs if name == label]


@pytest.fixture
def opened(app: Flask, client: FlaskClient) -> FlaskClient:
    """Return the browser of a person who unsubscribed from one of two lists and opened My data."""
    mailing_list, paris = make_list(), make_list("paris", "Paris")
    make_subscriber(ADDRESS, mailing_list)
    make_subscriber(ADDRESS, paris)
    unsubscribe_from_list(load_person().id, paris.id, Method.PAGE)
    open_my_data(client, ADDRESS)
    return client


def test_a_suppression_after_unsubscribing_is_shown_in_words(opened: FlaskClient) -> None:
    html = opened.get(EVERYTHING).text
    assert facts(html, "Messages non envoyés") == ["les messages d’une liste que vous avez quittée"]
    assert "purpose:" not in html


def test_a_suppression_of_invitations_is_shown_in_words(opened: FlaskClient) -> None:
    with transaction():
        suppress(address_mac(ADDRESS), INVITATIONS, now=clock.now(), until=None)
    words = facts(opened.get(EVERYTHING).text, "Messages non envoyés")
    assert "une autre invitation venant d’une ancienne liste" in words


def test_the_origin_of_an_address_is_shown_in_words(app: Flask, client: FlaskClient) -> None:
    invited(csv_of(f"{ADDRESS},Camille,fr"))
    make_subscriber(ADDRESS, make_list("paris", "Paris"))
    open_my_data(client, ADDRESS)
    html = client.get(EVERYTHING).text
    words = facts(html, "Comment votre adresse a été recueillie")
    assert words == ["sur un formulaire papier, à un stand ou à une réunion"]


def test_a_list_has_its_name_in_the_language_of_the_page(app: Flask, client: FlaskClient) -> None:
    english = ListWords("The Letter", "Once a month.", "en")
    french = {"slug": "lettre", "name": "La Lettre", "description": "Une fois par mois."}
    mailing_list = create_list(ListDraft(**french, translations=(english,)))
    assert isinstance(mailing_list, MailingList)
    make_subscriber(ADDRESS, mailing_list)
    open_my_data(client, ADDRESS)
    pages = [client.get(f"/{language}/my-data/overview").text for language in ("fr", "en")]
    named = re.compile(r'<h3 class="small-title">(La Lettre|The Letter)</h3>')
    assert [named.findall(each) for each in pages] == [["La Lettre"], ["The Letter"]]
    assert "The Letter" in facts(client.get("/en/my-data/everything").text, "List")


def test_a_page_without_a_box_for_the_postcode_names_none(opened: FlaskClient) -> None:
    html = opened.get(f"{MY_DATA}/person").text
    assert "Votre code postal" in html
    assert "cochez" not in html
