"""Relays that change the messages of a loop test, and sign them as a relay does."""

import re
from collections.abc import Callable
from email import message_from_bytes
from email.encoders import encode_base64
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import dkim
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from supporters import clock
from supporters.delivery_setup.loop_comparison import LoopFault
from supporters.delivery_setup.loop_test import list_loop_results, send_loop_test, take_loop_message
from supporters.delivery_setup.models import LoopShape
from tests.delivery_setup.right_set_up import signing_key
from tests.servers.relay import Relay

Tamper = Callable[[bytes], bytes]
H = [b"from", b"to", b"subject", b"list-unsubscribe", b"list-unsubscribe-post"]


def sign(raw: bytes, domain: bytes = b"parti.example", headers: list[bytes] = H) -> bytes:
    """Return a message with a signature of the relay."""
    pem = signing_key().private_bytes(
        Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()
    )
    return dkim.sign(raw, b"s1", domain, pem, include_headers=headers) + raw


def arrive(relay: Relay, tamper: Tamper) -> dict[LoopShape, list[LoopFault]]:
    """Send the test through a relay that tampers, read the mailbox; return what was found."""
    send_loop_test()
    for mail in relay.mails:
        assert take_loop_message(tamper(mail.raw), [mail.recipient], clock.now())
    results = list_loop_results(clock.now())
    return {each.shape: [found.fault for found in each.faults or ()] for each in results}


def in_html(old: bytes, new: bytes) -> Tamper:
    """Return the relay that replaces something in each message."""

    def tamper(raw: bytes) -> bytes:
        changed = re.sub(old, lambda found: new, raw, count=1)
        assert changed != raw
        return sign(changed)

    return tamper


def without(name: bytes) -> Tamper:
    """Return the relay that removes a header, where it is."""
    return lambda raw: sign(re.sub(rb"(?m)^" + name + rb": .*\r\n(?:[ \t].*\r\n)*", b"", raw))


def recode(raw: bytes) -> bytes:
    """Encode the parts of a message anew, in base64."""
    message = message_from_bytes(raw)
    for part in message.walk():
        if not part.is_multipart():
            part.set_payload(part.get_payload(decode=True))
            del part["Content-Transfer-Encoding"]
            encode_base64(part)
    return re.sub(rb"\r?\n", b"\r\n", message.as_bytes())


def drop_part(raw: bytes, kind: str) -> bytes:
    """Remove the part of a type."""
    message = message_from_bytes(raw)
    parts = [each for each in message.walk() if each.get_content_type() != kind]
    message.set_payload(parts[1:])
    return sign(re.sub(rb"\r?\n", b"\r\n", message.as_bytes()))


def with_footer(raw: bytes) -> bytes:
    """Add a part of text behind our message, as programs of mailing lists do."""
    message, outer = message_from_bytes(raw), MIMEMultipart("mixed")
    for name in [each for each in message if not each.lower().startswith("content-")]:
        outer[name] = message[name]
        del message[name]
    outer.attach(message)
    outer.attach(MIMEText("Free mailing lists: relay.example"))
    return sign(re.sub(rb"\r?\n", b"\r\n", outer.as_bytes()))
