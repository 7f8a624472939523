"""The table of campaigns, and the page of one campaign with its progress."""

from datetime import datetime, timedelta
from math import ceil
from typing import Any

from flask import abort, redirect, render_template, url_for
from flask_babel import format_decimal, gettext, ngettext
from werkzeug import Response

from supporters import clock
from supporters.archive.queries import find_issue, link_to_issue
from supporters.campaigns.content_checks import find_campaign_faults
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.campaigns.queries import find_campaign
from supporters.campaigns.states import (
    CAMPAIGN_STATES,
    UNFINISHED,
    CampaignMove,
    has_ledger,
    is_frozen,
    is_trashed,
    may_delete,
    may_edit,
)
from supporters.delivery.first_wave.wave_control import is_limited_to_wave
from supporters.delivery.grace import count_seconds
from supporters.delivery.planned.pace_forecast import foresee_rest
from supporters.delivery.problems import details_of, kind_of, numbers_of
from supporters.delivery.progress import RATE_OVER, Progress, get_progress, list_minutes
from supporters.delivery_setup.launch_permission import find_permission_of
from supporters.lists.queries import get_list
from supporters.retention.queries import get_days
from supporters.retention.rules import Category
from supporters.text.local_dates import format_date, format_time
from supporters.web.console.campaigns.approval_steps import describe_steps
from supporters.web.console.campaigns.comment_board import make_board
from supporters.web.console.campaigns.languages.language_tabs import describe_languages
from supporters.web.console.campaigns.plans import describe_plan
from supporters.web.console.campaigns.result_facts import describe_result
from supporters.web.console.campaigns.sending_time_facts import SendingTimes, describe_times
from supporters.web.console.charts import draw_bars
from supporters.web.console.console_blueprint import CAMPAIGN, for_team, may_open, name_of_author
from supporters.web.console.error_messages import explain_draft
from supporters.web.console.pace_words import say_full_paces, say_last_day
from supporters.web.console.visibility import current_scope

MINUTES_IN_DETAIL = 90


# Transitions that an account makes, each with its page. The senders make the others.
PAGES_OF_MOVES = {
    CampaignMove.ASK: "console.decision",
    CampaignMove.APPROVE: "console.decision",
    CampaignMove.REJECT: "console.decision",
    CampaignMove.VOID: "console.edit_campaign",
    CampaignMove.WITHDRAW: "console.withdraw_approval",
    CampaignMove.SCHEDULE: "console.decision",
    CampaignMove.UNSCHEDULE: "console.unschedule",
    CampaignMove.LAUNCH: "console.decision",
    CampaignMove.TAKE_BACK: "console.take_back",
    CampaignMove.PAUSE: "console.pause",
    CampaignMove.RESUME: "console.resume",
    CampaignMove.CANCEL: "console.cancel",
    CampaignMove.TRASH: "console.delete_campaign",
    CampaignMove.TAKE_OUT: "console.take_out",
}


def describe_rate(rate: float) -> str:
    """Return a rate (messages per second) in words, per minute if it is below one per second."""
    if rate >= 1:
        number = format_decimal(round(rate, 1) if rate < 10 else round(rate))
        return str(gettext("%(number)s per second", number=number))
    return str(gettext("%(number)s per minute", number=format_decimal(ceil(rate * 60))))


def describe_time_left(seconds: int) -> str:
    """Return the time left and the expected end, in words."""
    minutes = ceil(seconds / 60)
    if minutes <= 1:
        return str(gettext("ends in about a minute"))
    end = _name_end(seconds)
    if minutes <= MINUTES_IN_DETAIL:
        words = ngettext(
            "ends in about %(count)s minute, at %(end)s",
            "ends in about %(count)s minutes, at %(end)s",
            minutes,
            count=minutes,
            end=end,
        )
        return str(words)
    hours = round(minutes / 60)
    words = ngettext(
        "ends in about %(count)s hour, at %(end)s",
        "ends in about %(count)s hours, at %(end)s",
        hours,
        count=format_decimal(hours),
        end=end,
    )
    return str(words)


def _name_end(seconds: int) -> str:
    now = clock.now()
    end = now + timedelta(seconds=seconds)
    time = format_time(end)
    return time if seconds < 20 * 3600 else f"{format_date(end, 'd MMM')}, {time}"


@for_team.get(f"/campaigns/{CAMPAIGN}")
def show_campaign(campaign_id: int) -> str:
    """Show one campaign: the next step of a draft, or the progress of sending."""
    campaign = get_even_trashed_or_404(campaign_id)
    if is_trashed(campaign.status):
        return _show_trashed(campaign)
    return render_template(
        "console/campaigns/campaign.html",
        campaign=campaign,
        mailing_list=get_list(campaign.mailing_list_id),
        actions=_list_moves(campaign),
        board=make_board(campaign),
        **_describe_draft(campaign),
        **_describe_issue(campaign),
        in_spite=find_permission_of(campaign.id) if has_ledger(campaign.status) else "",
        **_describe_sending(campaign),
    )


def _describe_draft(campaign: Campaign) -> dict[str, object]:
    """Return what is left to do before the launch of a draft."""
    is_draft = may_edit(campaign.status)
    return {
        "is_draft": is_draft,
        "plan": describe_plan(campaign),
        "is_frozen": is_frozen(campaign.status),
        "faults": explain_draft(campaign) if may_delete(campaign.status) else [],
        "steps": describe_steps(campaign) if is_draft else None,
        **(describe_languages(campaign) if is_draft else {}),
    }


def _describe_issue(campaign: Campaign) -> dict[str, object]:
    """Return the issue that a campaign became, and its address on the site."""
    issue = find_issue(campaign.id) if has_ledger(campaign.status) else None
    if issue is None:
        return {"issue": None}
    slug = get_list(campaign.mailing_list_id).slug
    return {"issue": issue, "issue_url": link_to_issue(slug, issue)}


def _show_trashed(campaign: Campaign) -> str:
    return render_template(
        "console/campaigns/trashed.html",
        campaign=campaign,
        mailing_list=get_list(campaign.mailing_list_id),
        who=name_of_author(campaign.trashed_by),
        until=end_in_trash(campaign),
        faults=find_campaign_faults(campaign),
    )


@for_team.get(f"/campaigns/{CAMPAIGN}/progress")
def progress(campaign_id: int) -> str:
    """Show the figures alone, or what a campaign waits for. The page reloads them."""
    campaign = get_campaign_or_404(campaign_id)
    if not has_ledger(campaign.status):
        return render_template("console/campaigns/parts/waiting.html", campaign=campaign)
    return render_template(
        "console/campaigns/parts/progress.html",
        campaign=campaign,
        actions=_list_moves(campaign),
        **_describe_progress(campaign),
    )


def _list_moves(campaign: Campaign) -> list[CampaignMove]:
    """Return the transitions that this account can make with a campaign now."""
    return [
        move
        for move, endpoint in PAGES_OF_MOVES.items()
        if CAMPAIGN_STATES.allows(campaign.status, move) and may_open(endpoint)
    ]


def _describe_sending(campaign: Campaign) -> dict[str, object]:
    """Return the progress of a campaign, and what came of it."""
    sending = _describe_progress(campaign)
    return {**sending, **describe_result(campaign, sending["progress"])}


def _describe_progress(campaign: Campaign) -> dict[str, Any]:
    """Return the values of the progress part of the page. A draft has no figures."""
    if not has_ledger(campaign.status):
        return {"progress": None}
    figures = get_progress(campaign.id)
    times = describe_times(campaign) if campaign.status in UNFINISHED else None
    minutes = list_minutes(campaign.id)
    problem = campaign.problem or ""
    return {
        "progress": figures,
        "is_active": is_active(campaign, figures),
        "grace": count_seconds(campaign),
        "is_beginning": not figures.settled and is_just_launched(campaign),
        "rate": describe_rate(figures.rate) if figures.rate else None,
        "time_left": None if is_limited_to_wave(campaign) else _describe_end(figures, times),
        "times": times,
        "paces": say_full_paces(clock.now()) if figures.held_by_pace else [],
        "last_day": say_last_day(foresee_rest(campaign.id)) if figures.held_by_pace else "",
        "is_waiting": campaign.status is CampaignStatus.RUNNING and bool(times and times.opens),
        "chart": draw_bars(minutes) if minutes else None,
        "problem_kind": kind_of(problem) if problem else None,
        "problem_details": details_of(problem),
        "problem_numbers": numbers_of(problem) if problem else [],
    }


def _describe_end(figures: Progress, times: SendingTimes | None) -> str | None:
    """Return when the sending ends, or when the window interrupts it; None if nobody knows."""
    seconds = figures.seconds_left
    if seconds is None:
        return None
    if times and times.closes_at and clock.now() + timedelta(seconds=seconds) > times.closes_at:
        words = gettext(
            "stops %(when)s by the sending window, goes on %(next)s",
            when=times.closes,
            next=times.opens_after,
        )
        return str(words)
    return describe_time_left(seconds)


def is_active(campaign: Campaign, figures: Progress) -> bool:
    """Tell whether the figures of a campaign can still change."""
    return campaign.status in UNFINISHED or figures.settled < figures.audience


def is_just_launched(campaign: Campaign) -> bool:
    """Tell whether the launch was too recent to expect a first message."""
    launched_at = campaign.launched_at
    return launched_at is not None and clock.now() - launched_at < RATE_OVER


def end_in_trash(campaign: Campaign) -> datetime:
    """Return when a draft in the trash is deleted for ever."""
    since = campaign.trashed_at or clock.now()
    return since + timedelta(days=get_days(Category.DRAFTS))


def get_campaign_or_404(campaign_id: int) -> Campaign:
    """Return the campaign if its list is one that this account may see, or answer 404.

    A draft in the trash has only its own page and its preview.
    """
    campaign = get_even_trashed_or_404(campaign_id)
    if is_trashed(campaign.status):
        abort(404, gettext("This draft is in the trash."))
    return campaign


def to_campaign(campaign_id: int) -> Response:
    """Redirect to the page of a campaign."""
    return redirect(url_for("console.show_campaign", campaign_id=campaign_id), 303)


def get_even_trashed_or_404(campaign_id: int) -> Campaign:
    """Return the campaign, even from the trash, if this account may see its list."""
    campaign = find_campaign(campaign_id)
    if campaign is None or not current_scope().covers_all(campaign.list_ids):
        abort(404, gettext("There is no such campaign."))
    return campaign
