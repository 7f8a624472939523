"""Where an intake is set, emails of campaigns name the address that takes what comes back."""

import re
from dataclasses import replace
from email import message_from_bytes
from urllib.parse import unquote

import pytest
from flask import Flask

from supporters.accountability.email_origin import OriginDoubt, check_origin
from supporters.mail.message.envelope_senders import read_envelope_sender
from supporters.settings.feedback_settings import FeedbackSettings
from tests.factories.campaigns import (
    ANNA,
    RecordingTransport,
    launch_to_addresses,
    send,
    subscriber_at,
)

LEAVE = re.compile(
    rb"\r\nList-Unsubscribe: (.*)\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click"
)
BOTH = re.compile(r"<(https?://[^>]+)>, <mailto:([^?>]+)\?subject=unsubscribe>")


@pytest.fixture
def sent(app: Flask) -> bytes:
    """Return the email of a campaign, sent where an intake is set."""
    app.extensions["settings"] = replace(
        app.extensions["settings"], feedback=FeedbackSettings(scheme="lmtp")
    )
    return send_one()


def send_one() -> bytes:
    """Send a campaign to one person; return the bytes."""
    launch_to_addresses(ANNA)
    relay = RecordingTransport()
    send(relay)
    return relay.taken[0][1]


def tokens_of(app: Flask, address: str) -> tuple[int, int] | None:
    """Return the ids in a signed address."""
    return read_envelope_sender(app.extensions["settings"].secret_keys, address)


def test_an_address_stands_behind_the_link_unbroken(app: Flask, sent: bytes) -> None:
    (value,) = LEAVE.findall(sent)
    both = BOTH.fullmatch(value.decode())
    assert both is not None
    assert tokens_of(app, unquote(both[2])) == (1, subscriber_at(ANNA).id)
    assert sent.count(b"List-Unsubscribe: ") == 1


def test_complaints_have_a_signed_address(app: Flask, sent: bytes) -> None:
    header = message_from_bytes(sent)["CFBL-Address"]
    address, _, form = header.partition("; ")
    assert form == "report=arf"
    assert tokens_of(app, address) == (1, subscriber_at(ANNA).id)


def test_without_an_intake_there_is_only_the_link(app: Flask) -> None:
    raw = send_one()
    (value,) = LEAVE.findall(raw)
    assert b"mailto:" not in value
    assert b"CFBL-Address" not in raw


def test_the_address_is_no_difference_of_a_pasted_email_and_another_one_is(sent: bytes) -> None:
    genuine = sent.decode()
    token = message_from_bytes(sent)["CFBL-Address"].partition("+")[2][:20]
    forged = genuine.replace(f"mailto:lettre+{token}", f"mailto:other+{token[::-1]}")
    assert forged != genuine
    assert not check_origin(genuine).doubts
    assert check_origin(forged).doubts == (OriginDoubt.OTHER_HEADERS,)
