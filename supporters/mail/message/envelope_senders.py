"""Envelope senders: each message has its own, so a bounce identifies it, and can't be forged.

`bounces+token@party.example` (REQ-96, REQ-97). The token holds the ids of the campaign and the
subscriber and 72 bits of an HMAC, in base32: relays may change the case of an address. The token
of a transactional email holds `TRANSACTIONAL` and the id of the email.
"""

import hmac
import re
from base64 import b32decode, b32encode
from collections.abc import Sequence
from struct import Struct
from urllib.parse import unquote

from supporters.config import Settings

IDS = Struct(">QQ")
OCTETS_OF_HMAC = 9
MAILED_DEPARTURE = re.compile(r"(<[^>]+>), <mailto:([^?>]+)\?subject=unsubscribe>")
TRANSACTIONAL = 0  # in place of the id of a campaign


class EnvelopeWriter:
    """Makes the envelope senders of a campaign or of the outbox, signed with the newest key."""

    def __init__(self, settings: Settings, campaign_id: int) -> None:
        self._key = _derive_key(settings.secret_keys[0])
        self._campaign_id = campaign_id
        local, _, domain = settings.bounce_address.rpartition("@")
        self.start, self.end = f"{local}+", f"@{domain}"

    def write(self, subscriber_or_email_id: int) -> str:
        """Return the envelope sender of a message: the same at each attempt."""
        return self.start + self.sign(subscriber_or_email_id) + self.end

    def sign(self, subscriber_or_email_id: int) -> str:
        """Return the token of a message, which stands between `start` and `end`."""
        ids = IDS.pack(self._campaign_id, subscriber_or_email_id)
        return b32encode(ids + _sign(self._key, ids)).decode().lower()


def read_envelope_sender(secret_keys: Sequence[str], address: str) -> tuple[int, int] | None:
    """Return the ids of the campaign and the subscriber; None if the address isn't ours.

    For a transactional email these are `TRANSACTIONAL` and its own id.
    """
    token = address.rpartition("@")[0].rpartition("+")[2]
    try:
        octets = b32decode(token, casefold=True)
    except ValueError:
        return None
    ids, signature = octets[: IDS.size], octets[IDS.size :]
    for key in secret_keys:
        if hmac.compare_digest(signature, _sign(_derive_key(key), ids)):
            campaign_id, subscriber_id = IDS.unpack(ids)
            return campaign_id, subscriber_id
    return None


def without_mailed_departure(secret_keys: Sequence[str], header: str) -> str:
    """Return a List-Unsubscribe header without the address of ours behind its link, if any."""
    found = MAILED_DEPARTURE.fullmatch(header)
    if found is None or read_envelope_sender(secret_keys, unquote(found[2])) is None:
        return header
    return found[1]


def _derive_key(secret_key: str) -> bytes:
    return hmac.digest(secret_key.encode(), b"supporters.envelope-sender", "sha256")


def _sign(key: bytes, ids: bytes) -> bytes:
    return hmac.digest(key, ids, "sha256")[:OCTETS_OF_HMAC]
