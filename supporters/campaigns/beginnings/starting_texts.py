"""The texts that a new campaign can begin with: a ready template, one of the team, or a copy."""

import re
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from functools import cache
from pathlib import Path

from supporters import clock
from supporters.audit_log.audit_events import record_team_act
from supporters.campaigns.acts import CampaignAct
from supporters.campaigns.document.blocks import Document
from supporters.campaigns.document.from_markdown import from_markdown
from supporters.campaigns.document.stored_document import (
    read_stored,
    with_ids,
    with_new_ids,
    write_document,
    write_without_ids,
)
from supporters.campaigns.document.to_plain_text import to_markdown
from supporters.campaigns.markdown import list_images
from supporters.campaigns.models import Campaign, TeamText, TextKind
from supporters.campaigns.pictures.email_pictures import list_used
from supporters.campaigns.pictures.picture_uses import (
    note_team_text_pictures,
    release_team_text_pictures,
)
from supporters.campaigns.queries import count_team_texts, find_team_text, has_name
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
FORMAT = re.compile(r"Subject: (?P<subject>.+)\nPreheader: (?P<preheader>.+)\n\n(?P<body>(?s:.+))")


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


FOLDER = Path(__file__).parent / "ready"


class ReadyTemplate(StrEnum):
    """A template of this program. Each is a file for each language."""

    MONTHLY = "monthly"
    MEETING = "meeting"
    VOLUNTEERS = "volunteers"
    VOTE = "vote"
    SHORT = "short"


@dataclass(frozen=True, kw_only=True)
class StartingText:
    """The text that a new campaign begins with, in blocks and in Markdown.

    A copy of a text that no document can hold has only Markdown.
    """

    language: str
    subject: str
    preheader: str
    body: str
    document: Document | None

    def as_campaign(self) -> Campaign:
        """Return a campaign that isn't stored, to look at or to check."""
        return Campaign(
            id=0,
            language=self.language,
            subject=self.subject,
            preheader=self.preheader,
            body=self.body,
            document=None if self.document is None else write_document(self.document),
        )

    def as_template(self, name: str) -> TextToSave | None:
        """Return a template of the team to save; None for a text that no document can hold."""
        if self.document is None:
            return None
        return TextToSave(
            kind=TextKind.TEMPLATE,
            name=name,
            language=self.language,
            subject=self.subject,
            preheader=self.preheader,
            document=self.document,
        )


@cache
def read_ready(template: ReadyTemplate, language: str) -> StartingText:
    """Return a ready template in a language."""
    return parse_ready((FOLDER / f"{template}.{language}.md").read_text(encoding="utf-8"), language)


def parse_ready(text: str, language: str) -> StartingText:
    """Return the ready template in the text of its file. Raises ValueError if it is malformed."""
    parts = FORMAT.fullmatch(text)
    document = from_markdown(parts["body"]) if parts else None
    if parts is None or document is None:
        raise ValueError(f"This is no ready template: {text[:80]}")
    return StartingText(language=language, document=with_ids(document), **parts.groupdict())


def start_from_team_text(saved: TeamText) -> StartingText:
    """Return a template of the team. Its blocks get ids."""
    document = with_new_ids(read_stored(saved.document))
    return StartingText(
        language=saved.language,
        subject=saved.subject,
        preheader=saved.preheader,
        body=to_markdown(document),
        document=document,
    )


def start_from_campaign(campaign: Campaign) -> StartingText:
    """Return a copy of a campaign. Its blocks get ids of their own; pictures are shared."""
    document = (
        from_markdown(campaign.body)
        if campaign.document is None
        else read_stored(campaign.document)
    )
    return StartingText(
        language=campaign.language,
        subject=campaign.subject,
        preheader=campaign.preheader or "",
        body=campaign.body,
        document=None if document is None else with_new_ids(document),
    )
