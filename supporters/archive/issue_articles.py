"""Renders the frozen text of a campaign as an article: for nobody in particular, in our own style.

The article is made of the blocks as they were written, never of the HTML of an email. The blocks
have no token, no link of a reader and no link to unsubscribe, so none can be left in the article
(ADR 076). Merge fields get the words for people who gave no value.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import render_template
from flask_babel import force_locale

from supporters.campaigns.document.blocks import Document, EventAttrs, EventBlock
from supporters.campaigns.document.from_markdown import from_markdown
from supporters.campaigns.document.inline_links import group_by_link
from supporters.campaigns.document.inline_parts import FieldAtom
from supporters.campaigns.document.meeting_times import describe_times
from supporters.campaigns.document.rendered_document import (
    ShownPicture,
    digest_of,
    direction_of,
    is_target,
    list_share_links,
)
from supporters.campaigns.document.stored_document import read_stored
from supporters.campaigns.markdown import list_references
from supporters.campaigns.merge_fields import PLACEHOLDER, MergeField, read_placeholder
from supporters.campaigns.pictures.email_pictures import find_pictures
from supporters.delivery.message.frozen_campaign import FrozenCampaign
from supporters.extensions import current_settings
from supporters.lists.list_clocks import zone_to_name
from supporters.lists.queries import find_list
from supporters.mail.links import link_to
from supporters.text.french_spacing import space_html
from supporters.text.text_direction import isolate

TEMPLATE = "public/article.html"


@dataclass(frozen=True, kw_only=True)
class Article:
    """An issue as it is read: its title, its first words, and its HTML."""

    title: str
    summary: str
    language: str
    html: str


@dataclass(frozen=True, kw_only=True)
class ArticleContext:
    """The values that the blocks of one article are rendered with, in its language."""

    campaign_id: int
    language: str
    known: Mapping[str, str]
    pictures: Mapping[str, ShownPicture]
    has_calendars: bool
    zone: str

    def field(self, atom: FieldAtom) -> str:
        """Return the words of a merge field for nobody in particular."""
        return self.neutral(MergeField(atom.attrs.name, atom.attrs.fallback))

    def neutral(self, field: MergeField) -> str:
        """Return the value that is the same for all readers, or the words without a value."""
        return isolate(field.value(self.known.get(field.field)))

    def fill(self, line: str) -> str:
        """Return a line as it was written, with its placeholders filled in."""
        return PLACEHOLDER.sub(lambda match: self.neutral(read_placeholder(match[1])), line)

    def when(self, event: EventAttrs) -> str:
        """Return the times of a meeting in words."""
        return describe_times(event, self.language, self.zone)

    def calendar(self, event: EventBlock) -> str:
        """Return the address of a meeting's file for calendars, if it has one."""
        if not self.has_calendars or not event.attrs.starts_at:
            return ""
        return link_to("public.meeting", campaign_id=self.campaign_id, digest=digest_of(event))

    def picture(self, reference: str) -> ShownPicture | None:
        """Return an uploaded picture; None if there is none of this name."""
        return self.pictures.get(reference)


def render_article(frozen: FrozenCampaign) -> Article | None:
    """Return the article of a frozen campaign; None for a text that can't be in blocks."""
    document = _read_blocks(frozen)
    if document is None:
        return None
    context = ArticleContext(
        campaign_id=frozen.campaign_id,
        language=frozen.language,
        known={"list_name": frozen.list_name, "party_name": current_settings().party_name},
        pictures=find_pictures(list_references(frozen.source.body)),
        has_calendars=frozen.source.document is not None,
        zone=zone_to_name(find_list(frozen.list_id)),
    )
    with force_locale(frozen.language):
        return Article(
            title=context.fill(frozen.source.subject),
            summary=context.fill(frozen.source.preheader),
            language=frozen.language,
            html=_render(document, context),
        )


def _read_blocks(frozen: FrozenCampaign) -> Document | None:
    if frozen.source.document is not None:
        return read_stored(frozen.source.document)
    return from_markdown(frozen.source.body)


def _render(document: Document, context: ArticleContext) -> str:
    html = render_template(
        TEMPLATE,
        blocks=document.content,
        context=context,
        group_by_link=group_by_link,
        direction_of=direction_of,
        is_target=is_target,
        list_share_links=list_share_links,
    )
    return space_html(html, context.language)
