"""Creates a mailing list, with the sentence that people agree to in each language."""

from dataclasses import dataclass
from enum import Enum, auto

from flask_babel import force_locale, gettext

from supporters import clock
from supporters.consent.models import PurposeKind
from supporters.consent.queries import find_current_wording
from supporters.consent.wordings import add_purpose, keep_wording
from supporters.database import db, transaction
from supporters.extensions import current_settings
from supporters.languages import LANGUAGES
from supporters.lists.models import ListPurpose, MailingList
from supporters.lists.queries import find_list_by_slug, get_list, list_lists


class ListRefused(Enum):
    """Why a list was not created."""

    SLUG_TAKEN = auto()


@dataclass(frozen=True, kw_only=True)
class ListDraft:
    """What an organiser says of a list: the address of its page, its name, what it is for."""

    slug: str
    name: str
    description: str


def consent_sentence(list_name: str, language: str) -> str:
    """Return the sentence that people agree to: it names the party and its political nature."""
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


def create_list(draft: ListDraft) -> MailingList | ListRefused:
    """Create a list and the first version of its wordings."""
    now = clock.now()
    with transaction():
        if find_list_by_slug(draft.slug) is not None:
            return ListRefused.SLUG_TAKEN
        texts = {language: consent_sentence(draft.name, language) for language in LANGUAGES}
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
    return mailing_list


def open_list(list_id: int) -> None:
    """Let people join a list again."""
    with transaction():
        get_list(list_id).closed_at = None


def close_list(list_id: int) -> None:
    """Take the signup page of a list away; who is on it stays."""
    now = clock.now()
    with transaction():
        get_list(list_id).closed_at = now


def refresh_wordings() -> None:
    """Add a new version where the party's name has changed since the last one was written."""
    now = clock.now()
    with transaction():
        for mailing_list in list_lists():
            for language in LANGUAGES:
                text = consent_sentence(mailing_list.name, language)
                keep_wording(mailing_list.purpose_id, language, text, now=now)


def list_outdated_lists() -> list[MailingList]:
    """Return the lists whose wordings don't name the party as it is called now."""
    return [
        mailing_list
        for mailing_list in list_lists()
        for language in LANGUAGES
        if not _is_current(mailing_list, language)
    ]


def _is_current(mailing_list: MailingList, language: str) -> bool:
    wording = find_current_wording(mailing_list.purpose_id, language)
    return wording is not None and wording.text == consent_sentence(mailing_list.name, language)
