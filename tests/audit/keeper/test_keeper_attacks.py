"""Each attack by a keeper is found by the tools that docs/proofs.txt names, and by no other.

If a tool finds more or less than before, change the row of the attack and run `make proofs`.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.audit.keeper.all_attacks import ATTACKS, row
from tests.audit.keeper.attack_table import Attack
from tests.audit.keeper.attacked_party import Party, make_party
from tests.audit.keeper.finding_tools import Scene, find_with_every_tool
from tests.audit.keeper.proofs_table import PROPERTY
from tests.machinery.prepared_states import begins_with
from tests.servers.log_witness import LogWitness

pytestmark = [pytest.mark.both_databases, begins_with(make_party)]


@pytest.fixture
def scene(app: Flask, prepared: Party, tmp_path: Path) -> Iterator[Scene]:
    with LogWitness() as witness:
        yield Scene(app, prepared, tmp_path, witness)


@pytest.mark.filterwarnings("ignore:DELETE statement on table")
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda each: each.number)
def test_an_attack_is_found_by_these_tools_and_by_no_other(
    attack: Attack, scene: Scene, record_property: Callable[[str, object], None]
) -> None:
    found = find_with_every_tool(scene, attack)
    place = ATTACKS.index(attack)
    record_property(PROPERTY, json.dumps([place, row(attack, found)]))
    assert sorted(found) == sorted(attack.found_by)
    assert attack.says in "".join(scene.said)


def test_no_tool_finds_anything_in_an_honest_party(scene: Scene) -> None:
    honest = Attack(number="0", words="", needs=(), found_by=frozenset(), act=lambda _party: None)
    assert find_with_every_tool(scene, honest) == set()
