"""The search words of a person follow their row: added, replaced and deleted with it."""

import pytest
from sqlalchemy import select

from supporters.consent.record_models import ErasureReason
from supporters.database import db, transaction
from supporters.my_data.address_change import request_address_change
from supporters.people.addresses import parse_address
from supporters.people.models import SearchWord, Subscriber
from supporters.personal_data.erasure import EraseResult, ErasureOrder, erase_person
from tests.factories.campaigns import claim, launch
from tests.factories.lists import make_list
from tests.factories.my_data import confirm_newest_address_change
from tests.factories.signups import make_subscriber

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

ADDRESS = "lea.martin@example.org"
OF_ADDRESS = {"lea", "martin", "example", "org"}


def words() -> set[str]:
    db.session.rollback()
    return {*db.session.scalars(select(SearchWord.word))}


@pytest.fixture
def lea() -> Subscriber:
    """Return a person."""
    return make_subscriber(ADDRESS, make_list(), given_name="Léa")


def test_a_confirmation_adds_the_words(lea: Subscriber) -> None:
    assert words() == OF_ADDRESS


def test_a_new_first_name_replaces_the_words(lea: Subscriber) -> None:
    with transaction():
        db.session.get_one(Subscriber, lea.id).given_name = "Zoé"
    assert words() == OF_ADDRESS | {"zoe"}
    with transaction():
        db.session.get_one(Subscriber, lea.id).given_name = None
    assert words() == OF_ADDRESS


def test_a_new_address_replaces_the_words(lea: Subscriber) -> None:
    request_address_change(lea.id, parse_address("lm@example.net"), "fr")
    confirm_newest_address_change("lm@example.net")
    assert words() == {"lm", "example", "net", "lea"}


def test_an_erasure_deletes_the_words(lea: Subscriber) -> None:
    erase_person(lea.id, ErasureOrder(reason=ErasureReason.ASKED))
    assert words() == set()


def test_an_erasure_that_waits_leaves_no_word() -> None:
    mailing_list = make_list()
    lea = make_subscriber(ADDRESS, mailing_list)
    assert claim(launch(mailing_list)) is not None
    order = ErasureOrder(reason=ErasureReason.ASKED)
    assert erase_person(lea.id, order) is EraseResult.UNDER_WAY
    assert words() == set()
