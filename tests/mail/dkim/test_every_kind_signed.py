"""The emails of every kind, in five languages, as a mail server got them, are signed."""

import dataclasses
import re
from email import message_from_bytes

from flask import Flask

from supporters.languages import LANGUAGES
from supporters.mail.models import EmailKind, OutboxEmail
from supporters.settings.language_settings import LanguageSettings
from tests.factories.returned.dkim_keys import make_active_key, verifies
from tests.machinery.prepared_states import begins_with
from tests.mail.every_kind import copy_of, write_every_kind
from tests.mail.outbox_emails import send_emails
from tests.servers.relay import Relay

pytestmark = begins_with(write_every_kind)


def test_every_kind_in_every_language_verifies(
    app: Flask, relay: Relay, prepared: dict[EmailKind, OutboxEmail]
) -> None:
    settings = app.extensions["settings"]
    languages = LanguageSettings(tuple(LANGUAGES))
    app.extensions["settings"] = dataclasses.replace(settings, languages=languages)
    key = make_active_key()
    relay.reset()
    for language in LANGUAGES:
        send_emails([copy_of(email, language).id for email in prepared.values()])
    assert len(relay.mails) == len(EmailKind) * len(LANGUAGES)
    faults = [mail.raw for mail in relay.mails if not verifies(mail.raw, key)]
    assert faults == []
    (with_button, *_) = [mail.raw for mail in relay.mails if b"One-Click" in mail.raw]
    written = "".join(message_from_bytes(with_button)["DKIM-Signature"].lower().split())
    (names,) = re.findall(r";h=([^;]+)", written)
    assert {"list-unsubscribe", "list-unsubscribe-post", "feedback-id"} <= {*names.split(":")}
