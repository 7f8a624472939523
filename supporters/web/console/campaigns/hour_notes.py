"""Says what stops or delays a campaign at an hour: electoral silence, a closed sending window."""

from datetime import datetime

from flask_babel import gettext

from supporters import clock
from supporters.campaigns.models import Campaign
from supporters.delivery.grace import launch_and_first_email
from supporters.lists.list_clocks import zone_of
from supporters.lists.queries import find_list
from supporters.sending_times.bulk_mail import Silence, find_next_opening, find_silence
from supporters.web.console.campaigns.sending_time_facts import describe_silence, name_moment


def list_hour_notes(campaign: Campaign, moment: datetime) -> list[str]:
    """Return what stops or delays a campaign at an hour. Nothing does if the list is empty."""
    launch, first_email = launch_and_first_email(moment)
    for each in (launch, first_email):
        if silence := find_silence(campaign.list_ids, each):
            return [explain_silent_hour(silence)]
    opens_at = find_next_opening(campaign.mailing_list_id, first_email)
    return [] if opens_at <= first_email else [explain_closed_hour(campaign, opens_at)]


def explain_silent_hour(silence: Silence) -> str:
    """Say that a campaign can't leave at an hour, and why."""
    words = describe_silence(silence)
    return str(
        gettext(
            "Electoral silence at this hour: %(ballot)s, from %(begins)s to %(ends)s. Nothing may "
            "leave then. Choose another hour.",
            ballot=words.ballot,
            begins=words.begins,
            ends=words.ends,
        )
    )


def explain_closed_hour(campaign: Campaign, opens_at: datetime) -> str:
    """Say that the window is closed at an hour, and when the first emails leave."""
    zone = zone_of(find_list(campaign.mailing_list_id))
    when = name_moment(opens_at, clock.now(), zone)
    return str(
        gettext(
            "This hour is outside of the sending hours: the first emails leave %(when)s.", when=when
        )
    )
