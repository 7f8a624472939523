"""Row 23: somebody reads one old snapshot for the whole campaign, as `pg_dump` does."""

import psycopg
import pytest

from tests.faults.form import size
from tests.faults.installation import Installation
from tests.faults.receiver.mail_server import Receiving
from tests.faults.report import Report


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_snapshot_that_is_held_for_the_whole_campaign_loses_and_repeats_nothing(
    site: Installation, receiving: Receiving, report: Report
) -> None:
    with psycopg.connect(site.settings.database_url.replace("+psycopg", "")) as old:
        old.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        assert old.execute("SELECT count(*) FROM subscriber").fetchone() == (0,)
        campaign = site.launch(size(300, 20_000))
        with site.worker():
            site.ledger.wait_for_end(campaign)
        assert old.execute("SELECT count(*) FROM delivery").fetchone() == (0,)
    findings = report.judge("23 a snapshot is held", site, receiving, campaign, cuts=1)
    assert findings.are_right(), findings
