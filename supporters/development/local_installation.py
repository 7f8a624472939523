"""What `flask develop` has to know and do before, between and after starting its processes."""

import errno
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from flask_migrate import upgrade

from supporters.config import Settings
from supporters.development.sample_party import OWNER_EMAIL, OWNER_PASSWORD, make_sample
from supporters.languages import DEFAULT_LANGUAGE
from supporters.lists.queries import list_lists, list_open_lists
from supporters.mail.links import link_to
from supporters.organisers.queries import find_organiser_by_email

STARTS_WITHIN_SECONDS = 60
LOOK_EVERY_SECONDS = 0.1


class NotStarted(Exception):
    """The development machine can't be started; the text says what to do."""


@dataclass(frozen=True)
class Place:
    """Where a process listens, and the setting that says so."""

    host: str
    port: int
    setting: str


def web_place(settings: Settings) -> Place:
    """Return where the pages are served: as the base URL says. Raises NotStarted."""
    if settings.is_https:
        message = "Pages are served without TLS here: SUPPORTERS_BASE_URL must begin with http://."
        raise NotStarted(message)
    parts = urlsplit(settings.base_url)
    host = parts.hostname or "127.0.0.1"
    port = parts.port or 80
    named = f"[{host}]" if ":" in host else host
    is_name = host.endswith("localhost")
    setting = f"SUPPORTERS_BASE_URL=http://{named}:{port + 1}"
    return Place("127.0.0.1" if is_name else host, port, setting)


def mail_place(settings: Settings) -> Place:
    """Return where the mailbox takes mail."""
    host = settings.mail_server
    setting = f"SUPPORTERS_MAIL_PORT={settings.mail_port + 1}"
    return Place("127.0.0.1" if host.endswith("localhost") else host, settings.mail_port, setting)


def make_sure_it_is_free(place: Place) -> None:
    """Make sure that a process of ours can listen there. Raises NotStarted."""
    family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((place.host, place.port))
        except OSError as error:
            why = "is taken" if error.errno == errno.EADDRINUSE else f"can't be used ({error})"
            message = (
                f"Port {place.port} on {place.host} {why}. "
                f"Take another one, for instance: {place.setting} make run"
            )
            raise NotStarted(message) from error


def wait_until_it_answers(place: Place, has_ended: Callable[[], bool]) -> None:
    """Wait until somebody listens there. Raises NotStarted."""
    deadline = time.monotonic() + STARTS_WITHIN_SECONDS
    while time.monotonic() < deadline and not has_ended():
        try:
            socket.create_connection((place.host, place.port), timeout=1).close()
        except OSError:
            time.sleep(LOOK_EVERY_SECONDS)
        else:
            return
    message = f"Nothing answers on port {place.port}: see the lines above for the reason."
    raise NotStarted(message)


def prepare_database() -> None:
    """Make the tables, or bring them up to date."""
    upgrade()


def prepare_sample(settings: Settings) -> Iterator[int]:
    """Make the sample party at the first start; yield how many percent are done."""
    unfinished = settings.instance_dir / "sample-unfinished"
    if unfinished.exists():
        message = (
            "The sample party was interrupted while it was made. To have it made anew, delete "
            f"{_short(settings.instance_dir)}; to keep what there is, delete {_short(unfinished)}."
        )
        raise NotStarted(message)
    if list_lists():
        return
    unfinished.touch(mode=0o600)
    yield from make_sample()
    unfinished.unlink()


def _short(path: Path) -> Path:
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def describe_addresses() -> list[str]:
    """Return the lines that say what to open, and how to sign in."""
    lists = list_open_lists()
    signup = (
        link_to("public.join", lang_code=DEFAULT_LANGUAGE, slug=lists[0].slug)
        if lists
        else link_to("public.home", lang_code=DEFAULT_LANGUAGE)
    )
    lines = [
        f"  Signup page   {signup}",
        f"  Console       {link_to('console.dashboard')}",
        f"  Mailbox       {link_to('dev.inbox')}",
    ]
    if find_organiser_by_email(OWNER_EMAIL) is not None:
        lines += ["", f"  Sign in to the console as {OWNER_EMAIL} with {OWNER_PASSWORD}"]
    return lines
