"""The emergency stop: owners set and lift it; all accounts see it."""

from typing import NamedTuple

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from supporters.campaigns.queries import list_running_campaigns
from supporters.delivery.emergency_stop import find_stop, resume_all, stop_all
from supporters.delivery.progress import get_progress
from supporters.web.console.console_blueprint import done, for_owners
from supporters.web.forms import EmptyForm


class StoppedCampaign(NamedTuple):
    """A campaign that a stop would interrupt, and the number of people without it."""

    id: int
    subject: str
    waiting: int


@for_owners.route("/sending/stop", methods=["GET", "POST"])
def stop_sending() -> ResponseReturnValue:
    """Explain the stop; then stop all campaigns on all machines."""
    form = EmptyForm()
    if form.validate_on_submit():
        stop_all()
        return done(gettext("All sending is stopped."), "console.campaigns")
    if find_stop() is not None:
        return redirect(url_for("console.campaigns"), 303)
    return render_template("console/installation/stop_sending.html", held=_list_held(), form=form)


@for_owners.post("/sending/resume")
def resume_sending() -> ResponseReturnValue:
    """Lift the emergency stop."""
    if resume_all():
        flash(gettext("Sending continues."), "success")
    return redirect(url_for("console.campaigns"), 303)


def _list_held() -> list[StoppedCampaign]:
    figures = ((each, get_progress(each.id)) for each in list_running_campaigns())
    return [
        StoppedCampaign(campaign.id, campaign.title, progress.audience - progress.settled)
        for campaign, progress in figures
    ]
