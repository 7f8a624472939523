"""After a restore: an owner lifts the hold, and resumes each campaign by a separate step."""

from datetime import datetime
from functools import cache

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from supporters import clock
from supporters.audit.restorations import list_unacknowledged
from supporters.audit.verification_results import find_open_faults
from supporters.campaigns.models import Campaign
from supporters.campaigns.states import CAMPAIGN_STATES, CampaignMove
from supporters.delivery import restore_hold
from supporters.delivery.campaign_control import ControlResult, count_unsent, resume_campaign
from supporters.delivery.machines import trust_database
from supporters.delivery.progress import get_progress
from supporters.delivery.restore_hold import (
    LiftHoldError,
    SendingHold,
    find_hold,
    list_unfinished,
    list_unread,
)
from supporters.web.console.campaigns.campaign_forms import LiftHoldForm, ResumeRestoredForm
from supporters.web.console.campaigns.campaign_pages import get_campaign_or_404, to_campaign
from supporters.web.console.console_blueprint import (
    CAMPAIGN,
    console,
    done,
    for_owners,
    for_writers,
    recent_password_required,
)


@console.app_context_processor
def offer_hold() -> dict[str, object]:
    """Give pages with campaigns the state of the hold, read once for a page."""
    return {"find_hold": cache(find_hold)}


@for_owners.route("/sending/hold", methods=["GET", "POST"])
@recent_password_required
def lift_hold() -> ResponseReturnValue:
    """Explain the end of the hold; then accept this database as the right one."""
    hold, form = find_hold(), LiftHoldForm(list_unacknowledged(), list_unread())
    if hold is None:
        return redirect(url_for("console.campaigns"), 303)
    if form.validate_on_submit():
        match _lift_hold(form):
            case LiftHoldError.NOT_HELD:
                return redirect(url_for("console.campaigns"), 303)
            case LiftHoldError() as refused:
                form.show_refusal(refused)
            case _:
                words = gettext("The hold is lifted. Look at each paused campaign.")
                return done(words, "console.campaigns")
    return _show_hold(hold, form)


def _lift_hold(form: LiftHoldForm) -> datetime | LiftHoldError:
    lifted = restore_hold.lift_hold(
        current_user.id,
        form.reason.data or "",
        form.external,
        acknowledged=form.restorations.data or (),
        without_journals=form.goes_without_journals,
    )
    if not isinstance(lifted, LiftHoldError):
        trust_database()
    return lifted


def _show_hold(hold: SendingHold, form: LiftHoldForm) -> ResponseReturnValue:
    return form.render(
        "console/campaigns/lift_hold.html",
        hold=hold,
        campaigns=list_unfinished(),
        unread=form.unread,
        faulty=find_open_faults(clock.now()),
    )


@for_writers.route(f"/campaigns/{CAMPAIGN}/resume-restored", methods=["GET", "POST"])
def resume_restored(campaign_id: int) -> ResponseReturnValue:
    """Say how many may get the campaign twice, and resume after this number is typed."""
    campaign = get_campaign_or_404(campaign_id)
    if not _waits_for_decision(campaign):
        return to_campaign(campaign_id)
    form = ResumeRestoredForm(count_unsent(campaign_id))
    if form.validate_on_submit():
        match resume_campaign(campaign_id, again_to=form.unsent):
            case ControlResult.DONE:
                flash(gettext("The campaign is no longer paused."), "success")
                return to_campaign(campaign_id)
            case ControlResult.MAY_REPEAT:
                form.show_change(count_unsent(campaign_id))
            case ControlResult.UNKNOWN | ControlResult.NOT_NOW:
                return to_campaign(campaign_id)
    return _show_resume(campaign, form)


def _waits_for_decision(campaign: Campaign) -> bool:
    """Tell whether a campaign was being sent in the restored backup and can be resumed."""
    may_resume = CAMPAIGN_STATES.allows(campaign.status, CampaignMove.RESUME)
    return campaign.restored_at is not None and may_resume


def _show_resume(campaign: Campaign, form: ResumeRestoredForm) -> ResponseReturnValue:
    return form.render(
        "console/campaigns/resume_restored.html",
        campaign=campaign,
        progress=get_progress(campaign.id),
        unsent=form.unsent,
    )
