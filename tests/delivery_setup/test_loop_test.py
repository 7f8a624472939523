"""The loop test: what a relay does to our messages is found, each way in its words (REQ-67)."""

import dataclasses
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes
from email.charset import Charset
from email.encoders import encode_base64
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import formatdate

import dkim
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from flask import Flask
from flask_babel import force_locale

from supporters import clock
from supporters.config import Settings
from supporters.delivery_setup.findings import FindingState, SetupFault, SetupLine, stopping
from supporters.delivery_setup.loop_comparison import LoopFault
from supporters.delivery_setup.loop_messages import SUBJECT
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
from supporters.settings.relay_settings import Relay as Stream
from supporters.web.setup_words import describe_loop
from tests.conftest import running_app
from tests.delivery_setup.right_set_up import production_settings, signing_key
from tests.factories.returned.dkim_keys import make_active_key, published
from tests.machinery.databases import free_port
from tests.servers.dns_server import DnsServer
from tests.servers.relay import Received, Relay

pytestmark = pytest.mark.both_databases
Tamper = Callable[[bytes], bytes]
H = [b"from", b"to", b"subject", b"list-unsubscribe", b"list-unsubscribe-post"]


@pytest.fixture
def app(settings: Settings, dns_server: DnsServer) -> Iterator[Flask]:
    """Return an application with DNS."""
    with running_app(production_settings(settings, dns_server)) as app:
        yield app


def sign(raw: bytes, domain: bytes = b"parti.example", headers: list[bytes] = H) -> bytes:
    """Return a message with a signature of the relay."""
    pem = signing_key().private_bytes(
        Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()
    )
    return dkim.sign(raw, b"s1", domain, pem, include_headers=headers) + raw


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
    return re.sub(rb"\r?\n", b"\r\n", message.as_bytes())


def drop_part(raw: bytes, kind: str) -> bytes:
    """Remove the part of a type."""
    message = message_from_bytes(raw)
    parts = [each for each in message.walk() if each.get_content_type() != kind]
    message.set_payload(parts[1:])
    return sign(re.sub(rb"\r?\n", b"\r\n", message.as_bytes()))


def with_footer(raw: bytes) -> bytes:
    """Add a part of text behind our message, as programs of mailing lists do."""
    message, outer = message_from_bytes(raw), MIMEMultipart("mixed")
    for name in [each for each in message if not each.lower().startswith("content-")]:
        outer[name] = message[name]
        del message[name]
    outer.attach(message)
    outer.attach(MIMEText("Free mailing lists: relay.example"))
    return sign(re.sub(rb"\r?\n", b"\r\n", outer.as_bytes()))


SUBJECT_IN_BASE64 = Header(SUBJECT, Charset("utf-8")).encode().replace("\n", "\r\n").encode()
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
    (in_html(rb"Subject: .*", b"Subject: [Relay] Delivery test\r"), LoopFault.HEADER_CHANGED),
    (in_html(rb"From: .*", b"From: Relay <lettre@parti.example>\r"), LoopFault.HEADER_CHANGED),
    (in_html(rb"</body>", b"<p>Sent by Relay, free of charge</p></body>"), LoopFault.TEXT_ADDED),
    (in_html(rb" automatic", b""), LoopFault.TEXT_MISSING),
    (lambda raw: drop_part(raw, "text/html"), LoopFault.PART_MISSING),
    (lambda raw: drop_part(raw, "text/plain"), LoopFault.PART_MISSING),
    (
        in_html(rb"</style>|</head>", b"<style>@import '//tr.relay.example/o.css'</style></head>"),
        LoopFault.PICTURE_ADDED,
    ),
    (with_footer, LoopFault.TEXT_ADDED),
    (lambda raw: raw, LoopFault.UNSIGNED),
    (lambda raw: recode(sign(raw)), LoopFault.SIGNATURE_BROKEN),
    (lambda raw: sign(raw).replace(b" automatic", b"  automatic"), LoopFault.SIGNATURE_BROKEN),
    (lambda raw: sign(raw, b"relay.example"), LoopFault.SIGNED_BY_OTHERS),
    (lambda raw: sign(raw, headers=[b"from", b"list-unsubscribe"]), LoopFault.HEADER_UNSIGNED),
    (
        lambda raw: b"Authentication-Results: mx.example; dkim=fail (body)\r\n" + sign(raw),
        LoopFault.AUTHENTICATION_FAILED,
    ),
    (
        lambda raw: b"Received: by mx.example; Mon, 1 Jan 2024 10:00:00 +0000\r\n" + sign(raw),
        LoopFault.CLOCK_WRONG,
    ),
]


HARMLESS: list[Tamper] = [
    lambda raw: sign(recode(raw)),
    lambda raw: sign(b"X-Relay: 1\r\nX-Mailer: Relay\r\n" + raw),
    lambda raw: b"Received: by mx.relay.example; " + formatdate().encode() + b"\r\n" + sign(raw),
    in_html(rb"Message-ID: .*", b"Message-ID: <1@relay.example>\r"),
    lambda raw: sign(raw.replace(b"Feedback-ID:", b"Feedback-ID: 1:relay\r\nFeedback-ID:")),
    in_html(rb"Subject: .*(?:\r\n .*)*", b"Subject: " + SUBJECT_IN_BASE64 + b"\r"),
    in_html(rb"<html ", b'<html xmlns=3D"http://www.w3.org/1999/xhtml" '),
    lambda raw: sign(sign(raw), b"relay.example"),
    lambda raw: sign(sign(raw).replace(b" automatic", b"  automatic")),
]


@pytest.mark.parametrize("change", HARMLESS, ids=range(len(HARMLESS)))
def test_harmless_change_is_green(app: Flask, relay: Relay, change: Tamper) -> None:
    """An email that reads the same, with a signature of ours that verifies, has no fault."""
    assert arrive(relay, change)[LoopShape.CAMPAIGN] == []


def test_our_own_key_signs_the_loop_test(app: Flask, relay: Relay, dns_server: DnsServer) -> None:
    """Nothing else leaves unsigned, and what breaks the signature is told."""
    key = make_active_key()
    dns_server.publish(published(key).name, "TXT", published(key).value)
    assert arrive(relay, bytes)[LoopShape.CAMPAIGN] == []
    relay.reset()
    assert arrive(relay, recode)[LoopShape.CAMPAIGN] == [LoopFault.SIGNATURE_BROKEN]


def with_second_stream(settings: Settings, dns_server: DnsServer, port: int) -> Settings:
    """Return the settings of the party with a stream of its own for transactional emails."""
    stream = Stream(
        server="localhost",
        port=port,
        username=None,
        password=None,
        tls="none",
        sender="compte@comptes.parti.example",
        bounce_address="retours@comptes.parti.example",
    )
    return dataclasses.replace(production_settings(settings, dns_server), transactional=stream)


def test_faults_of_the_second_stream_are_told_and_stop_no_campaign(
    settings: Settings, dns_server: DnsServer
) -> None:
    """Its domain has records of its own. A fault of the first stream comes first."""
    with running_app(with_second_stream(settings, dns_server, free_port())):
        found = {each.line: each for each in check_setup()}
        spf = found[SetupLine.SPF]
        assert (spf.fault, spf.values["domain"]) == (SetupFault.NO_SPF, "comptes.parti.example")
        assert not stopping(found.values())
        dns_server.publish("retours.parti.example", "TXT")
        assert {each.line: each for each in check_setup()}[SetupLine.SPF].stops_sending


def test_transactional_stream_is_tested_by_itself(
    settings: Settings, dns_server: DnsServer, relay: Relay
) -> None:
    """Its message has its own sender, and goes through its own relay."""
    with (
        Relay(free_port()) as second,
        running_app(with_second_stream(settings, dns_server, second.port)),
    ):
        send_loop_test()
    assert [mail.message["From"].addresses[0].domain for mail in relay.mails] == ["parti.example"]
    (mail,) = second.mails
    assert mail.message["From"].addresses[0].addr_spec == "compte@comptes.parti.example"
    assert mail.sender.endswith("@comptes.parti.example")


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


def test_key_that_signed_the_loop_test_may_retire(
    app: Flask, relay: Relay, dns_server: DnsServer
) -> None:
    """Once another key of ours signs, the record of the former one is no longer asked for."""
    for _ in range(2):
        key = make_active_key()
        record = published(key)
        dns_server.publish(record.name, "TXT", record.value)
        if len(relay.mails) == 0:
            arrive(relay, bytes)
            former = record
    dns_server.remove(former.name, "TXT")
    found = {each.line: each for each in check_setup()}[SetupLine.DKIM]
    assert (found.state, found.found) == (FindingState.GREEN, record.name)


def test_key_of_another_domain_proves_nothing_for_ours(
    app: Flask, relay: Relay, dns_server: DnsServer
) -> None:
    """We sign with the key of exactly the domain of the From."""
    key = make_active_key(domain="autre.parti.example")
    dns_server.publish(published(key).name, "TXT", published(key).value)
    dns_server.remove("s1._domainkey.parti.example", "TXT")
    found = {each.line: each for each in check_setup()}[SetupLine.DKIM]
    assert found.values["name"] == "s1._domainkey.parti.example"


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
