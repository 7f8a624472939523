"""The dashboard: what is to be done, drafts and sendings, and how the lists grow."""

from datetime import datetime, timedelta
from typing import NamedTuple

from flask import render_template
from flask_login import current_user

from supporters import clock
from supporters.accounts.models import RoleName
from supporters.accounts.queries import count_active_owners
from supporters.accounts.second_person import counts_from
from supporters.campaigns.queries import CampaignRow, list_newest
from supporters.campaigns.states import CampaignGroup
from supporters.cases.queries import CaseState, list_cases_page, list_not_notified_cases
from supporters.consent.models import EventKind
from supporters.consent.queries import count_joined_and_left
from supporters.delivery.after_sending.departure_counts import count_departures
from supporters.delivery.problems import is_paused_by_itself
from supporters.delivery.progress import Progress, get_progress
from supporters.delivery_setup.launch_permission import is_launch_refused
from supporters.imports.models import ImportStatus
from supporters.imports.queries import list_held_imports, list_imports_to_decide
from supporters.imports.rules import first_invitation_at
from supporters.lists.queries import list_lists, list_purpose_ids_within
from supporters.lists.unreachable_people import count_unreachable
from supporters.mail.undelivered import list_undelivered
from supporters.reconfirmation.queries import list_waiting_changes
from supporters.signup.pending_counts import count_pending
from supporters.signup.rush.held_emails import are_emails_held
from supporters.signup.signup_stats import get_totals_within
from supporters.team.list_scopes import ListScope
from supporters.web.console.campaigns.approval_steps import list_frozen_for_account
from supporters.web.console.campaigns.plans import list_plans, name_hour
from supporters.web.console.campaigns.sending_time_facts import list_waiting
from supporters.web.console.cases.case_pages import CaseRow, describe_row
from supporters.web.console.console_blueprint import for_team, may_open
from supporters.web.console.first_steps import FirstStep, list_first_steps
from supporters.web.console.lists.purpose_pages import WaitingChange, describe_change
from supporters.web.console.mail_states import describe_undelivered
from supporters.web.console.team.team_pages import describe_requests
from supporters.web.console.visibility import current_scope
from supporters.web.labels.mail_labels import MUST_ARRIVE

UNDELIVERED_FOR = WEEK = timedelta(days=7)
SHOWN = 5
MOST_UNDER_WAY = 20
OF_A_SECOND_PERSON = (RoleName.OWNER, RoleName.APPROVER)


class JoinedAndLeft(NamedTuple):
    """How many subscriptions began and ended."""

    joined: int
    left: int


class LastSending(NamedTuple):
    """A campaign that ended, with its list and its result; `left` is because of its email."""

    row: CampaignRow
    progress: Progress
    left: int


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


def _list_cases(now: datetime) -> list[CaseRow]:
    """Return the open cases that are due first."""
    if not may_open("console.cases"):
        return []
    return [
        describe_row(case, now) for case in list_cases_page(CaseState.OPEN, None, 1).items[:SHOWN]
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
    """Show what is to be done, what was written and sent, and how the lists grow."""
    now, scope = clock.now(), current_scope()
    totals = get_totals_within(scope, count_pending(now))
    return render_template(
        "console/dashboard.html",
        totals=totals,
        week=_count_week(now),
        has_list=(has_list := _has_list()),
        plans=list_plans(),
        name_hour=name_hour,
        steps=_list_steps(has_list=has_list, has_people=totals.confirmed > 0),
        **_list_campaigns(scope),
        **_list_waiting(now),
        **_list_for_owners(),
    )


def _count_week(now: datetime) -> JoinedAndLeft:
    """Return how many subscriptions began and ended in the last seven days."""
    since = (now - WEEK).date()
    days = count_joined_and_left(list_purpose_ids_within(current_scope()))
    week = [(kind, count) for day, kind, count in days if day > since]
    joined = sum(count for kind, count in week if kind is EventKind.CONFIRMED)
    return JoinedAndLeft(joined=joined, left=sum(count for _, count in week) - joined)


def _list_campaigns(scope: ListScope) -> dict[str, object]:
    """Return the drafts and the campaigns under way, the last ones first, and what was sent."""
    running = list_newest(CampaignGroup.SENDING, MOST_UNDER_WAY, scope)
    return {
        "drafts": list_newest(CampaignGroup.DRAFTS, SHOWN, scope),
        "running": running,
        "is_paused_by_itself": is_paused_by_itself,
        "waiting": list_waiting(row.campaign for row in running),
        "last": _find_last(),
    }


def _find_last() -> LastSending | None:
    """Return the campaign that ended last, with its result."""
    for row in list_newest(CampaignGroup.ENDED, 1, current_scope()):
        campaign_id = row.campaign.id
        left = count_departures([campaign_id]).get(campaign_id, 0)
        return LastSending(row, get_progress(campaign_id), left)
    return None


def _has_list() -> bool:
    return any(current_scope().covers(each.id) for each in list_lists())


def _list_steps(*, has_list: bool, has_people: bool) -> list[FirstStep]:
    """Return the checklist of a new party, for owners."""
    is_owner = may_open("console.new_list")
    return list_first_steps(has_list=has_list, has_people=has_people) if is_owner else []


def _list_waiting(now: datetime) -> dict[str, object]:
    """Return what waits for this account, or for somebody else."""
    undelivered = list_undelivered(now - UNDELIVERED_FOR, MUST_ARRIVE)
    return {
        "frozen": list_frozen_for_account(),
        "cases": _list_cases(now),
        "imports": _list_imports_to_see(now) if may_open("console.imports") else [],
        "untold": [describe_row(case, now) for case in list_not_notified_cases()],
        "consent_changes": _list_consent_changes(),
        "waiting_rights": _list_waiting_rights(now),
        "is_launch_refused": is_launch_refused(),
        "undelivered": [describe_undelivered(each) for each in undelivered],
    }


def _list_for_owners() -> dict[str, object]:
    """Return what only owners see: requests, emails that wait, a missing colleague, and more."""
    is_owner = may_open("console.show_right_request")
    return {
        "requests": describe_requests() if is_owner else [],
        "is_only_owner": is_owner and count_active_owners() == 1,
        "are_emails_held": is_owner and are_emails_held(),
        "unreachable": count_unreachable() if is_owner else 0,
    }
