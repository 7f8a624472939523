"""The database refuses subscriptions and agreements whose consent has ended, also by raw SQL."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from supporters.consent.models import Method
from supporters.database import db, transaction
from supporters.lists.models import MailingList
from supporters.lists.subscriptions import object_to_everything, unsubscribe_from_list
from supporters.people.models import Subscriber
from tests.factories.consent.tampering import put_back_on_list
from tests.factories.signups import make_subscriber
from tests.machinery.prepared_states import made_once

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]


@made_once
def person(mailing_list: MailingList) -> Subscriber:
    return make_subscriber("a@example.org", mailing_list)


def execute(statement: str, **values: object) -> None:
    """Run raw SQL in its own transaction."""
    with transaction():
        db.session.execute(text(statement), values)


AGREE = (
    "INSERT INTO agreement (subscriber_id, purpose_id, consent_event_id, consent_kind)"
    " SELECT subscriber_id, purpose_id, id, kind FROM consent_event WHERE id = :event"
)


@pytest.mark.parametrize("kind", ["withdrawn", "objected"])
def test_a_subscription_by_an_ended_consent_is_refused(
    kind: str, mailing_list: MailingList, person: Subscriber
) -> None:
    if kind == "withdrawn":
        unsubscribe_from_list(person.id, mailing_list.id, Method.ONE_CLICK)
    else:
        object_to_everything(person.id)
    with pytest.raises(IntegrityError, match="the consent has ended"):
        put_back_on_list(person, mailing_list)


def test_an_agreement_by_an_ended_consent_is_refused(
    mailing_list: MailingList, person: Subscriber
) -> None:
    unsubscribe_from_list(person.id, mailing_list.id, Method.ONE_CLICK)
    with pytest.raises(IntegrityError, match="the consent has ended"):
        execute(AGREE, event=person.joined_event_id)


def test_a_subscription_is_not_changed_to_an_ended_consent(
    mailing_list: MailingList, person: Subscriber
) -> None:
    unsubscribe_from_list(person.id, mailing_list.id, Method.ONE_CLICK)
    make_subscriber(person.address, mailing_list)
    with pytest.raises(IntegrityError, match="the consent has ended"):
        execute(
            "UPDATE subscription SET consent_event_id = :event WHERE subscriber_id = :person",
            event=person.joined_event_id,
            person=person.id,
        )
