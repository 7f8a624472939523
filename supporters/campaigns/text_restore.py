"""Puts a saved text back into its draft, names saved texts, and takes in the words of a browser.

No text is lost by any of these.
"""

from datetime import datetime

from supporters import clock
from supporters.audit_log.audit_events import record_team_act
from supporters.campaigns.acts import CampaignAct
from supporters.campaigns.drafts import CampaignDraft, DraftError, change_draft, text_of
from supporters.campaigns.history.queries import (
    count_named,
    find_present_text,
    find_same_text,
    find_saved_text,
)
from supporters.campaigns.history.rules import MOST_NAMED
from supporters.campaigns.history.saved_texts import (
    keep_present,
    keep_rescued,
    keep_restored,
    parts_of,
)
from supporters.campaigns.models import Campaign, SavedText
from supporters.campaigns.queries import find_campaign
from supporters.campaigns.states import is_trashed, may_edit
from supporters.database import use_case


@use_case
def restore_text(
    campaign_id: int, number: int, *, by_id: int | None, read_revision: int
) -> SavedText | DraftError:
    """Put a saved text back as a new revision; return the text that it replaced.

    The list of recipients stays. The replaced text is in the history, whoever saved it. If somebody
    saved the draft after `read_revision`, nothing is restored: the differences have not been read.
    """
    campaign = find_campaign(campaign_id, for_update=True)
    saved = find_saved_text(campaign_id, number)
    if campaign is None or saved is None:
        return DraftError.UNKNOWN
    if not may_edit(campaign.status):
        return DraftError.NOT_A_DRAFT
    if campaign.revision != read_revision:
        return DraftError.CHANGED_MEANWHILE
    replaced = keep_present(campaign)
    change_draft(campaign, {**parts_of(saved)}, by_id)
    keep_restored(campaign, number)
    record_team_act(CampaignAct.TEXT_RESTORED, campaign_id, {"number": number})
    return replaced


@use_case
def rescue_text(
    campaign_id: int, draft: CampaignDraft, *, by_id: int | None, written_at: datetime
) -> SavedText | DraftError:
    """Put words that only a browser had into the history of a campaign, whose text stays.

    Words that the history has are not stored twice: a page may send them again.
    """
    campaign = find_campaign(campaign_id, for_update=True)
    if campaign is None or is_trashed(campaign.status):
        return DraftError.UNKNOWN
    parts = text_of(draft, campaign)
    if same := find_same_text(campaign_id, parts):
        return same
    rescued = keep_rescued(campaign, parts, by_id=by_id, written_at=written_at, now=clock.now())
    record_team_act(CampaignAct.TEXT_RESCUED, campaign_id, {"number": rescued.number})
    return rescued


@use_case
def name_text(campaign_id: int, number: int | None, name: str) -> SavedText | DraftError:
    """Name a saved text; without a number, the text of the campaign as it is now.

    A text with a name is never overwritten, nor dropped for a newer one. An empty name ends that.
    """
    campaign = find_campaign(campaign_id, for_update=True)
    if campaign is None or is_trashed(campaign.status):
        return DraftError.UNKNOWN
    saved = _get_text(campaign, number)
    if saved is None:
        return DraftError.UNKNOWN
    if name and not saved.name and count_named(campaign_id) >= MOST_NAMED:
        return DraftError.TOO_MANY_NAMES
    saved.name = name
    record_team_act(CampaignAct.TEXT_NAMED, campaign_id, {"number": saved.number})
    return saved


def _get_text(campaign: Campaign, number: int | None) -> SavedText | None:
    if number is not None:
        return find_saved_text(campaign.id, number)
    return keep_present(campaign) if may_edit(campaign.status) else find_present_text(campaign)
