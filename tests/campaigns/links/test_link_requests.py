"""A link is asked over https at public addresses only, and as little as possible (REQ-129)."""

import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack

import pytest

from supporters.campaigns.links import link_requests
from supporters.campaigns.links.link_requests import (
    PORT,
    LinkAnswer,
    LinkAsker,
    LinkTarget,
    is_public,
    read_target,
    resolve,
)
from supporters.campaigns.links.models import LinkOutcome
from tests.campaigns.links.page_server import BAD_HEAD, HOST, PageServer, page_server

NOT_PUBLIC = LinkAnswer(LinkOutcome.NOT_PUBLIC)
A_MINUTE = 60.0


@pytest.fixture(scope="module")
def server() -> Iterator[PageServer]:
    """Run a site."""
    with page_server() as running:
        yield running


@pytest.fixture
def site(server: PageServer) -> PageServer:
    """Return the site with no request yet."""
    server.asked.clear()
    return server


def asker_of(site: PageServer, **more: object) -> LinkAsker:
    """Return an asker that finds every host at the site, and may go there."""
    values = {
        "user_agent": "Supporters link check (+https://parti.example)",
        "resolve": lambda _host, _port: [("127.0.0.1", site.port)],
        "is_allowed": lambda _address: True,
        "context": site.context,
        **more,
    }
    return LinkAsker(**values)  # type: ignore[arg-type]


def ask(site: PageServer, path: str = "/", host: str = HOST, **more: object) -> LinkAnswer:
    return asker_of(site, **more).ask(LinkTarget(host, path))


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0"),  # noqa: S104 - refused
        *("100.64.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "192.88.99.1"),
        *("::1", "::", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "fe80::1%eth0", "fc00::1", "ff02::1"),
        *("64:ff9b::a00:1", "2002:a00:1::", "2001:db8::1", "2001::1", "fec0::1", "3fff::1"),
        *("2130706433", "0x7f000001", "localhost", ""),
    ],
)
def test_an_address_that_not_everybody_reaches_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "::ffff:93.184.216.34", "2606:2800:220::1"])
def test_an_address_of_the_open_net_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        *("http://parti.example/", "ftp://parti.example/", "mailto:a@parti.example", "file:///etc"),
        *("https://parti.example:8443/", "https://user:secret@parti.example/", "https:///x"),
        *("https://[::1", "https://parti.example:port/", "//parti.example/", ""),
        "https://" + "a" * 70 + ".example/",
    ],
)
def test_only_plain_https_is_asked(url: str) -> None:
    assert read_target(url) is None


def test_a_link_is_asked_in_ascii_and_without_its_fragment() -> None:
    assert read_target("https://Café.example/à b?q=é&x=%20#ici") == LinkTarget(
        "xn--caf-dma.example", "/%C3%A0%20b?q=%C3%A9&x=%20"
    )


@pytest.mark.parametrize(
    ("path", "answer", "methods"),
    [
        ("/", LinkAnswer(LinkOutcome.ANSWERED, 200), ["HEAD"]),
        ("/303", LinkAnswer(LinkOutcome.ANSWERED, 303), ["HEAD"]),
        (BAD_HEAD, LinkAnswer(LinkOutcome.ANSWERED, 200), ["HEAD", "GET"]),
        ("/403", LinkAnswer(LinkOutcome.ANSWERED, 403), ["HEAD", "GET"]),
        ("/404", LinkAnswer(LinkOutcome.GONE, 404), ["HEAD", "GET"]),
        ("/503", LinkAnswer(LinkOutcome.TROUBLED, 503), ["HEAD", "GET"]),
    ],
)
def test_an_answer_is_told_and_no_redirect_is_followed(
    site: PageServer, path: str, answer: LinkAnswer, methods: list[str]
) -> None:
    assert ask(site, path) == answer
    assert [(method, asked) for method, asked, _ in site.asked] == [
        (each, path) for each in methods
    ]


def test_a_request_says_who_asks_and_nothing_else(site: PageServer) -> None:
    ask(site)
    ask(site)  # it got a cookie before
    _method, _path, headers = site.asked[-1]
    assert headers == {
        "Host": HOST,
        "Accept-Encoding": "identity",
        "User-Agent": "Supporters link check (+https://parti.example)",
        "Accept": "*/*",
        "Connection": "close",
    }


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "2130706433", "0x7f.1", "localhost", "::1", "::ffff:127.0.0.1"]
)
def test_this_machine_is_never_asked_however_it_is_written(site: PageServer, host: str) -> None:
    """The resolver is the real one: it reads these without the network."""
    answer = ask(site, host=host, resolve=resolve, is_allowed=is_public)
    assert answer == NOT_PUBLIC
    assert site.asked == []


@pytest.mark.parametrize("address", ["10.0.0.1", "169.254.169.254", "::ffff:10.0.0.1"])
def test_one_private_address_of_a_host_is_enough_to_ask_none(
    site: PageServer, address: str
) -> None:
    found = [("93.184.216.34", PORT), (address, PORT)]
    answer = ask(site, resolve=lambda _host, _port: found, is_allowed=is_public)
    assert answer == NOT_PUBLIC


def test_a_name_that_changes_its_address_meanwhile_leads_nowhere(site: PageServer) -> None:
    """The first answer of the resolver looks public; the connection shows where it went."""
    names: list[str] = []

    def is_allowed(address: str) -> bool:
        names.append(address)
        return len(names) == 1

    def look_up(_host: str, _port: int) -> Sequence[tuple[str, int]]:
        assert names == [], "a host is resolved once for a request"
        return [("127.0.0.1", site.port)]

    assert ask(site, resolve=look_up, is_allowed=is_allowed) == NOT_PUBLIC
    assert site.asked == []


def test_a_host_with_another_certificate_is_not_secure(site: PageServer) -> None:
    assert ask(site, host="other.example") == LinkAnswer(LinkOutcome.INSECURE)
    assert site.asked == []


def test_a_name_that_nobody_has_is_told_from_a_machine_that_is_down(site: PageServer) -> None:
    def unknown(_host: str, _port: int) -> Sequence[tuple[str, int]]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert ask(site, resolve=unknown) == LinkAnswer(LinkOutcome.UNKNOWN_HOST)
    down = ask(site, resolve=lambda _host, _port: [("127.0.0.1", port)])
    assert down == LinkAnswer(LinkOutcome.UNREACHABLE)


@pytest.mark.parametrize("is_full", [False, True])
def test_a_host_that_says_nothing_or_takes_nobody_is_left_after_a_while(
    site: PageServer, monkeypatch: pytest.MonkeyPatch, *, is_full: bool
) -> None:
    monkeypatch.setattr(link_requests, "PATIENCE", A_MINUTE)
    started = time.monotonic()
    with ExitStack() as opened:
        silent = opened.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        address = silent.getsockname()
        for _ in range(3 if is_full else 0):
            waiting = opened.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(address)
        answer = ask(site, resolve=lambda _host, _port: [address] * 2, longest=0.1)
    assert answer == LinkAnswer(LinkOutcome.UNREACHABLE)
    assert time.monotonic() - started < A_MINUTE / 2  # not the limit of a single step
