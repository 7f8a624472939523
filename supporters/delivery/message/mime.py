"""The bytes of a campaign mail: its headers (section H of the requirements) and parts.

All of it is encoded once for a campaign. What differs from mail to mail is left open, and joined.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from functools import lru_cache
from operator import itemgetter

from supporters.campaigns.slots import Place, SlottedText
from supporters.config import Settings
from supporters.delivery.message.rendering import LEAVING, OF_ONE_READER, Content, Values
from supporters.delivery.message.slotted_parts import encode_slotted
from supporters.mail.message import quoted_printable
from supporters.mail.message.alternatives import write_alternatives
from supporters.mail.message.headers import (
    bare_value,
    encode_text,
    write_date,
    write_header,
    write_mailbox,
)
from supporters.mail.message.list_headers import ONE_CLICK, ListIdentity, write_list_headers

NAMES_KEPT = 4096  # most people share their given name with others
SAME_EVERYWHERE = re.compile(r"[\w.-]+", re.ASCII)  # in text, in HTML and in links


@dataclass(frozen=True, kw_only=True)
class MailIdentity:
    """What names the mails of a campaign."""

    campaign_id: int
    list_slug: str
    list_name: str


class Gap(Enum):
    """What is open in the headers, in the order in which it is filled in."""

    RECIPIENT = auto()
    SUBJECT = auto()
    DATE = auto()
    SUBSCRIBER_ID = auto()
    LEAVE_TOKEN = auto()


Piece = bytes | Gap | Place


class Stencil:
    """A whole message of ASCII with CRLF line ends, none beginning with a dot, and with gaps."""

    def __init__(self, settings: Settings, identity: MailIdentity, content: Content) -> None:
        """Encode everything that is fixed. Raises HeaderUnsafe."""
        pieces = [
            *_address_headers(settings),
            *_subject_headers(settings, identity),
            *_list_headers(settings, identity, content.leave_url),
            *write_alternatives(
                encode_slotted(content.text),
                encode_slotted(content.html),
                boundary=f"=_supporters.{identity.campaign_id}",
            ),
        ]
        self._fixed = tuple(piece for piece in pieces if isinstance(piece, bytes))
        places = dict.fromkeys(piece for piece in pieces if isinstance(piece, Place))
        self._places = [(place.slot.field, _encoder(place)) for place in places]
        self._subject = _subject_writer(content.subject)
        self._arrange = itemgetter(*_order(pieces, [*Gap, *places]))

    def fill(
        self, recipient: str, subscriber_id: int, *, values: Values, sent_at: datetime
    ) -> bytes:
        """Return the message of one recipient. Raises HeaderUnsafe."""
        token = values[LEAVING.field] or ""
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


def _order(pieces: list[Piece], gaps: list[Gap | Place]) -> Iterator[int]:
    """Yield where each piece stands among what was filled in, followed by what is fixed."""
    fixed = len(gaps)
    for piece in pieces:
        if isinstance(piece, bytes):
            yield fixed
            fixed += 1
        else:
            yield gaps.index(piece)


def _encoder(place: Place) -> Callable[[str | None], bytes]:
    """Return what encodes the values of one place."""

    def encode(value: str | None) -> bytes:
        if value and SAME_EVERYWHERE.fullmatch(value):
            return quoted_printable.fold(value.encode())
        return quoted_printable.encode_text(place.value(value))

    return encode if place.slot in OF_ONE_READER else lru_cache(NAMES_KEPT)(encode)


def _subject_writer(subject: SlottedText) -> Callable[[str | None], bytes]:
    """Return what writes the subject of a reader with a given name."""

    @lru_cache(NAMES_KEPT)
    def write(given_name: str | None) -> bytes:
        return encode_text(subject.fill({"given_name": given_name}), "Subject").encode()

    write(None)  # at once, so that what is unsafe in all mails is found before any is sent
    return write


def _address_headers(settings: Settings) -> Iterator[Piece]:
    yield write_header("From", write_mailbox(settings.party_name, settings.mail_from))
    yield b"To: "
    yield Gap.RECIPIENT
    yield b"\r\n"
    yield write_header("Reply-To", settings.party_contact)


def _subject_headers(settings: Settings, identity: MailIdentity) -> Iterator[Piece]:
    """Yield what names one mail; its Message-ID is the same however often it is tried (REQ-76)."""
    yield b"Subject: "
    yield Gap.SUBJECT
    yield b"\r\nDate: "
    yield Gap.DATE
    yield f"\r\nMessage-ID: <c{identity.campaign_id}.".encode()
    yield Gap.SUBSCRIBER_ID
    yield f"@{settings.mail_domain}>\r\n".encode()


def _list_headers(
    settings: Settings, identity: MailIdentity, leave_url: SlottedText
) -> Iterator[Piece]:
    yield b"List-Unsubscribe: <"
    for piece in leave_url.pieces:
        yield bare_value("List-Unsubscribe", piece) if isinstance(piece, str) else Gap.LEAVE_TOKEN
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
