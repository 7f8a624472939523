"""Saves, renames and deletes the templates and the pieces of the team."""

from dataclasses import dataclass
from enum import Enum, auto

from supporters import clock
from supporters.audit_log.audit_events import record_team_act
from supporters.campaigns.acts import CampaignAct
from supporters.campaigns.beginnings.models import TeamText, TextKind
from supporters.campaigns.beginnings.queries import count_team_texts, find_team_text, has_name
from supporters.campaigns.document.blocks import Document
from supporters.campaigns.document.stored_document import write_without_ids
from supporters.campaigns.document.to_markdown import to_markdown
from supporters.campaigns.markdown import list_images
from supporters.campaigns.pictures.email_pictures import list_used
from supporters.campaigns.pictures.picture_uses import (
    note_team_text_pictures,
    release_team_text_pictures,
)
from supporters.database import db, use_case
from supporters.ids import new_id
from supporters.locks import Lock

MOST = 200  # of each kind: one page shows them
SAVED = {TextKind.TEMPLATE: CampaignAct.TEMPLATE_SAVED, TextKind.PIECE: CampaignAct.PIECE_SAVED}
RENAMED = {
    TextKind.TEMPLATE: CampaignAct.TEMPLATE_RENAMED,
    TextKind.PIECE: CampaignAct.PIECE_RENAMED,
}
DELETED = {
    TextKind.TEMPLATE: CampaignAct.TEMPLATE_DELETED,
    TextKind.PIECE: CampaignAct.PIECE_DELETED,
}


class TeamTextError(Enum):
    """Why a template or a piece was not saved or renamed."""

    UNKNOWN = auto()
    NAME_TAKEN = auto()
    TOO_MANY = auto()


@dataclass(frozen=True, kw_only=True)
class TextToSave:
    """A text and its name. A piece has no subject and no preheader."""

    kind: TextKind
    name: str
    language: str
    document: Document
    subject: str = ""
    preheader: str = ""


@use_case
def save_text(text: TextToSave, by_id: int | None) -> TeamText | TeamTextError:
    """Save a template or a piece for the whole team."""
    Lock.TEAM_TEXT.take()
    if has_name(text.kind, text.name):
        return TeamTextError.NAME_TAKEN
    if count_team_texts(text.kind) >= MOST:
        return TeamTextError.TOO_MANY
    now = clock.now()
    saved = TeamText(
        id=new_id(now),
        kind=text.kind,
        name=text.name,
        language=text.language,
        subject=text.subject,
        preheader=text.preheader,
        document=write_without_ids(text.document),
        created_by=by_id,
        created_at=now,
    )
    db.session.add(saved)
    db.session.flush()
    note_team_text_pictures(saved.id, list_used(list_images(to_markdown(text.document))), now)
    record_team_act(SAVED[saved.kind], saved.id)
    return saved


@use_case
def rename_team_text(text_id: int, name: str) -> TeamText | TeamTextError:
    """Give a template or a piece another name."""
    Lock.TEAM_TEXT.take()
    saved = find_team_text(text_id, for_update=True)
    if saved is None:
        return TeamTextError.UNKNOWN
    if name == saved.name:
        return saved
    if has_name(saved.kind, name):
        return TeamTextError.NAME_TAKEN
    saved.name = name
    record_team_act(RENAMED[saved.kind], text_id)
    return saved


@use_case
def delete_team_text(text_id: int) -> TeamTextError | None:
    """Delete a template or a piece. The campaigns that were made of it stay as they are."""
    saved = find_team_text(text_id, for_update=True)
    if saved is None:
        return TeamTextError.UNKNOWN
    release_team_text_pictures(text_id, clock.now())
    db.session.delete(saved)
    record_team_act(DELETED[saved.kind], text_id)
    return None
