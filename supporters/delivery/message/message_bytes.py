"""The bytes of a campaign message: its headers (section H of the requirements) and parts.

Everything is encoded once for a campaign. The values that differ between emails are filled in.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Protocol

from supporters.campaigns.merge_fields import TemplateText
from supporters.config import Settings
from supporters.delivery.message.frozen_campaign import FrozenCampaign
from supporters.delivery.message.rendered_campaign import (
    UNSUBSCRIBE_FIELD,
    EmailContent,
    FieldValues,
    ReaderDetails,
)
from supporters.extensions import current_settings
from supporters.mail.message.envelope_senders import EnvelopeWriter
from supporters.mail.message.header_fields import ListIdentity, bare_value, encode_text, write_date
from supporters.mail.message.message_writer import (
    VALUES_CACHED,
    HeaderGap,
    HeaderValues,
    MessageWriter,
    write_headers,
)
from supporters.smtp_relay.transport import OutgoingMessage

SHARED_BY_MANY = {"given_name", "subscribed_on"}


@dataclass(frozen=True, kw_only=True)
class MailIdentity:
    """The ids of a campaign's messages; `returns_to` writes their senders, if an intake is set."""

    campaign_id: int
    list_slug: str
    list_name: str
    returns_to: EnvelopeWriter | None = None


class MessageTemplate:
    """A whole message with open values."""

    def __init__(self, settings: Settings, identity: MailIdentity, content: EmailContent) -> None:
        """Encode everything that is fixed. Raises HeaderUnsafe."""
        campaign = f"c{identity.campaign_id}"
        headers = write_headers(
            settings,
            message_id=campaign,
            leave_url=[
                bare_value("List-Unsubscribe", piece)
                if isinstance(piece, str)
                else HeaderGap.LEAVE_TOKEN
                for piece in content.leave_url.pieces
            ],
            list_identity=ListIdentity(
                slug=identity.list_slug,
                name=identity.list_name,
                feedback=campaign,
                returns_to=identity.returns_to,
            ),
        )
        self._writer = MessageWriter(
            headers,
            text=content.text.pieces,
            html=content.html.pieces,
            boundary=[f"=_supporters.{identity.campaign_id}".encode()],
            recur=SHARED_BY_MANY,
        )
        self._subject = _subject_writer(content.subject)

    def fill(
        self,
        recipient: str,
        subscriber_id: int,
        *,
        values: FieldValues,
        sent_at: datetime,
        token: str = "",
    ) -> bytes:
        """Return the message of one recipient. Raises HeaderUnsafe."""
        headers = HeaderValues(
            bare_value("To", recipient),
            self._subject(values["given_name"]),
            write_date(int(sent_at.timestamp())),
            b"%d" % subscriber_id,
            bare_value("List-Unsubscribe", values[UNSUBSCRIBE_FIELD.field] or ""),
            return_token=token.encode(),
        )
        return self._writer.write(headers, values)


def _subject_writer(subject: TemplateText) -> Callable[[str | None], bytes]:
    """Return the function that writes the subject for a reader with a given name."""

    @lru_cache(VALUES_CACHED)
    def write(given_name: str | None) -> bytes:
        return encode_text(subject.fill({"given_name": given_name}), "Subject").encode()

    write(None)  # at once, so that a fault in all messages is found before any is sent
    return write


class AddressedReader(ReaderDetails, Protocol):
    """A reader with an address and a language, and the purpose of the list that they get it by."""

    @property
    def address(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def purpose_id(self) -> int: ...


class ReaderOfNoList(ValueError):
    """A reader gets the email by a purpose of none of its lists: no program of ours wrote that."""


class CompiledMessage:
    """The message of a campaign; threads may share it, and need no application to write it.

    Each language is compiled once for each list. A reader gets their own, or the first one of the
    campaign.
    """

    def __init__(self, frozen: FrozenCampaign) -> None:
        """Encode everything that is the same for all of a list. Raises HeaderUnsafe."""
        settings = current_settings()
        self._language = frozen.language
        self._envelopes = EnvelopeWriter(settings, frozen.campaign_id)
        self._messages = {
            (purpose_id, text.language): _Edition(edition, settings, self._envelopes)
            for text in frozen.in_languages
            for purpose_id, edition in text.editions.items()
        }
        self.other_languages = frozenset(each.language for each in frozen.others)

    def write(self, reader: AddressedReader, *, sent_at: datetime) -> OutgoingMessage:
        """Return the message of one reader. Raises HeaderUnsafe, ReaderOfNoList."""
        is_other = reader.language in self.other_languages
        language = reader.language if is_other else self._language
        message = self._messages.get((reader.purpose_id, language))
        if message is None:
            raise ReaderOfNoList(reader.purpose_id)
        token = self._envelopes.sign(reader.subscriber_id)
        content = message.template.fill(
            reader.address,
            reader.subscriber_id,
            values=message.values.of(reader),
            sent_at=sent_at,
            token=token,
        )
        sender = self._envelopes.start + token + self._envelopes.end
        return OutgoingMessage(sender, reader.address, content)


class _Edition:
    """The message for the people of one list in one language, its headers and footer included."""

    def __init__(
        self, frozen: FrozenCampaign, settings: Settings, envelopes: EnvelopeWriter
    ) -> None:
        identity = MailIdentity(
            campaign_id=frozen.campaign_id,
            list_slug=frozen.list_slug,
            list_name=frozen.list_name,
            returns_to=envelopes if settings.feedback else None,
        )
        self.values = frozen.values
        self.template = MessageTemplate(frozen.sender.apply_to(settings), identity, frozen.content)
