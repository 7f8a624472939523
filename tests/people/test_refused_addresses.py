"""Addresses of mail systems, and of domains that give addresses for minutes."""

import pytest

from supporters.people.addresses import parse_address
from supporters.people.mailbox_providers import COMMON_PROVIDERS
from supporters.people.refused_addresses import is_disposable, is_of_a_role


@pytest.mark.parametrize("name", ["abuse", "Postmaster", "noreply", "no-reply", "noreply+x"])
def test_an_address_of_a_mail_system_is_refused(name: str) -> None:
    assert is_of_a_role(parse_address(f"{name}@orange.fr"))


@pytest.mark.parametrize("name", ["ada", "info", "contact", "mairie", "abuse.lyon", "a+abuse"])
def test_an_address_that_people_read_is_not(name: str) -> None:
    assert not is_of_a_role(parse_address(f"{name}@orange.fr"))


@pytest.mark.parametrize("domain", ["yopmail.com", "YOPMAIL.fr", "x.yopmail.com"])
def test_a_domain_of_addresses_for_minutes_is_known(domain: str) -> None:
    assert is_disposable(parse_address(f"ada@{domain}"))


LASTING = [*COMMON_PROVIDERS, "example.org", "duck.com", "parti.example"]


def test_a_domain_of_mailboxes_that_last_is_not() -> None:
    assert not [each for each in LASTING if is_disposable(parse_address(f"ada@{each}"))]
