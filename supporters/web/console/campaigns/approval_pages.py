"""The approval of a campaign: the request, the page of the second person, and the owners' rule."""

from collections.abc import Iterator

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from supporters import clock
from supporters.accounts.second_person import SecondPersonFault
from supporters.campaigns.approval_notices import list_possible_approvers
from supporters.campaigns.approval_rule import change_alone_limit, find_alone_limit
from supporters.campaigns.models import Campaign, CampaignStatus, CampaignVersion
from supporters.campaigns.other_languages.queries import list_in_languages
from supporters.campaigns.states import CAMPAIGN_STATES, CampaignMove, is_frozen
from supporters.campaigns.text_differences import compare_texts, has_changes
from supporters.campaigns.versions import (
    find_version_read_before,
    get_current_version,
    list_versions,
)
from supporters.delivery.approval import (
    ApprovalError,
    AudienceChanged,
    MessageChanged,
    ReadVersion,
    approve_campaign,
    ask_approval,
    find_approver_fault,
    reject_campaign,
    withdraw_request,
)
from supporters.delivery.audience import count_figures
from supporters.delivery.message.frozen_campaign import FrozenCampaign, FrozenSource, read_frozen
from supporters.delivery.message.frozen_versions import find_fingerprint
from supporters.delivery.message.previews import preview_campaign
from supporters.languages import LANGUAGES
from supporters.lists.queries import get_list
from supporters.web.console.campaigns.approval_forms import (
    ApprovalForm,
    ApprovalRequestForm,
    ApprovalRuleForm,
    RejectionForm,
)
from supporters.web.console.campaigns.approval_steps import make_sheet
from supporters.web.console.campaigns.campaign_pages import get_campaign_or_404, to_campaign
from supporters.web.console.campaigns.comment_board import make_board
from supporters.web.console.campaigns.draft_pages import sample_name
from supporters.web.console.campaigns.writing.draft_redirects import lead_back
from supporters.web.console.console_blueprint import (
    CAMPAIGN,
    done,
    for_owners,
    for_team,
    for_writers,
    may_open,
    name_of_author,
    recent_password_required,
    recent_password_to_send,
)
from supporters.web.labels import label

CONFLICT, UNPROCESSABLE = 409, 422
NO_SOURCE = FrozenSource(subject="", preheader="", body="")


@for_writers.route(f"/campaigns/{CAMPAIGN}/ask", methods=["GET", "POST"])
def ask_for_approval(campaign_id: int) -> ResponseReturnValue:
    """Explain the request, and freeze the message."""
    campaign, form = _get_askable(campaign_id), ApprovalRequestForm()
    if way_back := lead_back(campaign):
        return way_back
    if not form.validate_on_submit():
        return _show_request(campaign, form, _find_fingerprint(campaign))
    match ask_approval(campaign_id, current_user.id, form.fingerprint.data or ""):
        case CampaignVersion():
            flash(gettext("The message is frozen, and approval is asked for."), "success")
        case MessageChanged(campaign):
            flash(_say_rewritten(campaign), "error")
            return _show_request(campaign, form, _find_fingerprint(campaign)), CONFLICT
        case ApprovalError() as refused:
            flash(label(refused), "error")
    return to_campaign(campaign_id)


def _get_askable(campaign_id: int) -> Campaign:
    """Return a campaign for which approval can be asked, or lead to its page."""
    campaign = get_campaign_or_404(campaign_id)
    if not CAMPAIGN_STATES.allows(campaign.status, CampaignMove.ASK):
        abort(to_campaign(campaign_id))
    return campaign


def _find_fingerprint(campaign: Campaign) -> str:
    """Return the fingerprint of a message; an empty text for a faulty one."""
    return find_fingerprint(campaign, get_list(campaign.mailing_list_id)) or ""


def _show_request(campaign: Campaign, form: ApprovalRequestForm, fingerprint: str) -> str:
    form.fingerprint.data = fingerprint
    return render_template(
        "console/campaigns/approval_ask.html",
        form=form,
        campaign=campaign,
        sheet=make_sheet(campaign, fingerprint, count_figures(campaign)),
        approvers=list_possible_approvers(campaign.list_ids, current_user.id, clock.now()),
        limit=find_alone_limit(),
    )


@for_team.route(f"/campaigns/{CAMPAIGN}/approval", methods=["GET", "POST"])
@recent_password_to_send
def approval(campaign_id: int) -> ResponseReturnValue:
    """Show the frozen message with its facts; approve it after the number is typed."""
    campaign, form = get_campaign_or_404(campaign_id), ApprovalForm()
    if not is_frozen(campaign.status):
        return to_campaign(campaign_id)
    form.figures = count_figures(campaign)
    if not form.validate_on_submit():
        return _show(campaign, form), UNPROCESSABLE if form.is_submitted() else 200
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
            return to_campaign(campaign.id)
        case AudienceChanged(audience):
            form.show_change(audience)
        case MessageChanged(campaign):
            form.show_rewritten(name_of_author(campaign.updated_by), campaign.updated_at)
            return _show(campaign, form), CONFLICT
        case ApprovalError() | SecondPersonFault() as refused:
            return _refuse(campaign.id, refused)
    return _show(campaign, form), UNPROCESSABLE


@for_team.post(f"/campaigns/{CAMPAIGN}/reject")
def reject(campaign_id: int) -> ResponseReturnValue:
    """Give the campaign back to its author, with remarks."""
    campaign, form = get_campaign_or_404(campaign_id), RejectionForm()
    if not is_frozen(campaign.status):
        return _refuse(campaign_id, ApprovalError.NOT_NOW)
    if not form.validate_on_submit():
        return _show_rejection(campaign, form), UNPROCESSABLE
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
    if not _may_withdraw(campaign):
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
        if change_alone_limit(form.people.data, current_user.id):
            flash(gettext("Changed. The owners and the officer are told by email."), "success")
        else:
            flash(gettext("Nothing was changed."), "info")
        return redirect(url_for("console.approval_rule"), 303)
    return form.render(
        "console/campaigns/approval_rule.html",
        limit=limit,
        changed_by=name_of_author(limit.changed_by),
    )


def _show(campaign: Campaign, form: ApprovalForm, rejection: RejectionForm | None = None) -> str:
    version = get_current_version(campaign)
    rejection = rejection or RejectionForm(formdata=None)
    form.fingerprint.data = rejection.fingerprint.data = version.hash
    fault = find_approver_fault(campaign, version, current_user.id, audience=form.audience)
    before = find_version_read_before(version, current_user.id)
    return render_template(
        "console/campaigns/approval.html",
        form=form,
        rejection=rejection,
        campaign=campaign,
        version=version,
        asker=name_of_author(version.asked_by),
        approver=name_of_author(version.approved_by),
        sheet=make_sheet(campaign, version.hash, form.figures),
        plain=[preview_campaign(each, sample_name()).text for each in list_in_languages(campaign)],
        sample_name=sample_name(),
        fault=fault,
        is_own=version.asked_by == current_user.id,
        may_decide=campaign.status is CampaignStatus.AWAITING_APPROVAL and fault is None,
        may_withdraw=_may_withdraw(campaign),
        before=before,
        differences=_compare(before, version) if before else [],
        history=_describe_history(campaign.id),
        board=make_board(campaign),
    )


def _show_rejection(campaign: Campaign, form: RejectionForm) -> str:
    approving = ApprovalForm(formdata=None)
    approving.figures = count_figures(campaign)
    return _show(campaign, approving, form)


def _compare(before: CampaignVersion, version: CampaignVersion) -> list[tuple[str, object]]:
    """Return the compared fields of two versions: those that differ."""
    old, new = read_frozen(before.content), read_frozen(version.content)
    pairs: list[tuple[str, str, str]] = [
        (gettext("From"), old.sender.name, new.sender.name),
        (gettext("Answers to"), old.sender.reply_to, new.sender.reply_to),
        *_pair_texts(old, new),
    ]
    compared = ((words, compare_texts(*texts)) for words, *texts in pairs)
    return [(words, pieces) for words, pieces in compared if has_changes(pieces)]


def _pair_texts(old: FrozenCampaign, new: FrozenCampaign) -> Iterator[tuple[str, str, str]]:
    """Yield the names and texts to compare, in each language that either version has."""
    before, now = ({each.language: each.source for each in it.in_languages} for it in (old, new))
    if not old.others and not new.others:  # their language may be another one
        before, now = {new.language: old.source}, {new.language: new.source}
    languages = list(dict.fromkeys((*now, *before)))
    for each in languages:
        of = f" – {LANGUAGES[each]}" if len(languages) > 1 else ""
        one, other = before.get(each, NO_SOURCE), now.get(each, NO_SOURCE)
        yield gettext("Subject") + of, one.subject, other.subject
        yield gettext("First words in the inbox") + of, one.preheader, other.preheader
        yield gettext("Message") + of, one.body, other.body


def _describe_history(campaign_id: int) -> list[dict[str, object]]:
    """Return the earlier versions of a campaign, with their ends."""
    return [
        {"version": each, "by": name_of_author(each.ended_by)}
        for each in list_versions(campaign_id)
        if each.ended_at is not None
    ]


def _may_withdraw(campaign: Campaign) -> bool:
    """Tell whether this account may take a request back: a writer, or the one who approved."""
    if not is_frozen(campaign.status):
        return False
    approver_id = get_current_version(campaign).approved_by
    return may_open("console.ask_for_approval") or approver_id == int(current_user.id)


def _say_rewritten(campaign: Campaign) -> str:
    return str(
        gettext(
            "This isn’t the message that you read: %(who)s changed it. Read it again.",
            who=name_of_author(campaign.updated_by),
        )
    )


def _refuse_rewritten(campaign: Campaign) -> ResponseReturnValue:
    flash(_say_rewritten(campaign), "error")
    return redirect(url_for("console.approval", campaign_id=campaign.id), 303)


def _refuse(campaign_id: int, refused: ApprovalError | SecondPersonFault) -> ResponseReturnValue:
    flash(label(refused), "error")
    if refused in {ApprovalError.NOT_NOW, ApprovalError.UNKNOWN}:
        return to_campaign(campaign_id)
    return redirect(url_for("console.approval", campaign_id=campaign_id), 303)
