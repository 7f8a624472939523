"""Changes what people read of a list, where they find it, and its place; deletes unused lists.

None of this changes a consent: the wording of a list changes in `wording_changes.py` only.
"""

from collections.abc import Iterator, Sequence
from enum import Enum, auto

from sqlalchemy import ForeignKey, delete, exists, select

from supporters.audit_log.audit_events import record_team_act
from supporters.consent.models import ConsentEvent
from supporters.database import db, use_case
from supporters.lists.acts import ListAct
from supporters.lists.list_words import ListWords, list_all_words
from supporters.lists.models import ListPurpose, ListText, MailingList
from supporters.lists.queries import get_list, list_lists, list_purpose_ids
from supporters.locks import Lock

TARGETS = {MailingList.__tablename__, ListPurpose.__tablename__}
# The tables of a list's own words, of the accounts that may see it, and of the forms that offer it.
PARTS_OF_LIST = {"list_text", "list_purpose", "organiser_list", "signup_form_list"}


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
    if used - {"campaign", "list_import"}:
        return DeleteListError.HAS_PEOPLE
    if "campaign" in used:
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
