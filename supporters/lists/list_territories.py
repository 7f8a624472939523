"""The territories of lists: the places whose people a list is offered to."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import delete, select

from supporters.audit_log.audit_events import record_team_act
from supporters.database import db, use_case
from supporters.lists.acts import ListAct
from supporters.lists.list_clocks import default_zone
from supporters.lists.models import ListTerritory, MailingList
from supporters.territory.communes import find_departement, name_communes
from supporters.territory.rules import (
    FaultyPlace,
    PlaceKind,
    Territory,
    TypedTerritory,
    describe_commune,
    make_territory,
    read_territory,
)


@use_case
def change_territory(list_id: int, typed: TypedTerritory) -> bool | list[FaultyPlace]:
    """Give a list the typed territory; return whether anything changed, or the faults."""
    territory = read_territory(typed)
    if isinstance(territory, list):
        return territory
    mailing_list = db.session.get_one(MailingList, list_id, with_for_update=True)
    earlier = find_territory(list_id)
    if territory == earlier:
        return False
    if mailing_list.time_zone == _default_zone(earlier):  # nobody chose another one
        mailing_list.time_zone = _default_zone(territory)
    db.session.execute(delete(ListTerritory).where(ListTerritory.mailing_list_id == list_id))
    db.session.add_all(
        ListTerritory(mailing_list_id=list_id, kind=kind, code=code)
        for kind in PlaceKind
        for code in sorted(territory.codes_of(kind))
    )
    places = sum(len(territory.codes_of(kind)) for kind in PlaceKind)
    record_team_act(ListAct.TERRITORY_CHANGED, list_id, {"places": places})
    return True


def _default_zone(territory: Territory) -> str:
    return default_zone(code for kind in PlaceKind for code in territory.codes_of(kind))


def find_territory(list_id: int) -> Territory:
    """Return the territory of a list; an empty one if it has none."""
    rows = db.session.scalars(select(ListTerritory).where(ListTerritory.mailing_list_id == list_id))
    return _make(rows)


def list_open_territories() -> Sequence[tuple[MailingList, Territory]]:
    """Return the open lists that have a territory, by name."""
    rows = db.session.execute(
        select(MailingList, ListTerritory)
        .join(ListTerritory, ListTerritory.mailing_list_id == MailingList.id)
        .where(MailingList.closed_at.is_(None))
        .order_by(MailingList.name, MailingList.id)
    )
    places: dict[MailingList, list[ListTerritory]] = {}
    for mailing_list, place in rows:
        places.setdefault(mailing_list, []).append(place)
    return [(mailing_list, _make(found)) for mailing_list, found in places.items()]


def write_territory(territory: Territory) -> Mapping[PlaceKind, list[str]]:
    """Return the places of a territory as they can be typed, in the order of the alphabet."""
    communes = name_communes(territory.communes)
    return {
        PlaceKind.DEPARTEMENT: sorted(territory.departements),
        PlaceKind.COMMUNE: sorted(
            describe_commune(communes[each]) if each in communes else each
            for each in territory.communes
        ),
        PlaceKind.POSTCODE: sorted(territory.postcodes),
    }


def name_departements(codes: Iterable[str]) -> list[str]:
    """Return the names of départements with their codes."""
    found = (find_departement(each) for each in sorted(codes))
    return [f"{each.name} ({each.code})" for each in found if each is not None]


def _make(rows: Iterable[ListTerritory]) -> Territory:
    return make_territory((row.kind, row.code) for row in rows)
