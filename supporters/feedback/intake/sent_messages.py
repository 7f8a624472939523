"""Finds the message of ours that a report is about, by what only we can sign (REQ-97)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from supporters.crypto.tokens import TokenError, TokenPurpose
from supporters.extensions import current_settings, current_tokens
from supporters.feedback.reports.report import Report, ReportKind
from supporters.mail.links import read_signed_path
from supporters.mail.message.envelope_senders import TRANSACTIONAL, read_envelope_sender
from supporters.mail.pasted_emails import host_of, path_of

OF_READER = (TokenPurpose.UNSUBSCRIBE, TokenPurpose.WHY)  # signed: reader, list, campaign
LEAVING = (ReportKind.COMPLAINT, ReportKind.UNSUBSCRIBE)


@dataclass(frozen=True, kw_only=True)
class SentMessage:
    """A message of ours: of a campaign to a person, or an email of the outbox.

    A link names the person and the list, also that of a transactional email. `recipients` are the
    addresses that the report names: unproven, and checked against the email's own hash.
    """

    subscriber_id: int | None = None
    campaign_id: int | None = None
    list_id: int | None = None
    email_id: int | None = None
    recipients: Sequence[str] = ()

    @property
    def is_one_message(self) -> bool:
        """Whether it names one message, and not only the person of a transactional email."""
        return self.campaign_id is not None or self.email_id is not None

    @property
    def name(self) -> str:
        """Its name in a natural key: the same for each report about it."""
        return f"{self.campaign_id or 0}.{self.email_id or self.subscriber_id}"


def find_sent_message(report: Report) -> SentMessage | None:
    """Return the message of a report; None if nothing in it is signed by us.

    The links of an enclosed original count for those who leave only: they can do no more than the
    person who reads that email.
    """
    found = _read_tokens(report.tokens)
    if found is not None and found.email_id is not None:
        named = (*(each.address for each in report.failures), report.recipient)
        found = replace(found, recipients=[each for each in named if each])
    is_of_campaign = found is not None and found.campaign_id is not None
    if is_of_campaign or report.kind not in LEAVING:
        return found
    linked = next(filter(None, map(_read_link, report.links)), None)
    return found if linked is None else replace(linked, email_id=found.email_id if found else None)


def _read_tokens(tokens: Sequence[str]) -> SentMessage | None:
    secret_keys = current_settings().secret_keys
    for address in tokens:
        match read_envelope_sender(secret_keys, address):
            case (campaign_id, number) if campaign_id == TRANSACTIONAL:
                return SentMessage(email_id=number)
            case (campaign_id, number):
                return SentMessage(campaign_id=campaign_id, subscriber_id=number)
    return None


def _read_link(link: str) -> SentMessage | None:
    if host_of(link) != host_of(current_settings().base_url):
        return None
    purpose, token = read_signed_path(path_of(link)) or (None, "")
    if purpose not in OF_READER:
        return None
    try:
        payload = current_tokens().read(purpose, token)
    except TokenError:
        return None
    if not isinstance(payload, list) or len(payload) != len(("reader", "list", "campaign")):
        return None
    subscriber_id, list_id, campaign_id = map(int, payload)
    return SentMessage(
        subscriber_id=subscriber_id, list_id=list_id, campaign_id=campaign_id or None
    )
