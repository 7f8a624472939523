"""The figures of the lists that an account may see, for the dashboard and the pages of lists."""

from typing import NamedTuple

from supporters import clock
from supporters.consent.queries import count_joined_and_left
from supporters.lists.models import ListStatus
from supporters.lists.queries import list_purpose_ids, list_purpose_ids_within
from supporters.signup.pending_counts import PendingCounts
from supporters.signup.signup_stats import list_stats
from supporters.web.console.charts import Chart, list_daily_totals, make_chart
from supporters.web.console.visibility import current_scope


class ListRow(NamedTuple):
    """A row of the table of lists."""

    id: int
    name: str
    confirmed: int
    pending: int
    left: int
    status: ListStatus


def list_rows(pending: PendingCounts) -> list[ListRow]:
    """Return a row for each list that this account may see."""
    return [
        ListRow(
            id=row.mailing_list.id,
            name=row.mailing_list.name,
            confirmed=row.confirmed,
            pending=row.pending,
            left=row.left,
            status=row.mailing_list.status,
        )
        for row in list_stats(pending)
        if current_scope().covers(row.mailing_list.id)
    ]


def draw_subscriptions(list_id: int | None, joined_name: str) -> Chart:
    """Return the chart of one list, or of all that this account may see."""
    scope = current_scope()
    purpose_ids = list_purpose_ids_within(scope) if list_id is None else list_purpose_ids(list_id)
    days = list_daily_totals(count_joined_and_left(purpose_ids), clock.now().date())
    return make_chart(days, joined_name)
