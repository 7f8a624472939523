"""The records of a party whose set-up is right, at a fake DNS server."""

import dataclasses
from base64 import b64encode
from functools import cache

from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    RSAPublicKey,
    RSAPublicNumbers,
    generate_private_key,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from supporters.config import Settings
from supporters.settings.feedback_settings import FeedbackSettings
from supporters.settings.setup_settings import SetupSettings
from tests.servers.dns_server import DnsServer

SENDER = "203.0.113.7"
REVERSE = "7.113.0.203.in-addr.arpa"
SPF = "v=spf1 ip4:203.0.113.7 ~all"
DMARC = "v=DMARC1; p=quarantine"
INTAKE = FeedbackSettings(scheme="lmtp", host="127.0.0.1", port=2424)


@cache
def signing_key() -> RSAPrivateKey:
    """Return the key that the relay of the party signs with."""
    return generate_private_key(65537, 2048)


def dkim_record() -> str:
    """Return the record of that key."""
    return _write(signing_key().public_key())


def dkim_of_size(bits: int) -> str:
    """Return the record of a number of so many bits, as a key."""
    return _write(RSAPublicNumbers(65537, (1 << (bits - 1)) + 1).public_key())


def _write(key: RSAPublicKey) -> str:
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"v=DKIM1; k=rsa; p={b64encode(der).decode()}"


def publish_all(server: DnsServer) -> None:
    """Publish all records of the party."""
    server.publish("retours.parti.example", "TXT", SPF)
    server.publish("retours.parti.example", "MX", "10 mx.parti.example.")
    server.publish("parti.example", "TXT", "some-verification=1", SPF)
    server.publish("parti.example", "MX", "10 mx.parti.example.")
    server.publish("mx.parti.example", "A", SENDER)
    server.publish("_dmarc.parti.example", "TXT", DMARC)
    server.publish("s1._domainkey.parti.example", "TXT", dkim_record())
    server.publish(REVERSE, "PTR", "mx.parti.example.")


def production_settings(settings: Settings, server: DnsServer) -> Settings:
    """Return the settings of that party: no development, and this DNS server."""
    return dataclasses.replace(
        settings,
        is_development=False,
        mail_from="lettre@parti.example",
        bounce_address="retours@retours.parti.example",
        party_contact="bonjour@parti.example",
        hosting="Example",
        publication_director="Example",
        setup=SetupSettings(
            dns_server=server.address, sending_addresses=(SENDER,), dkim_selectors=("s1",)
        ),
    )
