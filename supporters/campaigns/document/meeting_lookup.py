"""Finds a meeting of a campaign, for the link in its emails."""

from urllib.parse import urlsplit

from supporters.campaigns.document.meeting_times import CalendarEntry, make_calendar
from supporters.campaigns.document.rendered_document import find_event
from supporters.campaigns.document.stored_document import read_stored
from supporters.campaigns.other_languages.queries import list_in_languages
from supporters.campaigns.queries import find_campaign
from supporters.extensions import current_settings
from supporters.lists.list_clocks import zone_of
from supporters.lists.queries import find_list


def find_meeting(campaign_id: int, digest: str) -> str | None:
    """Return the calendar file of a meeting; None if no text of the campaign has such a one."""
    campaign = find_campaign(campaign_id)
    if campaign is None:
        return None
    documents = (each.document for each in list_in_languages(campaign) if each.document)
    found = (find_event(read_stored(document), digest) for document in documents)
    event = next((each for each in found if each is not None), None)
    if event is None or not event.attrs.starts_at:
        return None
    host = urlsplit(current_settings().base_url).hostname
    entry = CalendarEntry(
        uid=f"{campaign_id}-{event.attrs.id or digest}@{host}",
        sequence=max(0, int((campaign.updated_at - campaign.created_at).total_seconds())),
        zone=zone_of(find_list(campaign.mailing_list_id)),
        stamp=campaign.updated_at,
    )
    return make_calendar(event.attrs, entry)
