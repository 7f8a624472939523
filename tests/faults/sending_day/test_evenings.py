"""A campaign that is being sent stops in the evening, and in electoral silence."""

import time
from datetime import date, timedelta
from pathlib import Path

from supporters.lists.models import MailingList
from supporters.sending_times.ballots import add_ballot
from supporters.sending_times.sending_window import remove_window
from tests.factories.approvals import make_ready
from tests.factories.campaigns import reload
from tests.factories.drafts import make_campaign
from tests.factories.sending_day.planned import plan, put_hour_at
from tests.factories.sending_day.sending_times import draft_of, in_paris, open_in_daytime
from tests.faults.installation import BODY, Installation
from tests.faults.receiver.mail_server import Receiving
from tests.faults.receiver.misbehaviour import Fault
from tests.faults.sending_day.shifted_clock import ShiftedClock, next_changes
from tests.faults.test_steering import TAKES_EFFECT_WITHIN_SECONDS
from tests.servers.processes import wait_until

A_DAY = timedelta(days=1)
SLOWLY = Fault(at="BODY", seconds=0.2)
SECONDS_BEFORE, PEOPLE = 6, 240


def send_until(
    shifted: ShiftedClock, receiving: Receiving, mailing_list: MailingList, ending: str
) -> tuple[int, float]:
    """Launch a campaign, and check that it stops when the clock of Paris shows the ending.

    Return its id, and since when nothing left, by the clock that never jumps.
    """
    site, before = shifted.site, len(receiving.arrivals())
    receiving.behave(SLOWLY)
    campaign = site.launch_to(mailing_list)
    receiving.wait_for(before + 1)
    put_at = shifted.show(in_paris(ending) - timedelta(seconds=SECONDS_BEFORE))
    stopped_at = put_at + SECONDS_BEFORE + TAKES_EFFECT_WITHIN_SECONDS
    time.sleep(max(0, stopped_at + 1 - time.monotonic()))
    site.ledger.wait_for_no_claims(campaign)
    assert put_at < receiving.latest() <= stopped_at
    assert len(receiving.arrivals(campaign)) < site.ledger.count_people(campaign)
    receiving.behave()
    return campaign, stopped_at


def test_campaigns_stop_in_the_evening_go_on_in_the_morning_and_pause_in_silence(
    site: Installation, receiving: Receiving, tmp_path: Path
) -> None:
    vote = next_changes()[0]  # clocks are put forward in the silence
    national = site.make_list(PEOPLE)
    planned = make_campaign(national, body=BODY).id
    make_ready(planned)
    plan(planned)
    put_hour_at(planned, in_paris(f"{vote - A_DAY} 10:00"))
    shifted = ShiftedClock(site, tmp_path / "clock")
    open_in_daytime()
    with shifted.worker(in_paris(f"{vote - 9 * A_DAY} 20:30")) as worker:
        worker.wait_until_complete()
        first, stopped_at = send_until(shifted, receiving, national, f"{vote - 9 * A_DAY} 21:00")
        assert site.ledger.status(first) == "running"
        opens_at = shifted.show(in_paris(f"{vote - 8 * A_DAY} 07:59:57")) + 3
        site.ledger.wait_for_end(first)
        begun = [each.begun for each in receiving.arrivals(first)]
        assert [each for each in begun if stopped_at < each < opens_at - 1] == []

        remove_window()
        add_ballot(draft_of(day=vote), None)
        shifted.show(in_paris(f"{vote - 2 * A_DAY} 22:00"))
        second, _ = send_until(shifted, receiving, national, f"{vote - A_DAY} 00:00")
        shifted.do("keep_silence")
        assert wait_until(lambda: site.ledger.status(second) == "paused")
        check_silence(shifted, planned, second, vote)
        site.ledger.wait_for_end(second)
    people = site.ledger.audience(first)
    for campaign in (first, second):
        assert sorted(each.recipient for each in receiving.arrivals(campaign)) == sorted(people)
    assert receiving.arrivals(planned) == []


def check_silence(shifted: ShiftedClock, planned: int, paused: int, vote: date) -> None:
    """Check that a planned campaign is held, and that a person resumes a paused one afterwards."""
    shifted.show(in_paris(f"{vote - A_DAY} 10:00"))
    shifted.do("launch_planned")
    assert wait_until(lambda: reload(planned).problem == "schedule: hold_silence")
    shifted.show(in_paris(f"{vote} 19:59"))
    assert shifted.command("campaigns", "resume", str(paused))[0] == 1
    shifted.show(in_paris(f"{vote} 20:00"))
    assert shifted.command("campaigns", "resume", str(paused))[0] == 0
