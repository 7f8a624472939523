"""A planned campaign leaves late within a limit; after it, also for a stop, it is held."""

from datetime import timedelta

import pytest

from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.delivery.emergency_stop import resume_all, stop_all
from supporters.delivery.planned.due_launches import list_due
from supporters.delivery.planned.sending_rule import change_late_limit, find_late_limit
from tests.factories.approvals import make_ready
from tests.factories.campaigns import reload
from tests.factories.sending_day.planned import come_to, plan

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]
SCHEDULED, RUNNING = CampaignStatus.SCHEDULED, CampaignStatus.RUNNING
MINUTE = timedelta(minutes=1)


@pytest.mark.both_databases
def test_a_late_worker_sends_within_the_limit_and_holds_after_it(draft: Campaign) -> None:
    make_ready(draft.id)
    assert find_late_limit() == timedelta(hours=2)
    assert change_late_limit(30) is True
    assert change_late_limit(30) is False
    hour = plan(draft.id)
    assert come_to(hour + 31 * MINUTE, draft.id).problem == "schedule: hold_late"
    assert list_due(hour + 31 * MINUTE) == []
    hour = plan(draft.id)
    assert reload(draft.id).problem is None
    assert come_to(hour + 30 * MINUTE, draft.id).status is RUNNING


def test_during_a_stop_nothing_is_launched_and_too_long_a_stop_holds(draft: Campaign) -> None:
    make_ready(draft.id)
    hour = plan(draft.id)
    stop_all()
    waiting = come_to(hour, draft.id)
    assert (waiting.status, waiting.problem) == (SCHEDULED, None)
    assert come_to(hour + 121 * MINUTE, draft.id).problem == "schedule: hold_late"
    hour = plan(draft.id)
    resume_all(None, "Corrected.")
    assert come_to(hour + MINUTE, draft.id).status is RUNNING
