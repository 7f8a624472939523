"""Renders a campaign once; only the placeholders of each reader stay open."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Protocol

from flask import render_template
from flask_babel import force_locale

from supporters.campaigns import markdown
from supporters.campaigns.document.rendered_document import MailContext, render_html
from supporters.campaigns.document.stored_document import read_stored
from supporters.campaigns.document.to_plain_text import to_text
from supporters.campaigns.merge_fields import (
    MergeField,
    MergeFieldCollector,
    TemplateText,
    split_at_marks,
    without_marks,
)
from supporters.campaigns.models import Campaign
from supporters.campaigns.pictures.email_pictures import find_pictures
from supporters.crypto.tokens import Payload, TokenPurpose
from supporters.extensions import current_settings, current_tokens
from supporters.lists.list_clocks import zone_to_name
from supporters.lists.models import MailingList, list_name_of
from supporters.mail.links import link_to
from supporters.mail.mail_theme import Theme, find_theme
from supporters.signup.signup_sources import source_of_forwards
from supporters.text.local_dates import date_in

NOBODY = 0  # the subscriber id in the links of previews and tests: leads to nobody
# The indentation of the frame's source would be a seventh of the email. The pattern matches a run
# of spaces only from its start; otherwise a text of empty lines would take minutes.
INDENTATION = re.compile(r"(?<![ \t\n])\n[ \t\n]+(?=<)")
OF_A_CAMPAIGN, OF_A_TEST = "mail/campaign/body", "mail/campaign_test/frame"
UNSUBSCRIBE_FIELD = MergeField("leave_token")
WHY_FIELD = MergeField("why_token")
LIST_NAME_FIELD, LIST_SLUG_FIELD = MergeField("list_name"), MergeField("list_slug")
FieldValues = Mapping[str, str | None]


@dataclass(frozen=True)
class RenderedEmail:
    """The content of one recipient's email."""

    subject: str
    text: str
    html: str
    leave_url: str


@dataclass(frozen=True)
class EmailContent:
    """The content of all emails of a campaign, with placeholders."""

    subject: TemplateText
    text: TemplateText
    html: TemplateText
    leave_url: TemplateText

    def fill(self, values: FieldValues) -> RenderedEmail:
        """Return the content of one recipient's email."""
        return RenderedEmail(
            subject=self.subject.fill(values),
            text=self.text.fill(values),
            html=self.html.fill(values),
            leave_url=self.leave_url.fill(values),
        )

    def settle(self, values: Mapping[str, str]) -> "EmailContent":
        """Return the content with some placeholders filled in, the same for many readers."""
        return EmailContent(
            subject=self.subject.settle(values),
            text=self.text.settle(values),
            html=self.html.settle(values),
            leave_url=self.leave_url,
        )


def values_of_list(name: str, slug: str) -> dict[str, str]:
    """Return the values of the placeholders that differ between the lists of a campaign."""
    return {LIST_NAME_FIELD.field: name, LIST_SLUG_FIELD.field: slug}


class ReaderDetails(Protocol):
    """The details of a reader that an email shows."""

    @property
    def subscriber_id(self) -> int: ...
    @property
    def given_name(self) -> str | None: ...
    @property
    def subscribed_at(self) -> datetime: ...


@dataclass(frozen=True, kw_only=True)
class PreviewReader:
    """A reader without an address, for previews of a campaign."""

    subscriber_id: int
    given_name: str | None
    subscribed_at: datetime


class ValuesOfReaders:
    """The values of the placeholders of a campaign; threads may share it."""

    def __init__(self, *, campaign_id: int, list_id: int, language: str) -> None:
        self._campaign_id, self._list_id = campaign_id, list_id
        self._language = language
        self._sign = current_tokens().sign_for

    def of(self, reader: ReaderDetails) -> FieldValues:
        """Return the values of one reader. The tokens are signed with the newest key."""
        mail: Payload = [reader.subscriber_id, self._list_id, self._campaign_id]
        unsubscribe, why = self._sign((TokenPurpose.UNSUBSCRIBE, TokenPurpose.WHY), mail)
        return {
            "given_name": reader.given_name,
            UNSUBSCRIBE_FIELD.field: unsubscribe,
            WHY_FIELD.field: why,
            "subscribed_on": date_in(reader.subscribed_at.date(), self._language),
        }


class CompiledCampaign:
    """A campaign with its Markdown and frame rendered; only placeholders are open.

    If it goes to several lists, the name and the address of the reader's list are open too.
    """

    def __init__(
        self,
        campaign: Campaign,
        mailing_list: MailingList,
        *,
        frame: str = OF_A_CAMPAIGN,
        sent_by: str = "",
        theme: Theme | None = None,
    ) -> None:
        self._values = ValuesOfReaders(
            campaign_id=campaign.id, list_id=mailing_list.id, language=campaign.language
        )
        list_name = list_name_of(mailing_list, campaign.language)
        self._values_of_list = values_of_list(list_name, mailing_list.slug)
        plain, known = {"sent_by": sent_by}, {"party_name": current_settings().party_name}
        if len(campaign.lists) <= 1:
            known["list_name"] = list_name
            plain |= {
                "list_name": list_name,
                "join_url": _link_to_join(campaign, mailing_list.slug),
            }
        look = _Look(template=frame, theme=theme or find_theme(), zone=zone_to_name(mailing_list))
        self.content = _render(campaign, plain, known, look=look)

    def render(self, reader: ReaderDetails) -> RenderedEmail:
        """Return the email of one reader of the first list."""
        return self.content.settle(self._values_of_list).fill(self._values.of(reader))


def _link_pages(campaign: Campaign) -> dict[str, str]:
    """Return pages without a token: a friend who gets the forwarded email may open them."""
    return {
        "my_data_url": link_to("public.my_data", lang_code=campaign.language),
        "lists_url": link_to("public.home", lang_code=campaign.language),
    }


def _link_to_join(campaign: Campaign, slug: str) -> str:
    """Return the page of a list without a token, as `_link_pages`."""
    return link_to(
        "public.join",
        slug=slug,
        lang_code=campaign.language,
        **{"from": source_of_forwards(campaign.id)},
    )


@dataclass(frozen=True, kw_only=True)
class _Look:
    """The frame of an email, the party's theme in it, and the zone that its meetings name."""

    template: str
    theme: Theme
    zone: str


def _render(
    campaign: Campaign, plain: Mapping[str, str], known: Mapping[str, str], *, look: _Look
) -> EmailContent:
    collector = MergeFieldCollector()
    subject = collector.mark_fields(campaign.subject)
    preheader = collector.mark_fields(campaign.preheader or "")
    leave_url = link_to("public.leave", token=collector.add(UNSUBSCRIBE_FIELD))
    why_url = link_to("public.why", lang_code=campaign.language, token=collector.add(WHY_FIELD))
    frame = {
        "subject": subject,
        "preheader": preheader,
        "leave_url": leave_url,
        "why_url": why_url,
        "origin_url": link_to("public.origin", lang_code=campaign.language),
        "subscribed_on": collector.add(MergeField("subscribed_on")),
        "list_name": collector.add(LIST_NAME_FIELD),
        "join_url": _link_to_join(campaign, collector.add(LIST_SLUG_FIELD)),
        **_link_pages(campaign),
        **{name: without_marks(value) for name, value in plain.items()},
        "language": campaign.language,
        "settings": current_settings(),
        "theme": look.theme,
    }
    with force_locale(campaign.language):
        content_html, content_text = _render_text(campaign, collector, look)
        html = render_template(f"{look.template}.html", content_html=content_html, **frame)
        text = render_template(f"{look.template}.txt", content_text=content_text, **frame)
    slots = collector.slots
    html = INDENTATION.sub("\n", html)
    return EmailContent(
        subject=split_at_marks(subject, slots, escape=str).settle(known),
        text=split_at_marks(text, slots, escape=str).settle(known),
        html=split_at_marks(html, slots, escape=escape).settle(known),
        leave_url=split_at_marks(leave_url, slots, escape=str),
    )


def _render_text(
    campaign: Campaign, collector: MergeFieldCollector, look: _Look
) -> tuple[str, str]:
    """Return the HTML and the plain text of what was written, with marks for the merge fields."""
    pictures = find_pictures(markdown.list_references(campaign.body))
    if campaign.document is None:
        body = collector.mark_fields(campaign.body)
        return markdown.to_html(body, pictures), markdown.to_text(body)
    document = read_stored(campaign.document)
    context = MailContext(
        campaign.id, campaign.language, collector, pictures, look.theme, look.zone
    )
    return render_html(document, context), to_text(document, context)
