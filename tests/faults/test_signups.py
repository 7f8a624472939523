"""Row 22: people sign up while workers are killed, the database crashes and its disk is full."""

from collections import Counter

import pytest

from tests.faults.form import size
from tests.faults.installation import Installation
from tests.faults.receiver.mail_server import Receiving
from tests.faults.receiver.misbehaviour import Fault
from tests.faults.report import Report
from tests.faults.signup_load import TAKEN, Visitors, visitors_at
from tests.servers.postgres import PostgresServer
from tests.servers.processes import wait_until

PEOPLE, TIMES = size(240, 5000), size(2, 10)
PAUSE = 0.05
EMAILS_BEING_SENT = 4  # two threads in each of two processes; an interrupted email is sent again
UNAVAILABLE = 503
SLOWLY = Fault(at="BODY", seconds=0.01)
on_postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


def check_signups(
    site: Installation, receiving: Receiving, visitors: Visitors, *, may_repeat: int
) -> None:
    """Check that each signup that was taken has its row and its email, once apart from repeats."""
    rows = {address for (address,) in site.ledger.ask("SELECT address FROM signup_request")}
    assert visitors.taken <= rows

    def all_have_emails() -> bool:
        return visitors.taken <= {each.recipient for each in receiving.arrivals()}

    site.ledger.make_emails_due()
    with site.worker(1):
        assert wait_until(all_have_emails)
    emails = Counter(
        each.recipient for each in receiving.arrivals() if each.recipient in visitors.answers
    )
    assert sum(emails.values()) - len(emails) <= may_repeat
    assert len(visitors.taken) > 10


@pytest.mark.both_databases
def test_signups_are_taken_and_confirmed_while_workers_are_killed(
    site: Installation, receiving: Receiving, report: Report
) -> None:
    receiving.behave(SLOWLY)
    campaign = site.launch(PEOPLE)
    with visitors_at(site, pause=PAUSE) as visitors, site.worker(2) as worker:
        for each in range(1, TIMES + 1):
            receiving.wait_for(each * PEOPLE // (TIMES + 2))
            worker.kill_one(each)
        site.ledger.wait_for_end(campaign)
    findings = report.judge("22 signups, 1", site, receiving, campaign, cuts=TIMES)
    assert findings.are_right(uncertain_at_most=2 * TIMES), findings
    assert set(visitors.answers.values()) == {TAKEN}
    check_signups(site, receiving, visitors, may_repeat=EMAILS_BEING_SENT * TIMES)


@on_postgresql
def test_signups_are_taken_or_refused_with_503_while_the_database_crashes(
    site: Installation, receiving: Receiving, report: Report, postgres: PostgresServer
) -> None:
    receiving.behave(SLOWLY)
    campaign = site.launch(PEOPLE)
    with visitors_at(site, pause=PAUSE) as visitors, site.worker(2):
        for each in range(1, TIMES + 1):
            receiving.wait_for(each * PEOPLE // (TIMES + 2))
            postgres.restart_at_once()
            site.reconnect()
        site.ledger.wait_for_end(campaign)
    findings = report.judge("22 signups, 10", site, receiving, campaign, cuts=TIMES)
    assert findings.are_right(), findings
    assert set(visitors.answers.values()) <= {TAKEN, UNAVAILABLE}, Counter(
        visitors.answers.values()
    )
    check_signups(site, receiving, visitors, may_repeat=EMAILS_BEING_SENT * TIMES)
