"""Creates, opens and closes mailing lists, each with its wording in each language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto

from supporters import clock
from supporters.audit_log.audit_events import record_team_act
from supporters.consent.models import PurposeKind
from supporters.consent.rules import names_party
from supporters.consent.wordings import add_purpose
from supporters.database import db, transaction, use_case
from supporters.extensions import current_settings
from supporters.languages import DEFAULT_LANGUAGE
from supporters.lists.acts import ListAct
from supporters.lists.list_words import ListWords
from supporters.lists.models import ListPurpose, ListText, MailingList
from supporters.lists.queries import find_last_position, get_list, is_slug_taken, list_lists
from supporters.lists.short_wordings import short_wordings
from supporters.lists.states import LIST_STATES, ListMove
from supporters.lists.wording_changes import WordingFaults, current_texts, find_faults, written
from supporters.locks import Lock


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
