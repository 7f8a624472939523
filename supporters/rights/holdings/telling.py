"""Tells a person everything that we hold on them, in the order in which it is of interest."""

from collections.abc import Mapping, Sequence

from supporters.rights.holdings.holders import Holder, Item
from supporters.rights.holdings.registry import list_holdings

FIRST = (
    *("subscriber", "subscription", "agreement", "consent_event", "delivery", "letter"),
    *("rights_case", "disclosure", "suppression"),
)


def tell_everything(holder: Holder) -> Mapping[str, Sequence[Item]]:
    """Return the rows of each table that has any to tell of, by the table's name."""
    tellers = {
        holding.table: holding.tell for holding in list_holdings() if holding.tell is not None
    }
    order = [*FIRST, *(table for table in tellers if table not in FIRST)]
    return {table: tellers[table](holder) for table in order}
