"""Creates, opens and closes mailing lists, each with its wording in each language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from flask_babel import force_locale, gettext

from supporters import clock
from supporters.consent.models import PurposeKind
from supporters.consent.rules import names_party
from supporters.consent.wordings import add_purpose
from supporters.database import db, transaction, use_case
from supporters.extensions import current_settings
from supporters.languages import LANGUAGES
from supporters.lists.models import ListPurpose, MailingList
from supporters.lists.queries import find_list_by_slug, get_list, list_lists
from supporters.lists.wording_changes import WordingFaults, current_texts, find_faults
from supporters.organisers.acts import Act
from supporters.organisers.audit_events import record_team_act


class CreateListError(Enum):
    """Why a list was not created."""

    SLUG_TAKEN = auto()


@dataclass(frozen=True, kw_only=True)
class ListDraft:
    """The form of a new list: the slug of its page, its name, its description.

    `sentences` are the wordings by language; without them they are made from the name.
    """

    slug: str
    name: str
    description: str
    sentences: Mapping[str, str] = field(default_factory=dict)


def consent_sentence(list_name: str, language: str) -> str:
    """Return the default wording: it names the party and says that the email is political."""
    party = current_settings().party_name
    with force_locale(language):
        return str(
            gettext(
                "I agree that %(party)s uses my e-mail address to send me its political letter "
                "“%(list)s”: political communication of this party. I can leave at any time.",
                party=party,
                list=list_name,
            )
        )


def create_list(draft: ListDraft) -> MailingList | CreateListError | WordingFaults:
    """Create a list and the first version of its wordings."""
    texts = draft.sentences or {code: consent_sentence(draft.name, code) for code in LANGUAGES}
    if draft.sentences and (faults := find_faults(texts)):
        return faults
    now = clock.now()
    with transaction():
        if find_list_by_slug(draft.slug) is not None:
            return CreateListError.SLUG_TAKEN
        purpose = add_purpose(PurposeKind.NEWSLETTER, texts, now=now)
        mailing_list = MailingList(
            slug=draft.slug,
            name=draft.name,
            description=draft.description,
            purpose_id=purpose.id,
            created_at=now,
        )
        db.session.add(mailing_list)
        db.session.flush()
        db.session.add(
            ListPurpose(purpose_id=purpose.id, mailing_list_id=mailing_list.id, since=now)
        )
        record_team_act(Act.LIST_CREATED, mailing_list.id)
    return mailing_list


@use_case
def open_list(list_id: int) -> None:
    """Open the signup page of a list again."""
    get_list(list_id).closed_at = None
    record_team_act(Act.LIST_OPENED, list_id)


@use_case
def close_list(list_id: int) -> None:
    """Close the signup page of a list. Its subscribers stay."""
    now = clock.now()
    get_list(list_id).closed_at = now
    record_team_act(Act.LIST_CLOSED, list_id)


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
