"""The dashboard: subscribers per list and over time, and running campaigns."""

from datetime import datetime, timedelta
from typing import NamedTuple

from flask import render_template
from flask_babel import gettext
from flask_login import current_user

from supporters import clock
from supporters.accounts.models import RoleName
from supporters.accounts.queries import count_active_owners
from supporters.accounts.second_person import counts_from
from supporters.campaigns.queries import list_running_campaigns
from supporters.cases.queries import list_not_notified_cases
from supporters.delivery.emergency_stop import find_stop
from supporters.imports.models import ImportStatus
from supporters.imports.queries import list_held_imports, list_imports_to_decide
from supporters.imports.rules import first_invitation_at
from supporters.mail.undelivered import list_undelivered
from supporters.reconfirmation.queries import list_waiting_changes
from supporters.signup.pending_counts import count_pending
from supporters.signup.rush.held_emails import are_emails_held
from supporters.signup.signup_stats import get_totals_within
from supporters.web.console.campaigns.approval_steps import list_frozen_for_account
from supporters.web.console.cases.case_pages import describe_row
from supporters.web.console.console_blueprint import for_team, may_open
from supporters.web.console.lists.list_figures import draw_subscriptions, list_rows
from supporters.web.console.lists.purpose_pages import WaitingChange, describe_change
from supporters.web.console.mail_states import describe_undelivered
from supporters.web.console.team.team_pages import describe_requests
from supporters.web.console.visibility import current_scope
from supporters.web.labels.mail_labels import MUST_ARRIVE

UNDELIVERED_FOR = timedelta(days=7)
OF_A_SECOND_PERSON = (RoleName.OWNER, RoleName.APPROVER)


class ImportToSee(NamedTuple):
    """An import that an owner has to know of: one to approve or to stop, or a stopped one."""

    id: int
    file_name: str
    status: ImportStatus
    is_own: bool
    begins_at: datetime | None


def _list_imports_to_see(now: datetime) -> list[ImportToSee]:
    return [
        ImportToSee(
            id=each.id,
            file_name=each.file_name,
            status=each.status,
            is_own=each.imported_by_id == current_user.id,
            begins_at=each.approved_at and first_invitation_at(each.approved_at, now),
        )
        for each in (*list_imports_to_decide(now), *list_held_imports())
    ]


def _list_consent_changes() -> list[WaitingChange]:
    may_see = may_open("console.show_consent_change")
    return [describe_change(each) for each in list_waiting_changes()] if may_see else []


def _list_waiting_rights(now: datetime) -> list[tuple[RoleName, datetime]]:
    """Return the rights of this account that don't count yet as those of a second person."""
    held = ((right, counts_from(current_user, right)) for right in OF_A_SECOND_PERSON)
    return [(right, moment) for right, moment in held if moment is not None and moment > now]


@for_team.get("/")
def dashboard() -> str:
    """Show the dashboard."""
    now = clock.now()
    pending = count_pending(now)
    return render_template(
        "console/dashboard.html",
        totals=get_totals_within(current_scope(), pending),
        rows=list_rows(pending),
        chart=draw_subscriptions(None, gettext("Subscriptions")),
        running=list_running_campaigns(current_scope()),
        stopped_at=find_stop(),
        **_list_waiting(now),
        **_list_for_owners(),
    )


def _list_waiting(now: datetime) -> dict[str, object]:
    """Return what waits for this account, or for somebody else."""
    undelivered = list_undelivered(now - UNDELIVERED_FOR, MUST_ARRIVE)
    return {
        "frozen": list_frozen_for_account(),
        "imports": _list_imports_to_see(now) if may_open("console.imports") else [],
        "untold": [describe_row(case, now) for case in list_not_notified_cases()],
        "consent_changes": _list_consent_changes(),
        "waiting_rights": _list_waiting_rights(now),
        "undelivered": [describe_undelivered(each) for each in undelivered],
    }


def _list_for_owners() -> dict[str, object]:
    """Return what only owners see: requests for rights, emails that wait, a missing colleague."""
    is_owner = may_open("console.show_right_request")
    return {
        "requests": describe_requests() if is_owner else [],
        "is_only_owner": is_owner and count_active_owners() == 1,
        "are_emails_held": is_owner and are_emails_held(),
    }
