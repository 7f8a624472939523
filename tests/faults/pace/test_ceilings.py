"""A ceiling over machines, kills and midnight: nobody twice, nobody lost, never more."""

import time
from datetime import timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest

from supporters import clock
from supporters.delivery.pace.ceilings import set_ceiling
from supporters.delivery.pace.pace_rules import Ceiling, start_of_day
from supporters.people.domain_groups import DomainGroup
from tests.factories.lists import make_list
from tests.faults.findings import examine
from tests.faults.installation import Installation
from tests.faults.receiver.mail_server import Receiving
from tests.faults.receiver.misbehaviour import Fault
from tests.faults.synthetic_people import add_people
from tests.faults.test_clocks import jumping
from tests.servers.processes import wait_until

A_DAY, OURS, OTHERS = 30, 70, 20
BEFORE_MIDNIGHT_SECONDS = 12
MOST_DAYS = 6


def launch(site: Installation) -> int:
    """Launch a campaign to people at Orange and elsewhere; return its id."""
    mailing_list = make_list()
    ours = (f"o{number}@{('orange.fr', 'wanadoo.fr')[number % 2]}" for number in range(OURS))
    add_people(mailing_list, [*ours, *(f"p{number}@amis.example" for number in range(OTHERS))])
    return site.launch_to(mailing_list)


def is_full(site: Installation, day: str) -> bool:
    """Tell whether the ceiling of a day was used up, killed claims included."""
    rows = site.ledger.ask("SELECT sum(mails) FROM domain_use WHERE started_at >= :day", day=day)
    return (rows[0][0] or 0) >= A_DAY


def arrived_at_orange(receiving: Receiving) -> int:
    """Return how many messages to Orange the server has taken."""
    return sum(each.recipient.startswith("o") for each in receiving.arrivals())


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # whose time is the machine's
def test_a_ceiling_holds_over_machines_kills_and_midnight(
    site: Installation, receiving: Receiving, tmp_path: Path
) -> None:
    moved, variables = tmp_path / "clock", jumping(tmp_path / "clock")
    set_ceiling(DomainGroup.ORANGE, Ceiling(a_day=A_DAY))
    receiving.behave(Fault(at="BODY", seconds=0.1))
    counts = [0]
    with (
        site.worker(1, variables=variables) as one,
        site.worker(1, variables=variables, machine="-two") as two,
    ):
        for each in (one, two):
            each.wait_until_complete()  # both are known before the first sealing
        campaign, midnight = launch(site), start_of_day(clock.now(), 1)
        assert wait_until(partial(receiving.has, 15), seconds=60), site.said()
        one.kill_senders()
        receiving.behave()
        assert wait_until(lambda: is_full(site, _iso(midnight - timedelta(days=1))), seconds=120)
        for day in range(MOST_DAYS):
            site.ledger.wait_for_no_claims(campaign)
            if site.ledger.has_ended(campaign):
                break
            ahead = midnight + timedelta(days=day) - clock.now()
            moved.write_text(f"+{int(ahead.total_seconds()) - BEFORE_MIDNIGHT_SECONDS}")
            time.sleep(BEFORE_MIDNIGHT_SECONDS / 2)
            counts.append(arrived_at_orange(receiving))  # it is still the day before
            today = _iso(midnight + timedelta(days=day))

            def is_done(today: str = today) -> bool:
                return site.ledger.has_ended(campaign) or is_full(site, today)

            assert wait_until(is_done, seconds=120), site.said()
    assert site.ledger.has_ended(campaign), site.said()
    counts.append(arrived_at_orange(receiving))
    assert counts[-1] == OURS
    assert all(later - before <= A_DAY for before, later in pairwise(counts))
    findings = examine(site, receiving, campaign)
    assert findings.are_right(uncertain_at_most=2), findings


def _iso(moment: object) -> str:
    return str(moment).split("+")[0]
