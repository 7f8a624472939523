"""The reading of an email that came back: by standards, a server's words, or its signs."""

from email.message import EmailMessage

import pytest
from hypothesis import given, strategies as st

from supporters.bounce_classes.classes import BounceClass
from supporters.feedback.reports.report import Failure, Report, ReportKind
from supporters.feedback.reports.report_reader import read_report

TOKEN = "b-mfrggzdfmztwq2lk@bounces.party.example"
ORIGINAL = (
    f"Return-Path: <{TOKEN}>\nMessage-ID: <c7.42@party.example>\nSubject: spam quota\n"
    "List-Unsubscribe: <https://party.example/u/abc>,\n <mailto:leave@party.example>\n\nHello"
)


def report_of(kind: str, fields: str, sort: str = "delivery-status", text: str = "") -> bytes:
    """Return a multipart/report with our email in it (RFC 6522). All samples here are our own."""
    return (
        f"From: Mail Delivery <mailer-daemon@mx.example>\nTo: {TOKEN}\nSubject: Report\n"
        f"Content-Type: multipart/report; report-type={sort}; boundary=B\n\n"
        f"--B\nContent-Type: text/plain\n\n{text}\n--B\nContent-Type: {kind}\n\n{fields}\n"
        f"--B\nContent-Type: message/rfc822\n\n{ORIGINAL}\n--B--\n"
    ).encode()


def dsn_of(*recipients: str) -> bytes:
    """Return a delivery status notification with these fields of recipients (RFC 3464)."""
    fields = "\n\n".join(["Reporting-MTA: dns; mx.example", *recipients])
    return report_of("message/delivery-status", fields)


def person(subject: str, text: str = "Thank you.", **headers: str) -> bytes:
    """Return an email of somebody to a token address."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Ann <ann@example.org>", TOKEN, subject
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()


def classes_of(report: Report) -> list[tuple[str | None, BounceClass]]:
    return [(each.address, each.bounce_class) for each in report.failures]


def test_a_report_tells_each_recipient_that_failed_and_none_of_the_others() -> None:
    report = read_report(
        dsn_of(
            "Final-Recipient: rfc822; ann@example.org\nAction: failed\nStatus: 5.1.1",
            "Final-Recipient: rfc822; bob@example.org\nAction: delivered\nStatus: 2.0.0",
            "Original-Recipient: rfc822;cleo+2B1@example.org\nFinal-Recipient: rfc822;c@a.example\n"
            "Action: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 552 5.2.2 mailbox full",
            "Final-Recipient: rfc822; dora@example.org\nAction: delayed\nStatus: 4.4.1",
        )
    )
    assert report.kind is ReportKind.BOUNCE
    assert classes_of(report) == [
        ("ann@example.org", BounceClass.NO_MAILBOX),
        ("cleo+1@example.org", BounceClass.FULL),
    ]


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        ("failed", ReportKind.BOUNCE),
        ("Failed (bad address)", ReportKind.BOUNCE),
        ("delayed", ReportKind.DELAY),
        ("delivered", ReportKind.DELIVERED),
        ("relayed", ReportKind.DELIVERED),
        ("expanded", ReportKind.DELIVERED),
    ],
)
def test_the_action_says_the_kind_of_a_report(action: str, kind: ReportKind) -> None:
    fields = f"Final-Recipient: rfc822; ann@example.org\nAction: {action}\nStatus: 4.2.2"
    assert read_report(dsn_of(fields)).kind is kind


def test_a_report_beyond_ascii_is_read() -> None:  # RFC 6533
    fields = (
        "Reporting-MTA: dns; mx.example\n\nFinal-Recipient: utf-8; jos\\x{E9}@example.org\n"
        "Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 boîte inconnue"
    )
    report = read_report(report_of("message/global-delivery-status", fields))
    assert classes_of(report) == [("josé@example.org", BounceClass.NO_MAILBOX)]


def test_the_servers_own_code_outranks_the_one_of_the_report() -> None:
    fields = (
        "Final-Recipient: rfc822; ann@example.org\nAction: failed\nStatus: 5.1.1\n"
        "Diagnostic-Code: smtp; 550 5.7.26 unauthenticated email is not accepted"
    )
    (failure,) = read_report(dsn_of(fields)).failures
    assert failure == Failure(
        address="ann@example.org",
        bounce_class=BounceClass.AUTHENTICATION,
        code=550,
        status="5.7.26",
        words="550 5.7.26 unauthenticated email is not accepted",
    )


def test_what_may_carry_a_token_is_in_the_order_of_trust() -> None:
    dsn = dsn_of("Final-Recipient: rfc822; ann@example.org\nAction: failed\nStatus: 5.1.1")
    report = read_report(dsn, sent_to=["envelope@party.example"])
    assert report.tokens == ("envelope@party.example", TOKEN)
    assert report.links == ("https://party.example/u/abc",)


@pytest.mark.parametrize(
    ("named", "kind"),
    [
        ("abuse", ReportKind.COMPLAINT),
        ("Opt-Out", ReportKind.COMPLAINT),
        ("not-spam", ReportKind.OTHER_FEEDBACK),
        ("auth-failure", ReportKind.OTHER_FEEDBACK),
        ("fraud", ReportKind.OTHER_FEEDBACK),
        ("virus", ReportKind.OTHER_FEEDBACK),
    ],
)
def test_only_a_readers_own_wish_is_a_complaint(named: str, kind: ReportKind) -> None:  # RFC 5965
    fields = f"Feedback-Type: {named}\nUser-Agent: Loop/1.0\nVersion: 1"
    report = read_report(report_of("message/feedback-report", fields, "feedback-report"))
    assert (report.kind, report.feedback_type) == (kind, named.lower())


def test_a_feedback_report_without_a_type_or_about_dmarc_is_no_complaint() -> None:
    untyped = report_of("message/feedback-report", "Version: 1", "feedback-report")
    fields = "Feedback-Type: abuse\nAuth-Failure: dmarc"
    failed = report_of("message/feedback-report", fields, "feedback-report")
    assert {read_report(each).kind for each in (untyped, failed)} == {ReportKind.OTHER_FEEDBACK}


@pytest.mark.parametrize(
    "mail",
    [
        person("Automatic reply: Hello"),
        person("Réponse automatique : absente"),
        person("Re: Hello", Auto_Submitted="auto-replied"),
        person("Re: Hello", X_Autoreply="yes"),
        person("Re: Hello", X_Auto_Response_Suppress="All"),
        person("Re: Hello", Precedence="auto_reply"),
        person("Abwesenheitsnotiz", "Mein Postfach ist voll, user unknown"),
        person("Fuera de la oficina"),
        person("Sono fuori ufficio: Fuori ufficio", X_Autorespond="x"),
        person("Mailinblack : votre message est en attente"),
        person("Your message", "boxbe: verify that you are human"),
        report_of("message/disposition-notification", "Disposition: x; displayed").replace(
            b"mailer-daemon@mx.example", b"ann@example.org"
        ),
    ],
)
def test_an_automatic_answer_is_neither_a_bounce_nor_an_answer(mail: bytes) -> None:
    report = read_report(mail)
    assert (report.kind, report.failures) == (ReportKind.AUTO_REPLY, ())


@pytest.mark.parametrize(
    "subject", ["Undeliverable: I have left", "Adresse invalide : unknown user", "Returned mail"]
)
def test_an_automatic_answer_that_speaks_of_a_failure_is_no_bounce(subject: str) -> None:
    left = "Ann has left the company: ann@example.org does not exist any more."
    answer = person(subject, left, Auto_Submitted="auto-replied")
    assert read_report(answer).kind is ReportKind.AUTO_REPLY
    assert read_report(person("E-mail not monitored", left)).kind is ReportKind.ANSWER
    named = person("Out of office", left).replace(b"Ann <ann@", b"Postmaster <postmaster@")
    assert read_report(named).kind is ReportKind.AUTO_REPLY
    named = person("Re: Hello", left).replace(b"Ann <ann@", b"Andy Bouncer <a.bouncer@")
    assert read_report(named).kind is ReportKind.ANSWER


def test_a_persons_reply_is_an_answer() -> None:
    report = read_report(person("Re: Hello", "The mailbox is full!", In_Reply_To="<c7.42@x>"))
    assert (report.kind, report.failures) == (ReportKind.ANSWER, ())


@pytest.mark.parametrize("subject", ["unsubscribe", "Désabonnement", "Abmelden", "Baja"])
def test_an_email_that_asks_to_leave_is_told_from_an_answer(subject: str) -> None:
    assert read_report(person(subject, "")).kind is ReportKind.UNSUBSCRIBE
    assert read_report(person(f"Re: about {subject}")).kind is ReportKind.ANSWER


def test_a_server_without_a_standard_is_understood_by_its_words() -> None:
    mail = (
        f"From: MAILER-DAEMON@mx.example\nTo: {TOKEN}\nSubject: failure notice\n\n"
        "Hi. This is the qmail-send program.\n\n<ann@example.org>:\n"
        "Sorry, no mailbox here by that name. (#5.1.1)\n\n<bob@example.org>:\nover quota\n\n"
        f"--- Below this line is a copy of the message.\n\n{ORIGINAL}"
    )
    report = read_report(mail.encode())
    assert report.kind is ReportKind.BOUNCE
    assert classes_of(report) == [
        ("ann@example.org", BounceClass.NO_MAILBOX),
        ("bob@example.org", BounceClass.FULL),
    ]
    assert report.links == ("https://party.example/u/abc",)


def test_a_warning_of_a_server_that_still_tries_is_no_bounce() -> None:
    mail = (
        f"From: Mailer-Daemon@mx.example\nTo: {TOKEN}\nSubject: Warning: message delayed 24 hours\n"
        "\nThe address to which the message has not yet been delivered is:\n\n  ann@example.org\n\n"
        "No action is required on your part.\n"
    )
    report = read_report(mail.encode())
    assert report.kind is ReportKind.DELAY


def test_mail_without_a_sign_of_anything_is_unreadable() -> None:
    kinds = {read_report(each).kind for each in (b"", b"\0" * 99, b"Subject: x", b"\xff\xfe\n\n\n")}
    assert kinds == {ReportKind.UNREADABLE}


@given(st.binary(max_size=600), st.sampled_from([b"", dsn_of("Action: failed")[:300]]))
def test_any_bytes_are_read(raw: bytes, before: bytes) -> None:
    assert read_report(before + raw).kind in ReportKind
