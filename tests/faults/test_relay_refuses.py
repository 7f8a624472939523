"""The relay refuses us for every recipient: the campaign is paused, and no person is lost."""

import json
from functools import partial

import pytest

from tests.faults.form import size, some
from tests.faults.installation import Installation
from tests.faults.receiver.mail_server import Receiving
from tests.faults.receiver.misbehaviour import Fault
from tests.faults.report import Report
from tests.servers.processes import run_flask, wait_until

PEOPLE = size(300, 5000)
MOST_REFUSED = 60
on_one_database = pytest.mark.parametrize(
    "database", some("postgresql", long=("sqlite",)), indirect=True
)
POLICY = "550 5.7.515 your domain isn't known here"


def wait_until_held(site: Installation, campaign: int) -> None:
    """Wait until the campaign pauses itself, and no sender holds any of it."""
    held = wait_until(lambda: site.ledger.status(campaign) == "paused")
    assert held, f"{site.ledger.counts(campaign)}: {site.said()}"
    assert wait_until(lambda: site.ledger.count_claims(campaign) == 0)


@on_one_database
@pytest.mark.parametrize(
    ("step", "reply"),
    [("RCPT", POLICY), *(("BODY", "554 refused") for _ in some(long=["once"]))],
)
def test_relay_that_refuses_us_holds_the_campaign_and_loses_nobody(
    step: str, reply: str, site: Installation, receiving: Receiving, report: Report
) -> None:
    receiving.behave(Fault(at=step, reply=reply))
    campaign = site.launch(PEOPLE)
    with site.worker(processes=2):
        wait_until_held(site, campaign)
        site.ledger.wait_for(campaign, queued=PEOPLE, seconds=10)
        receiving.arrivals()
        assert receiving.refusals <= MOST_REFUSED
        told = json.loads(site.flask("campaigns", "status", str(campaign), "--json"))
        code = "550 5.7.515" if step == "RCPT" else "554"
        assert told["problem"] == f"refused: {code}"
        examined = run_flask(site.variables, "doctor")
        assert examined.returncode == 1
        assert code in examined.stdout
        receiving.behave()
        site.flask("campaigns", "resume", str(campaign))
        site.ledger.wait_for_end(campaign)
    findings = report.judge(f"6 {reply[:3]} to all at {step}", site, receiving, campaign)
    assert findings.are_right(), findings
    assert len(receiving.arrivals(campaign)) == PEOPLE


@on_one_database
def test_relay_that_begins_to_refuse_us_holds_what_is_left(
    site: Installation, receiving: Receiving, report: Report
) -> None:
    receiving.behave(Fault(at="BODY", seconds=0.02))
    campaign = site.launch(PEOPLE)
    with site.worker(processes=2):
        receiving.wait_for(PEOPLE // 3)
        receiving.behave(Fault(at="RCPT", reply="550 5.7.1 no more of yours"))
        wait_until_held(site, campaign)
        assert wait_until(partial(has_no_refusal, site, campaign))
        receiving.arrivals()
        assert receiving.refusals <= MOST_REFUSED
        receiving.behave()
        site.flask("campaigns", "resume", str(campaign))
        site.ledger.wait_for_end(campaign)
    findings = report.judge("6 550 to all, later", site, receiving, campaign)
    assert findings.are_right(), findings
    assert len(receiving.arrivals(campaign)) == PEOPLE


def has_no_refusal(site: Installation, campaign: int) -> bool:
    """Tell whether nobody counts as refused."""
    return "refused" not in site.ledger.counts(campaign)
