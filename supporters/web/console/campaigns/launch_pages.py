"""Launch, pause, resume and cancel a campaign."""

from dataclasses import replace

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from supporters.campaigns.approval_rule import find_alone_limit
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.campaigns.planned_hours import HourFault
from supporters.campaigns.states import CAMPAIGN_STATES, CampaignMove
from supporters.delivery.approval import ApprovalError, AudienceChanged, MessageChanged
from supporters.delivery.audience import count_figures
from supporters.delivery.campaign_control import (
    ControlResult,
    cancel_campaign,
    pause_campaign,
    resume_campaign,
)
from supporters.delivery.launch import LaunchError
from supporters.delivery.message.frozen_versions import find_fingerprint
from supporters.delivery.progress import get_progress
from supporters.lists.queries import get_list
from supporters.web.console.campaigns.campaign_pages import get_campaign_or_404, to_campaign
from supporters.web.console.campaigns.decision.decision_pages import show_decision, to_decision
from supporters.web.console.campaigns.schedule_pages import (
    explain_faulty_setup,
    explain_lost_language,
    launch_or_plan,
    show_silence,
    tell_when,
)
from supporters.web.console.campaigns.sending_time_facts import explain_silence
from supporters.web.console.campaigns.waves.wave_forms import WaveLaunchForm
from supporters.web.console.campaigns.writing.draft_redirects import (
    lead_back,
    redirect_to_faults,
    redirect_to_launched,
)
from supporters.web.console.console_blueprint import CAMPAIGN, for_writers, name_of_author
from supporters.web.forms import EmptyForm
from supporters.web.labels import label

CONFLICT, UNPROCESSABLE = 409, 422


@for_writers.post(f"/campaigns/{CAMPAIGN}/launch")
def launch(campaign_id: int) -> ResponseReturnValue:
    """Launch or plan a campaign, after the number is typed."""
    campaign = get_campaign_or_404(campaign_id)
    form = WaveLaunchForm().begin(campaign)
    if campaign.status is CampaignStatus.AWAITING_APPROVAL:
        return _explain_approval(campaign_id)
    if not CAMPAIGN_STATES.allows(campaign.status, CampaignMove.LAUNCH):
        return _explain_launched(campaign, form)
    if way_back := lead_back(campaign):
        return way_back
    form.figures = count_figures(campaign)
    if _needs_approval(campaign, form.audience):
        return _explain_approval(campaign_id)
    if form.validate_on_submit() and form.is_when_typed():
        return _launch(campaign, form)
    return show_decision(campaign, form), UNPROCESSABLE


def _launch(campaign: Campaign, form: WaveLaunchForm) -> ResponseReturnValue:
    status = UNPROCESSABLE
    match launch_or_plan(campaign.id, form):
        case Campaign() as launched:
            flash(tell_when(launched), "success")
            return to_campaign(campaign.id)
        case HourFault() as fault:
            form.show_hour_fault(fault)
        case AudienceChanged(audience):
            form.show_change(audience)
        case MessageChanged(campaign):
            if not CAMPAIGN_STATES.allows(campaign.status, CampaignMove.LAUNCH):
                return _explain_approval(campaign.id)
            form.figures, status = count_figures(campaign), CONFLICT
            form.show_rewritten(name_of_author(campaign.updated_by), campaign.updated_at)
        case LaunchError.SILENCE:
            show_silence(campaign, form)
        case LaunchError.LANGUAGE_GONE:
            flash(explain_lost_language(), "error")
        case LaunchError.WAVE_TOO_LARGE:
            form.show_large_wave()
        case LaunchError() as refused:
            return _refuse_launch(campaign, form, refused)
    return show_decision(campaign, form), status


def _refuse_launch(
    campaign: Campaign, form: WaveLaunchForm, refused: LaunchError
) -> ResponseReturnValue:
    match refused:
        case LaunchError.UNTESTED:
            flash(label(ApprovalError.UNTESTED), "error")
            return to_decision(campaign.id)
        case LaunchError.NOT_APPROVED:
            return _explain_approval(campaign.id)
        case LaunchError.APPROVER_GONE:
            return _explain_lost_approval(campaign.id)
        case LaunchError.CONTENT_FAULTY:
            return redirect_to_faults(campaign.id)
        case LaunchError.TOO_HEAVY:
            flash(label(ApprovalError.TOO_HEAVY), "error")
        case LaunchError.UNKNOWN | LaunchError.NOT_A_DRAFT:
            return _explain_launched(get_campaign_or_404(campaign.id), form)
        case LaunchError.LOG_ALTERED | LaunchError.SETUP_FAULTY:
            is_log = refused is LaunchError.LOG_ALTERED
            flash(_explain_altered_log() if is_log else explain_faulty_setup(), "error")
        case LaunchError.VERSION_ALTERED:
            flash(label(ApprovalError.ALTERED), "error")
        case LaunchError.NOBODY:
            form.figures = replace(form.figures, reached=0)
    return show_decision(campaign, form), UNPROCESSABLE


def _needs_approval(campaign: Campaign, audience: int) -> bool:
    """Tell whether a second person must approve a draft. One that reaches nobody needs people."""
    is_draft = campaign.status is CampaignStatus.DRAFT
    return is_draft and audience > 0 and not find_alone_limit().allows(audience)


def _explain_approval(campaign_id: int) -> ResponseReturnValue:
    """Lead to the approval, which must come before the launch."""
    flash(gettext("A second person must approve this campaign before its launch."), "info")
    return to_decision(campaign_id)


def _explain_lost_approval(campaign_id: int) -> ResponseReturnValue:
    words = gettext(
        "Not sent: the account that approved this campaign can’t approve it any more. Make it a "
        "draft again, and ask somebody else."
    )
    flash(words, "error")
    return to_campaign(campaign_id)


def _explain_altered_log() -> str:
    words = gettext(
        "Not sent: the log shows that a withdrawal was removed from the database. Somebody "
        "who unsubscribed could get a message. Tell the operator and the data protection "
        "officer at once."
    )
    return str(words)


@for_writers.post(f"/campaigns/{CAMPAIGN}/pause")
def pause(campaign_id: int) -> ResponseReturnValue:
    """Pause a campaign."""
    get_campaign_or_404(campaign_id)
    done = gettext("The campaign is paused. Sending stops within two seconds.")
    return _after(pause_campaign(campaign_id), campaign_id, done)


@for_writers.post(f"/campaigns/{CAMPAIGN}/resume")
def resume(campaign_id: int) -> ResponseReturnValue:
    """Resume a campaign."""
    get_campaign_or_404(campaign_id)
    done = gettext("The campaign is no longer paused.")
    resumed = resume_campaign(campaign_id)
    if resumed is ControlResult.MAY_REPEAT:
        return redirect(url_for("console.resume_restored", campaign_id=campaign_id), 303)
    return _after(resumed, campaign_id, done)


@for_writers.route(f"/campaigns/{CAMPAIGN}/cancel", methods=["GET", "POST"])
def cancel(campaign_id: int) -> ResponseReturnValue:
    """Cancel a campaign, after a question."""
    campaign = get_campaign_or_404(campaign_id)
    if not CAMPAIGN_STATES.allows(campaign.status, CampaignMove.CANCEL):
        return _after(ControlResult.NOT_NOW, campaign_id, "")
    if EmptyForm().validate_on_submit():
        done = gettext("The campaign is cancelled.")
        return _after(cancel_campaign(campaign_id), campaign_id, done)
    return _ask_to_cancel(campaign)


def _ask_to_cancel(campaign: Campaign) -> str:
    figures = get_progress(campaign.id)
    return render_template(
        "console/campaigns/cancel.html",
        campaign=campaign,
        progress=figures,
        at_most=figures.queued + figures.deferred + figures.claimed,
        is_exact=campaign.status is CampaignStatus.PAUSED and not figures.claimed,
        form=EmptyForm(),
    )


def _after(result: ControlResult, campaign_id: int, done: str) -> ResponseReturnValue:
    if result is ControlResult.DONE:
        flash(done, "success")
    elif result is ControlResult.SILENT:
        flash(explain_silence(), "error")
    else:
        flash(gettext("That isn’t possible in the campaign’s present state."), "error")
    return to_campaign(campaign_id)


def _explain_launched(campaign: Campaign, form: WaveLaunchForm) -> ResponseReturnValue:
    """Redirect to a launched campaign. A second press of the launch button is no error."""
    mailing_list = get_list(campaign.mailing_list_id)
    is_ended = campaign.status is CampaignStatus.CANCELLED
    if not is_ended and form.fingerprint.data == find_fingerprint(campaign, mailing_list):
        flash(gettext("The campaign is launched."), "success")
        return to_campaign(campaign.id)
    return redirect_to_launched(campaign.id)
