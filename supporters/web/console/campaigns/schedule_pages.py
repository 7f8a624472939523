"""Plan a campaign, give it another hour, take its hour or its launch back."""

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from supporters.campaigns.models import Campaign
from supporters.campaigns.planned_hours import HourFault
from supporters.campaigns.states import may_get_hour
from supporters.delivery.approval import ApprovalError, ReadVersion
from supporters.delivery.grace import TakeBackError, take_back_launch
from supporters.delivery.launch import LaunchError, LaunchResult, launch_campaign
from supporters.delivery.planned.campaign_schedule import schedule_campaign, unschedule_campaign
from supporters.web.console.campaigns.campaign_pages import get_campaign_or_404, to_campaign
from supporters.web.console.campaigns.hour_notes import list_hour_notes
from supporters.web.console.campaigns.plans import name_hour
from supporters.web.console.campaigns.sending_time_facts import explain_silence
from supporters.web.console.campaigns.waves.wave_forms import WaveLaunchForm
from supporters.web.console.campaigns.when_forms import HourForm
from supporters.web.console.console_blueprint import CAMPAIGN, for_writers
from supporters.web.labels import label


def launch_or_plan(campaign_id: int, form: WaveLaunchForm) -> LaunchResult | HourFault:
    """Launch a campaign, or plan it for the hour of a form."""
    read = ReadVersion(fingerprint=form.fingerprint.data or "", audience=form.audience)
    by_id, wave = current_user.id, form.chosen_wave
    if form.moment is not None:
        return schedule_campaign(campaign_id, form.moment, by_id=by_id, read=read, wave=wave)
    return launch_campaign(campaign_id, by_id=by_id, read=read, wave=wave)


def tell_when(campaign: Campaign) -> str:
    """Return the words after a launch, or after an hour was chosen."""
    if campaign.send_at is None:
        return str(gettext("The campaign is launched."))
    words = gettext("The campaign leaves on %(when)s.", when=name_hour(campaign))
    return " ".join([str(words), *list_hour_notes(campaign, campaign.send_at)])


def show_silence(campaign: Campaign, form: HourForm) -> None:
    """Say at the typed hour which silence there is then, or that there is one now."""
    if form.moment:
        form.hour.errors = list_hour_notes(campaign, form.moment) or [explain_silence()]
    else:
        flash(explain_silence(), "error")


def explain_faulty_setup() -> str:
    """Say that the set-up of delivery keeps all campaigns from leaving, and who can mend it."""
    words = gettext(
        "Not sent: the delivery set-up has a fault, so that providers would refuse our emails. An "
        "owner finds what to correct under Campaigns, Settings, Delivery set-up."
    )
    return str(words)


def explain_lost_language() -> str:
    """Say why a campaign in a language that the site doesn't offer any more can't leave."""
    return str(
        gettext(
            "The site doesn’t offer a language of this campaign any more. Make it a draft again "
            "and remove the text in that language, or ask the operator to offer it again."
        )
    )


@for_writers.route(f"/campaigns/{CAMPAIGN}/hour", methods=["GET", "POST"])
def move_hour(campaign_id: int) -> ResponseReturnValue:
    """Give an approved campaign an hour, or a planned one another hour."""
    campaign = get_campaign_or_404(campaign_id)
    if not may_get_hour(campaign.status):
        flash(label(ApprovalError.NOT_NOW), "error")
        return _to_page_before(campaign_id)
    form = HourForm().begin(campaign)
    if form.validate_on_submit() and form.is_hour_typed():
        return _move(campaign, form)
    return _show_hour(campaign, form)


def _show_hour(campaign: Campaign, form: HourForm) -> ResponseReturnValue:
    week = _find_week()
    return form.render("console/campaigns/hour.html", campaign=campaign, week=week)


def _move(campaign: Campaign, form: HourForm) -> ResponseReturnValue:
    assert form.moment is not None  # noqa: S101 - an hour was typed
    was = campaign.send_at
    match schedule_campaign(campaign.id, form.moment, by_id=current_user.id):
        case Campaign() as moved:
            return _tell_moved(moved, was)
        case HourFault() as fault:
            form.show_hour_fault(fault)
        case LaunchError.SILENCE:
            show_silence(campaign, form)
        case LaunchError.LANGUAGE_GONE:
            form.hour.errors = [explain_lost_language()]
        case LaunchError.SETUP_FAULTY:
            form.hour.errors = [explain_faulty_setup()]
        case _:  # it needs more than an hour: the page of the launch says what
            return redirect(url_for("console.decision", campaign_id=campaign.id), 303)
    return _show_hour(campaign, form)


def _tell_moved(campaign: Campaign, was: datetime | None) -> ResponseReturnValue:
    """Redirect to the page before. The week of the hour says itself what was moved, with *Undo*."""
    if _find_week():
        before = was.isoformat() if was else None
        return redirect(url_for("console.campaign_week", moved=campaign.id, was=before), 303)
    flash(tell_when(campaign), "success")
    return to_campaign(campaign.id)


def _find_week() -> str:
    """Return a day of the week that the reader came from; nothing for another page."""
    return request.args.get("week", "")


def _to_page_before(campaign_id: int) -> ResponseReturnValue:
    if week := _find_week():
        shown: dict[str, Any] = {"from": week}
        return redirect(url_for("console.campaign_week", **shown), 303)
    return to_campaign(campaign_id)


@for_writers.get(f"/campaigns/{CAMPAIGN}/hour/notes")
def hour_notes(campaign_id: int) -> str:
    """Say what a campaign meets at an hour before anybody chooses it, or why it can't be chosen."""
    campaign = get_campaign_or_404(campaign_id)
    form = HourForm(formdata=None).begin(campaign)
    form.process(request.args)
    is_typed = form.is_hour_typed()
    notes = list_hour_notes(campaign, form.moment) if is_typed and form.moment else []
    return render_template("console/campaigns/parts/hour_notes.html", form=form, notes=notes)


@for_writers.post(f"/campaigns/{CAMPAIGN}/unschedule")
def unschedule(campaign_id: int) -> ResponseReturnValue:
    """Take the hour of a campaign back."""
    get_campaign_or_404(campaign_id)
    match unschedule_campaign(campaign_id, current_user.id):
        case Campaign():
            flash(gettext("The hour is taken back. The campaign leaves at no hour."), "success")
        case ApprovalError() as refused:
            flash(label(refused), "error")
    return _to_page_before(campaign_id)


@for_writers.post(f"/campaigns/{CAMPAIGN}/take-back")
def take_back(campaign_id: int) -> ResponseReturnValue:
    """Stop a launch before its first email."""
    get_campaign_or_404(campaign_id)
    match take_back_launch(campaign_id, current_user.id):
        case Campaign():
            flash(gettext("Stopped: nobody got it. It is a draft again, with its text."), "success")
        case TakeBackError() as refused:
            flash(label(refused), "error")
    return to_campaign(campaign_id)
