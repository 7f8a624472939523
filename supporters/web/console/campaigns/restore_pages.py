"""After a restore: an owner lifts the hold, and resumes each campaign by a separate step."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
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
from supporters.delivery.restore_hold import LiftHoldError, find_hold, list_unfinished, list_unread
from supporters.web.console.campaigns.campaign_forms import LiftHoldForm, ResumeRestoredForm
from supporters.web.console.campaigns.campaign_pages import get_campaign_or_404
from supporters.web.console.console_blueprint import CAMPAIGN, console, owners_only, writers_only
from supporters.web.console.reauthentication import recent_password_required

UNPROCESSABLE = 422
HEAD_NOT_IN_LOG = _(
    "The database lacks entries of this checkpoint. First, the operator must run: flask "
    "rights replay --from FILE, with this email as a file."
)
LOG_BEGUN_AGAIN = _(
    "The consent log isn’t the one that began. The operator must restore the newest backup that "
    "has it."
)
NOT_ACKNOWLEDGED = _(
    "Tick each restore that you know of. If you don’t know one, somebody forged the log: lift "
    "nothing, and ask the operator."
)
FOLDER_KNOWS_MORE = _(
    "The server kept a checkpoint with entries that the database lacks. First, the "
    "operator must run: flask rights replay."
)

JOURNALS_NOT_READ = _(
    "Nobody read the journal of every server. Tick the box if the hold must end all the same."
)


@console.app_context_processor
def offer_hold() -> dict[str, object]:
    """Give pages with campaigns the state of the hold."""
    return {"find_hold": find_hold}


@console.route("/sending/hold", methods=["GET", "POST"])
@owners_only
@recent_password_required
def lift_hold() -> ResponseReturnValue:
    """Explain the end of the hold; then accept this database as the right one."""
    hold, unread = find_hold(), list_unread()
    form = LiftHoldForm(list_unacknowledged())
    if hold is None:
        return redirect(url_for("console.campaigns"), 303)
    if not unread:
        del form.without_journals
    if form.validate_on_submit():
        is_accepted = bool(unread and form.without_journals.data)
        lifted = restore_hold.lift_hold(
            current_user.id,
            form.reason.data or "",
            form.kept,
            acknowledged=form.restorations.data or (),
            without_journals=is_accepted,
        )
        match lifted:
            case LiftHoldError.CHECKPOINT_NOT_IN_LOG:
                form.head.errors = [HEAD_NOT_IN_LOG]
            case LiftHoldError.FOLDER_KNOWS_MORE:
                form.form_errors.append(FOLDER_KNOWS_MORE)
            case LiftHoldError.JOURNALS_NOT_READ:
                form.form_errors.append(JOURNALS_NOT_READ)
            case LiftHoldError.LOG_BEGUN_AGAIN:
                form.form_errors.append(LOG_BEGUN_AGAIN)
            case LiftHoldError.RESTORATION_NOT_ACKNOWLEDGED:
                form.restorations.errors = [NOT_ACKNOWLEDGED]
            case LiftHoldError.NOT_HELD:
                return redirect(url_for("console.campaigns"), 303)
            case _:
                trust_database()
                flash(gettext("The hold is lifted. Look at each paused campaign."), "success")
                return redirect(url_for("console.campaigns"), 303)
    page = render_template(
        "console/campaigns/lift_hold.html",
        hold=hold,
        form=form,
        campaigns=list_unfinished(),
        unread=unread,
        faulty=find_open_faults(clock.now()),
    )
    return page, UNPROCESSABLE if form.is_submitted() else 200


@console.route(f"/campaigns/{CAMPAIGN}/resume-restored", methods=["GET", "POST"])
@writers_only
def resume_restored(campaign_id: int) -> ResponseReturnValue:
    """Say how many may get the campaign twice, and resume after this number is typed."""
    campaign = get_campaign_or_404(campaign_id)
    to_campaign = redirect(url_for("console.show_campaign", campaign_id=campaign_id), 303)
    may_resume = CAMPAIGN_STATES.allows(campaign.status, CampaignMove.RESUME)
    if campaign.restored_at is None or not may_resume:
        return to_campaign
    form = ResumeRestoredForm()
    form.unsent = count_unsent(campaign_id)
    if form.validate_on_submit():
        match resume_campaign(campaign_id, again_to=form.unsent):
            case ControlResult.DONE:
                flash(gettext("The campaign is no longer paused."), "success")
                return to_campaign
            case ControlResult.MAY_REPEAT:
                form.unsent = count_unsent(campaign_id)
                form.recipients.errors = [gettext("The number has changed. Nothing was sent.")]
            case ControlResult.UNKNOWN | ControlResult.NOT_NOW:
                return to_campaign
    return _show_resume(campaign, form)


def _show_resume(campaign: Campaign, form: ResumeRestoredForm) -> ResponseReturnValue:
    page = render_template(
        "console/campaigns/resume_restored.html",
        campaign=campaign,
        form=form,
        progress=get_progress(campaign.id),
        unsent=form.unsent,
    )
    return page, UNPROCESSABLE if form.is_submitted() else 200
