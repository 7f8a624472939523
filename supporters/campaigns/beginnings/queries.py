"""Reads of templates and pieces, and of the campaigns that can be copied."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from supporters.campaigns.models import Campaign, CampaignStatus, TeamText, TextKind
from supporters.database import db
from supporters.lists.models import MailingList
from supporters.team.list_scopes import ListScope, is_within

MOST_FOUND = 12


def find_team_text(text_id: int, *, for_update: bool = False) -> TeamText | None:
    """Return the template or the piece with this id."""
    return db.session.get(TeamText, text_id, with_for_update=for_update or None)


def list_team_texts(kind: TextKind) -> Sequence[TeamText]:
    """Return the templates or the pieces, by their names."""
    return db.session.scalars(
        select(TeamText).where(TeamText.kind == kind).order_by(TeamText.name)
    ).all()


def count_team_texts(kind: TextKind) -> int:
    """Return the number of templates or of pieces."""
    return (
        db.session.scalar(select(func.count()).select_from(TeamText).where(TeamText.kind == kind))
        or 0
    )


def has_name(kind: TextKind, name: str) -> bool:
    """Tell whether a template or a piece has this name."""
    named = exists().where(TeamText.kind == kind, TeamText.name == name)
    return bool(db.session.scalar(select(named)))


def list_campaigns_to_copy(words: str, scope: ListScope) -> Sequence[tuple[Campaign, MailingList]]:
    """Return the newest campaigns of a scope with these words in their subject, with their lists.

    The name for the team counts too, and drafts in the trash don't. SQLite ignores the
    case of letters without accents only.
    """
    rows = db.session.execute(
        select(Campaign, MailingList)
        .join(MailingList, MailingList.id == Campaign.mailing_list_id)
        .where(
            is_within(Campaign.mailing_list_id, scope),
            Campaign.status != CampaignStatus.TRASHED,
            or_(*(_has_words(each, words) for each in (Campaign.subject, Campaign.internal_name))),
        )
        .order_by(Campaign.id.desc())
        .limit(MOST_FOUND)
    )
    return [(campaign, mailing_list) for campaign, mailing_list in rows]


def _has_words(column: InstrumentedAttribute[str], words: str) -> ColumnElement[bool]:
    return func.lower(column).contains(words.lower(), autoescape=True)
