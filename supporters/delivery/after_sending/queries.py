"""Reads which campaign another one follows."""

from supporters.campaigns.models import Campaign
from supporters.database import db
from supporters.delivery.after_sending.models import FollowUp


def find_follow_up(campaign: Campaign) -> FollowUp | None:
    """Return which campaign this one follows. A draft that is only shown has no id."""
    return db.session.get(FollowUp, campaign.id or 0)


def name_followed(campaign: Campaign) -> str | None:
    """Return the people that a campaign is for, as its frozen version names them."""
    follow = find_follow_up(campaign)
    return None if follow is None else f"{follow.kind.value} {follow.followed_id}"
