"""A mail server's refusal is about one mailbox, or about us."""

import pytest

from supporters.bounce_classes.classes import BounceClass
from supporters.smtp_replies import (
    class_of,
    is_permanent,
    refuses_a_mailbox,
    refuses_us,
    write_reply,
)

OF_A_MAILBOX = ["550 5.1.1", "550 5.1.2", "553 5.1.3", "551 5.1.6", "556 5.1.10", "550 5.2.1"]
OF_US = ["550", "554", "530", "535 5.7.8", "550 5.7.515", "554 5.7.1", "550 5.1.8", "552 5.3.4"]
OTHERS = [None, "", "250", "421", "450 5.1.1", "451 4.7.1", "unwritable", "cancelled", "-1", "600"]


@pytest.mark.parametrize(
    ("code", "words", "kept"),
    [
        (550, "5.1.1 nobody", "550 5.1.1"),
        (550, "5.7.515", "550 5.7.515"),
        (451, "4.7.1 later", "451 4.7.1"),
        (550, "nobody", "550"),
        (550, "camille@example.org 5.1.1", "550"),
        (550, "5.1.camille@example.org", "550"),
        (250, "2.0.0 taken", "250"),
        (-1, "5.1.1", "-1"),
    ],
)
def test_of_a_reply_its_codes_are_kept_and_no_words(code: int, words: str, kept: str) -> None:
    assert write_reply(code, words) == kept


@pytest.mark.parametrize("reply", OF_A_MAILBOX)
def test_some_codes_are_about_one_mailbox(reply: str) -> None:
    assert (is_permanent(reply), refuses_a_mailbox(reply), refuses_us(reply)) == (True, True, False)


@pytest.mark.parametrize("reply", OF_US)
def test_any_other_refusal_may_be_about_us(reply: str) -> None:
    assert (is_permanent(reply), refuses_a_mailbox(reply), refuses_us(reply)) == (True, False, True)


@pytest.mark.parametrize("reply", OTHERS)
def test_deferrals_and_acceptances_are_no_refusals(reply: str | None) -> None:
    assert not (is_permanent(reply))
    assert not (refuses_a_mailbox(reply))
    assert not (refuses_us(reply))


def test_each_stored_refusal_has_its_class() -> None:
    expected = {
        "550 5.1.1": BounceClass.NO_MAILBOX,
        "550 5.1.2": BounceClass.NO_DOMAIN,
        "552 5.2.2": BounceClass.FULL,
        "552": BounceClass.FULL,
        "550 5.2.1": BounceClass.DISABLED,
        "554 5.7.1": BounceClass.POLICY,
        "552 5.3.4": BounceClass.SIZE,
        "451 4.3.0": BounceClass.EXPIRED,
        "unwritable": BounceClass.EXPIRED,
        **dict.fromkeys(("550", "553", "554 5.9.9", None, ""), BounceClass.UNKNOWN),
    }
    assert {reply: class_of(reply) for reply in expected} == expected
