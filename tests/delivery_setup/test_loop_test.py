"""The loop test: what a relay does to our messages is found, each way in its words (REQ-67)."""

from collections.abc import Iterator
from datetime import timedelta
from email.charset import Charset
from email.header import Header
from email.utils import formatdate

import pytest
from flask import Flask
from flask_babel import force_locale

from supporters import clock
from supporters.config import Settings
from supporters.delivery_setup.findings import FindingState, SetupLine
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
from supporters.web.setup_words import describe_loop
from tests.conftest import running_app
from tests.delivery_setup.right_set_up import production_settings
from tests.delivery_setup.tampering_relays import (
    Tamper,
    arrive,
    drop_part,
    in_html,
    recode,
    sign,
    with_footer,
    without,
)
from tests.servers.dns_server import DnsServer
from tests.servers.relay import Received, Relay

pytestmark = pytest.mark.both_databases


@pytest.fixture
def app(settings: Settings, dns_server: DnsServer) -> Iterator[Flask]:
    """Return an application with DNS."""
    with running_app(production_settings(settings, dns_server)) as app:
        yield app


def test_honest_relay_is_green(app: Flask, relay: Relay) -> None:
    assert arrive(relay, sign) == {LoopShape.CAMPAIGN: [], LoopShape.TRANSACTIONAL: []}
    assert [describe_loop(each) for each in list_loop_results(clock.now())] == [[], []]


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
    """A text that reads the same, with a signature of ours that verifies, is no fault."""
    assert arrive(relay, change)[LoopShape.CAMPAIGN] == []


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
