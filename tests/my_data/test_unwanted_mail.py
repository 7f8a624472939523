"""The link of an email to a wrong mailbox: never write to this address."""

import pytest

from supporters import clock
from supporters.consent.suppression import is_signup_mail_blocked
from supporters.my_data.unwanted_mail import (
    find_unwanted_mailbox,
    link_to_stop_all_mail,
    stop_all_mail,
)
from supporters.people.addresses import parse_address

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]


@pytest.mark.parametrize("typed", ["camille@example.org", "ca.mille@example.org", "a-b@proton.me"])
def test_the_link_blocks_signup_emails_to_exactly_its_address(typed: str) -> None:
    address = parse_address(typed)
    token = link_to_stop_all_mail(address, "fr").rpartition("/")[2]
    mailbox = find_unwanted_mailbox(token)
    assert mailbox is not None
    stop_all_mail(mailbox)
    assert is_signup_mail_blocked(address, clock.now())
    others = ("c.amille@example.org", "camille+x@example.org", "ab@proton.me")
    assert not any(is_signup_mail_blocked(parse_address(each), clock.now()) for each in others)
