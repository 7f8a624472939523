"""A restricted person can unsubscribe by the link, and lifts the restriction to say yes."""

import pytest
from flask.testing import FlaskClient

from supporters.consent.models import ConsentEvent, EventKind, Method
from supporters.database import db
from supporters.lists.models import MailingList
from supporters.lists.queries import list_subscriptions_of
from supporters.people.models import Subscriber
from supporters.personal_data.restriction import lift_restriction, restrict_person
from supporters.reconfirmation.reconfirmation_answers import (
    ReconfirmationQuestion,
    ReconfirmError,
    decline_reconfirmation,
)
from tests.factories.consent.reconfirmation import accept, ask_one, token_in
from tests.factories.lists import make_list
from tests.factories.signups import ADDRESS, make_subscriber
from tests.web.public.pages import hidden_values, inputs_of

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]


@pytest.fixture
def mailing_list() -> MailingList:
    return make_list()


@pytest.fixture
def person(mailing_list: MailingList) -> Subscriber:
    return make_subscriber(ADDRESS, mailing_list)


@pytest.fixture
def token(mailing_list: MailingList, person: Subscriber) -> str:
    """Return the token of a question from before the restriction."""
    token = token_in(ask_one(person, mailing_list.purpose_id))
    restrict_person(person.id, Method.MY_DATA)
    return token


def count_renewals() -> int:
    """Return how many consents were renewed."""
    db.session.rollback()
    counted = db.select(db.func.count()).where(ConsentEvent.kind == EventKind.RENEWED)
    return db.session.scalar(counted) or 0


@pytest.mark.both_databases
def test_yes_changes_nothing_until_the_restriction_is_lifted(
    mailing_list: MailingList, person: Subscriber, token: str
) -> None:
    assert accept(token, mailing_list.purpose_id) is ReconfirmError.RESTRICTED
    assert count_renewals() == 0
    lift_restriction(person.id, Method.MY_DATA)
    assert isinstance(accept(token, mailing_list.purpose_id), ReconfirmationQuestion)
    assert count_renewals() == 1


def test_no_unsubscribes_from_the_list(person: Subscriber, token: str) -> None:
    assert isinstance(decline_reconfirmation(token, "fr"), ReconfirmationQuestion)
    assert list_subscriptions_of(person.id) == []


@pytest.mark.both_databases
def test_the_page_says_so_and_links_to_my_data(client: FlaskClient, token: str) -> None:
    path = f"/en/again/{token}"
    html = client.get(path).text
    ticked = {"agree": str(inputs_of(html)["agree"]["value"])}
    answer = client.post(path, data={**hidden_values(html), **ticked})
    assert (
        "Your data is restricted, so we cannot change it. Lift the restriction first."
        in answer.text
    )
    assert 'href="/en/my-data"' in answer.text
    assert count_renewals() == 0
