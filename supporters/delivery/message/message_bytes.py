"""The bytes of a campaign message: its headers (section H of the requirements) and parts.

Everything is encoded once for a campaign. The values that differ between emails are filled in.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from functools import lru_cache
from operator import itemgetter
from typing import Protocol

from supporters.campaigns.merge_fields import Placeholder, TemplateText
from supporters.config import Settings
from supporters.delivery.message.frozen_campaign import FrozenCampaign
from supporters.delivery.message.rendered_campaign import (
    OF_ONE_READER,
    UNSUBSCRIBE_FIELD,
    EmailContent,
    FieldValues,
    ReaderDetails,
)
from supporters.extensions import current_settings
from supporters.mail.message import mime_parts
from supporters.mail.message.envelope_senders import EnvelopeWriter
from supporters.mail.message.header_fields import (
    ONE_CLICK,
    ListIdentity,
    bare_value,
    encode_text,
    write_date,
    write_header,
    write_list_headers,
    write_mailbox,
)
from supporters.mail.message.mime_parts import (
    HARD_BREAK,
    SOFT_BREAK,
    encode_quoted_printable,
    write_alternatives,
)
from supporters.smtp_relay.transport import OutgoingMessage

NAMES_KEPT = 4096  # most people share their given name with others
SAME_EVERYWHERE = re.compile(r"[\w.-]+", re.ASCII)  # in text, in HTML and in links


def encode_template(text: TemplateText) -> Iterator[bytes | Placeholder]:
    """Yield a whole part, which ends in a line break, with its placeholders left open."""
    last = len(text.pieces) - 1
    for number, piece in enumerate(text.pieces):
        if isinstance(piece, Placeholder):
            yield piece
            continue
        encoded = encode_quoted_printable(piece)
        if encoded.endswith(HARD_BREAK):
            ending = b""
        elif number == last:
            ending = HARD_BREAK
        else:
            ending = SOFT_BREAK if encoded else b""
        yield (SOFT_BREAK if number else b"") + encoded + ending


@dataclass(frozen=True, kw_only=True)
class MailIdentity:
    """The ids of a campaign's messages."""

    campaign_id: int
    list_slug: str
    list_name: str


class HeaderField(Enum):
    """The header values that are filled in, in this order."""

    RECIPIENT = auto()
    SUBJECT = auto()
    DATE = auto()
    SUBSCRIBER_ID = auto()
    LEAVE_TOKEN = auto()


MessagePiece = bytes | HeaderField | Placeholder


class MessageTemplate:
    """A whole message of ASCII: CRLF line ends, no line beginning with a dot, open values."""

    def __init__(self, settings: Settings, identity: MailIdentity, content: EmailContent) -> None:
        """Encode everything that is fixed. Raises HeaderUnsafe."""
        pieces = [
            *_address_headers(settings),
            *_subject_headers(settings, identity),
            *_list_headers(settings, identity, content.leave_url),
            *write_alternatives(
                encode_template(content.text),
                encode_template(content.html),
                boundary=f"=_supporters.{identity.campaign_id}",
            ),
        ]
        self._fixed = tuple(piece for piece in pieces if isinstance(piece, bytes))
        places = dict.fromkeys(piece for piece in pieces if isinstance(piece, Placeholder))
        self._places = [(place.slot.field, _encoder(place)) for place in places]
        self._subject = _subject_writer(content.subject)
        self._arrange = itemgetter(*_order(pieces, [*HeaderField, *places]))

    def fill(
        self, recipient: str, subscriber_id: int, *, values: FieldValues, sent_at: datetime
    ) -> bytes:
        """Return the message of one recipient. Raises HeaderUnsafe."""
        token = values[UNSUBSCRIBE_FIELD.field] or ""
        return b"".join(
            self._arrange(
                (
                    bare_value("To", recipient),
                    self._subject(values["given_name"]),
                    write_date(int(sent_at.timestamp())),
                    b"%d" % subscriber_id,
                    bare_value("List-Unsubscribe", token),
                    *[encode(values[field]) for field, encode in self._places],
                    *self._fixed,
                )
            )
        )


def _order(pieces: list[MessagePiece], gaps: list[HeaderField | Placeholder]) -> Iterator[int]:
    """Yield the index of each value to fill in, followed by the fixed bytes."""
    fixed = len(gaps)
    for piece in pieces:
        if isinstance(piece, bytes):
            yield fixed
            fixed += 1
        else:
            yield gaps.index(piece)


def _encoder(place: Placeholder) -> Callable[[str | None], bytes]:
    """Return the function that encodes the values of one placeholder."""

    def encode(value: str | None) -> bytes:
        if value and SAME_EVERYWHERE.fullmatch(value):
            return mime_parts.fold(value.encode())
        return mime_parts.encode_quoted_printable(place.value(value))

    return encode if place.slot in OF_ONE_READER else lru_cache(NAMES_KEPT)(encode)


def _subject_writer(subject: TemplateText) -> Callable[[str | None], bytes]:
    """Return the function that writes the subject for a reader with a given name."""

    @lru_cache(NAMES_KEPT)
    def write(given_name: str | None) -> bytes:
        return encode_text(subject.fill({"given_name": given_name}), "Subject").encode()

    write(None)  # at once, so that a fault in all messages is found before any is sent
    return write


def _address_headers(settings: Settings) -> Iterator[MessagePiece]:
    yield write_header("From", write_mailbox(settings.party_name, settings.mail_from))
    yield b"To: "
    yield HeaderField.RECIPIENT
    yield b"\r\n"
    yield write_header("Reply-To", settings.party_contact)


def _subject_headers(settings: Settings, identity: MailIdentity) -> Iterator[MessagePiece]:
    """Yield the headers of one message; its Message-ID is the same at each attempt (REQ-76)."""
    yield b"Subject: "
    yield HeaderField.SUBJECT
    yield b"\r\nDate: "
    yield HeaderField.DATE
    yield f"\r\nMessage-ID: <c{identity.campaign_id}.".encode()
    yield HeaderField.SUBSCRIBER_ID
    yield f"@{settings.mail_domain}>\r\n".encode()


def _list_headers(
    settings: Settings, identity: MailIdentity, leave_url: TemplateText
) -> Iterator[MessagePiece]:
    yield b"List-Unsubscribe: <"
    for piece in leave_url.pieces:
        yield (
            bare_value("List-Unsubscribe", piece)
            if isinstance(piece, str)
            else HeaderField.LEAVE_TOKEN
        )
    yield b">\r\n"
    yield ONE_CLICK
    yield from write_list_headers(
        settings,
        ListIdentity(
            slug=identity.list_slug,
            name=identity.list_name,
            feedback=f"c{identity.campaign_id}",
        ),
    )


class AddressedReader(ReaderDetails, Protocol):
    """A reader with an address."""

    @property
    def address(self) -> str: ...


class CompiledMessage:
    """The message of a campaign; threads may share it, and need no application to write it."""

    def __init__(self, frozen: FrozenCampaign) -> None:
        """Encode everything that is the same for all. Raises HeaderUnsafe."""
        settings = current_settings()
        identity = MailIdentity(
            campaign_id=frozen.campaign_id,
            list_slug=frozen.list_slug,
            list_name=frozen.list_name,
        )
        self._values = frozen.values
        self._template = MessageTemplate(frozen.sender.apply_to(settings), identity, frozen.content)
        self._envelopes = EnvelopeWriter(settings, frozen.campaign_id)

    def write(self, reader: AddressedReader, *, sent_at: datetime) -> OutgoingMessage:
        """Return the message of one reader. Raises HeaderUnsafe."""
        content = self._template.fill(
            reader.address,
            reader.subscriber_id,
            values=self._values.of(reader),
            sent_at=sent_at,
        )
        return OutgoingMessage(self._envelopes.write(reader.subscriber_id), reader.address, content)
