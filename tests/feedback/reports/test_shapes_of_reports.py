"""Reports in the shapes that standards allow and servers make: RFC 3464, 5965, 6533, 8098, 9477."""

import quopri
from base64 import encodebytes

import pytest

from supporters.bounce_classes.classes import BounceClass
from supporters.feedback.reports.report import ReportKind
from supporters.feedback.reports.report_reader import read_report
from tests.feedback.reports.test_report_reader import TOKEN, classes_of, dsn_of, report_of

STATUS, GLOBAL_STATUS = "message/delivery-status", "message/global-delivery-status"
FEEDBACK, ABUSE = "message/feedback-report", "Feedback-Type: abuse\nVersion: 1\nUser-Agent: L/1\n"
DEAD = "Final-Recipient: rfc822; {}\nAction: failed\nStatus: 5.1.1"
JOSE = "Final-Recipient: utf-8; josé@bücher.example\nAction: failed\nStatus: 5.1.1"


def in_base64(text: str) -> str:
    """Return a text in its transfer encoding."""
    return encodebytes(text.encode()).decode()


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (GLOBAL_STATUS, JOSE),
        (f"{GLOBAL_STATUS}\nContent-Transfer-Encoding: base64", in_base64(JOSE)),
        (
            f"{GLOBAL_STATUS}\nContent-Transfer-Encoding: quoted-printable",
            quopri.encodestring(JOSE.encode()).decode(),
        ),
        (STATUS, JOSE.replace("é", "\\x{E9}").replace("ü", "\\x{FC}")),
        (STATUS, "FINAL-RECIPIENT : UTF-8 ;\n <josé@bücher.example> (an alias)\nSTATUS: 5.1.1 (x)"),
    ],
)
def test_an_address_beyond_ascii_is_read_in_each_encoding(kind: str, fields: str) -> None:
    report = read_report(report_of(kind, fields))
    assert classes_of(report) == [("josé@bücher.example", BounceClass.NO_MAILBOX)]


def test_half_a_character_in_an_address_can_be_written() -> None:
    fields = DEAD.format("jo\\x{D800}\\x{00DFFF}\\x{FFFFFF}s@example.org")
    (failure,) = read_report(report_of(GLOBAL_STATUS, fields)).failures
    assert failure.address
    assert failure.address.encode()


def test_headers_beyond_ascii_name_our_email() -> None:
    report = report_of(GLOBAL_STATUS, JOSE).replace(b"message/rfc822", b"message/global-headers")
    assert TOKEN in read_report(report).tokens


@pytest.mark.parametrize(
    "address", ['"ann martin"@example.org', "o'brien@example.org", "ann=b|c`d@example.org"]
)
def test_an_address_is_read_with_all_signs_that_it_may_have(address: str) -> None:
    assert read_report(dsn_of(DEAD.format(address))).failures[0].address == address
    exim = f"From: x@mx.example\nX-Failed-Recipients: <{address}>\n\n{address}: no"
    assert read_report(exim.encode()).failures[0].address == address


@pytest.mark.parametrize(
    ("final", "found"),
    [
        ("ann@elsewhere.example", BounceClass.UNKNOWN),
        ("a.martin@EXAMPLE.org", BounceClass.NO_MAILBOX),
    ],
)
def test_a_death_at_another_domain_is_of_a_forward(final: str, found: BounceClass) -> None:
    fields = f"Original-Recipient: rfc822;ann@example.org\n{DEAD.format(final)}"
    assert classes_of(read_report(dsn_of(fields))) == [("ann@example.org", found)]


def test_an_unknown_action_has_the_kind_of_its_status() -> None:
    fields = "Final-Recipient: rfc822; ann@example.org\nAction: deliverable\nStatus: 2.1.5"
    assert read_report(dsn_of(fields)).kind is ReportKind.DELIVERED


def test_a_report_that_lost_its_boundaries_is_read_as_text() -> None:
    lost = dsn_of(DEAD.format("ann@example.org")).replace(b"--B\n", b"").replace(b"--B--\n", b"")
    assert classes_of(read_report(lost)) == [("ann@example.org", BounceClass.NO_MAILBOX)]


def test_addresses_before_codes_are_told_apart() -> None:
    mail = (
        "From: MAILER-DAEMON@mx.example\nSubject: Delivery status notification: error\n\n"
        "An error has occurred for the following recipients:\n\n"
        "ann@example.org: 550 5.2.2 Mailbox full\nbob@example.org: 550 5.1.1 User unknown\n"
    )
    assert classes_of(read_report(mail.encode())) == [
        ("ann@example.org", BounceClass.FULL),
        ("bob@example.org", BounceClass.NO_MAILBOX),
    ]


@pytest.mark.parametrize(
    "fields",
    [
        ABUSE,
        "Feedback-Type: abuse",  # without the version that RFC 5965 asks for
        f"{ABUSE}Original-Rcpt-To: <a@x.example>\nOriginal-Rcpt-To: <b@x.example>\n",
        'Feedback-Type: Abuse (the button "spam")\nVersion: 0.1\n',
        f"{ABUSE}Feedback-ID: 1:2:3:4\nSource-IP: 192.0.2.1\nReported-Domain: party.example\n",
    ],
)
def test_a_complaint_is_one_in_any_shape(fields: str) -> None:
    for kind, content in (
        (FEEDBACK, fields),
        (f"{FEEDBACK}\nContent-Transfer-Encoding: base64", in_base64(fields)),
    ):
        report = read_report(report_of(kind, content, "feedback-report"))
        assert (report.kind, report.feedback_type) == (ReportKind.COMPLAINT, "abuse")


def test_a_complaint_without_our_email_names_its_envelope_sender() -> None:
    fields = f"{ABUSE}Original-Mail-From: <{TOKEN}>"
    mail = report_of(FEEDBACK, fields, "feedback-report").partition(b"--B\nContent-Type: message/r")
    loop = mail[0].replace(f"To: {TOKEN}".encode(), b"To: loop@party.example")
    assert read_report(loop).tokens == ("loop@party.example", TOKEN)


@pytest.mark.parametrize("disposition", ["displayed", "deleted", "displayed/error", "failed"])
def test_a_receipt_of_a_server_is_no_bounce(disposition: str) -> None:
    fields = f"Final-Recipient: rfc822; ann@example.org\nDisposition: x/y; {disposition}"
    mail = report_of("message/disposition-notification", fields, "disposition-notification")
    assert read_report(mail).kind is ReportKind.AUTO_REPLY
