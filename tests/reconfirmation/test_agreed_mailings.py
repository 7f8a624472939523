"""People are asked only with the words that a second person agreed to."""

import pytest

from supporters import clock
from supporters.accounts.models import Organiser
from supporters.consent.rules import WordingChange
from supporters.database import db, transaction
from supporters.lists.models import MailingList
from supporters.lists.wording_changes import change_wording
from supporters.reconfirmation.consent_changes import (
    ConsentChangeError,
    agree_to_change,
    request_mailing,
)
from supporters.reconfirmation.models import ConsentChange
from supporters.reconfirmation.queries import find_reconfirmation
from supporters.reconfirmation.reconfirmation_rounds import (
    PeopleCountChanged,
    StartReconfirmationError,
    send_next_reconfirmations,
    start_reconfirmation,
)
from tests.factories.consent.consent_changes import OTHER, SECOND
from tests.factories.consent.reconfirmation import change_meaning, reconfirmation_emails
from tests.factories.lists import SENTENCES
from tests.factories.notices import notices_to
from tests.factories.signups import values_in

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]


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
