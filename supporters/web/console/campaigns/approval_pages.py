"""The approval of a campaign: asked for, given, refused, taken back; and the owners' rule."""

from flask import flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from supporters.accounts.second_person import SecondPersonFault
from supporters.campaigns.approval_rule import change_alone_limit, find_alone_limit
from supporters.campaigns.models import Campaign, CampaignVersion
from supporters.campaigns.states import is_frozen
from supporters.campaigns.versions import find_current_version
from supporters.delivery.approval import (
    ApprovalError,
    AudienceChanged,
    MessageChanged,
    ReadVersion,
    approve_campaign,
    ask_approval,
    reject_campaign,
    withdraw_request,
)
from supporters.delivery.audience import count_figures
from supporters.delivery.message.frozen_campaign import FrozenSource
from supporters.web.console.campaigns.approval_forms import (
    ApprovalForm,
    ApprovalRequestForm,
    ApprovalRuleForm,
    RejectionForm,
)
from supporters.web.console.campaigns.campaign_pages import get_campaign_or_404, to_campaign
from supporters.web.console.campaigns.decision.decision_pages import (
    may_withdraw,
    show_decision,
    to_decision,
)
from supporters.web.console.campaigns.writing.draft_redirects import lead_back
from supporters.web.console.console_blueprint import (
    CAMPAIGN,
    done,
    for_owners,
    for_team,
    for_writers,
    name_of_author,
    recent_password_required,
    recent_password_to_send,
)
from supporters.web.labels import label

CONFLICT, UNPROCESSABLE = 409, 422
NO_SOURCE = FrozenSource(subject="", preheader="", body="")


@for_writers.post(f"/campaigns/{CAMPAIGN}/ask")
def ask_for_approval(campaign_id: int) -> ResponseReturnValue:
    """Freeze the message that was read, and ask for its approval."""
    campaign, form = get_campaign_or_404(campaign_id), ApprovalRequestForm()
    if way_back := lead_back(campaign):
        return way_back
    match ask_approval(campaign_id, current_user.id, form.fingerprint.data or ""):
        case CampaignVersion():
            flash(gettext("The message is frozen, and approval is asked for."), "success")
        case MessageChanged(campaign):
            flash(_say_rewritten(campaign), "error")
            return show_decision(campaign, form), CONFLICT
        case ApprovalError() as refused:
            flash(label(refused), "error")
    return to_decision(campaign_id)


@for_team.route(f"/campaigns/{CAMPAIGN}/approval", methods=["GET", "POST"])
@recent_password_to_send
def approval(campaign_id: int) -> ResponseReturnValue:
    """Approve the frozen message after the number is typed. Emails lead here to read it."""
    campaign, form = get_campaign_or_404(campaign_id), ApprovalForm()
    if not form.is_submitted() or not is_frozen(campaign.status):
        return to_decision(campaign_id)
    form.figures = count_figures(campaign)
    if not form.validate_on_submit():
        return show_decision(campaign, form), UNPROCESSABLE
    read = ReadVersion(fingerprint=form.fingerprint.data or "", audience=form.audience)
    return _answer_approval(approve_campaign(campaign_id, current_user.id, read), campaign, form)


def _answer_approval(
    decided: CampaignVersion | AudienceChanged | MessageChanged | ApprovalError | SecondPersonFault,
    campaign: Campaign,
    form: ApprovalForm,
) -> ResponseReturnValue:
    match decided:
        case CampaignVersion():
            flash(gettext("The campaign is approved. It can be launched now."), "success")
            return to_decision(campaign.id)
        case AudienceChanged(audience):
            form.show_change(audience)
        case MessageChanged(campaign):
            form.show_rewritten(name_of_author(campaign.updated_by), campaign.updated_at)
            return show_decision(campaign, form), CONFLICT
        case ApprovalError() | SecondPersonFault() as refused:
            return _refuse(campaign.id, refused)
    return show_decision(campaign, form), UNPROCESSABLE


@for_team.post(f"/campaigns/{CAMPAIGN}/reject")
def reject(campaign_id: int) -> ResponseReturnValue:
    """Give the campaign back to its author, with remarks."""
    campaign, form = get_campaign_or_404(campaign_id), RejectionForm()
    if not is_frozen(campaign.status):
        return _refuse(campaign_id, ApprovalError.NOT_NOW)
    if not form.validate_on_submit():
        return show_decision(campaign, form), UNPROCESSABLE
    remarks, read = form.remarks.data or "", form.fingerprint.data or ""
    match reject_campaign(campaign_id, current_user.id, remarks, read_fingerprint=read):
        case CampaignVersion():
            words = gettext("The campaign is a draft again. The author gets your remarks.")
            return done(words, "console.show_campaign", campaign_id=campaign_id)
        case MessageChanged(campaign):
            return _refuse_rewritten(campaign)
        case ApprovalError() | SecondPersonFault() as refused:
            return _refuse(campaign_id, refused)


@for_team.post(f"/campaigns/{CAMPAIGN}/withdraw")
def withdraw_approval(campaign_id: int) -> ResponseReturnValue:
    """Take a request or an approval back: the campaign is a draft again."""
    campaign = get_campaign_or_404(campaign_id)
    if not may_withdraw(campaign, find_current_version(campaign)):
        return _refuse(campaign_id, ApprovalError.NOT_NOW)
    match withdraw_request(campaign_id, current_user.id):
        case CampaignVersion():
            flash(gettext("The campaign is a draft again. Nothing was sent."), "success")
        case refused:
            flash(label(refused), "error")
    return to_campaign(campaign_id)


@for_owners.route("/settings/approval", methods=["GET", "POST"])
@recent_password_required
def approval_rule() -> ResponseReturnValue:
    """Show and change up to how many people one person may write to alone."""
    limit = find_alone_limit()
    form = ApprovalRuleForm(data={"people": limit.people})
    if form.validate_on_submit() and form.people.data is not None:
        changed = change_alone_limit(form.people.data, current_user.id)
        words = gettext("Changed. The owners and the officer are told by email.")
        return done(words if changed else None, "console.approval_rule")
    return form.render(
        "console/campaigns/approval_rule.html",
        limit=limit,
        changed_at=limit.changed_at,
        changed_by=name_of_author(limit.changed_by),
    )


def _say_rewritten(campaign: Campaign) -> str:
    return str(
        gettext(
            "This isn’t the message that you read: %(who)s changed it. Read it again.",
            who=name_of_author(campaign.updated_by),
        )
    )


def _refuse_rewritten(campaign: Campaign) -> ResponseReturnValue:
    flash(_say_rewritten(campaign), "error")
    return to_decision(campaign.id)


def _refuse(campaign_id: int, refused: ApprovalError | SecondPersonFault) -> ResponseReturnValue:
    flash(label(refused), "error")
    if refused in {ApprovalError.NOT_NOW, ApprovalError.UNKNOWN}:
        return to_campaign(campaign_id)
    return to_decision(campaign_id)
