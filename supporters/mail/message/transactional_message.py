"""Writes the bytes of an email to one person, in the same form as a campaign's (section H).

Emails that differ in some values only share a template: marks stand for these values.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes

from markupsafe import escape

from supporters.config import Settings
from supporters.mail.message.envelope_senders import TRANSACTIONAL, EnvelopeWriter
from supporters.mail.message.header_fields import ListIdentity, bare_value, encode_text, write_date
from supporters.mail.message.message_writer import (
    HeaderGap,
    HeaderPiece,
    HeaderValues,
    MessageWriter,
    write_headers,
)
from supporters.mail.message.sent_words import HEADER, SentWords, sign_words, tag_sentence
from supporters.mail.message.visible_words import (
    QUOTES,
    fold_blanks,
    list_html_sentences,
    list_sentences,
    read_headers,
)

SUBJECT = "Subject"


@dataclass(frozen=True, kw_only=True)
class TransactionalEmail:
    """The content and the recipient. Mail programs send a POST to the `leave_url` (RFC 8058)."""

    id: int
    recipient: str
    subject: str
    text: str
    html: str
    sent_at: datetime
    is_automatic: bool = True
    leave_url: str | None = None
    list_identity: ListIdentity | None = None


@dataclass(frozen=True)
class OpenValue:
    """The place of a value in a text, and how it is escaped there."""

    field: str
    escape: Callable[[str], str]

    def value(self, given: str | None) -> str:
        """Return the escaped text for this value."""
        return str(self.escape(given or ""))


class TextWithGaps:
    """A text with marks for some values."""

    def __init__(
        self, text: str, marks: Mapping[str, str], escape: Callable[[str], str] = str
    ) -> None:
        fields = {mark: field for field, mark in marks.items()}
        cut = re.split(f"({'|'.join(fields)})", text) if fields else [text]
        self.pieces = [OpenValue(fields[each], escape) if each in fields else each for each in cut]

    @property
    def is_open(self) -> bool:
        """Whether a value of one reader is in it."""
        return len(self.pieces) > 1

    def fill(self, values: Mapping[str, str]) -> str:
        """Return the text of one reader."""
        return "".join(
            each if isinstance(each, str) else each.value(values[each.field])
            for each in self.pieces
        )


class TransactionalTemplate:
    """The message of all emails that differ only in the values with `marks`.

    A value is one word of ASCII that ends no sentence, or a code in two groups; the marks are such
    words, and occur nowhere else.
    """

    def __init__(
        self, settings: Settings, email: TransactionalEmail, marks: Mapping[str, str]
    ) -> None:
        """Encode and sign what is the same for all. Raises HeaderUnsafe."""
        self._key = settings.secret_keys[0]
        self._envelopes = EnvelopeWriter(settings, TRANSACTIONAL)
        text, html = email.text, email.html
        self._subject = TextWithGaps(email.subject, marks)
        sentences = [*list_sentences(text), *list_html_sentences(html)]
        self._tags = [
            each if each.is_open else tag_sentence(self._key, each.fill({}))
            for each in (TextWithGaps(sentence, marks) for sentence in sentences)
        ]
        headers = [*_write_headers(settings, email)]
        self._headers = _read_headers(headers, email.subject)
        self._signed_subject = TextWithGaps(self._headers[SUBJECT], marks)
        self._text = TextWithGaps(fold_blanks(text), marks)
        self._html = TextWithGaps(fold_blanks(html), marks, escape)
        self._writer = MessageWriter(
            [*headers, f"{HEADER}: ".encode(), HeaderGap.WORDS, b"\r\n"],
            text=TextWithGaps(text, marks).pieces,
            html=TextWithGaps(html, marks, escape).pieces,
            boundary=(b"=_letter.", HeaderGap.ID),
        )

    def write(
        self, email_id: int, recipient: str, values: Mapping[str, str], *, sent_at: datetime
    ) -> bytes:
        """Return the message of one reader. Raises HeaderUnsafe."""
        headers = HeaderValues(
            recipient=bare_value("To", recipient),
            subject=encode_text(self._subject.fill(values), SUBJECT).encode(),
            date=write_date(int(sent_at.timestamp())),
            id=b"%d" % email_id,
            words=self._sign(email_id, values).encode(),
            return_token=self._envelopes.sign(email_id).encode(),
        )
        return self._writer.write(headers, values)

    def _sign(self, email_id: int, values: Mapping[str, str]) -> str:
        subject = self._signed_subject.fill(values)
        words = SentWords(
            id=email_id,
            headers={**self._headers, SUBJECT: subject.translate(QUOTES)},
            text=self._text.fill(values),
            html=self._html.fill(values),
        )
        tags = [
            each if isinstance(each, str) else tag_sentence(self._key, each.fill(values))
            for each in self._tags
        ]
        return sign_words(self._key, words, tags)


def _write_headers(settings: Settings, email: TransactionalEmail) -> list[HeaderPiece]:
    url = email.leave_url
    headers = write_headers(
        settings,
        message_id="letter",
        leave_url=[bare_value("List-Unsubscribe", url)] if url else (),
        list_identity=email.list_identity,
        is_automatic=email.is_automatic,
    )
    return [*headers]


def _read_headers(headers: Sequence[HeaderPiece], subject: str) -> dict[str, str]:
    """Return the signed headers as they are read; values of one reader are not among them."""
    written = {HeaderGap.SUBJECT: encode_text(subject, SUBJECT).encode()}
    pieces = (each if isinstance(each, bytes) else written.get(each, b"") for each in headers)
    return read_headers(message_from_bytes(b"".join(pieces)))


def write_transactional(settings: Settings, email: TransactionalEmail) -> bytes:
    """Return a whole message of ASCII with CRLF line ends. Raises HeaderUnsafe."""
    template = TransactionalTemplate(settings, email, {})
    return template.write(email.id, email.recipient, {}, sent_at=email.sent_at)
