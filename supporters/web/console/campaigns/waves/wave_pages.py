"""The first wave on the page of its campaign: its figures, and the button that continues."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from flask import flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from supporters import clock
from supporters.campaigns.models import Campaign
from supporters.cases.queries import count_disputes
from supporters.delivery.campaign_control import ControlResult
from supporters.delivery.first_wave.wave_control import continue_campaign, find_stage
from supporters.delivery.first_wave.wave_rules import WaveStage, goes_on_at
from supporters.delivery.thresholds.departures_of_run import get_run_figures
from supporters.delivery.thresholds.threshold_rules import Measure, measure
from supporters.delivery.thresholds.threshold_settings import find_thresholds
from supporters.web.console.campaigns.campaign_pages import get_campaign_or_404, to_campaign
from supporters.web.console.console_blueprint import CAMPAIGN, console, for_writers


@dataclass(frozen=True, kw_only=True)
class WavePanel:
    """The facts of a first wave that holds the others back.

    `ended_at` is empty until its end was noted, at most a minute after the last email.
    """

    stage: WaveStage
    people: int
    accepted: int
    ended_at: datetime | None
    goes_on_at: datetime | None
    measures: Sequence[Measure]


@console.app_context_processor
def offer_wave() -> dict[str, object]:
    """Give the page of a campaign its first wave, read once for it."""
    return {"find_wave": cache(find_wave_panel), "find_stage": find_stage}


def find_wave_panel(campaign: Campaign) -> WavePanel | None:
    """Return the first wave of a campaign; None if it holds nobody back."""
    stage = find_stage(campaign)
    if stage not in {WaveStage.LEAVING, WaveStage.HOLDING}:
        return None
    figures = get_run_figures(campaign, disputed=count_disputes(campaign.id))
    return WavePanel(
        stage=stage,
        people=campaign.wave_size or 0,
        accepted=figures.accepted,
        ended_at=campaign.wave_ended_at,
        goes_on_at=goes_on_at(campaign.wave_ended_at or clock.now(), campaign.wave_minutes),
        measures=measure(figures, find_thresholds()),
    )


@for_writers.post(f"/campaigns/{CAMPAIGN}/continue")
def continue_after_wave(campaign_id: int) -> ResponseReturnValue:
    """Let everybody else get a campaign after its first wave."""
    get_campaign_or_404(campaign_id)
    match continue_campaign(campaign_id):
        case ControlResult.DONE:
            flash(gettext("The campaign goes on: everybody else gets it now."), "success")
        case _:
            flash(gettext("That isn’t possible in the campaign’s present state."), "error")
    return to_campaign(campaign_id)
