"""The fingerprint of what a launch would send: the same only while nothing of it changes.

It covers the whole mail as it leaves, with its frame, and whom it goes to. Whatever decides what
leaves, a later setting too, changes it.
"""

import hashlib
import json

from supporters.campaigns.checking import find_faults
from supporters.campaigns.models import Campaign
from supporters.delivery.message.rendering import LEAVING, WHY, CompiledCampaign
from supporters.lists.models import MailingList

DIGITS = 32
NO_READER = {LEAVING.field: "", WHY.field: "", "subscribed_on": ""}


def find_fingerprint(campaign: Campaign, mailing_list: MailingList) -> str | None:
    """Return the fingerprint of a campaign; None while it has faults and can't be sent."""
    if find_faults(campaign.subject, campaign.body):
        return None
    mail = CompiledCampaign(campaign, mailing_list).content.fill(NO_READER)
    parts = [
        *(campaign.id, campaign.mailing_list_id, campaign.purpose_id, campaign.language),
        *(campaign.subject, campaign.body, mail.subject, mail.text, mail.html),
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:DIGITS]
