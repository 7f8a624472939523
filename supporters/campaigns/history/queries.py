"""Reads of the saved texts of campaigns."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import defer

from supporters.campaigns.models import Campaign, SavedText
from supporters.database import db


def list_saved_texts(campaign_id: int) -> Sequence[SavedText]:
    """Return the saved texts of a campaign without their messages, newest first."""
    return db.session.scalars(
        select(SavedText)
        .where(SavedText.campaign_id == campaign_id)
        .order_by(SavedText.number.desc())
        .options(defer(SavedText.body), defer(SavedText.document))
    ).all()


def find_saved_text(campaign_id: int, number: int) -> SavedText | None:
    """Return the saved text of a campaign with this number."""
    return db.session.scalar(
        select(SavedText).where(SavedText.campaign_id == campaign_id, SavedText.number == number)
    )


def find_newest_text(campaign_id: int) -> SavedText | None:
    """Return the saved text of a campaign that was saved last."""
    return db.session.scalar(
        select(SavedText)
        .where(SavedText.campaign_id == campaign_id)
        .order_by(SavedText.number.desc())
        .limit(1)
    )


def find_present_text(campaign: Campaign) -> SavedText | None:
    """Return the saved text that is the text of a campaign now."""
    return db.session.scalar(
        select(SavedText)
        .where(SavedText.campaign_id == campaign.id, SavedText.revision == campaign.revision)
        .order_by(SavedText.number.desc())
        .limit(1)
    )


def find_same_text(campaign_id: int, parts: Mapping[str, str | None]) -> SavedText | None:
    """Return a saved text of a campaign with exactly these parts."""
    return db.session.scalar(select(SavedText).filter_by(campaign_id=campaign_id, **parts).limit(1))


def count_named(campaign_id: int) -> int:
    """Return how many saved texts of a campaign have a name."""
    counted = select(func.count()).where(SavedText.campaign_id == campaign_id, SavedText.name != "")
    return db.session.scalar(counted) or 0
