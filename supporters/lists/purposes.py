"""Everything that people agree to today, and how many stand under each purpose and sentence."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from supporters.consent.models import Agreement, ConsentEvent, Purpose, Wording
from supporters.consent.queries import (
    find_current_wording,
    find_optional_purpose,
    is_offered,
    list_earlier_purposes,
)
from supporters.database import db
from supporters.languages import LANGUAGES
from supporters.lists.models import MailingList, Subscription
from supporters.lists.offering import OPTIONAL_KINDS
from supporters.lists.queries import list_lists


@dataclass(frozen=True, kw_only=True)
class PurposeFigures:
    """A purpose of today: its list if it has one, its sentences, and who stands where.

    `earlier_people` agreed to what it succeeds, and not to itself.
    """

    purpose: Purpose
    mailing_list: MailingList | None
    wordings: list[Wording]
    people: int
    earlier_people: int
    is_offered: bool


def list_purpose_figures() -> list[PurposeFigures]:
    """Return the purpose of each list, by name, then those that are no list."""
    people = count_people_by_purpose()
    of_lists = [(db.session.get_one(Purpose, each.purpose_id), each) for each in list_lists()]
    optional = [find_optional_purpose(kind) for kind in OPTIONAL_KINDS]
    return [
        *(_describe(purpose, each, people) for purpose, each in of_lists),
        *(_describe(purpose, None, people) for purpose in optional if purpose is not None),
    ]


def count_people_by_purpose() -> dict[int, int]:
    """Return how many people's consent stands for each purpose (purpose id: count)."""
    counts: dict[int, int] = {}
    for column in (Subscription.purpose_id, Agreement.purpose_id):
        counts.update(db.session.execute(select(column, func.count()).group_by(column)).all())
    return counts


def count_people_by_wording(purpose_id: int) -> dict[int, int]:
    """Return how many people stand under each sentence of a purpose (wording id: count)."""
    counts: dict[int, int] = {}
    for held in (Subscription, Agreement):
        rows = db.session.execute(
            select(ConsentEvent.wording_id, func.count())
            .join(held, held.consent_event_id == ConsentEvent.id)
            .where(held.purpose_id == purpose_id)
            .group_by(ConsentEvent.wording_id)
        )
        counts.update({wording_id: count for wording_id, count in rows if wording_id})
    return counts


def _describe(
    purpose: Purpose, mailing_list: MailingList | None, people: Mapping[int, int]
) -> PurposeFigures:
    earlier = list_earlier_purposes(purpose)
    found = (find_current_wording(purpose.id, code) for code in LANGUAGES)
    return PurposeFigures(
        purpose=purpose,
        mailing_list=mailing_list,
        wordings=[wording for wording in found if wording is not None],
        people=people.get(purpose.id, 0),
        earlier_people=sum(people.get(each.id, 0) for each in earlier),
        is_offered=is_offered(purpose.id),
    )
