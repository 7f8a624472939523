"""Renders a campaign: compiled once, then joined for each recipient."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape

from babel.dates import format_date
from flask import render_template
from flask_babel import force_locale

from supporters.campaigns.markdown import to_html, to_text
from supporters.campaigns.merging import SlotCollector
from supporters.campaigns.models import Campaign
from supporters.campaigns.slots import Slot, SlottedText, without_marks
from supporters.extensions import current_settings, current_tokens
from supporters.lists.models import MailingList
from supporters.mail.links import link_to
from supporters.tokens import Purpose

NOBODY = 0  # the subscriber id in the links of previews and tests: leads to nobody


@dataclass(frozen=True)
class Rendered:
    """The content of one recipient's mail."""

    subject: str
    text: str
    html: str
    leave_url: str


@dataclass(frozen=True, kw_only=True)
class Reader:
    """What a mail says of its reader."""

    subscriber_id: int
    given_name: str | None
    subscribed_at: datetime


class CompiledCampaign:
    """A campaign whose Markdown and frame are rendered already; only slots are open."""

    def __init__(self, campaign: Campaign, mailing_list: MailingList) -> None:
        self._campaign = campaign
        self._list = mailing_list
        collector = SlotCollector()
        subject = collector.mark_fields(campaign.subject)
        body = collector.mark_fields(campaign.body)
        frame = {
            "subject": subject,
            "leave_url": collector.add(Slot("leave_url")),
            "subscribed_on": collector.add(Slot("subscribed_on")),
            "list_name": without_marks(mailing_list.name),
            "language": campaign.language,
            "settings": current_settings(),
        }
        with force_locale(campaign.language):
            html = render_template("mail/campaign/body.html", content_html=to_html(body), **frame)
            text = render_template("mail/campaign/body.txt", content_text=to_text(body), **frame)
        slots = collector.slots
        self._subject = SlottedText(subject, slots, escape=_on_one_line)
        self._html = SlottedText(html, slots, escape=escape)
        self._text = SlottedText(text, slots, escape=_on_one_line)

    def render(self, reader: Reader) -> Rendered:
        """Return the mail of one reader."""
        values = self._values(reader)
        return Rendered(
            subject=self._subject.fill(values),
            text=self._text.fill(values),
            html=self._html.fill(values),
            leave_url=str(values["leave_url"]),
        )

    def _values(self, reader: Reader) -> Mapping[str, str | None]:
        payload = [reader.subscriber_id, self._list.id, self._campaign.id]
        token = current_tokens().sign(Purpose.LEAVE, [*payload])
        return {
            "given_name": reader.given_name,
            "list_name": self._list.name,
            "party_name": current_settings().party_name,
            "leave_url": link_to("public.leave", token=token),
            "subscribed_on": format_date(
                reader.subscribed_at, format="long", locale=self._campaign.language
            ),
        }


def _on_one_line(value: str) -> str:
    return " ".join(value.split())
