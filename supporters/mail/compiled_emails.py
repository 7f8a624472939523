"""Compiles transactional emails: everything that many of them share is rendered and encoded once.

They are read as the templates give each email alone. The kinds that many people get in a short time
are compiled, the others are rendered each time.
"""

import hashlib
import json
import re
import secrets
from collections.abc import Collection, Iterable, Mapping

from supporters import clock
from supporters.config import Settings
from supporters.extensions import current_settings
from supporters.mail.mail_templates import render_email, write_message
from supporters.mail.mail_theme import Theme
from supporters.mail.message.envelope_senders import TRANSACTIONAL, EnvelopeWriter
from supporters.mail.message.transactional_message import TransactionalTemplate
from supporters.mail.models import EmailKind, OutboxEmail
from supporters.mail.outbox import TemplateValues
from supporters.mail.outbox_claims import ClaimedEmail
from supporters.mail.written_emails import CONFIRMING, EmailTexts, WrittenEmail
from supporters.smtp_relay.dialogue import OutgoingMessage

# The values that differ between the emails of a kind. Emails whose other values are equal share
# a compiled form.
OF_ONE_READER: Mapping[EmailKind, tuple[str, ...]] = {
    EmailKind.CONFIRM_SIGNUP: ("confirm_url", "not_me_url", "code"),
    EmailKind.ALREADY_SUBSCRIBED: ("manage_url",),
    EmailKind.MY_DATA: ("open_url",),
    EmailKind.NEW_ADDRESS: ("confirm_url",),
    EmailKind.RESET_PASSWORD: ("reset_url",),
}
# A word that ends no sentence, or a code in two groups.
SAFE_VALUE = re.compile(r"[!-~]*[A-Za-z0-9][_-]*|\d+ \d+", re.ASCII)
COMPILED_AT_MOST = 200


class EmailComposer:
    """Writes the messages of one sender; it keeps what it has compiled."""

    def __init__(self) -> None:
        self._settings: Settings | None = None
        self._theme: Theme | None = None
        self._compiled: dict[str, TransactionalTemplate] = {}
        self._texts = EmailTexts(Theme())

    def __len__(self) -> int:
        """Return how many compiled forms it keeps."""
        return len(self._compiled)

    def write(self, claimed: ClaimedEmail, theme: Theme) -> OutgoingMessage:
        """Return the message of an email. Raises ValueError, KeyError or TemplateError."""
        self._look(theme)
        open_values = _list_open_values(claimed.email.kind, claimed.values)
        if not open_values:
            return _write_alone(claimed, theme)
        template, number = self._find(claimed, open_values, theme), claimed.email.id
        content = template.write(number, claimed.recipient, open_values, sent_at=clock.now())
        return OutgoingMessage(self._envelopes.write(number), claimed.recipient, content)

    def describe(self, claimed: ClaimedEmail, message: OutgoingMessage) -> WrittenEmail | None:
        """Return the hash and the text of an email that it wrote, if its links can confirm."""
        if claimed.email.kind not in CONFIRMING:
            return None
        text = self._texts.find(claimed.email, claimed.values)
        return WrittenEmail(hashlib.sha256(message.content).digest(), text)

    def _look(self, theme: Theme) -> None:
        """Forget everything if the settings or the theme have changed."""
        settings = current_settings()
        if settings is not self._settings or theme != self._theme:
            self._compiled.clear()
            self._settings, self._theme = settings, theme
            self._envelopes = EnvelopeWriter(settings.for_transactional, TRANSACTIONAL)
            self._texts = EmailTexts(theme)

    def _find(
        self, claimed: ClaimedEmail, names: Collection[str], theme: Theme
    ) -> TransactionalTemplate:
        email = claimed.email
        shared = [pair for pair in claimed.values.items() if pair[0] not in names]
        key = json.dumps([email.kind, email.language, shared])
        if key not in self._compiled:
            if len(self._compiled) >= COMPILED_AT_MOST:
                self._compiled.clear()
            self._compiled[key] = _compile(email, claimed.values, names, theme=theme)
        return self._compiled[key]


def _list_open_values(kind: EmailKind, values: TemplateValues) -> dict[str, str]:
    """Return the values of one reader; none if the email must be rendered alone."""
    found: dict[str, str] = {}
    for name in OF_ONE_READER.get(kind, ()):
        value = values.get(name)
        if not isinstance(value, str) or not SAFE_VALUE.fullmatch(value):
            return {}
        found[name] = value
    return found


def _write_alone(claimed: ClaimedEmail, theme: Theme) -> OutgoingMessage:
    message = write_message(claimed.email, claimed.recipient, claimed.values, theme=theme)
    return OutgoingMessage(str(message.sender), claimed.recipient, message.as_bytes())


def _compile(
    email: OutboxEmail, values: TemplateValues, names: Iterable[str], *, theme: Theme
) -> TransactionalTemplate:
    """Render and encode what is the same for all. Raises ValueError."""
    mark = f"x{secrets.token_hex(16)}x"  # occurs in no other text
    marks = {name: f"{mark}{number}x" for number, name in enumerate(names)}
    settings, content = render_email(email, "", {**values, **marks}, theme=theme)
    return TransactionalTemplate(settings, content, marks)
