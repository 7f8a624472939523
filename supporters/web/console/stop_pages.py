"""The stop of all sending: owners pull it and let go of it; every organiser sees it."""

from typing import NamedTuple

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from supporters.campaigns.queries import list_running_campaigns
from supporters.delivery.emergency_stop import find_stop, resume_all, stop_all
from supporters.delivery.progress import get_progress
from supporters.web.console.console_blueprint import console, owners_only
from supporters.web.forms import EmptyForm


class Held(NamedTuple):
    """A campaign that a stop would hold, and how many haven't got it yet."""

    id: int
    subject: str
    waiting: int


@console.route("/sending/stop", methods=["GET", "POST"], endpoint="stop_sending")
@owners_only
def stop() -> ResponseReturnValue:
    """Say what will happen and what won't; then stop all campaigns on every machine."""
    form = EmptyForm()
    if form.validate_on_submit():
        stop_all()
        flash(gettext("All sending is stopped."), "success")
        return redirect(url_for("console.campaigns"), 303)
    if find_stop() is not None:
        return redirect(url_for("console.campaigns"), 303)
    return render_template("console/stop_sending.html", held=_list_held(), form=form)


@console.post("/sending/resume", endpoint="resume_sending")
@owners_only
def resume() -> ResponseReturnValue:
    """Let campaigns go on."""
    if resume_all():
        flash(gettext("Sending continues."), "success")
    return redirect(url_for("console.campaigns"), 303)


def _list_held() -> list[Held]:
    figures = ((each, get_progress(each.id)) for each in list_running_campaigns())
    return [
        Held(campaign.id, campaign.subject, progress.audience - progress.settled)
        for campaign, progress in figures
    ]
