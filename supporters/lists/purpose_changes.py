"""Changes the wordings of purposes (REQ-15, REQ-16); writes the purposes that have no list.

Better words are a new version of the same purpose. Another meaning is a new purpose that succeeds
it: people who agreed earlier keep the earlier one until they agree again. A wording that a page has
shown is never changed or deleted.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from flask_babel import force_locale, gettext

from supporters import clock
from supporters.audit_log.audit_events import record_team_act
from supporters.consent.models import OptionalPurpose, Purpose, PurposeKind, Wording
from supporters.consent.queries import (
    find_current_wordings,
    find_optional_purpose,
    find_purpose,
    find_successor,
    is_offered,
    list_earlier_purposes,
)
from supporters.consent.rules import (
    WordingChange,
    WordingFault,
    find_wording_faults,
    has_web_address,
    is_changed,
)
from supporters.consent.trigger_counts import count_people_by_purpose
from supporters.consent.wordings import add_purpose, store_wording
from supporters.database import db, in_transaction, transaction, use_case
from supporters.extensions import current_settings
from supporters.languages import LANGUAGES, TEAM_LANGUAGES
from supporters.lists.acts import ListAct, ListNotice
from supporters.lists.models import ListPurpose, MailingList
from supporters.lists.queries import find_list_of_purpose, list_lists, name_of_purpose
from supporters.mail.links import link_to
from supporters.notices.security_notices import (
    Notice,
    name_of_actor,
    other_owners_and_officer,
    put_notice,
)
from supporters.public_languages import default_public_language, public_languages

WordingFaults = dict[str, list[WordingFault]]
OPTIONAL_KINDS = (PurposeKind.TARGETING, PurposeKind.MEASUREMENT)


@in_transaction
def notify_about_texts(notice: Notice, purpose_id: int, texts: Mapping[str, str]) -> None:
    """Put a notice about the texts of a purpose into the outbox."""
    url = link_to("console.show_purpose", purpose_id=purpose_id)
    put_notice(notice, other_owners_and_officer(), describe_texts(purpose_id, texts), url=url)


def describe_texts(purpose_id: int, texts: Mapping[str, str]) -> dict[str, str]:
    """Return the values of a notice about texts: the actor, the name of the purpose, the texts."""
    name = name_of_purpose(purpose_id)
    return {"actor": name_of_actor(), "name": name, "texts": show_texts(texts)}


def show_texts(texts: Mapping[str, str]) -> str:
    """Return the texts of a consent on one line, each with its language."""
    one_line = {code: " ".join(text.split()) for code, text in texts.items()}
    return " – ".join(f"{LANGUAGES[code]}: “{text}”" for code, text in one_line.items())


class ChangeWordingError(Enum):
    """Why a wording was not changed."""

    UNKNOWN = auto()
    SUCCEEDED = auto()
    SAME_TEXT = auto()


def languages_to_write(current: Collection[str] = ()) -> set[str]:
    """Return the languages that a purpose needs a text in: another text is optional.

    They are the default, those that the team writes, and those with a current text.
    """
    always = {default_public_language(), *TEAM_LANGUAGES, *current}
    return {code for code in public_languages() if code in always}


def find_faults(
    texts: Mapping[str, str], current: Mapping[str, str] | None = None
) -> WordingFaults:
    """Return the faults of the wording in each language; empty if there are none.

    `current` are the texts of today. None can be taken away; one from before the rule against web
    addresses may stay as it is.
    """
    party_name, current = current_settings().party_name, current or {}
    needed = languages_to_write(current)
    found = {
        code: find_wording_faults(texts.get(code, ""), party_name)
        for code in public_languages()
        if code in needed or texts.get(code)
    }
    for code, faults in found.items():
        if has_web_address(texts.get(code, ""), party_name) and texts[code] != current.get(code):
            faults.append(WordingFault.WEB_ADDRESS)
    return {code: faults for code, faults in found.items() if faults}


@use_case
def change_wording(
    purpose_id: int, texts: Mapping[str, str], change: WordingChange
) -> Purpose | ChangeWordingError | WordingFaults:
    """Replace the current wordings; return the purpose that people agree to from now.

    An owner reaches another meaning only by a request that a second person agrees to (ADR 082).
    """
    texts, now = written(texts), clock.now()
    if faults := find_faults(texts, current_texts(purpose_id)):
        return faults
    if refused := find_change_fault(purpose_id, texts):
        return refused
    purpose = db.session.get_one(Purpose, purpose_id)
    if change is WordingChange.MATERIAL:
        return _succeed(purpose, texts, now)
    for language, text in texts.items():
        store_wording(purpose_id, language, text, now=now)
    record_team_act(ListAct.PURPOSE_REWORDED, purpose_id)
    notify_about_texts(ListNotice.CONSENT_REWORDED, purpose_id, texts)
    return purpose


def find_change_fault(purpose_id: int, texts: Mapping[str, str]) -> ChangeWordingError | None:
    """Return why these texts can't replace the current ones; None if they can."""
    if find_purpose(purpose_id) is None:
        return ChangeWordingError.UNKNOWN
    if find_successor(purpose_id) is not None:
        return ChangeWordingError.SUCCEEDED
    if not is_changed(texts, current_texts(purpose_id)):
        return ChangeWordingError.SAME_TEXT
    return None


def written(texts: Mapping[str, str]) -> dict[str, str]:
    """Return the texts without the empty ones."""
    return {code: text for code, text in texts.items() if text}


def list_untranslated(purpose_id: int) -> list[str]:
    """Return the names of the offered languages in which a purpose has no text."""
    found = current_texts(purpose_id)
    return [name for code, name in public_languages().items() if code not in found]


def current_texts(purpose_id: int) -> dict[str, str]:
    """Return the current wordings of a purpose, by language."""
    found = find_current_wordings(purpose_id)
    return {code: wording.text for code, wording in found.items()}


def _succeed(purpose: Purpose, texts: Mapping[str, str], now: datetime) -> Purpose:
    """Add a purpose that replaces another, on its list or on the signup pages."""
    successor = add_purpose(purpose.kind, texts, now=now, succeeds=purpose.id)
    mailing_list = find_list_of_purpose(purpose.id)
    offer = db.session.get(OptionalPurpose, purpose.id)
    if mailing_list is not None:
        list_purpose = ListPurpose(
            purpose_id=successor.id, mailing_list_id=mailing_list.id, since=now
        )
        db.session.add(list_purpose)
        mailing_list.purpose_id = successor.id
    if offer is not None:
        db.session.delete(offer)
        db.session.add(OptionalPurpose(purpose_id=successor.id, since=now))
    record_team_act(ListAct.PURPOSE_SUCCEEDED, successor.id, {"before": str(purpose.id)})
    return successor


class OptionalPurposeError(Enum):
    """Why a purpose was not created or shown on the signup pages."""

    ALREADY_EXISTS = auto()
    NOT_OPTIONAL = auto()


def create_optional_purpose(
    kind: PurposeKind, texts: Mapping[str, str]
) -> Purpose | OptionalPurposeError | WordingFaults:
    """Create a purpose without a list, with its first wordings. No page shows it yet."""
    texts = written(texts)
    if faults := find_faults(texts):
        return faults
    now = clock.now()
    with transaction():
        if kind not in OPTIONAL_KINDS:
            return OptionalPurposeError.NOT_OPTIONAL
        if find_optional_purpose(kind) is not None:
            return OptionalPurposeError.ALREADY_EXISTS
        purpose = add_purpose(kind, texts, now=now)
        record_team_act(ListAct.PURPOSE_CREATED, purpose.id, {"kind": kind.value})
    return purpose


def suggest_wording(kind: PurposeKind, language: str) -> str:
    """Return a wording to start with. The owner changes it to match the real use."""
    party = current_settings().party_name
    with force_locale(language):
        if kind is PurposeKind.TARGETING:
            text = gettext(
                "I agree that %(party)s chooses by what I told it about myself which of its "
                "political messages it sends me. I can take this back at any time.",
                party=party,
            )
        else:
            text = gettext(
                "I agree that %(party)s counts which of its political messages I open and which "
                "links I follow. I can take this back at any time.",
                party=party,
            )
    return str(text)


@use_case
def show_purpose_on_pages(purpose_id: int) -> OptionalPurposeError | None:
    """Show an optional box for a purpose on every signup page."""
    now = clock.now()
    purpose = db.session.get(Purpose, purpose_id)
    if purpose is None or find_list_of_purpose(purpose_id) or find_successor(purpose_id):
        return OptionalPurposeError.NOT_OPTIONAL
    if db.session.get(OptionalPurpose, purpose_id) is None:
        db.session.add(OptionalPurpose(purpose_id=purpose_id, since=now))
        record_team_act(ListAct.PURPOSE_OFFERED, purpose_id)
        notify_about_texts(ListNotice.CONSENT_OFFERED, purpose_id, current_texts(purpose_id))
    return None


@use_case
def remove_purpose_from_pages(purpose_id: int) -> None:
    """Remove the box from the signup pages. The consents that people gave stay."""
    offer = db.session.get(OptionalPurpose, purpose_id)
    if offer is not None:
        db.session.delete(offer)
        record_team_act(ListAct.PURPOSE_REMOVED, purpose_id)


@dataclass(frozen=True, kw_only=True)
class PurposeStats:
    """A current purpose: its list if it has one, its wordings, and the counts of people.

    `earlier_people` agreed to an earlier purpose, and not to this one.
    """

    purpose: Purpose
    mailing_list: MailingList | None
    wordings: list[Wording]
    people: int
    earlier_people: int
    is_offered: bool


def list_purpose_stats() -> list[PurposeStats]:
    """Return the purpose of each list, by name, then the purposes without a list."""
    people = count_people_by_purpose()
    of_lists = [(db.session.get_one(Purpose, each.purpose_id), each) for each in list_lists()]
    optional = [find_optional_purpose(kind) for kind in OPTIONAL_KINDS]
    return [
        *(_describe(purpose, each, people) for purpose, each in of_lists),
        *(_describe(purpose, None, people) for purpose in optional if purpose is not None),
    ]


def _describe(
    purpose: Purpose, mailing_list: MailingList | None, people: Mapping[int, int]
) -> PurposeStats:
    earlier = list_earlier_purposes(purpose)
    return PurposeStats(
        purpose=purpose,
        mailing_list=mailing_list,
        wordings=[*find_current_wordings(purpose.id).values()],
        people=people.get(purpose.id, 0),
        earlier_people=sum(people.get(each.id, 0) for each in earlier),
        is_offered=is_offered(purpose.id),
    )
