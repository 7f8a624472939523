"""Events of Amazon SES over SNS: the topic is ours, and the message has Amazon's signature.

docs.aws.amazon.com/sns: verify message signatures; docs.aws.amazon.com/ses: notification contents,
event publishing. Anybody can have messages of their own topic signed, so the topic is checked
before anything else (REQ-107). The token is a tag of the message; its envelope sender has it too.
"""

import json
from base64 import b64decode
from collections.abc import Mapping
from datetime import datetime

import structlog
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

from supporters import clock
from supporters.feedback.providers.ses_notifications import read_notification
from supporters.feedback.providers.sns_requests import SnsRequests, current_sns
from supporters.feedback.providers.webhook_events import NotSigned, unknown
from supporters.feedback.reports.report import Report
from supporters.settings.provider_settings import ProviderSettings

SUBSCRIPTION, NOTIFICATION = "SubscriptionConfirmation", "Notification"
SIGNED_OF_SUBSCRIPTION = (
    *("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
)
SIGNED = {
    NOTIFICATION: ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    SUBSCRIPTION: SIGNED_OF_SUBSCRIPTION,
    "UnsubscribeConfirmation": SIGNED_OF_SUBSCRIPTION,
}
OPTIONAL = {"Subject"}
HASHES: Mapping[str, hashes.HashAlgorithm] = {
    "1": hashes.SHA1(),  # noqa: S303 - Amazon's default; the topic may ask for version 2
    "2": hashes.SHA256(),
}
TEST_MESSAGE = "Successfully validated SNS topic for Amazon SES event publishing."
log = structlog.get_logger(__name__)


def read_events(
    _headers: Mapping[str, str],
    body: bytes,
    settings: ProviderSettings,
    sns: SnsRequests | None = None,
) -> list[Report]:
    """Return the reports of a message. Raises NotSigned, ProviderUnreachable."""
    message, now, sns = _read_message(body), clock.now(), sns or current_sns()
    if message.get("TopicArn") not in settings.topics:
        raise NotSigned
    _check_signature(message, sns, now)
    if message["Type"] == SUBSCRIPTION:
        sns.confirm(message["TopicArn"], message["Token"], now)
    if message["Type"] != NOTIFICATION:
        log.warning("webhook.sns_subscription", kind=message["Type"])
        return []
    return _read_notifications(message)


def _read_message(body: bytes) -> dict[str, str]:
    """Return the texts of a message. Raises NotSigned."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotSigned from error
    if not isinstance(found, dict):
        raise NotSigned
    return {name: value for name, value in found.items() if isinstance(value, str)}


def _check_signature(message: Mapping[str, str], sns: SnsRequests, now: datetime) -> None:
    """Check the signature of a message. Raises NotSigned, ProviderUnreachable."""
    names = SIGNED.get(message.get("Type", ""), ())
    algorithm = HASHES.get(message.get("SignatureVersion", ""))
    missing = {*names} - {*message} - OPTIONAL
    if not names or missing or algorithm is None:
        raise NotSigned
    signed = "".join(f"{name}\n{message[name]}\n" for name in names if name in message)
    try:
        signature = b64decode(message.get("Signature", ""), validate=True)
        text = signed.encode()
    except ValueError as error:
        raise NotSigned from error
    key = sns.find_key(message.get("SigningCertURL", ""), message["TopicArn"], now)
    try:
        key.verify(signature, text, PKCS1v15(), algorithm)
    except InvalidSignature as error:
        raise NotSigned from error


def _read_notifications(message: Mapping[str, str]) -> list[Report]:
    """Return the report within a signed message; none for what we left out on purpose."""
    if message["Message"].strip() == TEST_MESSAGE:
        return []
    try:
        event = json.loads(message["Message"])
    except (ValueError, RecursionError):
        event = None
    if not isinstance(event, dict):
        return [unknown(message["Message"], "", message["MessageId"])]
    report = read_notification(event, message["MessageId"])
    return [report] if report else []
