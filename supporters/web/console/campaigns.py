"""The campaigns: the table of them, drafts, and one campaign with its progress."""

from collections.abc import Sequence
from typing import NamedTuple

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import current_user
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from supporters.campaigns.drafting import (
    CampaignDraft,
    DraftRefused,
    create_campaign,
    delete_draft,
    edit_campaign,
)
from supporters.campaigns.merging import Fault, FaultKind, find_field_faults
from supporters.campaigns.models import MAX_BODY, MAX_SUBJECT, Campaign
from supporters.campaigns.queries import find_campaign, list_campaigns
from supporters.campaigns.rules import CampaignStatus, Move, may_move
from supporters.delivery.queries import Progress, get_progress
from supporters.languages import LANGUAGES
from supporters.lists.queries import get_list, list_lists
from supporters.web.console.blueprint import console
from supporters.web.console.faults import explain
from supporters.web.forms import Form, SelectChoice, at_most

UNPROCESSABLE = 422
ACTIVE = {CampaignStatus.RUNNING, CampaignStatus.PAUSED}


class CampaignForm(Form):
    """What an organiser writes."""

    mailing_list_id = SelectField(coerce=int, validators=[InputRequired(_("Choose a list."))])
    language = SelectField(choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()])
    subject = StringField(validators=[InputRequired(_("Write a subject.")), at_most(MAX_SUBJECT)])
    body = TextAreaField(validators=[InputRequired(_("Write the message.")), at_most(MAX_BODY)])

    def draft(self) -> CampaignDraft:
        """Return what was written."""
        return CampaignDraft(
            mailing_list_id=self.mailing_list_id.data,
            language=self.language.data,
            subject=self.subject.data or "",
            body=self.body.data or "",
        )

    def add_faults(self, faults: Sequence[Fault]) -> None:
        """Say at each field what must be mended in it."""
        of_subject = [*find_field_faults(self.subject.data or "")]
        for fault in faults:
            is_of_subject = fault.kind is FaultKind.SUBJECT_POSES_AS_REPLY or fault in of_subject
            field = self.subject if is_of_subject else self.body
            field.errors = [*field.errors, explain(fault)]


class CampaignRow(NamedTuple):
    """A line of the table of campaigns."""

    campaign: Campaign
    list_name: str

    def __getattr__(self, name: str) -> object:
        return getattr(self.campaign, name)


@console.get("/campaigns")
def campaigns() -> str:
    """Show every campaign."""
    rows = [CampaignRow(campaign, each.name) for campaign, each in list_campaigns()]
    return render_template("console/campaigns.html", rows=rows)


@console.route("/campaigns/new", methods=["GET", "POST"])
def new_campaign() -> ResponseReturnValue:
    """Write a new draft."""
    form = _make_form(request.args.get("list", type=int))
    if form.validate_on_submit():
        match create_campaign(form.draft(), current_user.id):
            case Campaign() as campaign:
                return _to_campaign(campaign.id)
            case faults:
                form.add_faults(faults)
    return _show_form(form, None)


@console.route(
    "/campaigns/<int:campaign_id>/edit", methods=["GET", "POST"], endpoint="edit_campaign"
)
def edit_campaign_page(campaign_id: int) -> ResponseReturnValue:
    """Change a draft."""
    campaign = get_or_404(campaign_id)
    if not may_move(campaign.status, Move.EDIT):
        return _no_draft(campaign_id)
    form = _make_form(campaign.mailing_list_id, campaign)
    if form.validate_on_submit():
        match edit_campaign(campaign_id, form.draft()):
            case Campaign():
                flash(gettext("The draft is saved."), "success")
                return _to_campaign(campaign_id)
            case DraftRefused():
                return _no_draft(campaign_id)
            case faults:
                form.add_faults(faults)
    return _show_form(form, campaign)


@console.post("/campaigns/<int:campaign_id>/delete")
def delete_campaign(campaign_id: int) -> ResponseReturnValue:
    """Throw a draft away."""
    if delete_draft(campaign_id) is not None:
        return _no_draft(get_or_404(campaign_id).id)
    flash(gettext("The draft is deleted."), "success")
    return redirect(url_for("console.campaigns"), 303)


@console.get("/campaigns/<int:campaign_id>")
def show_campaign(campaign_id: int) -> str:
    """Show one campaign: what to do next, or how far it is."""
    campaign = get_or_404(campaign_id)
    return render_template(
        "console/campaign.html",
        campaign=campaign,
        mailing_list=get_list(campaign.mailing_list_id),
        progress=find_progress(campaign),
        actions=[move.value for move in Move if may_move(campaign.status, move)],
    )


class ShownProgress(NamedTuple):
    """The figures of a campaign, and whether they can still change."""

    figures: Progress
    is_active: bool

    def __getattr__(self, name: str) -> object:
        return getattr(self.figures, name)


def find_progress(campaign: Campaign) -> ShownProgress | None:
    """Return how far a campaign is; a draft has no progress."""
    if campaign.status is CampaignStatus.DRAFT:
        return None
    return ShownProgress(get_progress(campaign.id), campaign.status in ACTIVE)


def get_or_404(campaign_id: int) -> Campaign:
    """Return the campaign; an unknown one is a page that isn't there."""
    campaign = find_campaign(campaign_id)
    if campaign is None:
        abort(404)
    return campaign


def _make_form(list_id: int | None, campaign: Campaign | None = None) -> CampaignForm:
    form = CampaignForm(obj=campaign)
    form.mailing_list_id.choices = [SelectChoice(each.id, each.name) for each in list_lists()]
    if not form.is_submitted() and list_id is not None:
        form.mailing_list_id.data = list_id
    return form


def _show_form(form: CampaignForm, campaign: Campaign | None) -> ResponseReturnValue:
    page = render_template("console/campaign_form.html", form=form, campaign=campaign)
    return page, UNPROCESSABLE if form.is_submitted() else 200


def _to_campaign(campaign_id: int) -> ResponseReturnValue:
    return redirect(url_for("console.show_campaign", campaign_id=campaign_id), 303)


def _no_draft(campaign_id: int) -> ResponseReturnValue:
    flash(gettext("This campaign was launched: its message is fixed."), "error")
    return _to_campaign(campaign_id)
