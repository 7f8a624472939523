"""Purposes without a list: an owner writes their wordings, and shows them on signup pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from flask_babel import force_locale, gettext

from supporters import clock
from supporters.audit_log.audit_events import record_team_act
from supporters.consent.models import OptionalPurpose, Purpose, PurposeKind, Wording
from supporters.consent.queries import (
    find_current_wordings,
    find_optional_purpose,
    find_successor,
    is_offered,
    list_earlier_purposes,
)
from supporters.consent.trigger_counts import count_people_by_purpose
from supporters.consent.wordings import add_purpose
from supporters.database import db, transaction, use_case
from supporters.extensions import current_settings
from supporters.lists.acts import ListAct, ListNotice
from supporters.lists.consent_notices import notify_about_texts
from supporters.lists.models import MailingList
from supporters.lists.queries import find_list_of_purpose, list_lists
from supporters.lists.wording_changes import WordingFaults, current_texts, find_faults, written

OPTIONAL_KINDS = (PurposeKind.TARGETING, PurposeKind.MEASUREMENT)


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
