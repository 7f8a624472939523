"""Finds what we sent under the number of a campaign: its frozen version, its date, its issue."""

from dataclasses import dataclass
from datetime import datetime

from supporters.archive.queries import find_issue, link_to_issue
from supporters.campaigns.queries import find_campaign
from supporters.campaigns.versions import (
    SENT_BY,
    VersionAltered,
    check_version,
    find_newest_version,
)
from supporters.delivery.message.frozen_campaign import FrozenCampaign, read_frozen
from supporters.lists.queries import find_list


@dataclass(frozen=True, kw_only=True)
class SentEmail:
    """The email that we sent: its true subject and date, and its page in the archive."""

    sent_at: datetime | None
    subject: str = ""
    issue_url: str = ""


def find_sent_version(campaign_id: int) -> FrozenCampaign | None:
    """Return the version that a campaign was sent with; None if it is gone or was altered."""
    version = find_newest_version(campaign_id)
    if version is None:
        return None
    try:
        check_version(version, *SENT_BY)
        return read_frozen(version.content)
    except (VersionAltered, ValueError):
        return None


def describe_sent(campaign_id: int, frozen: FrozenCampaign | None) -> SentEmail | None:
    """Return what we sent in a campaign; None if there is nothing left of it."""
    campaign = find_campaign(campaign_id)
    if frozen is None or campaign is None:
        return None
    return SentEmail(
        sent_at=campaign.launched_at,
        subject=frozen.content.subject.fill({}),
        issue_url=_find_issue_url(campaign_id, frozen.list_id),
    )


def _find_issue_url(campaign_id: int, list_id: int) -> str:
    issue, mailing_list = find_issue(campaign_id), find_list(list_id)
    if issue is None or issue.withdrawn_at is not None:
        return ""
    if mailing_list is None or mailing_list.closed_at is not None:
        return ""
    return link_to_issue(mailing_list.slug, issue)
