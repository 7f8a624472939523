"""A relay that refuses or hangs harms its own stream of emails, and not the other one."""

import time
from pathlib import Path

import pytest

from tests.factories.signups import request_to_join
from tests.faults.installation import Installation
from tests.faults.receiver.mail_server import Receiving
from tests.faults.receiver.misbehaviour import Fault
from tests.servers.processes import wait_until

SOON_SECONDS = 20  # the worker's machine may be busy; the other relay holds back for a minute
PEOPLE = 60
REFUSES = Fault(at="MAIL", reply="550 5.7.1 blocked")
HANGS = Fault(at="CONNECT", seconds=60)


@pytest.mark.parametrize("fault", [REFUSES, HANGS], ids=["refuses", "hangs"])
def test_a_bad_relay_of_campaigns_takes_no_confirmation_along(
    fault: Fault, site: Installation, receiving: Receiving, tmp_path: Path
) -> None:
    mailing_list = site.make_list(PEOPLE)
    receiving.behave(fault)
    campaign = site.launch_to(mailing_list)
    (tmp_path / "second").mkdir()
    with Receiving(tmp_path / "second") as second, site.worker(1, variables=stream_to(second)):
        assert wait_until(lambda: bool(_connections(receiving)), seconds=90), site.said()
        for number in range(3):
            asked_at = time.monotonic()
            request_to_join(f"n{number}@amis.example", mailing_list)
            second.wait_for(number + 1, seconds=SOON_SECONDS)
            assert time.monotonic() - asked_at < SOON_SECONDS
        assert receiving.arrivals() == []
        receiving.behave()
    assert site.ledger.status(campaign) in {"running", "paused"}


@pytest.mark.parametrize("fault", [REFUSES, HANGS], ids=["refuses", "hangs"])
def test_a_bad_relay_of_confirmations_stops_no_campaign(
    fault: Fault, site: Installation, receiving: Receiving, tmp_path: Path
) -> None:
    mailing_list = site.make_list(PEOPLE)
    (tmp_path / "second").mkdir()
    with Receiving(tmp_path / "second") as second:
        second.behave(fault)
        with site.worker(1, variables=stream_to(second)):
            request_to_join("n@amis.example", mailing_list)
            assert wait_until(lambda: bool(_connections(second)), seconds=90), site.said()
            campaign = site.launch_to(mailing_list)
            site.ledger.wait_for_end(campaign)
            assert second.arrivals() == []
            second.behave()
    assert len(receiving.arrivals(campaign)) == PEOPLE


def stream_to(second: Receiving) -> dict[str, str]:
    """Return the settings by which transactional emails have a relay of their own."""
    return {
        "SUPPORTERS_TRANSACTIONAL_MAIL_SERVER": "127.0.0.1",
        "SUPPORTERS_TRANSACTIONAL_MAIL_PORT": str(second.port),
        "SUPPORTERS_TRANSACTIONAL_MAIL_FROM": "compte@compte.parti.example",
    }


def _connections(receiving: Receiving) -> list[float]:
    receiving.arrivals()
    return receiving.connections
