"""Renders a document as the HTML and the plain text of an email, with the same words in both."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Protocol
from urllib.parse import quote

from flask import render_template
from flask_babel import gettext
from markupsafe import Markup

from supporters.campaigns.document.blocks import Document, EventAttrs, EventBlock
from supporters.campaigns.document.inline_links import group_by_link
from supporters.campaigns.document.inline_parts import SCHEMES, FieldAtom, Inline, Run, scheme_of
from supporters.campaigns.document.meeting_times import describe_times
from supporters.campaigns.document.stored_document import content_of
from supporters.campaigns.merge_fields import MergeField, MergeFieldCollector
from supporters.mail.links import link_to
from supporters.mail.mail_theme import Theme
from supporters.text.french_spacing import space_html
from supporters.text.text_direction import runs_right_to_left

TEMPLATE = "mail/campaign/blocks.html"
DIGEST_LENGTH = 22  # hexadecimal digits: nobody guesses the address of a meeting's file
SHARE_LINKS = {  # no script and no counter of theirs: plain links, which readers may follow
    "WhatsApp": "https://wa.me/?text=",
    "Telegram": "https://t.me/share/url?url=",
    "Facebook": "https://www.facebook.com/sharer/sharer.php?u=",
    "Bluesky": "https://bsky.app/intent/compose?text=",
}


class ShownPicture(Protocol):
    """A picture as an email shows it."""

    @property
    def url(self) -> str: ...
    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...


@dataclass(frozen=True)
class MailContext:
    """The values that the blocks of one campaign are rendered with, in the current language."""

    campaign_id: int
    language: str
    fields: MergeFieldCollector
    pictures: Mapping[str, ShownPicture] = field(default_factory=dict)
    theme: Theme = field(default_factory=Theme)
    zone: str = ""  # named at the times of meetings

    def field(self, atom: FieldAtom) -> str:
        """Return the mark of a merge field."""
        return self.fields.add(MergeField(atom.attrs.name, atom.attrs.fallback))

    def when(self, event: EventAttrs) -> str:
        """Return the times of a meeting in words."""
        return describe_times(event, self.language, self.zone)

    def calendar(self, event: EventBlock) -> str:
        """Return the address of a meeting's file for calendars; none without a beginning."""
        if not event.attrs.starts_at:
            return ""
        digest = digest_of(event)
        return link_to("public.meeting", campaign_id=self.campaign_id, digest=digest)

    def picture(self, reference: str) -> ShownPicture | None:
        """Return an uploaded picture; None if there is none of this name."""
        return self.pictures.get(reference)


def render_html(document: Document, context: MailContext) -> str:
    """Return the HTML of the blocks, for within the frame of the email."""
    html = render_template(
        TEMPLATE,
        blocks=document.content,
        context=context,
        theme=context.theme,
        group_by_link=group_by_link,
        direction_of=direction_of,
        is_target=is_target,
        list_share_links=list_share_links,
    )
    return space_html(html, context.language)


def direction_of(parts: Sequence[Inline]) -> str:
    """Return the attribute of a block whose text runs from right to left; nothing for others."""
    text = "".join(part.text for part in parts if isinstance(part, Run))
    return Markup(' dir="rtl"') if runs_right_to_left(text) else ""


def is_target(href: str) -> bool:
    """Tell whether a target can be a link in an email. Another one is only text."""
    return scheme_of(href) in SCHEMES


def list_share_links(href: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the target of each link by which readers share a page."""
    for name, start in SHARE_LINKS.items():
        yield name, start + quote(href, safe="")
    yield str(gettext("Email")), f"mailto:?body={quote(href, safe='')}"


def find_event(document: Document, digest: str) -> EventBlock | None:
    """Return the meeting of this digest in a document."""
    events = (block for block in document.content if isinstance(block, EventBlock))
    return next((event for event in events if digest_of(event) == digest), None)


def digest_of(event: EventBlock) -> str:
    """Return the name of a meeting's file, which follows from its content alone."""
    return sha256(content_of(event).encode()).hexdigest()[:DIGEST_LENGTH]
