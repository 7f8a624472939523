"""Finds the local lists for a postcode. The postcode itself is not stored here."""

from collections.abc import Sequence
from dataclasses import dataclass

from supporters.signup.shared_rows import list_shared_territories
from supporters.territory.communes import Commune, find_communes
from supporters.territory.rules import needs_commune

MOST_LOCAL_LISTS = 5
BETWEEN = ":"


@dataclass(frozen=True, kw_only=True)
class LocalFinding:
    """The ids of the local lists; or the communes, if the visitor must choose one first."""

    list_ids: tuple[int, ...] = ()
    communes: Sequence[Commune] = ()
    is_known: bool = True


def has_local_lists(*, beside: int) -> bool:
    """Tell whether there is a list with a territory, beside that of the page."""
    return any(each.id != beside for each, _ in list_shared_territories())


def find_local_lists(postcode: str, commune_code: str, *, beside: int) -> LocalFinding:
    """Return the local lists of a postcode, or of one of its communes if that decides."""
    communes = find_communes(postcode)
    places = [each for each in list_shared_territories() if each[0].id != beside]
    chosen = [each for each in communes if each.code == commune_code]
    if not chosen and needs_commune([territory for _, territory in places], postcode):
        return LocalFinding(communes=communes)
    found = [
        mailing_list.id
        for mailing_list, territory in places
        if any(territory.covers(postcode, each) for each in chosen or communes[:1])
    ]
    shown = communes if chosen else ()
    return LocalFinding(
        list_ids=tuple(found[:MOST_LOCAL_LISTS]), communes=shown, is_known=bool(communes)
    )


def write_place(postcode: str, commune_code: str) -> str:
    """Return a place for the hidden field of the page that shows its lists."""
    return f"{postcode}{BETWEEN}{commune_code}"


def read_local_ids(sent: str, *, beside: int) -> tuple[int, ...]:
    """Return the local lists that a page had offered for the place in its hidden field.

    They are looked up again, so that no form makes up a page with other lists.
    """
    postcode, _, commune_code = sent.partition(BETWEEN)
    return find_local_lists(postcode, commune_code, beside=beside).list_ids
