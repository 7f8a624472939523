"""Reads of the saved texts of campaigns."""

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import defer

from supporters.campaigns.campaign_texts import LanguageText
from supporters.campaigns.models import SavedText
from supporters.database import db


def is_history_of(campaign_id: int, other: str | None) -> ColumnElement[bool]:
    """Return the condition for the saved texts of a campaign's first text, or of another one."""
    is_that = (
        and_(SavedText.is_other, SavedText.language == other) if other else ~SavedText.is_other
    )
    return and_(SavedText.campaign_id == campaign_id, is_that)


def list_saved_texts(campaign_id: int, other: str | None = None) -> Sequence[SavedText]:
    """Return the saved texts of a campaign in a language without their messages, newest first."""
    return db.session.scalars(
        select(SavedText)
        .where(is_history_of(campaign_id, other))
        .order_by(SavedText.number.desc())
        .options(defer(SavedText.body), defer(SavedText.document))
    ).all()


def find_saved_text(campaign_id: int, number: int) -> SavedText | None:
    """Return the saved text of a campaign with this number."""
    return db.session.scalar(
        select(SavedText).where(SavedText.campaign_id == campaign_id, SavedText.number == number)
    )


def find_newest_text(campaign_id: int, other: str | None = None) -> SavedText | None:
    """Return the saved text of a campaign in a language that was saved last."""
    return db.session.scalar(
        select(SavedText)
        .where(is_history_of(campaign_id, other))
        .order_by(SavedText.number.desc())
        .limit(1)
    )


def find_present_text(
    campaign_id: int, revision: int, other: str | None = None
) -> SavedText | None:
    """Return the saved text that is a campaign's text in a language, which has this revision."""
    return db.session.scalar(
        select(SavedText)
        .where(is_history_of(campaign_id, other), SavedText.revision == revision)
        .order_by(SavedText.number.desc())
        .limit(1)
    )


def find_same_text(
    campaign_id: int, other: str | None, parts: Mapping[str, str | None]
) -> SavedText | None:
    """Return a saved text of a campaign in a language with exactly these parts."""
    same = select(SavedText).where(is_history_of(campaign_id, other)).filter_by(**parts)
    return db.session.scalar(same.limit(1))


def find_last_revision(campaign_id: int, other: str) -> int:
    """Return the last revision of a campaign's text in another language; 0 if it had none."""
    last = select(func.max(SavedText.revision)).where(is_history_of(campaign_id, other))
    return db.session.scalar(last) or 0


def find_last_number(campaign_id: int) -> int:
    """Return the number of the saved text of a campaign that was made last, in any language."""
    newest = select(func.max(SavedText.number)).where(SavedText.campaign_id == campaign_id)
    return db.session.scalar(newest) or 0


def list_removed_languages(campaign_id: int) -> list[str]:
    """Return the languages that a campaign has no text in any more, but a history."""
    has_text = select(LanguageText.language).where(LanguageText.campaign_id == campaign_id)
    removed = (
        select(SavedText.language)
        .where(
            SavedText.campaign_id == campaign_id,
            SavedText.is_other,
            SavedText.language.not_in(has_text),
        )
        .distinct()
        .order_by(SavedText.language)
    )
    return [*db.session.scalars(removed)]


def count_named(campaign_id: int) -> int:
    """Return how many saved texts of a campaign have a name."""
    counted = select(func.count()).where(SavedText.campaign_id == campaign_id, SavedText.name != "")
    return db.session.scalar(counted) or 0
