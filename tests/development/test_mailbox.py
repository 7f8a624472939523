"""The development mailbox accepts emails over real SMTP and shows all, malformed ones included."""

import dataclasses
import smtplib
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from itertools import product
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters import create_app
from supporters.config import Settings
from supporters.development import mailbox
from supporters.development.inbox import Inbox
from supporters.development.mailbox import MailboxHandler
from tests.servers.ports import free_port
from tests.servers.processes import environment_of, start_process, wait_until

EMAIL = (
    b"Subject: =?utf-8?q?Confirmez_votre_arriv=C3=A9e?=\r\n"
    b"From: Parti <lettre@parti.example>\r\n"
    b'Content-Type: multipart/alternative; boundary="b"\r\n\r\n'
    b'--b\r\nContent-Type: text/plain; charset="utf-8"\r\n\r\n'
    b"Ouvrez https://parti.example/a?b=1&c=2.\r\n"
    b'--b\r\nContent-Type: text/html; charset="utf-8"\r\n\r\n'
    b'<p onclick="x()"><a href="https://parti.example/a?b=1&amp;c=2">a</a>'
    b'<a href="https://parti.example/html">b</a></p>\r\n--b--\r\n'
)
PART = b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n'
ODD = {
    "nothing at all": b"",
    "no header": b"\r\njust a body",
    "no body": b"Subject: x\r\n",
    "raw bytes in headers": b"Subject: \xe9\xff\r\nTo: \xff\r\n\r\n\xff\xfe",
    "broken encoded words": b"Subject: =?utf-8?b?%%%?= =?nothing?q?=ff?=\r\n\r\nx",
    "broken addresses": b"To: <<>>, @, \r\nFrom: (((\r\nDate: never\r\n\r\nx",
    "unknown charset": b'Content-Type: text/plain; charset="klingon"\r\n\r\nx',
    "unknown encoding": b"Content-Transfer-Encoding: rot13\r\n\r\nx",
    "broken base64": b"Content-Transfer-Encoding: base64\r\n\r\n%%%",
    "parts without end": b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nx',
    "no boundary": b"Content-Type: multipart/mixed\r\n\r\nx",
    "a mail in a mail": b"Content-Type: message/rfc822\r\n\r\nSubject: y\r\n\r\nz",
    "broken types": b"Content-Type: ;;;=\r\nContent-Disposition: ===\r\n\r\nx",
    "NUL": b"Subject: a\0b\r\n\r\nc\0d",
    "parts in parts": b"".join(PART % (number, number) for number in range(300)),
}


@pytest.fixture
def inbox(settings: Settings) -> Inbox:
    """Return the inbox of the mailbox."""
    return Inbox(settings.instance_dir)


@pytest.fixture
def port(settings: Settings, inbox: Inbox) -> Iterator[int]:
    """Run the mailbox in its own process; return its port."""
    port = free_port()
    inbox_dir = str(settings.instance_dir / "inbox")
    listener = f"socket.create_server(('127.0.0.1', {port}))"
    run = f"mailbox.run_mailbox({listener}, pathlib.Path({inbox_dir!r}))"
    words = f"import pathlib, socket\nfrom supporters.development import mailbox\n{run}"
    process = start_process([sys.executable, "-c", words], environment_of(settings))
    assert wait_until(lambda: answers(port))
    yield port
    process.terminate()
    process.wait()


def answers(port: int) -> bool:
    """Return whether a mail server answers on the port."""
    try:
        smtplib.SMTP("127.0.0.1", port, "localhost", timeout=2).quit()
    except OSError:
        return False
    return True


def put(settings: Settings, raw: bytes, to: str = "ada@example.org") -> str:
    """Store an email in the mailbox; return its id."""
    return MailboxHandler(settings.instance_dir / "inbox").store("lettre@parti.example", to, raw)


def test_email_with_all_kinds_of_characters_arrives_unchanged(port: int, inbox: Inbox) -> None:
    message = EmailMessage()
    message["Subject"] = "Été – 夏"
    message["From"], message["To"] = "lettre@parti.example", "zoé@exemple.example"
    message.set_content("Bonjour Zoé\n.\nÀ bientôt", cte="8bit")
    with smtplib.SMTP("127.0.0.1", port, "localhost") as session:
        session.ehlo()
        assert session.has_extn("SMTPUTF8")
        session.send_message(message)
    kept = inbox.find_newest_to("zoé@exemple.example")
    assert kept is not None
    assert (kept.subject, kept.to) == ("Été – 夏", "zoé@exemple.example")
    assert kept.text.splitlines() == ["Bonjour Zoé", ".", "À bientôt"]


def test_each_recipient_gets_a_copy(port: int, inbox: Inbox) -> None:
    to = ["ada@example.org", "bob@example.org"]
    with smtplib.SMTP("127.0.0.1", port, "localhost") as session:
        session.sendmail("lettre@parti.example", to, b"Subject: x\r\n\r\ny")
    assert [inbox.find_newest_to(each) is not None for each in to] == [True, True]


def test_oldest_emails_are_deleted(settings: Settings, inbox: Inbox) -> None:
    box = mailbox.MailboxHandler(inbox.folder, most=3)
    for number in range(5):
        box.store("a@b.example", "ada@example.org", f"Subject: {number}\r\n\r\n".encode())
    subjects = [mail.subject for mail in inbox.list_page(1, size=10).items]
    assert subjects == ["4", "3", "2"]


def test_ids_grow_across_a_restart(settings: Settings, inbox: Inbox) -> None:
    first = mailbox.MailboxHandler(inbox.folder).store("a@b.example", "ada@example.org", b"")
    second = mailbox.MailboxHandler(inbox.folder).store("a@b.example", "ada@example.org", b"")
    assert first < second


def test_emails_are_listed_newest_first(client: FlaskClient, settings: Settings) -> None:
    put(settings, b"Subject: First\r\n\r\n")
    put(settings, b"Subject: Second\r\n\r\n")
    page = client.get("/dev/inbox").text
    assert 0 < page.index("Second") < page.index("First")


def test_emails_to_one_address_are_found(client: FlaskClient, settings: Settings) -> None:
    put(settings, b"Subject: For Ada\r\n\r\n", to="Ada@example.org")
    put(settings, b"Subject: For Bob\r\n\r\n", to="bob@example.org")
    page = client.get("/dev/inbox", query_string={"to": "ada@EXAMPLE"}).text
    assert "For Ada" in page
    assert "For Bob" not in page


def test_long_inbox_has_pages(client: FlaskClient, settings: Settings) -> None:
    for number in range(51):
        put(settings, f"Subject: Number-{number}.\r\n\r\n".encode())
    first, second = client.get("/dev/inbox").text, client.get("/dev/inbox?page=2").text
    assert "Number-50." in first
    assert "Number-0." not in first
    assert "Number-0." in second


def test_missing_page_is_empty(client: FlaskClient, app: Flask) -> None:
    for page in ("0", "-1", "x", "9999999999999999999"):
        assert client.get(f"/dev/inbox?page={page}").status_code == 200, page


def test_email_shows_headers_text_and_each_link_once(
    client: FlaskClient, settings: Settings
) -> None:
    page = client.get(f"/dev/inbox/{put(settings, EMAIL)}").text
    assert "Confirmez votre arrivée" in page
    assert "lettre@parti.example" in page
    assert page.count('href="https://parti.example/a?b=1&amp;c=2"') == 1
    assert page.count('href="https://parti.example/html"') == 1


def test_html_of_an_email_is_sandboxed(client: FlaskClient, settings: Settings) -> None:
    answer = client.get(f"/dev/inbox/{put(settings, EMAIL)}/html")
    policy = answer.headers["Content-Security-Policy"]
    assert "onclick" in answer.text
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert "script-src" not in policy


def test_source_has_the_bytes_of_the_email(client: FlaskClient, settings: Settings) -> None:
    answer = client.get(f"/dev/inbox/{put(settings, EMAIL)}/source")
    assert answer.mimetype == "text/plain"
    assert answer.data.endswith(EMAIL)


@pytest.mark.parametrize("raw", ODD.values(), ids=ODD)
def test_malformed_email_is_shown_as_far_as_possible(
    client: FlaskClient, settings: Settings, raw: bytes
) -> None:
    mail_id = put(settings, raw)
    for path in ("", f"/{mail_id}", f"/{mail_id}/html", f"/{mail_id}/source"):
        assert client.get(f"/dev/inbox{path}").status_code == 200


def test_invalid_id_is_not_found(client: FlaskClient, app: Flask) -> None:
    wrong = ("0", "1" * 19, "..%2f..%2fsupporters.db", "%2e%2e", "x.eml", "\uff11" * 19, "%00")
    for name, part in product((*wrong, "1" * 20), ("", "/html", "/source")):
        assert client.get(f"/dev/inbox/{name}{part}").status_code == 404


def test_inbox_is_emptied_by_a_form_only(client: FlaskClient, settings: Settings) -> None:
    put(settings, EMAIL)
    client.post("/dev/inbox")
    kept = list_files(settings)
    client.application.config["WTF_CSRF_ENABLED"] = False
    answer = client.post("/dev/inbox")
    assert (len(kept), list_files(settings)) == (1, [])
    assert answer.location == "/dev/inbox"


def list_files(settings: Settings) -> list[Path]:
    """Return the files of the mailbox."""
    return [*(settings.instance_dir / "inbox").iterdir()]


def test_empty_inbox_says_so(client: FlaskClient, app: Flask) -> None:
    assert client.get("/dev/inbox").status_code == 200


def test_production_has_no_inbox(settings: Settings) -> None:
    production = dataclasses.replace(
        settings, is_development=False, base_url="https://parti.example"
    )
    client = create_app(production).test_client()
    answer = client.get("/dev/inbox", base_url="https://parti.example")
    assert answer.status_code == 404
