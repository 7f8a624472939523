"""The development mailbox accepts emails over real SMTP and keeps the newest."""

import smtplib
import sys
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from supporters.config import Settings
from supporters.development import mailbox
from supporters.development.inbox import Inbox
from tests.machinery.databases import free_port
from tests.servers.processes import environment_of, start_process, wait_until


@pytest.fixture
def inbox(settings: Settings) -> Inbox:
    """Return the inbox of the mailbox."""
    return Inbox(settings.instance_dir)


@pytest.fixture
def port(settings: Settings, inbox: Inbox) -> Iterator[int]:
    """Run the mailbox in its own process; return its port."""
    port = free_port()
    run = (
        f"mailbox.run_mailbox('127.0.0.1', {port}, Path({str(settings.instance_dir / 'inbox')!r}))"
    )
    words = f"from pathlib import Path\nfrom supporters.development import mailbox\n{run}"
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
