"""Sending a campaign: launch, pause, resume, cancel."""

import re

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, gettext
from flask_babel import lazy_gettext as _
from wtforms import StringField, ValidationError
from wtforms.validators import DataRequired

from supporters.campaigns.models import Campaign
from supporters.campaigns.rules import Move, may_move
from supporters.delivery.launching import (
    AudienceChanged,
    LaunchRefused,
    count_audience,
    launch_campaign,
)
from supporters.delivery.progress import get_progress
from supporters.delivery.steering import (
    Steered,
    cancel_campaign,
    pause_campaign,
    resume_campaign,
)
from supporters.delivery.stopping import find_stop
from supporters.lists.queries import get_list
from supporters.web.console.audiences import count_left_out
from supporters.web.console.blueprint import CAMPAIGN, console, writers_only
from supporters.web.console.campaigns import get_or_404
from supporters.web.console.drafts import refuse_launched
from supporters.web.forms import EmptyForm, Form

UNPROCESSABLE = 422
GROUPING = re.compile(r"[\s.,’']")


class LaunchForm(Form):
    """The number of recipients, typed by the organiser."""

    recipients = StringField(validators=[DataRequired(_("Type the number of recipients."))])

    audience: int

    def validate_recipients(self, field: StringField) -> None:
        """Refuse another number than the one shown. Raises ValidationError."""
        if GROUPING.sub("", field.data or "") != str(self.audience):
            number = format_decimal(self.audience)
            raise ValidationError(
                gettext("This campaign reaches %(number)s people. Type that number.", number=number)
            )

    def tell_change(self, audience: int) -> None:
        """Say that the list grew or shrank since the number was typed."""
        self.audience = audience
        number = format_decimal(audience)
        message = gettext(
            "Meanwhile the list has %(number)s people. Nothing was sent.", number=number
        )
        self.recipients.errors = [message]


@console.route(f"/campaigns/{CAMPAIGN}/launch", methods=["GET", "POST"])
@writers_only
def launch(campaign_id: int) -> ResponseReturnValue:
    """Say exactly what will happen, and launch once the number is typed."""
    campaign = get_or_404(campaign_id)
    if not may_move(campaign.status, Move.LAUNCH):
        return refuse_launched(campaign_id)
    form = LaunchForm()
    form.audience = count_audience(campaign)
    if form.validate_on_submit():
        match launch_campaign(campaign_id, expected_audience=form.audience):
            case Campaign():
                flash(gettext("The campaign is launched."), "success")
                return _to_campaign(campaign_id)
            case AudienceChanged(audience):
                form.tell_change(audience)
            case LaunchRefused.NOBODY:
                form.audience = 0
            case LaunchRefused.LOG_ALTERED:
                flash(
                    gettext(
                        "Not sent: the consent log shows that a withdrawal was taken out of the "
                        "database, so somebody may be written to who left. Tell whoever runs the "
                        "server, and the data protection officer, at once."
                    ),
                    "error",
                )
            case LaunchRefused.CONTENT_FAULTY:
                flash(gettext("Something in the message must be mended first."), "error")
                return redirect(url_for("console.edit_campaign", campaign_id=campaign_id), 303)
            case LaunchRefused.UNKNOWN | LaunchRefused.NOT_A_DRAFT:
                return refuse_launched(campaign_id)
    return _show_launch(campaign, form)


@console.post(f"/campaigns/{CAMPAIGN}/pause")
@writers_only
def pause(campaign_id: int) -> ResponseReturnValue:
    """Hold the sending."""
    done = gettext("The sending is paused: within two seconds nothing leaves any more.")
    return _after(pause_campaign(campaign_id), campaign_id, done)


@console.post(f"/campaigns/{CAMPAIGN}/resume")
@writers_only
def resume(campaign_id: int) -> ResponseReturnValue:
    """Go on with the sending."""
    done = gettext("The campaign is no longer paused.")
    resumed = resume_campaign(campaign_id)
    if resumed is Steered.MAY_REPEAT:
        return redirect(url_for("console.resume_restored", campaign_id=campaign_id), 303)
    return _after(resumed, campaign_id, done)


@console.route(f"/campaigns/{CAMPAIGN}/cancel", methods=["GET", "POST"])
@writers_only
def cancel(campaign_id: int) -> ResponseReturnValue:
    """Ask, then end the sending for good."""
    campaign = get_or_404(campaign_id)
    if not may_move(campaign.status, Move.CANCEL):
        return _after(Steered.NOT_NOW, campaign_id, "")
    form = EmptyForm()
    if form.validate_on_submit():
        done = gettext("The rest of the campaign is cancelled.")
        return _after(cancel_campaign(campaign_id), campaign_id, done)
    figures = get_progress(campaign_id)
    return render_template(
        "console/cancel.html",
        campaign=campaign,
        progress=figures,
        remaining=figures.queued + figures.deferred,
        form=form,
    )


def _after(steered: Steered, campaign_id: int, done: str) -> ResponseReturnValue:
    get_or_404(campaign_id)
    if steered is Steered.DONE:
        flash(done, "success")
    else:
        flash(gettext("That isn’t possible in the campaign’s present state."), "error")
    return _to_campaign(campaign_id)


def _show_launch(campaign: Campaign, form: LaunchForm) -> ResponseReturnValue:
    mailing_list = get_list(campaign.mailing_list_id)
    page = render_template(
        "console/launch.html",
        campaign=campaign,
        audience=form.audience,
        left_out=count_left_out(campaign),
        is_for_today=campaign.purpose_id == mailing_list.purpose_id,
        mailing_list=mailing_list,
        stopped_at=find_stop(),
        form=form,
    )
    return page, UNPROCESSABLE if form.is_submitted() else 200


def _to_campaign(campaign_id: int) -> ResponseReturnValue:
    return redirect(url_for("console.show_campaign", campaign_id=campaign_id), 303)
