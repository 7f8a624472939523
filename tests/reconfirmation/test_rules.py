"""Only a reply about the mailbox itself means that the mailbox is gone."""

import pytest

from supporters.reconfirmation.rules import is_mailbox_gone


@pytest.mark.parametrize("reply", ["550 5.1.1", "550 5.1.2", "551 5.1.6", "550 5.1.10"])
def test_no_such_mailbox_or_domain_is_gone(reply: str) -> None:
    assert is_mailbox_gone(reply)


@pytest.mark.parametrize(
    "reply",
    [None, "", "250", "450 4.1.1", "450 5.1.1", "550", "550 5.7.1", "552 5.2.2", "553 5.1.8"],
)
def test_other_rejections_may_be_about_us(reply: str | None) -> None:
    assert not is_mailbox_gone(reply)
