"""The page that asks, approves and launches: its state decides what stands in the bar at its foot.

Each form of the bar has an address of its own, which shows this page again if it refuses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from supporters import clock
from supporters.accounts.second_person import SecondPersonFault
from supporters.campaigns.approval_notices import list_possible_approvers
from supporters.campaigns.approval_rule import find_alone_limit
from supporters.campaigns.models import Campaign, CampaignStatus, CampaignVersion
from supporters.campaigns.other_languages.queries import other_language
from supporters.campaigns.states import CAMPAIGN_STATES, CampaignMove, has_ledger
from supporters.campaigns.versions import find_current_version
from supporters.delivery.approval import find_approver_fault
from supporters.delivery.audience import count_figures
from supporters.extensions import current_settings
from supporters.lists.queries import get_list
from supporters.web.console.campaigns.approval_forms import (
    ApprovalForm,
    ApprovalRequestForm,
    RejectionForm,
)
from supporters.web.console.campaigns.campaign_forms import LaunchForm
from supporters.web.console.campaigns.campaign_pages import get_campaign_or_404, to_campaign
from supporters.web.console.campaigns.comment_board import make_board
from supporters.web.console.campaigns.decision.sending_sheet import SendingSheet, make_sheet
from supporters.web.console.campaigns.decision.team_test_forms import make_test_form
from supporters.web.console.campaigns.decision.version_changes import find_changes, list_ended
from supporters.web.console.campaigns.draft_pages import SAMPLE_NAME, sample_name
from supporters.web.console.campaigns.languages.language_tabs import LanguageTab, text_of_page
from supporters.web.console.campaigns.waves.wave_forms import WaveLaunchForm
from supporters.web.console.campaigns.writing.draft_redirects import lead_back
from supporters.web.console.console_blueprint import CAMPAIGN, for_team, may_open, name_of_author
from supporters.web.forms import Form

F = TypeVar("F", bound=Form)
Sent = ApprovalRequestForm | ApprovalForm | RejectionForm | WaveLaunchForm
WRITING = "console.edit_campaign"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a campaign stands: its frozen version, the people around it, and this account's part.

    `fault` says why this account can't approve what waits for approval.
    """

    version: CampaignVersion | None
    asker: str
    approver: str
    approvers: Sequence[str]
    is_own: bool
    fault: SecondPersonFault | None
    may_withdraw: bool


@dataclass(frozen=True, kw_only=True)
class DecisionBar:
    """The forms that this account may send now; None for the others."""

    asking: ApprovalRequestForm | None
    approval: ApprovalForm | None
    rejection: RejectionForm | None
    launch: WaveLaunchForm | None


@for_team.get(f"/campaigns/{CAMPAIGN}/decision")
def decision(campaign_id: int) -> ResponseReturnValue:
    """Show the message with its sheet, and what this account can decide about it."""
    campaign = get_campaign_or_404(campaign_id)
    is_written = campaign.status is CampaignStatus.DRAFT and not may_open(WRITING)
    if has_ledger(campaign.status) or is_written:
        return to_campaign(campaign_id)
    return lead_back(campaign) or show_decision(campaign)


def to_decision(campaign_id: int, place: str | None = None) -> ResponseReturnValue:
    """Redirect to the page that decides about a campaign."""
    return redirect(url_for("console.decision", campaign_id=campaign_id, _anchor=place), 303)


def show_decision(campaign: Campaign, sent: Sent | None = None) -> str:
    """Return the page, with the errors of a form that was refused."""
    mailing_list = get_list(campaign.mailing_list_id)
    figures = sent.figures if isinstance(sent, LaunchForm) else count_figures(campaign)
    sheet, text = make_sheet(campaign, figures, sample_name()), text_of_page(campaign)
    standing = _find_standing(campaign, reached=figures.reached)
    ended = list_ended(campaign.id)
    languages = [each.language for each in sheet.texts]
    return render_template(
        "console/campaigns/decision.html",
        campaign=campaign,
        sent=sent,
        sheet=sheet,
        text=next(each for each in sheet.texts if each.language == text.language),
        bar=_make_bar(campaign, standing, sheet, sent=sent),
        sample_name=sample_name(),
        sample=SAMPLE_NAME,
        changes=find_changes(standing.version, ended, sheet.frozen),
        board=make_board(campaign),
        ended=ended,
        test_form=make_test_form(campaign, languages) if may_open("console.team_tests") else None,
        is_for_today=campaign.purpose_ids == [mailing_list.purpose_id],
        grace=current_settings().grace_seconds,
        **vars(standing),
        tabs=_list_tabs(sheet, text),
        other=other_language(text),
    )


def _list_tabs(sheet: SendingSheet, here: Campaign) -> list[LanguageTab]:
    return [
        LanguageTab(
            code=each.language,
            name=each.name,
            other=each.other,
            is_here=each.language == here.language,
        )
        for each in sheet.texts
    ]


def _find_standing(campaign: Campaign, *, reached: int) -> Standing:
    """Return who asked and who approved, who can approve, and what this account may do."""
    version = find_current_version(campaign)
    asked_by = version.asked_by if version else current_user.id
    approvers = list_possible_approvers(campaign.list_ids, asked_by, clock.now())
    fault = None
    if version and campaign.status is CampaignStatus.AWAITING_APPROVAL:
        fault = find_approver_fault(campaign, version, current_user.id, audience=reached)
    return Standing(
        version=version,
        asker=name_of_author(version.asked_by) if version else "",
        approver=name_of_author(version.approved_by) if version and version.approved_at else "",
        approvers=[each.name_and_address for each in approvers],
        is_own=asked_by == current_user.id,
        fault=fault,
        may_withdraw=may_withdraw(campaign, version),
    )


def may_withdraw(campaign: Campaign, version: CampaignVersion | None) -> bool:
    """Tell whether this account may take a request back: a writer, or the one who approved."""
    if version is None or not CAMPAIGN_STATES.allows(campaign.status, CampaignMove.WITHDRAW):
        return False
    return may_open(WRITING) or version.approved_by == int(current_user.id)


def _make_bar(
    campaign: Campaign, standing: Standing, sheet: SendingSheet, *, sent: Sent | None
) -> DecisionBar:
    """Return the forms that the state and the account allow. A campaign to nobody has none."""
    status, reached, may_write = campaign.status, sheet.audience.reached, may_open(WRITING)
    is_draft = status is CampaignStatus.DRAFT
    may_decide = status is CampaignStatus.AWAITING_APPROVAL and standing.fault is None
    is_enough = not is_draft or find_alone_limit().allows(reached)
    may_launch = may_write and is_enough and CAMPAIGN_STATES.allows(status, CampaignMove.LAUNCH)
    launch = _make(WaveLaunchForm, sheet, sent) if reached and may_launch else None
    return DecisionBar(
        asking=_make(ApprovalRequestForm, sheet, sent) if reached and is_draft else None,
        approval=_make(ApprovalForm, sheet, sent) if reached and may_decide else None,
        rejection=_make(RejectionForm, sheet, sent) if may_decide and not standing.is_own else None,
        launch=launch.begin(campaign) if launch else None,
    )


def _make(kind: type[F], sheet: SendingSheet, sent: Sent | None) -> F:
    """Return the form that was refused, or a fresh one, with the fingerprint of what is shown."""
    is_another = request.method == "POST"
    form = sent if isinstance(sent, kind) else kind(formdata=None) if is_another else kind()
    form["fingerprint"].data = sheet.fingerprint
    if isinstance(form, LaunchForm):
        form.figures = sheet.audience
    return form
