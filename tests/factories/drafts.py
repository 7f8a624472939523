"""Factories of drafts of campaigns."""

from supporters.campaigns.drafts import CampaignDraft, create_campaign
from supporters.campaigns.models import Campaign
from supporters.lists.models import MailingList


def make_campaign(
    mailing_list: MailingList, subject: str = "Des nouvelles", body: str = "Bonjour à tous."
) -> Campaign:
    """Return a draft in French."""
    draft = CampaignDraft(
        mailing_list_id=mailing_list.id, language="fr", subject=subject, body=body
    )
    return create_campaign(draft, author_id=None)
