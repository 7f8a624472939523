"""The sending window and electoral silence of campaigns, in the words of the pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import url_for
from flask_babel import get_locale, gettext

from supporters import clock
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.languages import DEFAULT_LANGUAGE
from supporters.lists.list_clocks import zone_of
from supporters.lists.queries import find_list
from supporters.sending_times.bulk_mail import BulkMailTimes, Concern, Silence
from supporters.sending_times.rules import next_closing, next_opening
from supporters.sending_times.sending_window import find_window
from supporters.text.local_dates import clock_of, date_in, moment_in, time_in
from supporters.text.time_zones import PARTY_ZONE
from supporters.web.console.console_blueprint import may_open

SETTINGS = "console.sending_times"
AHEAD = timedelta(days=14)
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class SilenceWords:
    """A silence: its ballot, and its beginning and end in words."""

    ballot: str
    begins: str
    ends: str


@dataclass(frozen=True, kw_only=True)
class SendingTimes:
    """When a campaign may leave, in words.

    `opens` is set while the window is closed, `closes` while it is open. `silence` lasts now,
    `coming` begins within two weeks; `partly` concerns people that we can't tell apart.
    `settings_url` is for accounts that may change them.
    """

    has_window: bool
    opens: str = ""
    closes: str = ""
    closes_at: datetime | None = None
    opens_after: str = ""
    silence: SilenceWords | None = None
    coming: list[SilenceWords]
    partly: list[SilenceWords]
    settings_url: str


def describe_times(campaign: Campaign) -> SendingTimes:
    """Return when a campaign may leave, from now on."""
    now, lists = clock.now(), campaign.list_ids
    zone, window = zone_of(find_list(campaign.mailing_list_id)), find_window()
    times = BulkMailTimes(now, ahead=AHEAD)
    whole = times.list_silences(lists, Concern.WHOLE)
    silence = times.find_silence(lists)
    closes_at = next_closing(now, window, zone)
    opens_at = next_opening(now, window, zone)
    return SendingTimes(
        has_window=window is not None,
        opens="" if opens_at <= now else name_moment(opens_at, now, zone),
        closes="" if closes_at is None else name_moment(closes_at, now, zone),
        closes_at=closes_at,
        opens_after=""
        if closes_at is None
        else name_moment(next_opening(closes_at, window, zone), now, zone),
        silence=describe_silence(silence) if silence else None,
        coming=[describe_silence(each) for each in whole if each.begins_at > now],
        partly=[describe_silence(each) for each in times.list_silences(lists, Concern.PART)],
        settings_url=url_for(SETTINGS) if may_open(SETTINGS) else "",
    )


def list_waiting(campaigns: Iterable[Campaign]) -> dict[int, str]:
    """Return the running campaigns that wait for the window, with when each goes on, in words."""
    now, window = clock.now(), find_window()
    if window is None:
        return {}
    waiting = {}
    for campaign in campaigns:
        if campaign.status is CampaignStatus.RUNNING:
            zone = zone_of(find_list(campaign.mailing_list_id))
            if (opens_at := next_opening(now, window, zone)) > now:
                waiting[campaign.id] = name_moment(opens_at, now, zone)
    return waiting


def explain_silence() -> str:
    """Return why a campaign is neither launched nor resumed."""
    return str(
        gettext(
            "There is electoral silence for a list of this campaign at that time, so nobody may be "
            "written to. The facts on this page say until when: choose a later hour, or press "
            "again when it is over."
        )
    )


def name_moment(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Return a moment by the clock of a place: today, tomorrow, or the day with its name.

    The place is named unless it is the party's.
    """
    language = str(get_locale() or DEFAULT_LANGUAGE)
    local, today = moment.astimezone(zone), now.astimezone(zone).date()
    time = time_in(local, language)
    if local.date() == today:
        words = gettext("today at %(time)s", time=time)
    elif local.date() == today + A_DAY:
        words = gettext("tomorrow at %(time)s", time=time)
    else:
        day = date_in(local, language, "full")
        words = gettext("%(day)s at %(time)s", day=day, time=time)
    return str(words) if zone.key == PARTY_ZONE else f"{words} ({clock_of(zone.key)})"


def describe_silence(silence: Silence) -> SilenceWords:
    """Return a silence in words, by the clock of its list."""
    language = str(get_locale() or DEFAULT_LANGUAGE)
    begins, ends = (
        moment_in(each.astimezone(silence.zone), language)
        for each in (silence.begins_at, silence.ends_at)
    )
    return SilenceWords(silence.ballot_name, begins, ends)
