"""The dashboard: subscribers per list and over time, and running campaigns."""

from datetime import timedelta
from typing import NamedTuple

from flask import render_template
from flask_babel import gettext

from supporters import clock
from supporters.campaigns.queries import list_running_campaigns
from supporters.consent.queries import count_joined_and_left
from supporters.delivery.emergency_stop import find_stop
from supporters.lists.queries import list_purpose_ids
from supporters.mail.undelivered import list_undelivered
from supporters.privacy_requests.queries import list_not_notified_cases
from supporters.signup.signup_stats import get_totals, list_stats
from supporters.web.console.approval_steps import list_frozen_for_account
from supporters.web.console.case_list_pages import describe_row
from supporters.web.console.charts import Chart, list_daily_totals, make_chart
from supporters.web.console.console_blueprint import console, team_only
from supporters.web.console.mail_states import describe_undelivered
from supporters.web.labels.mail_labels import MUST_ARRIVE

UNDELIVERED_FOR = timedelta(days=7)


class ListRow(NamedTuple):
    """A row of the table of lists."""

    id: int
    name: str
    confirmed: int
    pending: int
    left: int
    is_open: bool


def list_rows() -> list[ListRow]:
    """Return a row for each list."""
    return [
        ListRow(
            id=row.mailing_list.id,
            name=row.mailing_list.name,
            confirmed=row.confirmed,
            pending=row.pending,
            left=row.left,
            is_open=row.mailing_list.is_open,
        )
        for row in list_stats(clock.now())
    ]


def draw_subscriptions(list_id: int | None, joined_name: str) -> Chart:
    """Return the chart of one list, or of all."""
    purpose_ids = None if list_id is None else list_purpose_ids(list_id)
    days = list_daily_totals(count_joined_and_left(purpose_ids), clock.now().date())
    return make_chart(days, joined_name)


@console.get("/")
@team_only
def dashboard() -> str:
    """Show the dashboard."""
    now = clock.now()
    undelivered = list_undelivered(now - UNDELIVERED_FOR, MUST_ARRIVE)
    return render_template(
        "console/dashboard.html",
        totals=get_totals(now),
        rows=list_rows(),
        chart=draw_subscriptions(None, gettext("Subscriptions")),
        running=list_running_campaigns(),
        frozen=list_frozen_for_account(),
        stopped_at=find_stop(),
        untold=[describe_row(case, now) for case in list_not_notified_cases()],
        undelivered=[describe_undelivered(each) for each in undelivered],
    )
