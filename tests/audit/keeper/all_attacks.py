"""All attacks in the order of the table, and the row of one."""

from collections.abc import Collection

from tests.audit.keeper import altered_records, hidden_departures, keyed_forgeries, log_begun_again
from tests.audit.keeper.attack_table import Attack, Finder, list_attacks
from tests.audit.keeper.proofs_table import NOBODY

ATTACKS = list_attacks(altered_records, hidden_departures, keyed_forgeries, log_begun_again)


def row(attack: Attack, found_by: Collection[Finder]) -> list[str]:
    """Return the cells of an attack, with the tools that found it."""
    found = ", ".join(each for each in Finder if each in found_by)
    return [attack.number, attack.words, " + ".join(attack.needs), found or NOBODY]
