"""Where emails come back is read from two variables, and each fault says what to give instead."""

import pytest

from supporters.settings.feedback_settings import FeedbackSettings
from tests.test_config import PRODUCTION, faults, load

PASSWORD = "correct horse"


def read(url: str, **others: str) -> FeedbackSettings | None:
    return load(**PRODUCTION, FEEDBACK_URL=url, **others).feedback


def test_nothing_is_read_unless_a_variable_says_where() -> None:
    assert load(**PRODUCTION).feedback is None


@pytest.mark.parametrize(
    ("url", "user", "port", "folder"),
    [
        ("imaps://bounces@imap.example", "bounces", 993, "INBOX"),
        ("imaps://bounces@parti.example@imap.example/", "bounces@parti.example", 993, "INBOX"),
        ("imaps://a%40parti.example@imap.example:994/Retours", "a@parti.example", 994, "Retours"),
        ("imaps://a@imap.example/INBOX/Retours%20lus", "a", 993, "INBOX/Retours lus"),
    ],
)
def test_a_mailbox_is_named_by_user_host_and_folder(
    url: str, user: str, port: int, folder: str
) -> None:
    found = read(url, FEEDBACK_PASSWORD=PASSWORD)
    assert found is not None
    assert (found.user, found.host, found.port) == (user, "imap.example", port)
    assert found.path == folder
    assert PASSWORD not in repr(found)


def test_a_maildir_and_both_places_of_lmtp_are_taken() -> None:
    places = ("maildir:/var/mail/x", "lmtp://127.0.0.1:2424", "lmtp://[::1]:24", "lmtp:/run/a.sock")
    found = [read(each) for each in places]
    assert [(each.scheme, each.host, each.port, each.path) for each in found if each] == [
        ("maildir", "", 0, "/var/mail/x"),
        ("lmtp", "127.0.0.1", 2424, ""),
        ("lmtp", "::1", 24, ""),
        ("lmtp", "", 0, "/run/a.sock"),
    ]


@pytest.mark.parametrize(
    "url",
    [
        *("pop3://a@host.example", "imaps://host.example/INBOX", "imaps://a@/INBOX", "bounces"),
        *("imap://a@host.example/INBOX", "imaps://a:b@host.example", "imaps://a@host.example:x"),
        *("maildir:relative/path", "maildir://host/path", "lmtp:", "lmtp://127.0.0.1", "lmtp:///"),
        *("lmtp://10.0.0.1:24", "lmtp://host.example:24", "lmtp://[::1:24"),
    ],
)
def test_a_place_that_cannot_be_used_is_refused(url: str) -> None:
    assert faults(FEEDBACK_URL=url, FEEDBACK_PASSWORD=PASSWORD) == ["FEEDBACK_URL"]


def test_a_mailbox_needs_its_password() -> None:
    assert faults(FEEDBACK_URL="imaps://a@host.example/INBOX") == ["FEEDBACK_PASSWORD"]


def test_a_mailbox_on_this_machine_may_be_read_without_encryption() -> None:
    found = read("imap://a@127.0.0.1:1143/INBOX", FEEDBACK_PASSWORD=PASSWORD)
    assert found is not None
    assert (found.scheme, found.port) == ("imap", 1143)
