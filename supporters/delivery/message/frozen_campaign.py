"""A campaign as it is frozen for approval: its canonical bytes, which are what workers send.

The bytes hold every word of the emails and the headers that name the sender and the list. Only the
values of each reader stay open. No key goes into them: links get their tokens when they are sent.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Self

from supporters.campaigns.document.stored_document import read_stored, write_without_ids
from supporters.campaigns.models import Campaign
from supporters.config import Settings
from supporters.delivery.message.frozen_pieces import list_pieces, read_pieces
from supporters.delivery.message.rendered_campaign import (
    CompiledCampaign,
    EmailContent,
    ReaderDetails,
    RenderedEmail,
    ValuesOfReaders,
    values_of_list,
)
from supporters.extensions import current_settings
from supporters.lists.list_sender import sender_of
from supporters.lists.models import MailingList, list_name_of
from supporters.lists.queries import get_list
from supporters.mail.mail_theme import Theme

FORMAT, FORMAT_OF_SEVERAL = 1, 2  # an earlier program knows nothing of others
Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class FrozenSource:
    """The text as it was written: its differences from another one are shown to the approver.

    `document` has the text in blocks, without their ids; None if it was only Markdown.
    """

    subject: str
    preheader: str
    body: str
    document: str | None = None


@dataclass(frozen=True, kw_only=True)
class MailSender:
    """The sender that readers see, and the address that gets their replies."""

    name: str
    address: str
    reply_to: str

    def apply_to(self, settings: Settings) -> Settings:
        """Return the settings with this sender, whatever they say today."""
        return replace(
            settings, party_name=self.name, mail_from=self.address, party_contact=self.reply_to
        )


class FrozenList(NamedTuple):
    """A list whose people get a campaign, and the purpose that they agreed to."""

    id: int
    slug: str
    name: str
    purpose: int


@dataclass(frozen=True, kw_only=True)
class FrozenCampaign:
    """Everything that the emails of a campaign are made of, in its first language.

    `others` has the same in its other languages, in a fixed order. All have one hash. `followed`
    names the campaign whose people it is for, if it isn't for all people of its lists.
    `other_lists` are its further lists: the emails of their people differ by the name and the
    address of their list alone.
    """

    campaign_id: int
    list_id: int
    list_slug: str
    list_name: str
    purpose_id: int
    language: str
    sender: MailSender
    source: FrozenSource
    content: EmailContent
    followed: str | None = None
    others: tuple["FrozenCampaign", ...] = ()
    other_lists: tuple[FrozenList, ...] = ()

    @property
    def in_languages(self) -> tuple["FrozenCampaign", ...]:
        """The campaign in each of its languages, the first one first."""
        return (self, *self.others)

    def in_language(self, language: str | None) -> "FrozenCampaign":
        """Return the campaign in a language, or in its first one if it hasn't got it."""
        return next((each for each in self.others if each.language == language), self)

    @property
    def lists(self) -> tuple[FrozenList, ...]:
        """All lists, the one whose sender the emails have first."""
        own = FrozenList(self.list_id, self.list_slug, self.list_name, self.purpose_id)
        return (own, *self.other_lists)

    @property
    def editions(self) -> dict[int, Self]:
        """The email in this language for the people of each list, by their purpose."""
        if not self.other_lists:
            return {self.purpose_id: self}
        return {each.purpose: self._of_list(each) for each in self.lists}

    def _of_list(self, target: FrozenList) -> Self:
        return replace(
            self,
            list_id=target.id,
            list_slug=target.slug,
            list_name=target.name,
            purpose_id=target.purpose,
            content=self.content.settle(values_of_list(target.name, target.slug)),
            other_lists=(),
        )

    @property
    def values(self) -> ValuesOfReaders:
        """The values of the placeholders for each reader."""
        return ValuesOfReaders(
            campaign_id=self.campaign_id, list_id=self.list_id, language=self.language
        )

    def render(self, reader: ReaderDetails) -> RenderedEmail:
        """Return the email of one reader of the first list."""
        return self.editions[self.purpose_id].content.fill(self.values.of(reader))

    def serialise(self) -> str:
        """Return the canonical JSON: the same for the same campaign, on every machine."""
        parts: Json = {
            "format": FORMAT_OF_SEVERAL if self.others or self.other_lists else FORMAT,
            "campaign": self.campaign_id,
            "list": {"id": self.list_id, "slug": self.list_slug, "name": self.list_name},
            "purpose": self.purpose_id,
            "sender": vars(self.sender),
            **_describe_text(self),
        }
        if self.followed is not None:
            parts["followed"] = self.followed
        if self.other_lists:
            parts["other_lists"] = _describe_lists(self)
        if self.others:
            parts["others"] = [*map(_describe_other, self.others)]
        return json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def _describe_text(frozen: FrozenCampaign) -> Json:
    source = {key: value for key, value in vars(frozen.source).items() if value is not None}
    return {
        "language": frozen.language,
        "source": source,
        "subject": list_pieces(frozen.content.subject),
        "text": list_pieces(frozen.content.text),
        "html": list_pieces(frozen.content.html),
        "leave_url": list_pieces(frozen.content.leave_url),
    }


def _describe_other(text: FrozenCampaign) -> Json:
    lists = {"other_lists": _describe_lists(text)} if text.other_lists else {}
    return {"list_name": text.list_name, **_describe_text(text), **lists}


def _describe_lists(frozen: FrozenCampaign) -> list[Json]:
    return [each._asdict() for each in frozen.other_lists]


def freeze_campaign(
    campaign: Campaign,
    mailing_list: MailingList,
    *,
    theme: Theme | None = None,
    followed: str | None = None,
) -> FrozenCampaign:
    """Render a campaign in one language with today's templates, settings and theme, or another."""
    sender = sender_of(mailing_list)
    return FrozenCampaign(
        campaign_id=campaign.id,
        list_id=mailing_list.id,
        list_slug=mailing_list.slug,
        list_name=list_name_of(mailing_list, campaign.language),
        purpose_id=campaign.purpose_id,
        language=campaign.language,
        sender=MailSender(
            name=sender.name, address=current_settings().mail_from, reply_to=sender.reply_to
        ),
        source=source_of(campaign),
        content=CompiledCampaign(campaign, mailing_list, theme=theme).content,
        followed=followed,
        other_lists=tuple(_list_others(campaign)),
    )


def _list_others(campaign: Campaign) -> Iterator[FrozenList]:
    """Yield the further lists of a campaign, with their names in its language."""
    for each in campaign.lists[1:]:
        mailing_list = get_list(each.mailing_list_id)
        name = list_name_of(mailing_list, campaign.language)
        yield FrozenList(mailing_list.id, mailing_list.slug, name, each.purpose_id)


def source_of(campaign: Campaign) -> FrozenSource:
    """Return the text of a campaign as it was written."""
    document = None if campaign.document is None else read_stored(campaign.document)
    return FrozenSource(
        subject=campaign.subject,
        preheader=campaign.preheader or "",
        body=campaign.body,
        document=None if document is None else write_without_ids(document),
    )


def read_frozen(content: str) -> FrozenCampaign:
    """Return the campaign of canonical JSON. Raises ValueError for anything else."""
    try:
        parts = json.loads(content)
        if parts["format"] not in {FORMAT, FORMAT_OF_SEVERAL}:
            raise ValueError(f"This program can't read the format {parts['format']!r}.")
        first = FrozenCampaign(
            campaign_id=parts["campaign"],
            list_id=parts["list"]["id"],
            list_slug=parts["list"]["slug"],
            list_name=parts["list"]["name"],
            purpose_id=parts["purpose"],
            language=parts["language"],
            sender=MailSender(**parts["sender"]),
            source=FrozenSource(**parts["source"]),
            content=_read_content(parts),
            followed=parts.get("followed"),
            other_lists=_read_lists(parts),
        )
        return replace(
            first, others=tuple(_read_other(first, each) for each in parts.get("others", ()))
        )
    except (KeyError, TypeError) as error:
        message = f"This is no frozen campaign: {error!r}"
        raise ValueError(message) from error


def _read_other(first: FrozenCampaign, parts: Json) -> FrozenCampaign:
    return replace(
        first,
        list_name=parts["list_name"],
        language=parts["language"],
        source=FrozenSource(**parts["source"]),
        content=_read_content(parts),
        other_lists=_read_lists(parts),
    )


def _read_lists(parts: Json) -> tuple[FrozenList, ...]:
    return tuple(FrozenList(**each) for each in parts.get("other_lists", ()))


def _read_content(parts: Json) -> EmailContent:
    return EmailContent(
        subject=read_pieces(parts["subject"]),
        text=read_pieces(parts["text"]),
        html=read_pieces(parts["html"]),
        leave_url=read_pieces(parts["leave_url"]),
    )
