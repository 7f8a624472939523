"""Adds languages to drafts, writes their texts, and removes them. All texts are approved as one."""

from supporters import clock
from supporters.audit_log.audit_events import record_team_act
from supporters.campaigns.acts import CampaignAct
from supporters.campaigns.campaign_texts import LanguageText
from supporters.campaigns.drafts import (
    CampaignDraft,
    DraftError,
    DraftValues,
    change_draft,
    edit_campaign,
    note_pictures,
    record_edit,
    text_values,
    void_approval,
)
from supporters.campaigns.history.queries import find_last_revision
from supporters.campaigns.history.saved_texts import keep_present, keep_text, parts_of
from supporters.campaigns.models import Campaign, VersionEnd
from supporters.campaigns.other_languages.queries import find_other_text, in_language
from supporters.campaigns.queries import find_campaign, get_campaign
from supporters.campaigns.states import is_frozen, may_edit
from supporters.database import db, in_transaction, use_case
from supporters.languages import LANGUAGES

EMPTY: DraftValues = {"subject": "", "preheader": "", "body": "", "document": None}


@use_case
def add_language(
    campaign_id: int, language: str, *, by_id: int | None = None, is_copied: bool = False
) -> LanguageText | DraftError:
    """Give a draft a text in one more language: empty, or the first text to write over.

    A language that was removed goes on after its last revision.
    """
    campaign = _find_draft(campaign_id)
    if isinstance(campaign, DraftError):
        return campaign
    if language not in LANGUAGES:
        return DraftError.UNKNOWN
    if language == campaign.language or find_other_text(campaign_id, language):
        return DraftError.LANGUAGE_TAKEN
    added = put_text(campaign, language, parts_of(campaign) if is_copied else EMPTY, by_id=by_id)
    keep_text(added)
    return added


@use_case
def edit_language(
    campaign_id: int,
    language: str,
    draft: CampaignDraft,
    *,
    author_id: int | None = None,
    read_revision: int | None = None,
) -> LanguageText | DraftError:
    """Change the text of a draft in another language than its first, as `edit_campaign` does.

    The list, the language and the name for the team in the input stay what they are.
    """
    found = _find_written(campaign_id, language)
    if isinstance(found, DraftError):
        return found
    campaign, text = found
    values = text_values(draft, text)
    is_same = all(getattr(text, name) == value for name, value in values.items())
    if read_revision is not None and text.revision != read_revision:
        return text if is_same else DraftError.CHANGED_MEANWHILE
    if is_frozen(campaign.status) and is_same:
        return text
    change_draft(campaign, text, values, by_id=author_id)
    keep_text(text)
    record_edit(text)
    return text


def edit_text(
    campaign_id: int,
    other: str | None,
    draft: CampaignDraft,
    *,
    author_id: int | None = None,
    read_revision: int | None = None,
) -> Campaign | DraftError:
    """Change the first text of a draft, or another one; return the campaign in that language."""
    if other is None:
        return edit_campaign(campaign_id, draft, author_id=author_id, read_revision=read_revision)
    text = edit_language(
        campaign_id, other, draft, author_id=author_id, read_revision=read_revision
    )
    return text if isinstance(text, DraftError) else in_language(get_campaign(campaign_id), text)


@use_case
def remove_language(
    campaign_id: int, language: str, *, by_id: int | None = None
) -> Campaign | DraftError:
    """Take the text in another language away. It stays in the history and can be restored."""
    found = _find_written(campaign_id, language)
    if isinstance(found, DraftError):
        return found
    campaign, text = found
    keep_present(text)
    _void(campaign, by_id)
    db.session.delete(text)
    _flush_texts(campaign)
    record_team_act(CampaignAct.LANGUAGE_REMOVED, campaign_id, {"language": language})
    return campaign


@in_transaction
def put_text(
    campaign: Campaign, language: str, values: DraftValues, *, by_id: int | None
) -> LanguageText:
    """Store a new text of a locked draft in a language that it has no text in."""
    _void(campaign, by_id)
    added = LanguageText(
        campaign_id=campaign.id,
        first_language=campaign.language,
        revision=find_last_revision(campaign.id, language) + 1,
        updated_at=clock.now(),
        updated_by=by_id,
        **{**values, "language": language},
    )
    db.session.add(added)
    _flush_texts(campaign)
    record_team_act(CampaignAct.LANGUAGE_ADDED, campaign.id, {"language": language})
    return added


def _find_draft(campaign_id: int) -> Campaign | DraftError:
    campaign = find_campaign(campaign_id, for_update=True)
    if campaign is None:
        return DraftError.UNKNOWN
    return campaign if may_edit(campaign.status) else DraftError.NOT_A_DRAFT


def _find_written(campaign_id: int, language: str) -> tuple[Campaign, LanguageText] | DraftError:
    """Return a draft and its text in another language, both locked."""
    campaign = _find_draft(campaign_id)
    if isinstance(campaign, DraftError):
        return campaign
    text = find_other_text(campaign_id, language, for_update=True)
    return DraftError.UNKNOWN if text is None else (campaign, text)


def _flush_texts(campaign: Campaign) -> None:
    """Store the texts of a campaign after one came or went, and note the pictures in them."""
    db.session.flush()
    db.session.expire(campaign, ["other_texts"])
    note_pictures(campaign)


@in_transaction
def _void(campaign: Campaign, by_id: int | None) -> None:
    if is_frozen(campaign.status):
        void_approval(campaign, VersionEnd.CHANGED, by_id)
