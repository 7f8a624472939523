"""Sending a campaign: preview, test, launch, progress, pause, resume, cancel."""

import re

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, gettext
from flask_babel import lazy_gettext as _
from flask_login import current_user
from wtforms import StringField, ValidationError
from wtforms.validators import InputRequired

from supporters.campaigns.models import Campaign
from supporters.delivery.launching import (
    AudienceChanged,
    LaunchRefused,
    count_audience,
    launch_campaign,
)
from supporters.delivery.queries import get_progress
from supporters.delivery.steering import (
    Steered,
    cancel_campaign,
    pause_campaign,
    resume_campaign,
)
from supporters.delivery.testing import preview_campaign, send_test
from supporters.lists.queries import get_list
from supporters.web.console.blueprint import console
from supporters.web.console.campaigns import find_progress, get_or_404
from supporters.web.forms import EmptyForm, Form
from supporters.web.headers import show_as_mail

UNPROCESSABLE = 422
GROUPING = re.compile(r"[\s.,’']")


class LaunchForm(Form):
    """The number of recipients, typed by the organiser."""

    recipients = StringField(validators=[InputRequired(_("Type the number of recipients."))])

    audience: int

    def validate_recipients(self, field: StringField) -> None:
        """Refuse another number than the one shown. Raises ValidationError."""
        if GROUPING.sub("", field.data or "") != str(self.audience):
            number = format_decimal(self.audience)
            raise ValidationError(
                gettext("This campaign reaches %(number)s people. Type that number.", number=number)
            )


@console.get("/campaigns/<int:campaign_id>/preview")
def preview(campaign_id: int) -> str:
    """Show the message in both forms."""
    campaign = get_or_404(campaign_id)
    content = preview_campaign(campaign)
    return render_template(
        "console/preview.html", campaign=campaign, subject=content.subject, text=content.text
    )


@console.get("/campaigns/<int:campaign_id>/preview.html")
def preview_html(campaign_id: int) -> str:
    """Show the HTML of the message, for the sandboxed frame of the preview."""
    content = preview_campaign(get_or_404(campaign_id))
    show_as_mail()
    return content.html


@console.post("/campaigns/<int:campaign_id>/test")
def test_campaign(campaign_id: int) -> ResponseReturnValue:
    """Send the message to the organiser who asks for it, and to nobody else."""
    send_test(get_or_404(campaign_id), current_user.email)
    flash(gettext("A test is on its way to %(address)s.", address=current_user.email), "success")
    return redirect(url_for("console.preview", campaign_id=campaign_id), 303)


@console.route("/campaigns/<int:campaign_id>/launch", methods=["GET", "POST"])
def launch(campaign_id: int) -> ResponseReturnValue:
    """Say exactly what will happen, and launch once the number is typed."""
    campaign = get_or_404(campaign_id)
    form = LaunchForm()
    form.audience = count_audience(campaign)
    if form.validate_on_submit():
        match launch_campaign(campaign_id, expected_audience=form.audience):
            case Campaign():
                flash(gettext("The campaign is launched."), "success")
                return _to_campaign(campaign_id)
            case AudienceChanged(audience):
                form.audience = audience
                form.recipients.errors = [_changed(audience)]
            case LaunchRefused.NOBODY:
                form.audience = 0
            case LaunchRefused.CONTENT_FAULTY:
                flash(gettext("Something in the message must be mended first."), "error")
                return redirect(url_for("console.edit_campaign", campaign_id=campaign_id), 303)
            case _:
                flash(gettext("This campaign was launched already."), "error")
                return _to_campaign(campaign_id)
    page = render_template(
        "console/launch.html",
        campaign=campaign,
        audience=form.audience,
        mailing_list=get_list(campaign.mailing_list_id),
        form=form,
    )
    return page, UNPROCESSABLE if form.is_submitted() else 200


@console.get("/campaigns/<int:campaign_id>/progress")
def progress(campaign_id: int) -> str:
    """Show the figures alone, for the page to renew them."""
    campaign = get_or_404(campaign_id)
    return render_template(
        "console/parts/progress.html", campaign=campaign, progress=find_progress(campaign)
    )


@console.post("/campaigns/<int:campaign_id>/pause")
def pause(campaign_id: int) -> ResponseReturnValue:
    """Hold the sending."""
    done = gettext("The sending is paused. What a worker held, two seconds’ worth, still left.")
    return _after(pause_campaign(campaign_id), campaign_id, done)


@console.post("/campaigns/<int:campaign_id>/resume")
def resume(campaign_id: int) -> ResponseReturnValue:
    """Go on with the sending."""
    return _after(resume_campaign(campaign_id), campaign_id, gettext("The sending goes on."))


@console.route("/campaigns/<int:campaign_id>/cancel", methods=["GET", "POST"])
def cancel(campaign_id: int) -> ResponseReturnValue:
    """Ask, then end the sending for good."""
    campaign = get_or_404(campaign_id)
    form = EmptyForm()
    if form.validate_on_submit():
        done = gettext("The rest of the campaign is cancelled.")
        return _after(cancel_campaign(campaign_id), campaign_id, done)
    figures = get_progress(campaign_id)
    return render_template(
        "console/cancel.html",
        campaign=campaign,
        progress=figures,
        remaining=figures.audience - figures.settled,
        form=form,
    )


def _after(steered: Steered, campaign_id: int, done: str) -> ResponseReturnValue:
    get_or_404(campaign_id)
    if steered is Steered.DONE:
        flash(done, "success")
    else:
        flash(gettext("That isn’t possible in the campaign’s present state."), "error")
    return _to_campaign(campaign_id)


def _changed(audience: int) -> str:
    number = format_decimal(audience)
    return str(
        gettext("Meanwhile the list has %(number)s people. Nothing was sent.", number=number)
    )


def _to_campaign(campaign_id: int) -> ResponseReturnValue:
    return redirect(url_for("console.show_campaign", campaign_id=campaign_id), 303)
