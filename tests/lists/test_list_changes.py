"""The words, the order and the offer of a list change; a list that nobody used can be deleted."""

from collections.abc import Iterator

import pytest
from flask_babel import force_locale
from sqlalchemy import func, select

from supporters.actors import Actor, ActorKind, acting_as
from supporters.audit_log.audit_events import AuditEvent
from supporters.consent.models import Wording
from supporters.consent.queries import list_wordings
from supporters.database import db, transaction
from supporters.lists.acts import ListAct
from supporters.lists.mailing_lists import (
    CreateListError,
    DeleteListError,
    ListDraft,
    change_words,
    close_list,
    create_list,
    delete_list,
    move_list,
    offer_elsewhere,
    open_list,
)
from supporters.lists.models import (
    ListStatus,
    ListText,
    ListWords,
    MailingList,
    list_name_of,
    list_words_of,
)
from supporters.lists.queries import find_list_by_slug, get_list, list_lists, list_open_lists
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber, request_to_join

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]
FRENCH = ListWords("La Lettre", "Une fois par semaine.", "fr")
ENGLISH = ListWords("The Letter", "Once a week.", "en")


@pytest.fixture(autouse=True)
def by_command() -> Iterator[None]:
    """Act as a command, whose acts are recorded."""
    with acting_as(Actor(ActorKind.COMMAND, name="anna")):
        yield


def acts() -> list[str]:
    """Return the recorded acts, oldest first."""
    return [*db.session.scalars(select(AuditEvent.act).order_by(AuditEvent.id))]


def translated() -> MailingList:
    """Return a French list with a name and a description in English."""
    mailing_list = make_list(name="La Lettre")
    with transaction():
        text = ListText(language="en", name="The Letter", description="Once a month.")
        db.session.merge(mailing_list).texts.append(text)
    return db.session.get_one(MailingList, mailing_list.id)


def test_new_words_reach_readers_in_each_language_and_change_no_consent() -> None:
    mailing_list = make_list()
    before = [each.text for each in list_wordings(mailing_list.purpose_id)]
    assert change_words(mailing_list.id, FRENCH, [ENGLISH])
    changed = get_list(mailing_list.id)
    assert (list_words_of(changed, "fr"), list_words_of(changed, "en")) == (FRENCH, ENGLISH)
    assert [each.text for each in list_wordings(mailing_list.purpose_id)] == before


def test_the_same_words_again_are_no_change() -> None:
    mailing_list = make_list()
    change_words(mailing_list.id, FRENCH, [ENGLISH])
    assert not change_words(mailing_list.id, FRENCH, [ENGLISH])
    assert acts().count(ListAct.EDITED) == 1


def test_a_translation_can_be_taken_out_again() -> None:
    mailing_list = make_list()
    change_words(mailing_list.id, FRENCH, [ENGLISH])
    change_words(mailing_list.id, FRENCH, [])
    assert list_words_of(get_list(mailing_list.id), "en") == FRENCH


def test_a_list_moves_by_one_place_and_not_beyond_the_ends() -> None:
    first, second, third = (make_list(each, each) for each in ("a", "b", "c"))
    assert move_list(third.id, -1)
    assert not move_list(first.id, -1)
    assert not move_list(second.id, 1)
    assert [each.slug for each in list_lists()] == ["a", "c", "b"]
    assert acts().count(ListAct.MOVED) == 1


def test_a_new_list_is_the_last_one() -> None:
    first = make_list("z", "A")
    move_list(make_list("a", "Z").id, -1)
    make_list("m", "M")
    assert [each.slug for each in list_lists()] == ["a", "z", "m"]
    assert first.slug == "z"


def test_a_list_leaves_the_other_pages_and_returns() -> None:
    mailing_list = make_list()
    assert mailing_list.is_offered_elsewhere
    assert offer_elsewhere(mailing_list.id, is_offered=False)
    assert not offer_elsewhere(mailing_list.id, is_offered=False)
    assert not get_list(mailing_list.id).is_offered_elsewhere
    assert acts()[-1] == ListAct.HIDDEN


def test_a_draft_is_hidden_until_it_opens_and_is_no_draft_again() -> None:
    draft = create_list(ListDraft(slug="nord", name="Nord", description="", is_draft=True))
    assert isinstance(draft, MailingList)
    assert draft.status is ListStatus.DRAFT
    assert not close_list(draft.id)
    assert open_list(draft.id)
    assert close_list(draft.id)
    assert get_list(draft.id).status is ListStatus.CLOSED
    assert [*list_open_lists()] == []


def test_an_unused_list_is_deleted_and_its_address_is_free_again() -> None:
    mailing_list = make_list("nord", "Nord")
    change_words(mailing_list.id, FRENCH, [ENGLISH])
    wordings = db.session.scalar(select(func.count(Wording.id)))
    assert delete_list(mailing_list.id) == "nord"
    assert find_list_by_slug("nord") is None
    assert db.session.scalar(select(func.count(Wording.id))) == wordings
    assert not isinstance(make_list("nord", "Nord"), CreateListError)
    assert ListAct.DELETED in acts()


def test_a_list_that_somebody_joined_left_or_asked_for_is_kept() -> None:
    joined, asked = make_list("a", "A"), make_list("b", "B")
    make_subscriber("anna@example.org", joined)
    request_to_join("boris@example.org", asked)
    for each in (joined, asked):
        assert delete_list(each.id) is DeleteListError.HAS_PEOPLE
    assert len(list_lists()) == 2


def test_a_list_with_a_campaign_is_kept() -> None:
    mailing_list = make_list()
    make_campaign(mailing_list)
    assert delete_list(mailing_list.id) is DeleteListError.HAS_CAMPAIGNS
    assert find_list_by_slug(mailing_list.slug) is not None


def test_a_reader_gets_the_words_in_their_language() -> None:
    mailing_list = translated()
    assert list_words_of(mailing_list, "en") == ListWords("The Letter", "Once a month.", "en")
    assert list_words_of(mailing_list, "fr") == ListWords("La Lettre", "Une fois par mois.", "fr")


def test_without_a_text_in_their_language_the_words_say_which_language_they_are_in() -> None:
    assert list_words_of(make_list(), "en").language == "fr"


def test_a_page_names_a_list_in_its_own_language() -> None:
    with force_locale("en"):
        assert list_name_of(translated()) == "The Letter"
