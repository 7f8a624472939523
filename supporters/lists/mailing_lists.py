"""Creates, opens, closes and changes mailing lists, and deletes unused ones.

None of this changes a consent: the wording of a list changes in `purpose_changes.py` only.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto

from sqlalchemy import ForeignKey, delete, exists, select

from supporters import clock
from supporters.audit_log.audit_events import record_team_act
from supporters.consent.models import ConsentEvent, PurposeKind
from supporters.consent.rules import names_party
from supporters.consent.wordings import add_purpose
from supporters.database import db, transaction, use_case
from supporters.extensions import current_settings
from supporters.languages import DEFAULT_LANGUAGE
from supporters.lists.acts import ListAct
from supporters.lists.models import ListPurpose, ListText, ListWords, MailingList, list_all_words
from supporters.lists.purpose_changes import WordingFaults, current_texts, find_faults, written
from supporters.lists.queries import (
    find_last_position,
    get_list,
    is_slug_taken,
    list_lists,
    list_purpose_ids,
)
from supporters.lists.short_wordings import short_wordings
from supporters.lists.states import LIST_STATES, ListMove
from supporters.locks import Lock

TARGETS = {MailingList.__tablename__, ListPurpose.__tablename__}
# The tables of a list's own words, of the accounts that may see it, and of the forms that offer it.
PARTS_OF_LIST = {"list_text", "list_purpose", "organiser_list", "signup_form_list"}


class CreateListError(Enum):
    """Why a list was not created."""

    SLUG_TAKEN = auto()


@dataclass(frozen=True, kw_only=True)
class ListDraft:
    """The form of a new list: the slug of its page, its name, its description, their language.

    `translations` are its words in further languages. `sentences` are the wordings by language;
    without them they are made from the words. Nobody sees a list that `is_draft` yet.
    """

    slug: str
    name: str
    description: str
    language: str = DEFAULT_LANGUAGE
    translations: Sequence[ListWords] = ()
    sentences: Mapping[str, str] = field(default_factory=dict)
    is_draft: bool = False

    def words_in(self, language: str) -> ListWords:
        """Return the words in a language; without them, those that the team wrote first."""
        found = (each for each in self.translations if each.language == language)
        return next(found, ListWords(self.name, self.description, self.language))


def create_list(draft: ListDraft) -> MailingList | CreateListError | WordingFaults:
    """Create a list and the first version of its wordings."""
    texts = written(draft.sentences) or short_wordings(draft.words_in)
    if draft.sentences and (faults := find_faults(texts)):
        return faults
    now = clock.now()
    with transaction():
        Lock.SLUG.take()
        if is_slug_taken(draft.slug):
            return CreateListError.SLUG_TAKEN
        purpose = add_purpose(PurposeKind.NEWSLETTER, texts, now=now)
        mailing_list = _make_list(draft, purpose.id, now)
        db.session.add(mailing_list)
        db.session.flush()
        db.session.add(
            ListPurpose(purpose_id=purpose.id, mailing_list_id=mailing_list.id, since=now)
        )
        record_team_act(ListAct.CREATED, mailing_list.id)
    return mailing_list


def _make_list(draft: ListDraft, purpose_id: int, now: datetime) -> MailingList:
    return MailingList(
        slug=draft.slug,
        name=draft.name,
        description=draft.description,
        language=draft.language,
        texts=[ListText(**each._asdict()) for each in draft.translations],
        purpose_id=purpose_id,
        position=find_last_position() + 1,
        created_at=now,
        is_draft=draft.is_draft,
        closed_at=now if draft.is_draft else None,
    )


@use_case
def open_list(list_id: int) -> bool:
    """Open the signup page of a draft or of a closed list; tell whether it was done."""
    mailing_list = get_list(list_id)
    if not LIST_STATES.allows(mailing_list.status, ListMove.OPEN):
        return False
    mailing_list.closed_at, mailing_list.is_draft = None, False
    record_team_act(ListAct.OPENED, list_id)
    return True


@use_case
def close_list(list_id: int) -> bool:
    """Close the signup page of a list; tell whether it was done. Its subscribers stay."""
    now = clock.now()
    mailing_list = get_list(list_id)
    if not LIST_STATES.allows(mailing_list.status, ListMove.CLOSE):
        return False
    mailing_list.closed_at = now
    record_team_act(ListAct.CLOSED, list_id)
    return True


def list_outdated_lists() -> list[MailingList]:
    """Return the lists whose wordings don't have the current name of the party.

    An owner decides: it is the same party under another name, or another party (REQ-15).
    """
    return [
        mailing_list
        for mailing_list in list_lists()
        if not names_current_party(mailing_list.purpose_id)
    ]


def names_current_party(purpose_id: int) -> bool:
    """Tell whether the current wordings of a purpose have the current name of the party."""
    party_name = current_settings().party_name
    return all(names_party(text, party_name) for text in current_texts(purpose_id).values())


class DeleteListError(Enum):
    """Why a list was not deleted."""

    HAS_PEOPLE = auto()
    HAS_CAMPAIGNS = auto()
    HAS_IMPORTS = auto()


@use_case
def change_words(list_id: int, words: ListWords, translations: Sequence[ListWords]) -> bool:
    """Change the name and the description of a list in every language; tell whether any changed.

    Messages that are frozen or launched keep the name that was read.
    """
    mailing_list = get_list(list_id)
    own, *others = list_all_words(mailing_list)
    if own == words and {*others} == {*translations}:
        return False
    mailing_list.name, mailing_list.description, mailing_list.language = words
    mailing_list.texts = [_find_or_make_text(mailing_list, each) for each in translations]
    record_team_act(ListAct.EDITED, list_id)
    return True


def _find_or_make_text(mailing_list: MailingList, words: ListWords) -> ListText:
    known = (each for each in mailing_list.texts if each.language == words.language)
    text = next(known, None) or ListText(language=words.language)
    text.name, text.description = words.name, words.description
    return text


@use_case
def move_list(list_id: int, places: int) -> bool:
    """Move a list up (-1) or down (1) in the order of the pages; tell whether it moved."""
    Lock.LIST_ORDER.take()
    lists = [*list_lists()]
    here = next(number for number, each in enumerate(lists) if each.id == list_id)
    there = here + places
    if there == here or not 0 <= there < len(lists):
        return False
    lists.insert(there, lists.pop(here))
    for number, each in enumerate(lists, start=1):
        each.position = number
    record_team_act(ListAct.MOVED, list_id)
    return True


@use_case
def offer_elsewhere(list_id: int, *, is_offered: bool) -> bool:
    """Put the box of a list on other signup pages, or take it off; tell whether that is new."""
    mailing_list = get_list(list_id)
    if mailing_list.is_offered_elsewhere is is_offered:
        return False
    mailing_list.is_offered_elsewhere = is_offered
    record_team_act(ListAct.OFFERED if is_offered else ListAct.HIDDEN, list_id)
    return True


@use_case
def delete_list(list_id: int) -> str | DeleteListError:
    """Delete a list that nobody was ever on; return its slug.

    Its purpose and its wordings stay: they are sealed, and a page may have shown them.
    """
    mailing_list = get_list(list_id)
    if reason := find_reason_to_keep(list_id):
        return reason
    record_team_act(ListAct.DELETED, list_id, {"slug": mailing_list.slug})
    db.session.execute(delete(ListPurpose).where(ListPurpose.mailing_list_id == list_id))
    db.session.delete(mailing_list)
    return mailing_list.slug


def find_reason_to_keep(list_id: int) -> DeleteListError | None:
    """Return why a list can't be deleted: somebody acted on it, or something else refers to it."""
    purpose_ids = list_purpose_ids(list_id)
    if db.session.scalar(select(exists().where(ConsentEvent.purpose_id.in_(purpose_ids)))):
        return DeleteListError.HAS_PEOPLE
    used = {*_list_references(list_id, purpose_ids)}
    writing = {each for each in used if each.startswith("campaign")}
    if used - writing - {"list_import"}:
        return DeleteListError.HAS_PEOPLE
    if writing:
        return DeleteListError.HAS_CAMPAIGNS
    return DeleteListError.HAS_IMPORTS if used else None


def _list_references(list_id: int, purpose_ids: Sequence[int]) -> Iterator[str]:
    """Yield the tables of all features that have a row of a list or of one of its purposes."""
    for table in db.metadata.sorted_tables:
        keys = {key.column.name: key for key in table.foreign_keys if _is_to_list(key)}
        if table.name in PARTS_OF_LIST or not keys:
            continue
        of_list = keys.get("id") or keys.get("mailing_list_id")
        is_theirs = (
            of_list.parent == list_id
            if of_list is not None
            else keys["purpose_id"].parent.in_(purpose_ids)
        )
        if db.session.scalar(select(exists().where(is_theirs))):
            yield table.name


def _is_to_list(key: ForeignKey) -> bool:
    return key.column.table.name in TARGETS
