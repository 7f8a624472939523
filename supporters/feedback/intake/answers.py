"""Passes an answer to a campaign on to the party's mailbox, and counts it.

Answers go to Reply-To; these went to the address that bounces go to. The email is automatic, and
an answer to it is not passed on: no loop can begin (REQ-104).
"""

from base64 import b64encode
from datetime import datetime, timedelta
from email import message_from_bytes
from email.utils import parseaddr

from sqlalchemy import func, select

from supporters.campaigns.queries import find_campaign
from supporters.database import db, in_transaction
from supporters.extensions import current_settings
from supporters.feedback.intake.sent_messages import SentMessage
from supporters.feedback.models import Effect, FeedbackReport
from supporters.languages import DEFAULT_LANGUAGE
from supporters.lists.list_sender import sender_of
from supporters.lists.queries import get_list
from supporters.mail.models import EmailKind, OutboxEmail
from supporters.mail.outbox import EmailDraft, put_email
from supporters.people.addresses import AddressInvalid, parse_address

LONGEST, LONGEST_HEAD, LONGEST_FROM = 256_000, 64_000, 1_000  # octets, and characters
MOST_AN_HOUR = 60  # a token may be copied: nobody floods the party's mailbox with it
HOUR = timedelta(hours=1)
USEFUL_FOR = timedelta(days=3)


@in_transaction
def pass_on_answer(sent: SentMessage, raw: bytes | None, now: datetime) -> Effect:
    """Put an answer into the outbox, for the mailbox that answers go to."""
    if raw is None or _is_loop(sent) or _count_passed_on(now) >= MOST_AN_HOUR:
        return Effect.ANSWER_COUNTED
    reply_to = _find_writer(raw)
    draft = EmailDraft(
        kind=EmailKind.ANSWER_PASSED_ON,
        recipient=_find_mailbox(sent),
        language=DEFAULT_LANGUAGE,
        values={
            "original": b64encode(raw[:LONGEST]).decode(),
            **({"reply_to": reply_to} if reply_to else {}),
        },
        useful_for=USEFUL_FOR,
    )
    put_email(draft, now=now)
    return Effect.ANSWER_PASSED_ON


def _find_mailbox(sent: SentMessage) -> str:
    """Return the mailbox of the list that the message was to."""
    campaign = None if sent.campaign_id is None else find_campaign(sent.campaign_id)
    if campaign is None:
        return current_settings().party_contact
    return sender_of(get_list(campaign.mailing_list_id)).reply_to


def _is_loop(sent: SentMessage) -> bool:
    """Tell whether the answer is to an email that passed an answer on."""
    email = db.session.get(OutboxEmail, sent.email_id) if sent.email_id is not None else None
    return email is not None and email.kind is EmailKind.ANSWER_PASSED_ON


def _count_passed_on(now: datetime) -> int:
    passed_on = select(func.count()).where(
        FeedbackReport.received_at > now - HOUR,
        FeedbackReport.effect == Effect.ANSWER_PASSED_ON,
    )
    return db.session.scalar(passed_on) or 0


def _find_writer(raw: bytes) -> str:
    """Return the address of the answer's writer, to reply to; nothing if it isn't a plain one."""
    head = raw[:LONGEST_HEAD].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    address = parseaddr(str(message_from_bytes(head).get("From", ""))[:LONGEST_FROM])[1]
    try:
        parse_address(address)
    except AddressInvalid:
        return ""
    is_plain = address.isascii() and address.isprintable() and " " not in address
    return address if is_plain else ""
