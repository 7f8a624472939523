"""Stores each text of a campaign that was saved, in the transaction of the save.

The saves of one account within ten minutes are one saved text: the editor saves every few seconds.
A text is never overwritten if it has a name, was frozen or restored, or if the save deletes much.
"""

from datetime import datetime

from sqlalchemy import select

from supporters.campaigns.campaign_texts import LanguageText
from supporters.campaigns.history.queries import (
    find_last_number,
    find_newest_text,
    find_present_text,
    is_history_of,
)
from supporters.campaigns.history.rules import (
    MOST_UNNAMED,
    OF_A_BROWSER,
    is_same_sitting,
    loses_much,
)
from supporters.campaigns.models import Campaign, SavedText
from supporters.campaigns.other_languages.queries import list_other_texts
from supporters.database import db, delete_where, in_transaction, use_case
from supporters.ids import new_id

PARTS = ("language", "subject", "preheader", "body", "document")
Parts = dict[str, str | None]
Place = tuple[int, str | None]  # a campaign, and a language if it isn't that of its first text
WrittenText = Campaign | LanguageText  # the first text of a campaign, or one in another language
UNNAMED = (SavedText.name == "", SavedText.version.is_(None))


@in_transaction
def keep_text(text: WrittenText) -> SavedText:
    """Store a text of a locked campaign that was written just now."""
    newest = _find_newest(text)
    if newest is not None and parts_of(newest) == parts_of(text):
        newest.revision = text.revision
        return newest
    if newest is None or not _goes_on(newest, text):
        return _add(text)
    for part, value in parts_of(text).items():
        setattr(newest, part, value)
    newest.revision, newest.saved_at = text.revision, text.updated_at
    return newest


@in_transaction
def keep_present(text: WrittenText) -> SavedText:
    """Store a text of a locked campaign before it changes, unless it is stored already.

    A draft of an earlier program has no saved text.
    """
    campaign_id, other = place_of(text)
    return find_present_text(campaign_id, text.revision, other) or _add(text)


@in_transaction
def keep_rescued(
    text: WrittenText, parts: Parts, *, by_id: int | None, written_at: datetime, now: datetime
) -> SavedText:
    """Store words that only a browser had beside a text of a locked campaign, which stays."""
    keep_present(text)
    rescued = SavedText(
        revision=OF_A_BROWSER,
        saved_by=by_id,
        begun_at=min(written_at, now),
        saved_at=now,
        **parts,
    )
    return _put(rescued, place_of(text))


@in_transaction
def keep_restored(text: WrittenText, number: int) -> SavedText:
    """Store a text of a locked campaign into which a saved text was put back."""
    added = _add(text)
    added.restored_number = number
    return added


@in_transaction
def mark_frozen(campaign: Campaign, version: int) -> None:
    """Note that the texts of a locked campaign were frozen as a version."""
    texts: list[WrittenText] = [campaign, *list_other_texts(campaign.id)]
    for text in texts:
        keep_present(text).version = version


@use_case
def purge_saved_texts(launched_before: datetime) -> int:
    """Delete the unnamed texts of campaigns that were launched before a moment; return how many."""
    launched = select(Campaign.id).where(Campaign.launched_at < launched_before)
    return delete_where(SavedText, SavedText.campaign_id.in_(launched), *UNNAMED)


def parts_of(text: WrittenText | SavedText) -> Parts:
    """Return the parts of a text that the history keeps. The list of recipients isn't one."""
    return {part: getattr(text, part) for part in PARTS}


def place_of(text: WrittenText) -> Place:
    """Return the campaign and the language whose history has a text."""
    if isinstance(text, LanguageText):
        return text.campaign_id, text.language
    return text.id, None


def _find_newest(text: WrittenText) -> SavedText | None:
    return find_newest_text(*place_of(text))


def _goes_on(newest: SavedText, text: WrittenText) -> bool:
    """Tell whether a text may take the place of its newest saved text."""
    if newest.name or newest.version is not None or newest.restored_number is not None:
        return False
    if newest.revision == OF_A_BROWSER:
        return False
    if loses_much(newest.body, text.body):
        return False
    return is_same_sitting(
        newest.begun_at, newest.saved_by, now=text.updated_at, by_id=text.updated_by
    )


def _add(text: WrittenText) -> SavedText:
    added = SavedText(
        revision=text.revision,
        saved_by=text.updated_by,
        begun_at=text.updated_at,
        saved_at=text.updated_at,
        **parts_of(text),
    )
    return _put(added, place_of(text))


def _put(added: SavedText, place: Place) -> SavedText:
    campaign_id, other = place
    added.id, added.campaign_id = new_id(added.saved_at), campaign_id
    added.number = find_last_number(campaign_id) + 1
    added.name, added.is_other = "", other is not None
    db.session.add(added)
    db.session.flush()
    _drop_oldest(campaign_id, other)
    return added


def _drop_oldest(campaign_id: int, other: str | None) -> None:
    unnamed = (is_history_of(campaign_id, other), *UNNAMED)
    oldest_retained = (
        select(SavedText.number)
        .where(*unnamed)
        .order_by(SavedText.number.desc())
        .offset(MOST_UNNAMED - 1)
        .limit(1)
        .scalar_subquery()
    )
    delete_where(SavedText, *unnamed, SavedText.number < oldest_retained)
