"""Campaigns and other emails verify whatever the relay can do; without a key all is as before."""

import dataclasses
import re
from itertools import product
from pathlib import Path

import pytest
from flask import Flask

from supporters.crypto.encryption import Encryptor
from supporters.delivery.engine.sending_engine import send_here
from supporters.mail.dkim.signing_keys import forget_keys, list_keys
from supporters.mail.models import EmailStatus
from tests.factories.campaigns import launch, reload
from tests.factories.imports import national
from tests.factories.returned.dkim_keys import make_active_key, verifies
from tests.factories.signups import make_subscriber
from tests.mail.outbox_emails import an_email, send_emails, state
from tests.servers.relay import Relay
from tests.servers.rude_server import RudeServer
from tests.spam_scores import score_spam

ZOE = "zoe@example.org"
ONE_CLICK = (b"List-Unsubscribe", b"List-Unsubscribe-Post")
pytestmark = pytest.mark.usefixtures("app")


def write_both() -> tuple[int, int]:
    """Put an email of a sign-up into the outbox, and launch a campaign; return both ids."""
    email_id = an_email("Émilie")
    make_subscriber(ZOE, national())
    return email_id, launch(national(), "Réunion à  Dole", "Bonjour  à tous.\n\n    Du code.")


def without(raw: bytes, name: bytes) -> bytes:
    """Return a message without a field."""
    return re.sub(rb"(?m)^" + name + rb":.*\r\n(?:[ \t].*\r\n)*", b"", raw, count=1)


@pytest.mark.parametrize("name", ONE_CLICK)
def test_a_campaign_without_a_header_to_unsubscribe_does_not_verify(
    relay: Relay, name: bytes
) -> None:
    key = make_active_key()
    relay.reset()
    write_both()
    send_here()
    (mail,) = relay.mails_to(ZOE)
    assert verifies(mail.raw, key)
    changed = without(mail.raw, name)
    assert changed != mail.raw
    assert not verifies(changed, key)
    assert not verifies(mail.raw.replace(b"Bonjour", b"Bonsoir"), key)


@pytest.mark.parametrize(
    "can",
    [
        [*pipelining, *wide, *utf8]
        for pipelining, wide, utf8 in product(
            ((), ("PIPELINING",)), ((), ("8BITMIME",)), ((), ("SMTPUTF8",))
        )
    ],
    ids=lambda can: "+".join(can) or "none",
)
def test_campaigns_and_other_emails_verify_whatever_the_relay_can(
    app: Flask, can: list[str]
) -> None:
    key = make_active_key()
    settings = app.extensions["settings"]
    with RudeServer({}, can=can) as server:
        app.extensions["settings"] = dataclasses.replace(settings, mail_port=server.port)
        email_id, _ = write_both()
        send_emails([email_id])
        send_here()
    raws = [raw for _, raw in server.accepted]
    assert len(raws) == 2
    assert [raw for raw in raws if not verifies(raw, key)] == []


def test_no_spam_filter_minds_a_signature(relay: Relay, tmp_path: Path) -> None:
    make_active_key()
    relay.reset()
    email_id, _ = write_both()
    send_emails([email_id])
    send_here()
    raws = [mail.raw for mail in relay.mails]
    assert [raw.startswith(b"DKIM-Signature") for raw in raws] == [True] * 2
    scores, report = score_spam(raws, tmp_path)
    assert max(scores) < 1.0, report


def test_without_a_key_an_email_leaves_as_before(relay: Relay) -> None:
    relay.reset()
    send_emails([an_email()])
    (mail,) = relay.mails
    assert b"DKIM-Signature" not in mail.raw


def test_a_machine_that_cannot_open_the_key_sends_nothing(app: Flask, relay: Relay) -> None:
    make_active_key()
    email_id, campaign_id = write_both()
    relay.reset()
    forget_keys()
    ours = app.extensions["encryptor"]
    app.extensions["encryptor"] = Encryptor(["x" * 40])
    send_emails([email_id])
    send_here()
    assert relay.mails == []
    assert reload(campaign_id).problem == f"signing: {list_keys()[0].selector}"
    assert state(email_id)[0] is EmailStatus.QUEUED
    app.extensions["encryptor"] = ours
    send_emails([email_id])
    send_here()
    assert len(relay.mails) == 2
