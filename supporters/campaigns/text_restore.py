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
    find_newest_text,
    find_present_text,
    find_same_text,
    find_saved_text,
)
from supporters.campaigns.history.rules import MOST_NAMED
from supporters.campaigns.history.saved_texts import (
    WrittenText,
    keep_present,
    keep_rescued,
    keep_restored,
    parts_of,
)
from supporters.campaigns.language_texts import put_text
from supporters.campaigns.models import Campaign, SavedText
from supporters.campaigns.other_languages.queries import find_other_text
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
    A language that was removed comes back with its text; there is nothing to return then but it.
    """
    campaign = find_campaign(campaign_id, for_update=True)
    saved = find_saved_text(campaign_id, number)
    if campaign is None or saved is None:
        return DraftError.UNKNOWN
    if not may_edit(campaign.status):
        return DraftError.NOT_A_DRAFT
    if _is_taken(campaign, saved):
        return DraftError.LANGUAGE_TAKEN
    text = find_other_text(campaign_id, saved.language) if saved.is_other else campaign
    if text is not None and text.revision != read_revision:
        return DraftError.CHANGED_MEANWHILE
    replaced = keep_present(text) if text is not None else saved
    values = {**parts_of(saved)}
    if text is None:
        restored: WrittenText = put_text(campaign, saved.language, values, by_id=by_id)
    else:
        change_draft(campaign, text, values, by_id=by_id)
        restored = text
    keep_restored(restored, number)
    record_team_act(CampaignAct.TEXT_RESTORED, campaign_id, {"number": number})
    return replaced


def _is_taken(campaign: Campaign, saved: SavedText) -> bool:
    """Tell whether the campaign has another text in the language of a saved one."""
    if saved.is_other:
        return saved.language == campaign.language
    return find_other_text(campaign.id, saved.language) is not None


@use_case
def rescue_text(
    campaign_id: int,
    draft: CampaignDraft,
    *,
    other: str | None = None,
    by_id: int | None,
    written_at: datetime,
) -> SavedText | DraftError:
    """Put words that only a browser had into the history of a text of a campaign, which stays.

    Words that the history has are not stored twice: a page may send them again.
    """
    campaign = find_campaign(campaign_id, for_update=True)
    if campaign is None or is_trashed(campaign.status):
        return DraftError.UNKNOWN
    text = find_other_text(campaign_id, other) if other else campaign
    if text is None:
        return DraftError.UNKNOWN
    parts = text_of(draft, other or draft.language, text)
    if same := find_same_text(campaign_id, other, parts):
        return same
    now = clock.now()
    rescued = keep_rescued(text, parts, by_id=by_id, written_at=written_at, now=now)
    record_team_act(CampaignAct.TEXT_RESCUED, campaign_id, {"number": rescued.number})
    return rescued


@use_case
def name_text(
    campaign_id: int, number: int | None, name: str, *, other: str | None = None
) -> SavedText | DraftError:
    """Name a saved text; without a number, the text in a language as it is now.

    A text with a name is never overwritten, nor dropped for a newer one. An empty name ends that.
    """
    campaign = find_campaign(campaign_id, for_update=True)
    if campaign is None or is_trashed(campaign.status):
        return DraftError.UNKNOWN
    saved = _get_text(campaign, number, other)
    if saved is None:
        return DraftError.UNKNOWN
    if name and not saved.name and count_named(campaign_id) >= MOST_NAMED:
        return DraftError.TOO_MANY_NAMES
    saved.name = name
    record_team_act(CampaignAct.TEXT_NAMED, campaign_id, {"number": saved.number})
    return saved


def _get_text(campaign: Campaign, number: int | None, other: str | None) -> SavedText | None:
    if number is not None:
        return find_saved_text(campaign.id, number)
    text = find_other_text(campaign.id, other) if other else campaign
    if text is not None and may_edit(campaign.status):
        return keep_present(text)
    if text is None:
        return find_newest_text(campaign.id, other)
    return find_present_text(campaign.id, text.revision, other)
