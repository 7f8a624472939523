"""Makes a transactional email from its templates: a text and an HTML part (REQ-79)."""

from base64 import b64decode
from dataclasses import replace
from typing import NamedTuple

from flask import render_template
from flask_babel import force_locale
from flask_mail import Message

from supporters import clock
from supporters.config import Settings
from supporters.mail.links import link_to
from supporters.mail.mail_theme import Theme, find_theme
from supporters.mail.message.attached_emails import attach_email
from supporters.mail.message.envelope_senders import TRANSACTIONAL, EnvelopeWriter
from supporters.mail.message.header_fields import ListIdentity
from supporters.mail.message.transactional_message import TransactionalEmail, write_transactional
from supporters.mail.models import EmailKind, OutboxEmail
from supporters.mail.outbox import TemplateValues
from supporters.mail.streams import ONE_CLICK, settings_of


class OutboxMessage(Message):
    """The message that Flask-Mail sends: our own bytes; `sender` is the envelope sender."""

    def __init__(self, email: TransactionalEmail, raw: bytes, *, sender: str) -> None:
        super().__init__(
            subject=email.subject,
            recipients=[email.recipient],
            sender=sender,
            body=email.text,
            html=email.html,
        )
        self._raw = raw

    def as_bytes(self) -> bytes:
        """Return the bytes that the relay gets."""
        return self._raw


def write_message(
    email: OutboxEmail, recipient: str, values: TemplateValues, *, theme: Theme | None = None
) -> OutboxMessage:
    """Return the message of an email, in its language. Raises HeaderUnsafe.

    The sender of the outbox has read the party's theme before, in the transaction of its claim.
    """
    settings, content = render_email(email, recipient, values, theme=theme)
    sender = EnvelopeWriter(settings, TRANSACTIONAL).write(email.id)
    raw, original = write_transactional(settings, content), values.get("original")
    if original:
        raw = attach_email(raw, b64decode(str(original)))
    return OutboxMessage(content, raw, sender=sender)


def render_email(
    email: OutboxEmail, recipient: str, values: TemplateValues, *, theme: Theme | None
) -> tuple[Settings, TransactionalEmail]:
    """Return the content of an email, and the settings with the sender that it names."""
    content = _render(email, recipient, values, theme=theme)
    return settings_for(email.kind, values), content


def settings_for(kind: EmailKind, values: TemplateValues) -> Settings:
    """Return the settings of a kind with the sender and the reply address that an email names."""
    settings = _with_reply_address(kind, values)
    return replace(settings, party_name=str(values.get("sender_name") or settings.party_name))


def _with_reply_address(kind: EmailKind, values: TemplateValues) -> Settings:
    """Return the settings of a kind with the reply address of the list of an email, if any."""
    settings = settings_of([kind])
    return replace(settings, party_contact=str(values.get("reply_to") or settings.party_contact))


class MailContent(NamedTuple):
    """The subject and both parts of an email."""

    subject: str
    text: str
    html: str


def render_content(
    kind: EmailKind, language: str, values: TemplateValues, *, theme: Theme | None = None
) -> MailContent:
    """Return the content of an email of a kind, with these values."""
    folder = f"mail/{kind.name.lower()}"
    context = {
        **values,
        "settings": _with_reply_address(kind, values),
        "theme": theme or find_theme(),
        "language": language,
        "my_data_url": link_to("public.my_data", lang_code=language),
        "lists_url": link_to("public.home", lang_code=language),
        "origin_url": link_to("public.origin", lang_code=language),
    }
    with force_locale(language):
        return MailContent(
            subject=" ".join(render_template(f"{folder}/subject.txt", **context).split()),
            text=render_template(f"{folder}/body.txt", **context),
            html=render_template(f"{folder}/body.html", **context),
        )


def _render(
    email: OutboxEmail, recipient: str, values: TemplateValues, *, theme: Theme | None
) -> TransactionalEmail:
    content = render_content(email.kind, email.language, values, theme=theme)
    leave_url = values.get(ONE_CLICK.get(email.kind, ""))
    return TransactionalEmail(
        id=email.id,
        recipient=recipient,
        subject=content.subject,
        text=content.text,
        html=content.html,
        sent_at=clock.now(),
        is_automatic=email.kind is not EmailKind.CAMPAIGN_TEST,
        leave_url=str(leave_url) if leave_url else None,
        list_identity=_identify_list(email.kind, values) if leave_url else None,
    )


def _identify_list(kind: EmailKind, values: TemplateValues) -> ListIdentity | None:
    """Return the list that an email is about; None for emails from before they named it."""
    slug = values.get("list_slug")
    if not slug:
        return None
    feedback = kind.value.replace("_", "-")
    return ListIdentity(slug=str(slug), name=str(values["list_name"]), feedback=feedback)
