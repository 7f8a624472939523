"""A provider that counts connections: the pace goes down, nobody is rejected, nobody is lost."""

import pytest

from supporters.delivery.pace.ceilings import lift_lowering
from supporters.people.domain_groups import DomainGroup
from tests.factories.lists import make_list
from tests.faults.findings import examine
from tests.faults.installation import Installation
from tests.faults.receiver.mail_server import Receiving
from tests.faults.receiver.misbehaviour import Fault
from tests.faults.synthetic_people import add_people
from tests.servers.processes import wait_until

PEOPLE = 40
TOO_MANY = "421 Too many connections, slow down. OFR004_104 [104]"


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_provider_that_says_slow_down_is_obeyed(site: Installation, receiving: Receiving) -> None:
    mailing_list = make_list()
    add_people(mailing_list, (f"o{number}@wanadoo.fr" for number in range(PEOPLE)))
    campaign = site.launch_to(mailing_list)
    receiving.behave(Fault(at="RCPT", reply=TOO_MANY, hangs_up=True))

    def is_lowered() -> bool:
        asked = "SELECT lowered_by FROM domain_ceiling WHERE domain_group = 'orange'"
        return site.ledger.ask(asked) == [(2,)]

    with site.worker(1):
        assert wait_until(is_lowered, seconds=120), site.said()
        receiving.behave()
        site.ledger.wait_for_no_claims(campaign)  # a later answer would lower it again
        assert site.ledger.counts(campaign).get("refused", 0) == 0
        lift_lowering(DomainGroup.ORANGE)
        site.ledger.wait_for_end(campaign, hurried=True)
    findings = examine(site, receiving, campaign)
    assert findings.are_right(), findings
    assert len(receiving.arrivals(campaign)) == PEOPLE
