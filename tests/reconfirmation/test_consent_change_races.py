"""Two decisions about a consent change at once have one outcome; the database keeps the texts."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from supporters.accounts.models import Organiser
from supporters.consent.models import Purpose
from supporters.database import db, transaction
from supporters.lists.models import MailingList
from supporters.reconfirmation.consent_changes import (
    ConsentChangeError,
    agree_to_change,
    cancel_change,
    request_meaning,
)
from supporters.reconfirmation.models import ConsentChange, ConsentChangeStatus
from tests.factories.accounts import make_owner
from tests.factories.consent.consent_changes import THIRD, ask_for_meaning, status_of, texts_of
from tests.factories.lists import SENTENCES
from tests.machinery.threads import at_once, in_threads

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]
Status = ConsentChangeStatus


@pytest.mark.both_databases
def test_two_owners_who_agree_at_once_change_it_once(
    app: Flask, owners: tuple[Organiser, Organiser], mailing_list: MailingList
) -> None:
    change_id, third = ask_for_meaning(mailing_list, owners[0]), make_owner(THIRD)
    press = [lambda each=each: agree_to_change(change_id, each.id) for each in (owners[1], third)]
    outcomes = in_threads(app, press)
    assert ConsentChangeError.NOT_WAITING in outcomes
    assert status_of(change_id) is Status.DONE
    assert len(db.session.scalars(select(Purpose)).all()) == 2


@pytest.mark.both_databases
def test_an_agreement_and_a_cancellation_at_once_have_one_outcome(
    app: Flask, owners: tuple[Organiser, Organiser], mailing_list: MailingList
) -> None:
    change_id = ask_for_meaning(mailing_list, owners[0])
    decide: list[Callable[[], object]] = [
        lambda: agree_to_change(change_id, owners[1].id),
        lambda: cancel_change(change_id, owners[0].id),
    ]
    outcomes = in_threads(app, decide)
    assert outcomes.count(ConsentChangeError.NOT_WAITING) == 1
    is_done = status_of(change_id) is Status.DONE
    assert (texts_of(mailing_list) == SENTENCES) is is_done


@pytest.mark.both_databases
def test_of_two_requests_at_once_one_waits(
    app: Flask, owners: tuple[Organiser, Organiser], mailing_list: MailingList
) -> None:
    purpose_id, owner_id = mailing_list.purpose_id, owners[0].id
    outcomes = at_once(app, lambda: request_meaning(purpose_id, SENTENCES, owner_id))
    assert outcomes.count(ConsentChangeError.ALREADY_WAITS) == 1
    db.session.rollback()
    assert len(db.session.scalars(select(ConsentChange)).all()) == 1


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "change",
    [
        "text_hash = 'x'",
        "texts = '{}'",
        "purpose_id = purpose_id + 0",
        "agreed_by_id = requested_by_id",
        "status = 'agreed'",
    ],
)
def test_the_database_keeps_a_frozen_text_and_needs_a_second_person(
    owners: tuple[Organiser, Organiser], mailing_list: MailingList, change: str
) -> None:
    ask_for_meaning(mailing_list, owners[0])
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(text(f"UPDATE consent_change SET {change}"))
