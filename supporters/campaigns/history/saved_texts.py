"""Stores each text of a campaign that was saved, in the transaction of the save.

The saves of one account within ten minutes are one saved text: the editor saves every few seconds.
A text is never overwritten if it has a name, was frozen or restored, or if the save deletes much.
"""

from datetime import datetime

from sqlalchemy import select

from supporters.campaigns.history.queries import find_newest_text, find_present_text
from supporters.campaigns.history.rules import (
    MOST_UNNAMED,
    OF_A_BROWSER,
    is_same_sitting,
    loses_much,
)
from supporters.campaigns.models import Campaign, SavedText
from supporters.database import db, delete_where, in_transaction, use_case
from supporters.ids import new_id

PARTS = ("language", "subject", "preheader", "body", "document")
Parts = dict[str, str | None]
UNNAMED = (SavedText.name == "", SavedText.version.is_(None))


@in_transaction
def keep_text(campaign: Campaign) -> SavedText:
    """Store the text of a locked campaign that was written just now."""
    newest = find_newest_text(campaign.id)
    if newest is not None and parts_of(newest) == parts_of(campaign):
        newest.revision = campaign.revision
        return newest
    if newest is None or not _goes_on(newest, campaign):
        return _add(campaign)
    for part, value in parts_of(campaign).items():
        setattr(newest, part, value)
    newest.revision, newest.saved_at = campaign.revision, campaign.updated_at
    return newest


@in_transaction
def keep_present(campaign: Campaign) -> SavedText:
    """Store the text of a locked campaign before it changes, unless it is stored already.

    A draft of an earlier program has no saved text.
    """
    return find_present_text(campaign) or _add(campaign)


@in_transaction
def keep_rescued(
    campaign: Campaign, parts: Parts, *, by_id: int | None, written_at: datetime, now: datetime
) -> SavedText:
    """Store words that only a browser had beside the text of a locked campaign, which stays."""
    keep_present(campaign)
    added = _add(campaign)
    for part, value in parts.items():
        setattr(added, part, value)
    added.revision, added.saved_by = OF_A_BROWSER, by_id
    added.begun_at, added.saved_at = min(written_at, now), now
    return added


@in_transaction
def keep_restored(campaign: Campaign, number: int) -> SavedText:
    """Store the text of a locked campaign into which a saved text was put back."""
    added = _add(campaign)
    added.restored_number = number
    return added


@in_transaction
def mark_frozen(campaign: Campaign, version: int) -> None:
    """Note that the text of a locked campaign was frozen as a version."""
    keep_present(campaign).version = version


@use_case
def purge_saved_texts(launched_before: datetime) -> int:
    """Delete the unnamed texts of campaigns that were launched before a moment; return how many."""
    launched = select(Campaign.id).where(Campaign.launched_at < launched_before)
    return delete_where(SavedText, SavedText.campaign_id.in_(launched), *UNNAMED)


def parts_of(text: Campaign | SavedText) -> Parts:
    """Return the parts of a text that the history keeps. The list of recipients isn't one."""
    return {part: getattr(text, part) for part in PARTS}


def _goes_on(newest: SavedText, campaign: Campaign) -> bool:
    """Tell whether the text of a campaign may take the place of its newest saved text."""
    if newest.name or newest.version is not None or newest.restored_number is not None:
        return False
    if newest.revision == OF_A_BROWSER:
        return False
    if loses_much(newest.body, campaign.body):
        return False
    return is_same_sitting(
        newest.begun_at, newest.saved_by, now=campaign.updated_at, by_id=campaign.updated_by
    )


def _add(campaign: Campaign) -> SavedText:
    newest = find_newest_text(campaign.id)
    added = SavedText(
        id=new_id(campaign.updated_at),
        campaign_id=campaign.id,
        number=1 if newest is None else newest.number + 1,
        revision=campaign.revision,
        saved_by=campaign.updated_by,
        begun_at=campaign.updated_at,
        saved_at=campaign.updated_at,
        name="",
        **parts_of(campaign),
    )
    db.session.add(added)
    db.session.flush()
    _drop_oldest(campaign.id)
    return added


def _drop_oldest(campaign_id: int) -> None:
    of_campaign = (SavedText.campaign_id == campaign_id, *UNNAMED)
    oldest_retained = (
        select(SavedText.number)
        .where(*of_campaign)
        .order_by(SavedText.number.desc())
        .offset(MOST_UNNAMED - 1)
        .limit(1)
        .scalar_subquery()
    )
    delete_where(SavedText, *of_campaign, SavedText.number < oldest_retained)
