"""Changes the source of an email as a forger, a mail server or a mailing list does."""

import quopri
from base64 import encodebytes
from collections.abc import Callable
from email import message_from_string
from email.message import Message


def change_parts(source: str, change: Callable[[str], str], *, only: str = "") -> str:
    """Return a source with changed texts, in the same encoding; `only` one type of part."""
    message = message_from_string(source)
    for part in message.walk():
        if not part.is_multipart() and part.get_content_type().endswith(only):
            set_text(part, change(text_of(part)))
    return message.as_string()


def text_of(part: Message) -> str:
    octets = part.get_payload(decode=True)
    assert isinstance(octets, bytes)
    return octets.decode()


def set_text(part: Message, text: str, encoding: str = "quoted-printable") -> None:
    """Put a text into a part, in an encoding."""
    octets = text.encode()
    del part["Content-Transfer-Encoding"]
    part["Content-Transfer-Encoding"] = encoding
    if encoding == "base64":
        part.set_payload(encodebytes(octets).decode())
    elif encoding == "8bit":
        part.set_payload(text)
    else:
        part.set_payload(quopri.encodestring(octets).decode())


def encode_otherwise(source: str, encoding: str) -> str:
    """Return a source whose parts have another encoding, as mail servers make it."""
    message = message_from_string(source)
    for part in message.walk():
        if not part.is_multipart():
            set_text(part, text_of(part), encoding)
    if encoding != "8bit":
        return message.as_string()
    first, *parts = [part for part in message.walk() if not part.is_multipart()]
    boundary = message.get_boundary()
    headers = "".join(f"{name}: {value}\n" for name, value in message.items())
    body = "".join(
        f"--{boundary}\n"
        + "".join(f"{name}: {value}\n" for name, value in part.items())
        + f"\n{part.get_payload()}\n"
        for part in (first, *parts)
    )
    return f"{headers}\n{body}--{boundary}--\n"


def set_header(source: str, name: str, value: str) -> str:
    """Return a source with another value of a header."""
    message = message_from_string(source)
    del message[name]
    message[name] = value
    return message.as_string()
