"""Planned campaigns leave at the hour of their list: over both changes of the clock, and late."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from flask.testing import FlaskCliRunner

from supporters.lists.list_sender import ListSender, change_sender
from supporters.lists.models import MailingList
from tests.factories.accounts import make_owner
from tests.factories.approvals import make_ready
from tests.factories.campaigns import reload
from tests.factories.drafts import make_campaign
from tests.faults.installation import BODY, Installation
from tests.faults.receiver.mail_server import Receiving
from tests.faults.sending_day.shifted_clock import ShiftedClock, in_utc, next_changes
from tests.servers.processes import wait_until

A_DAY, LATE_LIMIT, MINUTE = timedelta(days=1), timedelta(hours=2), timedelta(minutes=1)
EARLIER = 20 * MINUTE  # the clock goes on, however slow the machine is


def draft_to(mailing_list: MailingList) -> int:
    """Return a draft to a list that may be launched."""
    campaign_id = make_campaign(mailing_list, body=BODY).id
    make_ready(campaign_id)
    return campaign_id


def schedule(runner: FlaskCliRunner, campaign_id: int, *words: str) -> str:
    """Plan a campaign by a command; return what it says."""
    said = runner.invoke(args=["campaigns", "schedule", str(campaign_id), "--at", *words])
    return said.stdout + said.stderr


def check_that_each_leaves_at_its_hour(
    site: Installation, shifted: ShiftedClock, hours: Sequence[tuple[datetime, int]]
) -> None:
    """Go from hour to hour: before it, nothing leaves, and then this campaign alone."""
    for place, (hour, campaign_id) in enumerate(hours):
        for moment in (hour - EARLIER, hour):
            shifted.show(moment)
            shifted.do("launch_planned")
            if moment == hour:
                site.ledger.wait_for_end(campaign_id)
            waiting = [site.ledger.status(each) for _, each in hours[place:]]
            assert waiting[moment == hour :] == ["scheduled"] * (len(waiting) - (moment == hour))


def test_planned_campaigns_leave_by_the_clock_of_their_list_when_clocks_change(
    site: Installation, receiving: Receiving, tmp_path: Path
) -> None:
    national, reunion = site.make_list(2), site.make_list(1, "reunion")
    change_sender(reunion.id, ListSender(name="", reply_to="", time_zone="Indian/Reunion"))
    drafts = {name: draft_to(national) for name in ("spring", "first", "second")}
    drafts |= {name: draft_to(reunion) for name in ("overseas", "overseas again")}
    runner, (spring, autumn) = site.app.test_cli_runner(), next_changes()

    assert "doesn't exist" in schedule(runner, drafts["spring"], f"{spring} 02:30")
    assert "--first or --second" in schedule(runner, drafts["first"], f"{autumn} 02:30")
    for name, *words in (
        ("spring", f"{spring} 03:00"),
        ("overseas", f"{spring} 02:30"),
        ("first", f"{autumn} 02:30", "--first"),
        ("second", f"{autumn} 02:30", "--second"),
        ("overseas again", f"{autumn} 02:30"),
    ):
        assert "It leaves on" in schedule(runner, drafts[name], *words), name
    hours = {
        "spring": in_utc(spring, 1, 0),
        "overseas": in_utc(spring - A_DAY, 22, 30),
        "first": in_utc(autumn, 0, 30),
        "second": in_utc(autumn, 1, 30),
        "overseas again": in_utc(autumn - A_DAY, 22, 30),
    }
    assert {name: reload(each).send_at for name, each in drafts.items()} == hours
    in_order = sorted((hours[name], drafts[name]) for name in drafts)
    shifted = ShiftedClock(site, tmp_path / "clock")
    with shifted.worker(in_order[0][0] - A_DAY):
        check_that_each_leaves_at_its_hour(site, shifted, in_order)
    assert len(receiving.arrivals()) >= 8
    assert [len(receiving.arrivals(each)) for each in drafts.values()] == [2, 2, 2, 1, 1]


def test_a_worker_that_was_down_at_the_hour_sends_within_the_limit_and_holds_after_it(
    site: Installation, receiving: Receiving, tmp_path: Path
) -> None:
    owner, national = make_owner(), site.make_list(2)
    late, too_late = draft_to(national), draft_to(national)
    runner, (spring, _) = site.app.test_cli_runner(), next_changes()
    schedule(runner, too_late, f"{spring} 09:00")
    schedule(runner, late, f"{spring} 09:30")
    hour = in_utc(spring, 7, 0)
    shifted = ShiftedClock(site, tmp_path / "clock")
    with shifted.worker(hour - EARLIER):
        shifted.do("launch_planned")
    with shifted.worker(hour + LATE_LIMIT + MINUTE):
        site.ledger.wait_for_end(late)

        def is_told() -> bool:
            return any(each.recipient == owner.email for each in receiving.arrivals())

        assert wait_until(is_told), site.said()
    held = reload(too_late)
    assert (held.status, held.problem) == ("scheduled", "schedule: hold_late")
    assert [len(receiving.arrivals(each)) for each in (late, too_late)] == [2, 0]
