"""The campaigns of a week as cards: hour, lists, people, result, and what will stop them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import get_locale

from supporters import clock
from supporters.campaign_totals.result_figures import ShortResult, list_short_results
from supporters.campaigns.campaign_weeks import list_campaigns_between, list_campaigns_without_hour
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.campaigns.states import has_ledger
from supporters.campaigns.versions import count_approved
from supporters.delivery.grace import launch_and_first_email
from supporters.delivery.planned.pace_forecast import foresee, foresee_rest, is_paced
from supporters.lists.list_clocks import zone_of
from supporters.lists.models import MailingList
from supporters.lists.queries import find_list
from supporters.sending_times.bulk_mail import BulkMailTimes, Silence
from supporters.sending_times.rules import Window, next_opening
from supporters.team.list_scopes import ListScope
from supporters.text.local_dates import time_in
from supporters.text.time_zones import PARTY_ZONE, offset_of
from supporters.web.console.campaigns.hour_notes import explain_closed_hour, explain_silent_hour
from supporters.web.console.campaigns.plans import name_hour
from supporters.web.console.campaigns.week.week_grid import Span
from supporters.web.console.pace_words import say_last_day

EIGHT_DAYS = timedelta(days=8)


@dataclass(frozen=True, kw_only=True)
class WeekCard:
    """A campaign of the week. `moment` is None if it waits for an hour.

    `own_time` is set if its list has another clock than the grid, `held_since` if it did not leave.
    `warning` is what it meets at its hour, `last_day` when it ends if ceilings make it take days.
    """

    campaign: Campaign
    mailing_list: MailingList
    moment: datetime | None
    time: str
    own_time: str
    offset: str
    zone: str
    people: int | None
    result: ShortResult | None
    held_since: str
    warning: str
    is_silenced: bool
    last_day: str

    @property
    def is_planned(self) -> bool:
        """Whether it leaves at its hour, which can be moved."""
        return self.campaign.status is CampaignStatus.SCHEDULED and not self.held_since


class CardMaker:
    """Makes the cards of a week: reads once what they have in common."""

    def __init__(self, week: Span, window: Window | None, scope: ListScope) -> None:
        self._week, self._window, self._scope = week, window, scope
        self._is_paced = is_paced(clock.now())
        self.times = BulkMailTimes(week.begins_at, ahead=EIGHT_DAYS)

    def list_cards(self) -> list[WeekCard]:
        """Return what leaves or left in the week, in its order."""
        week = self._week
        return self._make(list_campaigns_between(week.begins_at, week.ends_at, self._scope))

    def list_waiting(self) -> list[WeekCard]:
        """Return what waits for an hour: the held campaigns, then those that were approved."""
        return self._make(list_campaigns_without_hour(self._scope))

    def _make(self, found: Sequence[tuple[Campaign, MailingList]]) -> list[WeekCard]:
        launched = [each.id for each, _ in found if has_ledger(each.status)]
        frozen = [each.id for each, _ in found if not has_ledger(each.status)]
        results = list_short_results(launched) if launched else {}
        people = count_approved(frozen) if frozen else {}
        return [
            self._make_card(
                each, first, result=results.get(each.id), approved_for=people.get(each.id)
            )
            for each, first in found
        ]

    def _make_card(
        self,
        campaign: Campaign,
        mailing_list: MailingList,
        *,
        result: ShortResult | None,
        approved_for: int | None,
    ) -> WeekCard:
        is_held = campaign.status is CampaignStatus.SCHEDULED and campaign.problem is not None
        moment = None if is_held else campaign.send_at or campaign.launched_at
        zone, shown = zone_of(mailing_list), ZoneInfo(PARTY_ZONE)
        planned_at = None if is_held else campaign.send_at
        silence = self._find_silence(campaign, planned_at)
        return WeekCard(
            campaign=campaign,
            mailing_list=mailing_list,
            moment=moment,
            time=_time_in(moment, shown),
            own_time="" if zone.key == PARTY_ZONE else _time_in(moment, zone),
            offset="" if moment is None else offset_of(moment, zone),
            zone=zone.key,
            people=campaign.audience if has_ledger(campaign.status) else approved_for,
            result=result,
            held_since=name_hour(campaign, briefly=True) if is_held else "",
            warning=explain_silent_hour(silence) if silence else self._warn(campaign, planned_at),
            is_silenced=silence is not None,
            last_day=self._say_last_day(campaign, planned_at),
        )

    def _say_last_day(self, campaign: Campaign, planned_at: datetime | None) -> str:
        if not self._is_paced:
            return ""
        if campaign.status is CampaignStatus.RUNNING:
            return say_last_day(foresee_rest(campaign.id))
        is_ahead = planned_at is not None and not has_ledger(campaign.status)
        return say_last_day(foresee(campaign)) if is_ahead else ""

    def _find_silence(self, campaign: Campaign, planned_at: datetime | None) -> Silence | None:
        moments = launch_and_first_email(planned_at) if planned_at else ()
        found = (self.times.find_silence(campaign.list_ids, each) for each in moments)
        return next(filter(None, found), None)

    def _warn(self, campaign: Campaign, planned_at: datetime | None) -> str:
        """Return that the window is closed when a campaign leaves; nothing if it is open."""
        if planned_at is None:
            return ""
        zone = zone_of(find_list(campaign.mailing_list_id))
        _launch, first_email = launch_and_first_email(planned_at)
        opens_at = next_opening(first_email, self._window, zone)
        return "" if opens_at <= first_email else explain_closed_hour(campaign, opens_at)


def _time_in(moment: datetime | None, zone: ZoneInfo) -> str:
    if moment is None:
        return ""
    return time_in(moment.astimezone(zone), str(get_locale()))
