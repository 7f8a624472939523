"""Asks Amazon SNS for what a proof needs: its certificates, and the start of a subscription.

All requests to it stand here. They go to the region of our own topic only, over https, without
redirects, for a short time, and not often: a forger must not make us ask.
"""

import re
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast
from urllib.parse import urlencode

import structlog
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from flask import current_app

from supporters.campaigns.links.link_requests import LinkAsker, LinkTarget, LinkUnread
from supporters.extensions import current_settings
from supporters.feedback.providers.webhook_events import NotSigned, ProviderUnreachable
from supporters.settings.provider_settings import TOPIC

PATH = re.compile(r"/SimpleNotificationService-[0-9A-Za-z]{1,64}\.pem", re.ASCII)
MOST_OCTETS = 64 * 1024
MOST_CERTIFICATES = 16
MOST_IN_A_MINUTE = 12
LONGEST = 1.5  # seconds: the webhook answers within two
KEY = "sns_requests"
log = structlog.get_logger(__name__)


def host_of_topic(topic: str) -> str:
    """Return the host of Amazon in the region of a topic. Raises NotSigned."""
    found = TOPIC.fullmatch(topic)
    if found is None:
        raise NotSigned
    return f"sns.{found[1]}.amazonaws.com"


@dataclass
class SnsRequests:
    """The requests of a process, and the certificates that it has cached."""

    asker: LinkAsker
    _certificates: dict[tuple[str, str], x509.Certificate] = field(default_factory=dict)
    _asked_at: deque[datetime] = field(default_factory=lambda: deque(maxlen=MOST_IN_A_MINUTE))

    def find_key(self, url: str, topic: str, now: datetime) -> RSAPublicKey:
        """Return the key of a certificate. Raises NotSigned, ProviderUnreachable."""
        host = host_of_topic(topic)
        before, path = url[: len(f"https://{host}")], url[len(f"https://{host}") :]
        if before != f"https://{host}" or not PATH.fullmatch(path):
            raise NotSigned
        certificate = self._certificates.get((host, path)) or self._fetch(host, path, now)
        key = certificate.public_key()
        is_valid = certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc
        if not (is_valid and isinstance(key, RSAPublicKey)):
            raise NotSigned
        return key

    def confirm(self, topic: str, token: str, now: datetime) -> None:
        """Accept a subscription to a topic of ours. Raises ProviderUnreachable.

        The address is made here: the SubscribeURL of a message is never opened.
        """
        query = {"Action": "ConfirmSubscription", "TopicArn": topic, "Token": token}
        self._read(LinkTarget(host_of_topic(topic), f"/?{urlencode(query)}"), now)

    def _fetch(self, host: str, path: str, now: datetime) -> x509.Certificate:
        try:
            certificate = x509.load_pem_x509_certificate(self._read(LinkTarget(host, path), now))
        except ValueError as error:
            raise ProviderUnreachable from error
        if len(self._certificates) >= MOST_CERTIFICATES:
            self._certificates.clear()
        self._certificates[host, path] = certificate
        return certificate

    def _read(self, target: LinkTarget, now: datetime) -> bytes:
        is_full = len(self._asked_at) == MOST_IN_A_MINUTE
        if is_full and now - self._asked_at[0] < timedelta(minutes=1):
            raise ProviderUnreachable
        self._asked_at.append(now)
        try:
            return self.asker.read(target, MOST_OCTETS)
        except LinkUnread as error:
            log.warning("webhook.sns_unreachable", status=error.args[0] if error.args else None)
            raise ProviderUnreachable from error


def current_sns() -> SnsRequests:
    """Return the requests of the running application."""
    if KEY not in current_app.extensions:
        agent = f"Supporters (+{current_settings().base_url})"
        asker = LinkAsker(user_agent=agent, longest=LONGEST)
        current_app.extensions[KEY] = SnsRequests(asker)
    return cast(SnsRequests, current_app.extensions[KEY])
