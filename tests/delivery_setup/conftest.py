"""A fake DNS server, and the facts of a party whose set-up is right."""

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from supporters.config import load_settings
from supporters.delivery_setup.check_run import SetupFacts, examine
from supporters.delivery_setup.findings import Finding, SetupLine
from supporters.dns_lookups import Dns
from supporters.settings.setup_settings import SetupSettings
from tests.delivery_setup.right_set_up import SENDER, publish_all
from tests.servers.dns_server import DnsServer


@pytest.fixture
def dns_server() -> Iterator[DnsServer]:
    """Run a DNS server with the records of a party whose set-up is right."""
    with DnsServer() as server:
        publish_all(server)
        yield server


@pytest.fixture
def facts() -> SetupFacts:
    """Return the facts of that party."""
    settings = load_settings(
        {
            "SUPPORTERS_ENV": "development",
            "SUPPORTERS_MAIL_FROM": "lettre@parti.example",
            "SUPPORTERS_BOUNCE_ADDRESS": "retours@retours.parti.example",
            "SUPPORTERS_PARTY_CONTACT": "bonjour@parti.example",
        }
    )
    setup = SetupSettings(sending_addresses=(SENDER,), dkim_selectors=("s1",))
    settings = dataclasses.replace(
        settings, base_url="https://lettres.parti.example", setup=setup, is_development=False
    )
    return SetupFacts(settings=settings, keys=(), has_intake=True)


@pytest.fixture
def look(dns_server: DnsServer, facts: SetupFacts) -> Callable[..., dict[SetupLine, Finding]]:
    """Return the function that runs all checks, with some settings and facts changed."""

    def examine_with(
        changes: dict[str, Any] | None = None, **facts_changed: Any
    ) -> dict[SetupLine, Finding]:
        settings = dataclasses.replace(facts.settings, **(changes or {}))
        changed = dataclasses.replace(facts, **{"settings": settings, **facts_changed})
        return {each.line: each for each in examine(Dns(dns_server.address), changed)}

    return examine_with
