"""The emergency stop: everybody who writes sets it, owners lift it, and all accounts see it."""

from functools import cache
from typing import NamedTuple

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext as _
from flask_login import current_user
from wtforms import TextAreaField
from wtforms.validators import DataRequired

from supporters.campaigns.queries import list_running_campaigns
from supporters.delivery.emergency_stop import find_resumption, find_stop, resume_all, stop_all
from supporters.delivery.models import MAX_REASON
from supporters.delivery.progress import get_progress
from supporters.web.console.console_blueprint import (
    console,
    done,
    for_owners,
    for_writers,
    name_of_author,
)
from supporters.web.console.visibility import current_scope
from supporters.web.forms import Form, at_most


class StopSendingForm(Form):
    """Why all sending stops, if its author says so."""

    reason = TextAreaField(validators=[at_most(MAX_REASON)])


class ResumeSendingForm(Form):
    """Why sending may continue."""

    reason = TextAreaField(
        validators=[DataRequired(_("Say why sending may continue.")), at_most(MAX_REASON)]
    )


class StoppedCampaign(NamedTuple):
    """A campaign that a stop would interrupt, and the number of people without it."""

    id: int
    subject: str
    waiting: int


@console.app_context_processor
def offer_stop() -> dict[str, object]:
    """Give each page the emergency stop, read once for it, and the name of its author."""
    return {"find_stop": cache(find_stop), "name_of_author": name_of_author}


@for_writers.route("/sending/stop", methods=["GET", "POST"])
def stop_sending() -> ResponseReturnValue:
    """Explain the stop; then stop all campaigns on all machines."""
    form = StopSendingForm()
    if form.validate_on_submit():
        stop_all(form.reason.data or "")
        return done(gettext("All sending is stopped."), "console.campaigns")
    if find_stop() is not None:
        return redirect(url_for("console.campaigns"), 303)
    return form.render(
        "console/installation/stop_sending.html", held=_list_held(), last=find_resumption()
    )


@for_owners.route("/sending/resume", methods=["GET", "POST"])
def resume_sending() -> ResponseReturnValue:
    """Show who stopped all sending and why; then let it continue, for a reason."""
    form = ResumeSendingForm()
    if find_stop() is None:
        return redirect(url_for("console.campaigns"), 303)
    if form.validate_on_submit():
        resume_all(current_user.id, form.reason.data or "")
        return done(gettext("Sending continues."), "console.campaigns")
    return form.render("console/installation/resume_sending.html", held=_list_held())


def _list_held() -> list[StoppedCampaign]:
    """Return the campaigns that this account may see, and that the stop is about."""
    running = list_running_campaigns(current_scope())
    figures = ((each, get_progress(each.id)) for each in running)
    return [
        StoppedCampaign(campaign.id, campaign.title, progress.audience - progress.settled)
        for campaign, progress in figures
    ]
