"""The lists that an account may see and write to (REQ-125)."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from supporters.database import db
from supporters.organisers.models import Organiser, organiser_list


@dataclass(frozen=True)
class ListScope:
    """The lists that an account may see. None means every list."""

    list_ids: frozenset[int] | None = None

    def covers(self, list_id: int | None) -> bool:
        """Tell whether a list is within the scope. A thing without a list needs every list."""
        return self.list_ids is None or list_id in self.list_ids

    def covers_all(self, list_ids: Collection[int]) -> bool:
        """Tell whether all of these lists are within the scope."""
        return self.list_ids is None or self.list_ids.issuperset(list_ids)


EVERY_LIST = ListScope()


def scope_of(organiser: Organiser) -> ListScope:
    """Return the scope of an account: every list, unless it is limited to some."""
    if not organiser.is_limited:
        return EVERY_LIST
    rows = select(organiser_list.c.mailing_list_id).where(
        organiser_list.c.organiser_id == organiser.id
    )
    return ListScope(frozenset(db.session.scalars(rows)))
