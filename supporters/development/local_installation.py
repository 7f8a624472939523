"""The steps around the processes of a sample party: ports, database, sample, addresses."""

import errno
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from flask_migrate import upgrade

from supporters.accounts.queries import find_organiser_by_email
from supporters.config import Settings
from supporters.development.sample_party import (
    APPROVER_EMAIL,
    OWNER_EMAIL,
    OWNER_PASSWORD,
    make_sample,
)
from supporters.lists.queries import list_lists, list_open_lists
from supporters.mail.links import link_to
from supporters.public_languages import default_public_language

ROOT = Path(__file__).parents[2]
WAITING_CONNECTIONS = 128
UNFINISHED = "sample-unfinished"


class StartFailed(Exception):
    """The processes can't start; the text says what to do."""


@dataclass(frozen=True)
class ListenAddress:
    """The address where a process listens, and how to say another port."""

    host: str
    port: int
    other_port: str


def web_address(settings: Settings) -> ListenAddress:
    """Return the address of the pages, from the base URL. Raises StartFailed."""
    if settings.is_https:
        raise StartFailed("Development has no TLS: SUPPORTERS_BASE_URL must begin with http://.")
    parts = urlsplit(settings.base_url)
    host = parts.hostname or "127.0.0.1"
    port = parts.port or 80
    named = f"[{host}]" if ":" in host else host
    is_name = host.endswith("localhost")
    other = f"SUPPORTERS_BASE_URL=http://{named}:{port + 1}"
    return ListenAddress("127.0.0.1" if is_name else host, port, other)


def mail_address(settings: Settings) -> ListenAddress:
    """Return the address of the mailbox."""
    host = settings.mail_server
    other = f"SUPPORTERS_MAIL_PORT={settings.mail_port + 1}"
    return ListenAddress(
        "127.0.0.1" if host.endswith("localhost") else host, settings.mail_port, other
    )


def listen(address: ListenAddress) -> socket.socket:
    """Listen at an address. Connections wait until a process takes them. Raises StartFailed."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address.host, address.port))
        listener.listen(WAITING_CONNECTIONS)
    except OSError as error:
        listener.close()
        why = "is taken" if error.errno == errno.EADDRINUSE else f"can't be used ({error})"
        message = (
            f"Port {address.port} on {address.host} {why}. "
            f"Use another one, for example: {address.other_port}"
        )
        raise StartFailed(message) from error
    return listener


def prepare_database() -> None:
    """Create or upgrade the tables."""
    upgrade()


def prepare_sample(settings: Settings) -> Iterator[int]:
    """Create the sample party at the first start; yield the progress in percent."""
    unfinished = settings.instance_dir / UNFINISHED
    if unfinished.exists():
        message = (
            "The sample party is incomplete: its creation was interrupted. To create it again, "
            f"delete {_short(settings.instance_dir)}. To use the incomplete one, delete "
            f"{_short(unfinished)}."
        )
        raise StartFailed(message)
    if list_lists():
        return
    unfinished.touch(mode=0o600)
    yield from make_sample()
    unfinished.unlink()


def _short(path: Path) -> Path:
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def describe_addresses() -> list[str]:
    """Return lines with the addresses to open and the sign-in."""
    lists = list_open_lists()
    signup = (
        link_to("public.join", lang_code=default_public_language(), slug=lists[0].slug)
        if lists
        else link_to("public.home", lang_code=default_public_language())
    )
    lines = [
        f"  Signup page   {signup}",
        f"  Console       {link_to('console.dashboard')}",
        f"  Mailbox       {link_to('dev.inbox')}",
    ]
    if find_organiser_by_email(OWNER_EMAIL) is not None:
        lines += [
            "",
            f"  Sign in to the console as {OWNER_EMAIL} with {OWNER_PASSWORD}",
            f"  Approve campaigns as {APPROVER_EMAIL} with the same password",
        ]
    return lines
