"""Our topic at Amazon SNS, on this machine: it signs messages and serves its certificate."""

import datetime as dt
import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from supporters.campaigns.links.link_requests import LinkAsker
from supporters.feedback.providers.ses import HASHES, SIGNED
from supporters.feedback.providers.sns_requests import SnsRequests
from supporters.settings.provider_settings import ProviderSettings
from tests.campaigns.links.page_server import PageServer, page_server

TOPIC = "arn:aws:sns:eu-west-3:123456789012:bounces"
FOREIGN = "arn:aws:sns:eu-west-3:666666666666:bounces"
HOST = "sns.eu-west-3.amazonaws.com"
CERTIFICATE = "/SimpleNotificationService-7506a1e35b36ef5a444dd1a8e7cc3ed8.pem"
SES = ProviderSettings(name="ses", topics=(TOPIC,))
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def make_certificate_of(key: rsa.RSAPrivateKey, *, years: int = 100) -> bytes:
    """Return a certificate of Amazon's for a key, valid since 2020."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    start = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=365 * years))
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM)


def sign(message: Mapping[str, str], key: rsa.RSAPrivateKey = KEY) -> dict[str, str]:
    """Return a message with its signature, as SNS makes it."""
    names = [name for name in SIGNED[message["Type"]] if name in message]
    text = "".join(f"{name}\n{message[name]}\n" for name in names).encode()
    made = key.sign(text, padding.PKCS1v15(), HASHES[message["SignatureVersion"]])
    return {**message, "Signature": b64encode(made).decode()}


def notification(event: object, **more: str) -> dict[str, str]:
    """Return a notification about an event of SES, not signed yet."""
    return {
        "Type": "Notification",
        "MessageId": "19ba9823-d7f2-53c1-860e-cb10e0d13dfc",
        "TopicArn": TOPIC,
        "Subject": "Amazon SES Email Event Notification",
        "Message": f"{json.dumps(event)}\n",
        "Timestamp": "2026-12-01T04:00:00.000Z",
        "SignatureVersion": "2",
        "SigningCertURL": f"https://{HOST}{CERTIFICATE}",
        "UnsubscribeURL": f"https://{HOST}/?Action=Unsubscribe",
        **more,
    }


def subscription(**more: str) -> dict[str, str]:
    """Return the question whether we want the messages of a topic, not signed yet."""
    return {
        **notification({}),
        "Type": "SubscriptionConfirmation",
        "Token": "2336412f37&x=1",
        "SubscribeURL": "https://evil.example/?Action=ConfirmSubscription",
        **more,
    }


def as_body(message: Any) -> bytes:
    """Return a request's body."""
    return json.dumps(message).encode()


@dataclass
class Sns:
    """The server of Amazon, and our requests to it."""

    server: PageServer
    requests: SnsRequests

    @property
    def asked(self) -> list[str]:
        """The paths that were asked for."""
        return [path for _method, path, _headers in self.server.asked]


@contextmanager
def running_sns(certificate: bytes | None = None, path: str = CERTIFICATE) -> Iterator[Sns]:
    """Run the server of Amazon in the region of our topic."""
    pages = {path: certificate or make_certificate_of(KEY)}
    with page_server(HOST, pages) as server:
        asker = LinkAsker(
            user_agent="tests",
            resolve=lambda _host, _port: [("127.0.0.1", server.port)],
            is_allowed=lambda _address: True,
            context=server.context,
            longest=5,
        )
        yield Sns(server, SnsRequests(asker))
