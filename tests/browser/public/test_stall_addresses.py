"""The script of a stall reads addresses as the server does, and loses none when it is killed."""

import os
import signal
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from supporters.people.address_suggestions import find_doubt, suggest_address
from supporters.people.addresses import parse_address
from supporters.people.mailbox_providers import COMMON_PROVIDERS, REAL_NEIGHBOURS
from supporters.people.typed_addresses import TypedAddressInvalid, parse_typed_address
from tests.browser.conftest import CHROMIUM, CHROMIUM_OPTIONS
from tests.browser.public.test_elsewhere import count_signups
from tests.browser.public.test_stall import fill_in, open_stall, store_one
from tests.people import test_address_suggestions, test_typed_addresses
from tests.servers.processes import wait_until
from tests.servers.sample_site import Site

pytestmark = pytest.mark.browser


def cases() -> list[str]:
    """Return all texts of the tests of addresses, and every known domain."""
    texts = [
        *test_typed_addresses.SURROUNDED,
        *test_typed_addresses.UNCHANGED,
        *(typed for typed, _ in test_typed_addresses.FAULTY),
        *(typed for typed, _ in test_address_suggestions.TYPING_ERRORS),
        *test_address_suggestions.NOT_DOUBTED,
        *(typed for typed, _ in test_address_suggestions.REPAIRED),
    ]
    typed = [each if "@" in each or " " in each else f"Ada.L@{each}" for each in texts]
    domains = [*COMMON_PROVIDERS, *REAL_NEIGHBOURS]
    slips = [f"ada@{each[1:]}" for each in domains] + [f"ada@{each[:-1]}" for each in domains]
    return [*texts, *typed, *slips, "ada@münchen.example", "ada@faß.de"]


def answer_of_server(typed: str) -> dict[str, object]:
    """Return what the server says of a text."""
    try:
        address = parse_typed_address(typed.strip())
    except TypedAddressInvalid as error:
        return {"fault": error.fault.name, "suggestion": suggest_address(typed)}
    doubt = find_doubt(parse_address(address.text))
    return {"address": address.text, "suggestion": doubt.suggestion if doubt else None}


def test_the_tablet_reads_addresses_as_the_server_does(page: Page, open_site: Site) -> None:
    page.goto(f"{open_site.url}/fr/stall/national")
    texts = [each for each in cases() if each.strip()]
    answers = page.evaluate(
        """async (texts) => {
          const reading = await import("/static/js/stall/address.js");
          const { findDoubt, suggestAddress } = await import("/static/js/stall/suggestion.js");
          const lists = JSON.parse(document.querySelector("main").dataset.lists);
          return texts.map((typed) => {
            const text = reading.withoutSurroundings(typed);
            const address = reading.parseAddress(text, lists.longest);
            const fault = reading.findFault(text, lists.longest);
            if (!address) return { fault, suggestion: suggestAddress(typed, lists) };
            return { address, suggestion: findDoubt(address, lists)?.suggestion ?? null };
          });
        }""",
        texts,
    )
    expected = [answer_of_server(each) for each in texts]
    differing = [each for each in zip(texts, answers, expected, strict=True) if each[1] != each[2]]
    assert differing == []


def test_a_browser_that_is_killed_has_kept_all(
    open_site: Site, folder: Path, tmp_path: Path, browser: Browser
) -> None:
    before = count_signups(folder)
    profile, playwright = tmp_path / "profile", browser.browser_type

    def start() -> BrowserContext:
        return playwright.launch_persistent_context(
            profile, executable_path=CHROMIUM, args=CHROMIUM_OPTIONS, locale="fr-FR"
        )

    context = start()
    page = open_stall(context.pages[0], open_site)
    context.set_offline(True)
    store_one(page, "gina.killed@example.org")
    fill_in(page, "hugo.killed@example.org")
    expect(page.locator("#stall-thanks")).to_be_visible()
    kill(profile)
    context = start()
    page = context.pages[0]
    page.goto(f"{open_site.url}/de/stall/national")
    assert wait_until(lambda: count_signups(folder) == before + 2)
    context.close()


def kill(profile: Path) -> None:
    """Kill the browser of a profile, as a tablet that loses its power."""
    option = f"--user-data-dir={profile}".encode()
    for each in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if option in each.read_bytes().split(b"\0"):
                os.kill(int(each.parent.name), signal.SIGKILL)
