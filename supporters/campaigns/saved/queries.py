"""Reads of templates and pieces, and of the campaigns that can be copied."""

from collections.abc import Sequence

from sqlalchemy import exists, func, select

from supporters.campaigns.models import Campaign
from supporters.campaigns.saved.models import SavedKind, SavedText
from supporters.database import db
from supporters.lists.models import MailingList
from supporters.organisers.list_scopes import ListScope, is_within

MOST_FOUND = 12


def find_saved(saved_id: int, *, for_update: bool = False) -> SavedText | None:
    """Return the template or the piece with this id."""
    return db.session.get(SavedText, saved_id, with_for_update=for_update or None)


def list_saved(kind: SavedKind) -> Sequence[SavedText]:
    """Return the templates or the pieces, by their names."""
    return db.session.scalars(
        select(SavedText).where(SavedText.kind == kind).order_by(SavedText.name)
    ).all()


def count_saved(kind: SavedKind) -> int:
    """Return the number of templates or of pieces."""
    return (
        db.session.scalar(select(func.count()).select_from(SavedText).where(SavedText.kind == kind))
        or 0
    )


def has_name(kind: SavedKind, name: str) -> bool:
    """Tell whether a template or a piece has this name."""
    named = exists().where(SavedText.kind == kind, SavedText.name == name)
    return bool(db.session.scalar(select(named)))


def list_campaigns_to_copy(words: str, scope: ListScope) -> Sequence[tuple[Campaign, MailingList]]:
    """Return the newest campaigns of a scope with these words in their subject, with their lists.

    SQLite ignores the case of letters without accents only.
    """
    rows = db.session.execute(
        select(Campaign, MailingList)
        .join(MailingList, MailingList.id == Campaign.mailing_list_id)
        .where(
            is_within(Campaign.mailing_list_id, scope),
            func.lower(Campaign.subject).contains(words.lower(), autoescape=True),
        )
        .order_by(Campaign.id.desc())
        .limit(MOST_FOUND)
    )
    return [(campaign, mailing_list) for campaign, mailing_list in rows]
