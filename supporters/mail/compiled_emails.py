"""Compiles transactional emails: everything that many of them share is rendered and encoded once.

The bytes are those that the templates give for each email alone. The kinds that many people get in
a short time are compiled, the others are rendered each time.
"""

import json
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from enum import Enum, auto
from itertools import groupby

from markupsafe import escape

from supporters import clock
from supporters.config import Settings
from supporters.extensions import current_settings
from supporters.mail.mail_face import Face
from supporters.mail.mail_templates import render_email, write_message
from supporters.mail.message.envelope_senders import TRANSACTIONAL, EnvelopeWriter
from supporters.mail.message.header_fields import bare_value, encode_text, write_date
from supporters.mail.message.mime_parts import ANY_BREAK, HARD_BREAK, end_line, escape_octets
from supporters.mail.message.sent_words import SentWords, sign_words, tag_sentence
from supporters.mail.message.transactional_message import (
    read_words,
    write_headers,
    write_transactional,
)
from supporters.mail.message.visible_words import (
    END_OF_SENTENCE,
    QUOTES,
    fold_blanks,
    list_html_sentences,
    list_sentences,
)
from supporters.mail.models import EmailKind, OutboxEmail
from supporters.mail.outbox import TemplateValues
from supporters.mail.outbox_claims import ClaimedEmail
from supporters.smtp_relay.dialogue import OutgoingMessage

# The values that differ between the emails of a kind. Emails whose other values are equal share
# a compiled form.
OF_ONE_READER: Mapping[EmailKind, tuple[str, ...]] = {
    EmailKind.CONFIRM_SIGNUP: ("confirm_url", "not_me_url", "code"),
    EmailKind.ALREADY_SUBSCRIBED: ("manage_url",),
    EmailKind.MY_DATA: ("open_url",),
    EmailKind.NEW_ADDRESS: ("confirm_url",),
    EmailKind.RESET_PASSWORD: ("reset_url",),
}
COMPILED_AT_MOST = 200
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class EmailComposer:
    """Writes the messages of one sender; it keeps what it has compiled."""

    def __init__(self) -> None:
        self._settings: Settings | None = None
        self._face: Face | None = None
        self._compiled: dict[str, CompiledEmail] = {}

    def __len__(self) -> int:
        """Return how many compiled forms it keeps."""
        return len(self._compiled)

    def write(self, claimed: ClaimedEmail, face: Face) -> OutgoingMessage:
        """Return the message of an email. Raises ValueError, KeyError or TemplateError."""
        open_values = _list_open_values(claimed.email.kind, claimed.values)
        if not open_values:
            return _write_alone(claimed, face)
        settings = current_settings()
        if settings is not self._settings or face != self._face:
            self._compiled.clear()
            self._settings, self._face = settings, face
            self._envelopes = EnvelopeWriter(settings, TRANSACTIONAL)
        compiled = self._find(claimed, [*open_values], face)
        content = compiled.fill(claimed.email.id, claimed.recipient, open_values)
        sender = self._envelopes.write(claimed.email.id)
        return OutgoingMessage(sender, claimed.recipient, content)

    def _find(self, claimed: ClaimedEmail, names: list[str], face: Face) -> "CompiledEmail":
        email = claimed.email
        shared = [pair for pair in claimed.values.items() if pair[0] not in names]
        key = json.dumps([email.kind, email.language, shared])
        if key not in self._compiled:
            if len(self._compiled) >= COMPILED_AT_MOST:
                self._compiled.clear()
            self._compiled[key] = CompiledEmail(email, claimed.values, names, face=face)
        return self._compiled[key]


def _list_open_values(kind: EmailKind, values: TemplateValues) -> dict[str, str]:
    """Return the values of one reader; none if the email must be rendered alone."""
    found: dict[str, str] = {}
    for name in OF_ONE_READER.get(kind, ()):
        value = values.get(name)
        if not value or not isinstance(value, str) or not value.isprintable():
            return {}
        found[name] = value
    return found


def _write_alone(claimed: ClaimedEmail, face: Face) -> OutgoingMessage:
    message = write_message(claimed.email, claimed.recipient, claimed.values, face=face)
    return OutgoingMessage(str(message.sender), claimed.recipient, message.as_bytes())


class _Field(Enum):
    """The values outside of the content that are filled in."""

    ID = auto()
    RECIPIENT = auto()
    DATE = auto()
    SUBJECT = auto()
    WORDS = auto()


_LinePiece = bytes | tuple[str, bool]  # the name of a value, and whether it is in HTML
_OpenLine = tuple[_LinePiece, ...]
_Piece = bytes | _Field | _OpenLine


class CompiledEmail:
    """A message with open values; its lines with one of them are folded for each reader."""

    def __init__(
        self, email: OutboxEmail, values: TemplateValues, names: Sequence[str], *, face: Face
    ) -> None:
        """Render and encode what is the same for all. Raises ValueError."""
        mark = f"x{secrets.token_hex(16)}x"  # occurs in no other text
        marks = {name: f"{mark}{number}x" for number, name in enumerate(names)}
        blank = OutboxEmail(id=secrets.randbits(60), kind=email.kind, language=email.language)
        settings, content = render_email(blank, f"{mark}@x", {**values, **marks}, face=face)
        frame = replace(
            content,
            subject=f"{mark}subject",
            text=f"{mark}text",
            html=f"{mark}html",
            sent_at=LONG_AGO,
            signed_words=f"{mark}words",
        )
        self._subject, self._marks = content.subject, marks
        self._key = settings.secret_keys[0]
        self._words = read_words(content, write_headers(settings, content))
        self._content = content
        self._tags = [
            (each, "" if mark in each else tag_sentence(self._key, each))
            for each in self._words.sentences
        ]
        parts: dict[bytes, Sequence[_Piece]] = {
            b"%d" % blank.id: [_Field.ID],
            f"{mark}subject".encode(): [_Field.SUBJECT],
            f"{mark}words".encode(): [_Field.WORDS],
            f"{mark}@x".encode(): [_Field.RECIPIENT],
            write_date(int(LONG_AGO.timestamp())): [_Field.DATE],
            f"{mark}text\r\n".encode(): [*_open_part(content.text, marks, is_html=False)],
            f"{mark}html\r\n".encode(): [*_open_part(content.html, marks, is_html=True)],
        }
        self._pieces = [*_join(_replace(write_transactional(settings, frame), parts))]

    def fill(self, email_id: int, recipient: str, values: Mapping[str, str]) -> bytes:
        """Return the message of one reader. Raises HeaderUnsafe."""
        fields = {
            _Field.ID: b"%d" % email_id,
            _Field.RECIPIENT: bare_value("To", recipient),
            _Field.DATE: write_date(int(clock.now().timestamp())),
            _Field.SUBJECT: self._write_subject(values),
            _Field.WORDS: self._sign(email_id, values).encode(),
        }
        known: dict[tuple[str, bool], bytes] = {}
        for name, value in values.items():
            known[name, False] = escape_octets(value.encode())
            known[name, True] = escape_octets(str(escape(value)).encode())
        written = []
        for piece in self._pieces:
            if isinstance(piece, bytes):
                written.append(piece)
            elif isinstance(piece, _Field):
                written.append(fields[piece])
            else:
                line = [each if isinstance(each, bytes) else known[each] for each in piece]
                written.append(end_line(b"".join(line)))
        return b"".join(written)

    def _write_subject(self, values: Mapping[str, str]) -> bytes:
        """Return the subject of one reader, encoded and folded."""
        return encode_text(fold_blanks(self._fill_in(self._subject, values)), "Subject").encode()

    def _fill_in(self, text: str, values: Mapping[str, str]) -> str:
        for name, mark in self._marks.items():
            text = text.replace(mark, values[name])
        return text

    def _sign(self, email_id: int, values: Mapping[str, str]) -> str:
        """Return the signed words of one reader's email."""
        in_html = {name: str(escape(value)) for name, value in values.items()}
        words, open_words = self._words, self._content
        text, html = self._fill_in(words.text, values), self._fill_in(words.html, in_html)
        tags = [
            tag or tag_sentence(self._key, self._fill_in(each, values)) for each, tag in self._tags
        ]
        if not all(map(_is_one_sentence, values.values())):
            text, html = fold_blanks(text), fold_blanks(html)
            sentences = [
                *list_sentences(self._fill_in(open_words.text, values)),
                *list_html_sentences(self._fill_in(open_words.html, in_html)),
            ]
            tags = [tag_sentence(self._key, each) for each in sentences]
        subject = fold_blanks(self._fill_in(words.headers["Subject"], values))
        headers = {**words.headers, "Subject": subject.translate(QUOTES)}
        return sign_words(
            self._key,
            SentWords(id=email_id, headers=headers, text=text, html=html, sentences=()),
            tags,
        )


def _is_one_sentence(value: str) -> bool:
    """Tell whether a value ends no sentence, and has no blanks that are folded."""
    has_letters = any(map(str.isalnum, value)) and not value.endswith((".", "!", "?", "…"))
    return has_letters and value == fold_blanks(value) and not END_OF_SENTENCE.search(value)


def _open_part(text: str, marks: Mapping[str, str], *, is_html: bool) -> Iterator[_Piece]:
    """Yield a whole part, encoded, which ends in a line break."""
    places = {mark.encode(): (name, is_html) for name, mark in marks.items()}
    lines = ANY_BREAK.split(text.encode())
    if len(lines) > 1 and not lines[-1]:
        lines.pop()
    for line in lines:
        pieces = _cut(line, places)
        if len(pieces) == 1:
            yield end_line(escape_octets(line)) + HARD_BREAK
            continue
        yield tuple(places[piece] if piece in places else escape_octets(piece) for piece in pieces)
        yield HARD_BREAK


def _replace(frame: bytes, parts: Mapping[bytes, Sequence[_Piece]]) -> Iterator[_Piece]:
    for piece in _cut(frame, parts):
        yield from parts.get(piece, [piece])


def _cut(text: bytes, marks: Iterable[bytes]) -> list[bytes]:
    """Return the pieces of a text: its marks, and what is between them."""
    return re.split(b"(" + b"|".join(map(re.escape, marks)) + b")", text)


def _join(pieces: Iterable[_Piece]) -> Iterator[_Piece]:
    """Yield the pieces, with neighbouring bytes joined."""
    for is_fixed, neighbours in groupby(pieces, lambda piece: isinstance(piece, bytes)):
        if is_fixed:
            yield b"".join(piece for piece in neighbours if isinstance(piece, bytes))
        else:
            yield from neighbours
