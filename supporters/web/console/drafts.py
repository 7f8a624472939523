"""Drafts of campaigns: write, change, delete. Faults are told at the field that they are in."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import current_user
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired

from supporters.campaigns.checking import find_body_faults, find_subject_faults
from supporters.campaigns.drafting import (
    CampaignDraft,
    DraftRefused,
    create_campaign,
    delete_draft,
    edit_campaign,
)
from supporters.campaigns.models import MAX_BODY, MAX_SUBJECT, Campaign
from supporters.campaigns.rules import Move, may_move
from supporters.languages import LANGUAGES
from supporters.lists.queries import list_changed_list_ids
from supporters.web.console.audiences import (
    audience_of,
    count_left_out,
    list_audiences,
    read_audience,
    todays_audience_of,
)
from supporters.web.console.blueprint import CAMPAIGN, console, writers_only
from supporters.web.console.campaigns import get_or_404
from supporters.web.console.faults import explain
from supporters.web.forms import Form, SelectChoice, at_most

UNPROCESSABLE = 422


class CampaignForm(Form):
    """What an organiser writes, and to whom: a list, for one of the texts agreed to."""

    mailing_list_id = SelectField(validators=[InputRequired(_("Choose a list."))])
    language = SelectField(
        choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()],
        validators=[InputRequired(_("Choose a language."))],
    )
    subject = StringField(validators=[DataRequired(_("Write a subject.")), at_most(MAX_SUBJECT)])
    body = TextAreaField(validators=[DataRequired(_("Write the message.")), at_most(MAX_BODY)])

    def draft(self) -> CampaignDraft:
        """Return what was written."""
        list_id, purpose_id = read_audience(self.mailing_list_id.data)
        return CampaignDraft(
            mailing_list_id=list_id,
            purpose_id=purpose_id,
            language=self.language.data,
            subject=self.subject.data or "",
            body=self.body.data or "",
        )

    def tell_faults(self) -> None:
        """Say at each field what must be mended in it."""
        subject, body = self.subject.data or "", self.body.data or ""
        self.subject.errors = [explain(fault) for fault in find_subject_faults(subject)]
        self.body.errors = [explain(fault) for fault in find_body_faults(body)]


@console.route("/campaigns/new", methods=["GET", "POST"])
@writers_only
def new_campaign() -> ResponseReturnValue:
    """Write a new draft."""
    form = _make_form()
    if not form.mailing_list_id.choices:
        flash(gettext("A campaign goes to a list: create one first."), "warning")
        return redirect(url_for("console.lists"))
    if form.validate_on_submit():
        match create_campaign(form.draft(), current_user.id):
            case Campaign() as campaign:
                return _saved(campaign.id)
            case _:
                form.tell_faults()
    elif not form.is_submitted():
        form.mailing_list_id.data = todays_audience_of(request.args.get("list", 0, type=int))
        form.language.data = current_user.language
    return _show_form(form, None)


@console.route(f"/campaigns/{CAMPAIGN}/edit", methods=["GET", "POST"], endpoint="edit_campaign")
@writers_only
def edit(campaign_id: int) -> ResponseReturnValue:
    """Change a draft."""
    campaign = get_or_404(campaign_id)
    if not may_move(campaign.status, Move.EDIT):
        return refuse_launched(campaign_id)
    form = _make_form(campaign)
    if form.validate_on_submit():
        match edit_campaign(campaign_id, form.draft()):
            case Campaign():
                return _saved(campaign_id)
            case DraftRefused.NOT_A_DRAFT:
                return refuse_launched(campaign_id)
            case _:
                form.tell_faults()
    return _show_form(form, campaign)


@console.post(f"/campaigns/{CAMPAIGN}/delete")
@writers_only
def delete_campaign(campaign_id: int) -> ResponseReturnValue:
    """Throw a draft away."""
    get_or_404(campaign_id)
    if delete_draft(campaign_id) is DraftRefused.NOT_A_DRAFT:
        return refuse_launched(campaign_id)
    flash(gettext("The draft is deleted."), "success")
    return redirect(url_for("console.campaigns"), 303)


def refuse_launched(campaign_id: int) -> ResponseReturnValue:
    """Lead to a campaign that is no draft any more, and say so."""
    flash(gettext("This campaign was launched: its message is fixed."), "error")
    return redirect(url_for("console.show_campaign", campaign_id=campaign_id), 303)


def _make_form(campaign: Campaign | None = None) -> CampaignForm:
    form = CampaignForm(obj=campaign)
    form.mailing_list_id.choices = list_audiences()
    if campaign is not None and not form.is_submitted():
        form.mailing_list_id.data = audience_of(campaign)
    return form


def _show_form(form: CampaignForm, campaign: Campaign | None) -> ResponseReturnValue:
    page = render_template(
        "console/campaign_form.html",
        form=form,
        campaign=campaign,
        has_changed_lists=bool(list_changed_list_ids()),
        left_out=count_left_out(campaign) if campaign else 0,
    )
    return page, UNPROCESSABLE if form.is_submitted() else 200


def _saved(campaign_id: int) -> ResponseReturnValue:
    flash(gettext("The draft is saved."), "success")
    return redirect(url_for("console.show_campaign", campaign_id=campaign_id), 303)
