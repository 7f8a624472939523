"""The lists that an account may see and write to (REQ-125)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, delete, func, insert, select, true

from supporters.accounts.models import Organiser, RoleName, organiser_list
from supporters.accounts.queries import find_organiser, list_active_organisers, lock_organisers
from supporters.audit_log.audit_events import record_act
from supporters.database import db, use_case
from supporters.team.accounts import notify_of_change
from supporters.team.acts import TeamAct

TEAM = (RoleName.OWNER, RoleName.ORGANISER, RoleName.DPO)  # they read campaigns


@dataclass(frozen=True)
class ListScope:
    """The lists that an account may see. None means every list."""

    list_ids: frozenset[int] | None = None

    def covers(self, list_id: int | None) -> bool:
        """Tell whether a list is within the scope. A thing without a list needs every list."""
        return self.list_ids is None or list_id in self.list_ids

    def covers_all(self, list_ids: Iterable[int]) -> bool:
        """Tell whether all of these lists are within the scope."""
        return self.list_ids is None or self.list_ids.issuperset(list_ids)

    def covers_any(self, list_ids: Collection[int]) -> bool:
        """Tell whether one of these lists is within the scope."""
        if self.list_ids is None:
            return bool(list_ids)
        return not self.list_ids.isdisjoint(list_ids)


EVERY_LIST = ListScope()


def is_within(column: SQLColumnExpression[Any], scope: ListScope) -> ColumnElement[bool]:
    """Return the condition that a column names a list of the scope."""
    return true() if scope.list_ids is None else column.in_(scope.list_ids)


def scope_of(organiser: Organiser) -> ListScope:
    """Return the scope of an account: every list, unless it is limited to some."""
    if not organiser.is_limited:
        return EVERY_LIST
    rows = select(organiser_list.c.mailing_list_id).where(
        organiser_list.c.organiser_id == organiser.id
    )
    return ListScope(frozenset(db.session.scalars(rows)))


def list_team_of(list_ids: Collection[int]) -> Sequence[Organiser]:
    """Return the active accounts that may read what concerns these lists, by address."""
    is_one = organiser_list.c.mailing_list_id.in_(list_ids)
    covered = db.session.execute(
        select(organiser_list.c.organiser_id, func.count())
        .where(is_one)
        .group_by(organiser_list.c.organiser_id)
    )
    seen_by = {account for account, lists in covered if lists == len({*list_ids})}
    team = list_active_organisers(*TEAM)
    return [each for each in team if not each.is_limited or each.id in seen_by]


class LimitResult(Enum):
    """The result of a limit."""

    DONE = auto()
    UNKNOWN = auto()
    NOT_AN_ORGANISER = auto()


@use_case
def limit_organiser(organiser_id: int, list_ids: Collection[int] | None) -> LimitResult:
    """Limit an organiser to some lists, from the next request on. None means every list.

    An owner and the data protection officer answer for all lists, so they can't be limited.
    """
    lock_organisers()
    organiser = find_organiser(organiser_id)
    if organiser is None:
        return LimitResult.UNKNOWN
    if list_ids is not None and not organiser.has_role(RoleName.ORGANISER.value):
        return LimitResult.NOT_AN_ORGANISER
    organiser.is_limited = list_ids is not None
    db.session.execute(delete(organiser_list).where(organiser_list.c.organiser_id == organiser_id))
    rows = [{"organiser_id": organiser_id, "mailing_list_id": each} for each in list_ids or ()]
    if rows:
        db.session.execute(insert(organiser_list), rows)
    lists = "all" if list_ids is None else " ".join(map(str, sorted(list_ids)))
    record_act(TeamAct.LISTS_LIMITED, organiser_id, {"lists": lists})
    notify_of_change(organiser)
    return LimitResult.DONE
