"""The texts that a new campaign can begin with: a ready template, one of the team, or a copy."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from supporters.campaigns.beginnings.models import TeamText, TextKind
from supporters.campaigns.beginnings.team_texts import TextToSave
from supporters.campaigns.document.blocks import Document
from supporters.campaigns.document.from_markdown import from_markdown
from supporters.campaigns.document.stored_document import (
    read_stored,
    with_ids,
    with_new_ids,
    write_document,
)
from supporters.campaigns.document.to_markdown import to_markdown
from supporters.campaigns.models import Campaign

FOLDER = Path(__file__).parent / "ready"
FORMAT = re.compile(r"Subject: (?P<subject>.+)\nPreheader: (?P<preheader>.+)\n\n(?P<body>(?s:.+))")


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
