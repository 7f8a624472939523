"""An answer that is passed on has the email as it came, whatever its bytes are."""

from email import message_from_bytes

import pytest
from flask import Flask

from supporters import clock
from supporters.extensions import current_settings
from supporters.feedback.intake.apply_report import Source, apply_report
from supporters.feedback.reports.report import Report, ReportKind
from supporters.mail.message.envelope_senders import TRANSACTIONAL, EnvelopeWriter
from supporters.mail.outbox_sender import send_due_emails
from tests.factories.lists import make_list
from tests.factories.signups import email_of_request, request_to_join
from tests.servers.relay import Relay

HEAD = b"From: Camille <camille@example.net>\r\nSubject: Re: Samedi\r\n\r\n"
BODIES = (b"Bonjour\xff\xfe\0.\r\n.\r\n..\r\nFrom me\r\n", b"\n.\n" * 9, b"x" * 5000, b"")


@pytest.mark.parametrize("body", BODIES)
def test_the_file_has_the_bytes_and_a_reply_goes_to_the_writer(
    app: Flask, relay: Relay, body: bytes
) -> None:
    answered = email_of_request(request_to_join("somebody@example.org", make_list()))
    tokens = (EnvelopeWriter(current_settings(), TRANSACTIONAL).write(answered.id),)
    report = Report(kind=ReportKind.ANSWER, tokens=tokens)
    apply_report(report, Source.LMTP, clock.now(), HEAD + body)
    send_due_emails()
    (mail,) = [each for each in relay.mails if b"Camille" not in each.raw and b".eml" in each.raw]
    read = message_from_bytes(mail.raw)
    words, file = read.get_payload()
    assert mail.recipient == app.extensions["settings"].party_contact
    assert read["Reply-To"] == "camille@example.net"
    assert read["Auto-Submitted"] == "auto-generated"
    assert [each.get_content_type() for each in words.get_payload()] == ["text/plain", "text/html"]
    assert file.get_payload(decode=True) == HEAD + body
    assert max(map(len, mail.raw.split(b"\r\n"))) <= 78
