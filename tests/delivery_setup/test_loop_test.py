"""The loop test: what a relay does to our messages is found, each way in its words (REQ-67)."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes
from email.encoders import encode_base64

import pytest
from flask import Flask
from flask_babel import force_locale

from supporters import clock
from supporters.config import Settings
from supporters.delivery_setup.findings import FindingState, SetupLine
from supporters.delivery_setup.loop_comparison import LoopFault
from supporters.delivery_setup.loop_test import (
    list_loop_results,
    read_loop_address,
    send_loop_test,
    take_loop_message,
    write_loop_address,
)
from supporters.delivery_setup.models import LoopShape
from supporters.delivery_setup.setup_checks import check_setup
from supporters.mail.message.envelope_senders import read_envelope_sender
from supporters.web.setup_words import describe_loop
from tests.conftest import running_app
from tests.delivery_setup.right_set_up import production_settings
from tests.servers.dns_server import DnsServer
from tests.servers.relay import Received, Relay

pytestmark = pytest.mark.both_databases
Tamper = Callable[[bytes], bytes]
H = b"from:to:subject:list-unsubscribe:list-unsubscribe-post"
SIGNED = b"DKIM-Signature: v=1; a=rsa-sha256; d=%s; s=s1;\r\n h=%s; bh=x; b=y\r\n"


@pytest.fixture
def app(settings: Settings, dns_server: DnsServer) -> Iterator[Flask]:
    """Return an application with DNS."""
    with running_app(production_settings(settings, dns_server)) as app:
        yield app


def sign(raw: bytes, domain: bytes = b"parti.example", headers: bytes = H) -> bytes:
    """Return a message with a signature of the relay."""
    return SIGNED % (domain, headers) + raw


def arrive(relay: Relay, tamper: Tamper) -> dict[LoopShape, list[LoopFault]]:
    """Send the test through a relay that tampers, read the mailbox; return what was found."""
    send_loop_test()
    for mail in relay.mails:
        assert take_loop_message(tamper(mail.raw), [mail.recipient], clock.now())
    results = list_loop_results(clock.now())
    return {each.shape: [found.fault for found in each.faults or ()] for each in results}


def test_honest_relay_is_green(app: Flask, relay: Relay) -> None:
    assert arrive(relay, sign) == {LoopShape.CAMPAIGN: [], LoopShape.TRANSACTIONAL: []}
    assert [describe_loop(each) for each in list_loop_results(clock.now())] == [[], []]


def in_html(old: bytes, new: bytes) -> Tamper:
    """Return the relay that replaces something in each message."""

    def tamper(raw: bytes) -> bytes:
        changed = re.sub(old, lambda found: new, raw, count=1)
        assert changed != raw
        return sign(changed)

    return tamper


def without(name: bytes) -> Tamper:
    """Return the relay that removes a header, where it is."""
    return lambda raw: sign(re.sub(rb"(?m)^" + name + rb": .*\r\n(?:[ \t].*\r\n)*", b"", raw))


def recode(raw: bytes) -> bytes:
    """Encode the parts of a message anew, in base64."""
    message = message_from_bytes(raw)
    for part in message.walk():
        if not part.is_multipart():
            part.set_payload(part.get_payload(decode=True))
            del part["Content-Transfer-Encoding"]
            encode_base64(part)
    return sign(message.as_bytes())


PIXEL = b'<img src=3D"https://tr.relay.example/o.gif" width=3D"1" height=3D"1"></body>'
WAYS: list[tuple[Tamper, LoopFault]] = [
    (in_html(rb"</body>", PIXEL), LoopFault.PICTURE_ADDED),
    (
        in_html(rb'href=3D"[^"]*"', b'href=3D"https://tr.relay.example/c/1"'),
        LoopFault.LINK_REWRITTEN,
    ),
    (without(b"List-Unsubscribe-Post"), LoopFault.HEADER_MISSING),
    (without(b"Feedback-ID"), LoopFault.HEADER_MISSING),
    (in_html(rb"Reply-To: .*", b"Reply-To: relay@relay.example\r"), LoopFault.HEADER_CHANGED),
    (in_html(rb"Message-ID: .*", b"Message-ID: <1@relay.example>\r"), LoopFault.HEADER_CHANGED),
    (in_html(rb"</body>", b"<p>Sent by Relay, free of charge</p></body>"), LoopFault.TEXT_ADDED),
    (in_html(rb" automatic", b""), LoopFault.TEXT_MISSING),
    (in_html(rb"text/html", b"application/x-nothing"), LoopFault.PART_MISSING),
    (recode, LoopFault.ENCODING_CHANGED),
    (lambda raw: raw, LoopFault.UNSIGNED),
    (lambda raw: sign(raw, b"relay.example"), LoopFault.SIGNED_BY_OTHERS),
    (lambda raw: sign(raw, headers=b"from:to:list-unsubscribe"), LoopFault.HEADER_UNSIGNED),
    (
        lambda raw: b"Authentication-Results: mx.example; dkim=fail (body)\r\n" + sign(raw),
        LoopFault.AUTHENTICATION_FAILED,
    ),
    (
        lambda raw: b"Received: by mx.example; Mon, 1 Jan 2024 10:00:00 +0000\r\n" + sign(raw),
        LoopFault.CLOCK_WRONG,
    ),
]


@pytest.mark.parametrize(("tamper", "fault"), WAYS, ids=range(len(WAYS)))
def test_each_way_of_tampering_is_named(
    app: Flask, relay: Relay, tamper: Tamper, fault: LoopFault
) -> None:
    assert {*arrive(relay, tamper)[LoopShape.CAMPAIGN]} == {fault}


def test_words_name_the_provider_and_where_to_switch_it_off(
    settings: Settings, dns_server: DnsServer, relay: Relay, app: Flask
) -> None:
    arrive(relay, in_html(rb"</body>", PIXEL))
    (result, _) = list_loop_results(clock.now())
    object.__setattr__(result, "relay_host", "smtp-relay.brevo.com")
    with force_locale("en"):
        (words,) = describe_loop(result)
    assert words.startswith("Brevo added a picture that tells who opens it: https://tr.relay")
    assert "Brevo adds a tracking picture and rewrites the links" in words


def test_signature_of_the_loop_test_is_checked_in_dns(
    app: Flask, relay: Relay, dns_server: DnsServer
) -> None:
    arrive(relay, lambda raw: sign(raw, b"relay.example"))
    found = {each.line: each for each in check_setup()}[SetupLine.DKIM]
    assert found.state is FindingState.RED
    assert found.values["name"] == "s1._domainkey.relay.example"


def test_nothing_after_a_quarter_of_an_hour_is_unknown(app: Flask, relay: Relay) -> None:
    send_loop_test()
    later = clock.now() + timedelta(minutes=15)
    assert [each.is_given_up for each in list_loop_results(later)] == [True, True]
    assert not any(each.is_given_up for each in list_loop_results(clock.now()))


def test_refusal_of_the_relay_is_told(app: Flask, relay: Relay) -> None:
    relay.on_body = lambda mail: "554 5.7.1 no"
    send_loop_test()
    assert [each.refusal for each in list_loop_results(clock.now())] == ["554 5.7.1", "554 5.7.1"]


def test_only_our_own_token_is_taken(app: Flask, relay: Relay) -> None:
    settings = app.extensions["settings"]
    address = write_loop_address(settings, 7)
    assert read_loop_address(settings.secret_keys, address.upper()) == 7
    assert read_envelope_sender(settings.secret_keys, address) is None
    forged = address.replace("+a", "+b")
    faults = [
        raw
        for raw in (
            b"",
            b"\x00\xff",
            b"To: " + forged.encode(),
            b"To: a@b\r\n\r\n",
            b"To:\r\n" * 99,
        )
        if take_loop_message(raw, [forged], clock.now())
    ]
    assert not faults
    assert take_loop_message(b"", [address], clock.now())


def test_second_arrival_changes_nothing(app: Flask, relay: Relay) -> None:
    arrive(relay, sign)
    mail: Received = relay.mails[0]
    take_loop_message(mail.raw, [mail.recipient], clock.now())
    assert list_loop_results(clock.now())[0].faults == []
