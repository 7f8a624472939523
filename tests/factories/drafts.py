"""Factories of drafts of campaigns."""

from supporters.accounts.models import Organiser
from supporters.campaigns.campaign_lists import ListChoice
from supporters.campaigns.campaign_texts import LanguageText
from supporters.campaigns.drafts import CampaignDraft, create_campaign, edit_campaign
from supporters.campaigns.language_texts import add_language, edit_language
from supporters.campaigns.models import Campaign
from supporters.campaigns.trash import delete_for_ever, trash_draft
from supporters.lists.models import MailingList


def make_campaign(
    mailing_list: MailingList, subject: str = "Des nouvelles", body: str = "Bonjour à tous."
) -> Campaign:
    """Return a draft in French."""
    draft = CampaignDraft(
        mailing_list_id=mailing_list.id, language="fr", subject=subject, body=body
    )
    return create_campaign(draft, author_id=None)


def make_campaign_to(
    *lists: MailingList, subject: str = "Des nouvelles", body: str = "Bonjour à tous."
) -> Campaign:
    """Return a draft in French to several lists, in this order."""
    chosen = tuple(ListChoice(each.id) for each in lists)
    draft = CampaignDraft(
        mailing_list_id=lists[0].id, language="fr", subject=subject, body=body, lists=chosen
    )
    return create_campaign(draft, author_id=None)


def make_trashed(mailing_list: MailingList, subject: str = "Des nouvelles") -> Campaign:
    """Return a draft in the trash."""
    trashed = trash_draft(make_campaign(mailing_list, subject).id, None)
    assert isinstance(trashed, Campaign)
    return trashed


def destroy(campaign_id: int) -> None:
    """Delete a draft for ever."""
    trash_draft(campaign_id, None)
    assert delete_for_ever(campaign_id) is None


def rewrite(campaign: Campaign, body: str, by: Organiser | None = None) -> None:
    """Save another text of a draft."""
    author_id = by.id if by else None
    saved = edit_campaign(campaign.id, as_typed(campaign, body), author_id=author_id)
    assert isinstance(saved, Campaign)


def as_typed(campaign: Campaign, body: str) -> CampaignDraft:
    """Return the input of somebody who changes the text of a draft alone."""
    return CampaignDraft(
        mailing_list_id=campaign.mailing_list_id, language="fr", subject=campaign.subject, body=body
    )


def write_in(campaign: Campaign, language: str, subject: str, body: str = "Hello.") -> LanguageText:
    """Give a draft a text in another language, or change it."""
    add_language(campaign.id, language)
    written = edit_language(campaign.id, language, _typed(campaign, language, subject, body))
    assert isinstance(written, LanguageText), written
    return written


def _typed(campaign: Campaign, language: str, subject: str, body: str) -> CampaignDraft:
    list_id = campaign.mailing_list_id
    return CampaignDraft(mailing_list_id=list_id, language=language, subject=subject, body=body)
