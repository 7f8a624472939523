"""Signed emails that pass a real Postfix verify behind it, whatever it and the next one can do."""

import dataclasses
import time

import pytest
from flask import Flask

from supporters.database import db
from supporters.delivery.engine.sending_engine import send_here
from supporters.mail.models import OutboxEmail
from tests.factories.campaigns import launch
from tests.factories.imports import national
from tests.factories.returned.dkim_keys import make_active_key, verifies
from tests.mail.dkim.test_signed_emails import write_both
from tests.mail.every_kind import copy_of
from tests.mail.outbox_emails import send_emails
from tests.servers.ports import free_port
from tests.servers.postfix import running_postfix
from tests.servers.rude_server import RudeServer

LACKING = ([], ["8bitmime"], ["smtputf8"], ["8bitmime", "smtputf8", "pipelining", "size"])
EXPECTED = 2 * len(LACKING) + 1  # an email and a campaign each, and the campaign of the beginning
PATIENCE_SECONDS = 60


@pytest.mark.parametrize("can", [[], ["8BITMIME", "SMTPUTF8"]], ids=["poor", "rich"])
def test_signed_emails_verify_behind_a_real_relay(app: Flask, can: list[str]) -> None:
    key = make_active_key()
    services = {free_port(): lacks for lacks in LACKING}
    email_id, _ = write_both()
    email = db.session.get_one(OutboxEmail, email_id)
    copies = [copy_of(email, "fr").id for _ in LACKING]
    settings = app.extensions["settings"]
    with (
        RudeServer({}, can=can) as server,
        running_postfix(services, {"*": f"smtp:[127.0.0.1]:{server.port}"}) as postfix,
    ):
        for port, copy in zip(services, copies, strict=True):
            app.extensions["settings"] = dataclasses.replace(settings, mail_port=port)
            send_emails([copy])
            launch(national(), "Réunion à  Dole", "Bonjour  à tous.")
            send_here()
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(server.accepted) < EXPECTED and time.monotonic() < deadline:
            time.sleep(0.1)
        said = postfix.log
    raws = [raw for _, raw in server.accepted]
    assert all(raw.startswith(b"Received: ") for raw in raws)
    assert [verifies(raw, key) for raw in raws] == [True] * EXPECTED, said
