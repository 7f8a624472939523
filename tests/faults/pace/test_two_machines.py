"""Two machines, one with a wrong clock, keep a ceiling together while it changes and one dies."""

import time
from functools import partial
from pathlib import Path

import pytest

from supporters.delivery.pace.ceilings import set_ceiling
from supporters.delivery.pace.connection_leases import limit_connections
from supporters.delivery.pace.pace_rules import Ceiling
from supporters.people.domain_groups import DomainGroup
from tests.faults.findings import examine
from tests.faults.installation import Installation
from tests.faults.pace.test_ceilings import OTHERS, OURS, arrived_at_orange, launch
from tests.faults.receiver.mail_server import Receiving
from tests.faults.receiver.misbehaviour import Fault
from tests.faults.test_clocks import jumping
from tests.servers.processes import wait_until

LOW, HIGH, QUIET_SECONDS = 20, 45, 6
TEN_MINUTES = 600


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)  # whose time is common
def test_a_ceiling_holds_over_machines_wrong_clocks_kills_and_changes(
    site: Installation, receiving: Receiving, tmp_path: Path
) -> None:
    moved = tmp_path / "clock"
    variables = jumping(moved)
    set_ceiling(DomainGroup.ORANGE, Ceiling(a_day=LOW))
    limit_connections(2)
    receiving.behave(Fault(at="BODY", seconds=0.1))
    with site.worker(1), site.worker(1, variables=variables, machine="-two") as two:
        moved.write_text(f"+{TEN_MINUTES}")
        campaign = launch(site)
        assert wait_until(partial(receiving.has, 10), seconds=60), site.said()
        two.kill_senders()
        receiving.behave()
        assert wait_until(partial(receiving.has, OTHERS + 1), seconds=120), site.said()
        time.sleep(QUIET_SECONDS)
        assert arrived_at_orange(receiving) <= LOW
        set_ceiling(DomainGroup.ORANGE, Ceiling(a_day=HIGH))
        assert wait_until(lambda: arrived_at_orange(receiving) > LOW, seconds=60), site.said()
        time.sleep(QUIET_SECONDS)
        assert arrived_at_orange(receiving) <= HIGH
        set_ceiling(DomainGroup.ORANGE, Ceiling(a_day=1))
        time.sleep(QUIET_SECONDS)
        assert arrived_at_orange(receiving) <= HIGH
        set_ceiling(DomainGroup.ORANGE, Ceiling())
        site.ledger.wait_for_end(campaign, hurried=True)
    findings = examine(site, receiving, campaign)
    assert findings.are_right(uncertain_at_most=2), findings
    assert arrived_at_orange(receiving) >= OURS - 2
