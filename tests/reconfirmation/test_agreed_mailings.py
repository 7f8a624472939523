"""People are asked only with the words of two persons, whose decisions have one outcome."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from supporters import clock
from supporters.accounts.models import Organiser
from supporters.consent.models import Purpose
from supporters.consent.rules import WordingChange
from supporters.database import db, transaction
from supporters.lists.models import MailingList
from supporters.lists.purpose_changes import change_wording
from supporters.reconfirmation.consent_changes import (
    ConsentChangeError,
    agree_to_change,
    cancel_change,
    request_mailing,
    request_meaning,
)
from supporters.reconfirmation.models import ConsentChange, ConsentChangeStatus
from supporters.reconfirmation.queries import find_reconfirmation
from supporters.reconfirmation.reconfirmation_rounds import (
    PeopleCountChanged,
    StartReconfirmationError,
    send_next_reconfirmations,
    start_reconfirmation,
)
from tests.factories.accounts import make_owner
from tests.factories.consent.consent_changes import (
    OTHER,
    SECOND,
    THIRD,
    ask_for_meaning,
    status_of,
    texts_of,
)
from tests.factories.consent.reconfirmation import change_meaning, reconfirmation_emails
from tests.factories.lists import SENTENCES
from tests.factories.notices import notices_to
from tests.factories.signups import values_in
from tests.machinery.threads import at_once, in_threads

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]
Status = ConsentChangeStatus


@pytest.mark.both_databases
def test_other_words_after_the_agreement_need_another_one(
    owners: tuple[Organiser, Organiser], mailing_list: MailingList
) -> None:
    purpose_id = change_meaning(mailing_list).id
    change_wording(purpose_id, OTHER, WordingChange.SAME_MEANING)
    assert start_reconfirmation(purpose_id) is StartReconfirmationError.NOT_AGREED
    assert request_mailing(purpose_id, owners[0].id, expected_people=2) == PeopleCountChanged(1)
    change = request_mailing(purpose_id, owners[0].id, expected_people=1)
    assert isinstance(change, ConsentChange)
    assert send_next_reconfirmations(clock.now()) == 0
    agree_to_change(change.id, owners[1].id)
    assert send_next_reconfirmations(clock.now()) == 1
    assert values_in(reconfirmation_emails()[0])["new_text"] == OTHER["fr"]


def test_words_that_change_while_a_mailing_waits_void_it(
    owners: tuple[Organiser, Organiser], mailing_list: MailingList
) -> None:
    purpose_id = change_meaning(mailing_list).id
    change_wording(purpose_id, OTHER, WordingChange.SAME_MEANING)
    change = request_mailing(purpose_id, owners[0].id, expected_people=1)
    assert isinstance(change, ConsentChange)
    change_wording(purpose_id, SENTENCES, WordingChange.SAME_MEANING)
    assert agree_to_change(change.id, owners[1].id) is ConsentChangeError.WORDS_CHANGED
    assert find_reconfirmation(purpose_id) is None


@pytest.mark.parametrize("what", ["words", "name"])
def test_words_that_change_while_people_are_asked_stop_the_emails(
    owners: tuple[Organiser, Organiser], mailing_list: MailingList, what: str
) -> None:
    purpose_id = change_meaning(mailing_list).id
    start_reconfirmation(purpose_id)
    if what == "words":
        change_wording(purpose_id, OTHER, WordingChange.SAME_MEANING)
    else:
        with transaction():
            db.session.get_one(MailingList, mailing_list.id).name = "Votez pour l’autre"
    assert send_next_reconfirmations(clock.now()) == 0
    assert reconfirmation_emails() == []
    assert find_reconfirmation(purpose_id).stopped_at is not None  # type: ignore[union-attr]
    assert "a second person agreed to" in notices_to(SECOND, "en")[-1].body


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
