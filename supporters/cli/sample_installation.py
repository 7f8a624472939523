"""Runs web, worker and mailbox of a sample party, for `flask develop` and `flask training`.

All are forks of this process, so this one opens no connection: forks prepare and read the database.
It only holds the listening sockets, so visitors wait while the pages start.
"""

import shutil
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import NamedTuple

import click
from flask import current_app

from supporters.cli.output import refuse
from supporters.cli.processes import (
    LOOK_EVERY_SECONDS,
    Child,
    StopRequest,
    end_children,
    own_session,
    start_child,
)
from supporters.cli.worker import run_worker
from supporters.config import Settings
from supporters.development import local_installation
from supporters.development.local_installation import ListenAddress, StartFailed
from supporters.extensions import current_settings
from supporters.logs import log_warnings_only
from supporters.training.new_day import BEGIN_AGAIN

ENDS_WITHIN_SECONDS = 40
STEP_SHOWN = 20
WEB_ENDS_WITHIN_SECONDS = "2"


@dataclass(frozen=True, kw_only=True)
class SampleInstallation:
    """The values in which the installations with a sample party differ."""

    web: ListenAddress
    mail: ListenAddress
    prepare_database: Callable[[], None]
    describe: Callable[[], list[str]]
    is_to_begin_again: Callable[[], bool]


class _Listeners(NamedTuple):
    """The sockets that this process holds while its forks come and go."""

    web: socket.socket
    mail: socket.socket


@dataclass(frozen=True)
class _Processes:
    """The forks of this process, which run until it is asked to stop."""

    stop: StopRequest
    children: dict[str, Child] = field(default_factory=dict)

    def start(self, name: str, run: Callable[[], None]) -> None:
        """Start a process that runs until the end."""
        self.children[name] = start_child(name, run)

    def has_stopped(self, name: str) -> bool:
        """Tell whether a process has ended, or will soon."""
        return self.stop.is_requested or self.children[name].exitcode is not None

    def finish(self, name: str, run: Callable[[], None]) -> None:
        """Run a step to its end, unless this process is asked to stop."""
        self.start(name, run)
        while not self.has_stopped(name):
            self.children[name].join(LOOK_EVERY_SECONDS)
        if not self.stop.is_requested and self.children.pop(name).exitcode:
            sys.exit(1)  # it has printed why

    def wait(self, is_enough: Callable[[], bool]) -> None:
        """Wait until it is enough, this process is asked to stop, or one stops by itself."""
        while not self.stop.is_requested and not is_enough():
            for name, child in self.children.items():
                if (status := child.exitcode) is not None:
                    refuse(f"The {name} stopped by itself (status {status}), so all stopped.")
            time.sleep(LOOK_EVERY_SECONDS)

    @contextmanager
    def ended(self) -> Iterator[None]:
        """Stop all at the end, the mailbox last: the worker may still be sending an email."""
        try:
            yield
        finally:
            others = [child for name, child in self.children.items() if name != "mailbox"]
            end_children(others, patience=ENDS_WITHIN_SECONDS)
            end_children([*self.children.values()], patience=ENDS_WITHIN_SECONDS)
            self.children.clear()


def run_sample_installation(installation: SampleInstallation) -> None:
    """Run everything until Ctrl-C or SIGTERM; from the beginning again if that is asked."""
    processes = _Processes(StopRequest())
    try:
        web, mail = map(local_installation.listen, (installation.web, installation.mail))
        listeners = _Listeners(web, mail)
    except StartFailed as error:
        refuse(str(error))
    with closing(web), closing(mail):
        _send_to(mail)
        while not processes.stop.is_requested:
            if installation.is_to_begin_again():
                _clear(current_settings())
            with processes.ended():
                _start(installation, processes, listeners)
                processes.wait(installation.is_to_begin_again)
    click.echo("\nStopping.")


def _send_to(mail: socket.socket) -> None:
    """Make the mailbox the relay of this process and its forks: its port may be a free one."""
    settings = replace(current_settings(), mail_port=mail.getsockname()[1])
    current_app.extensions["settings"] = settings


def _clear(settings: Settings) -> None:
    """Delete all files of the sample party; last those that ask for it: a kill may come."""
    click.echo("Beginning again: the sample party is made anew.")
    for path in sorted(settings.instance_dir.iterdir(), key=lambda each: each.name in BEGIN_AGAIN):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _start(installation: SampleInstallation, processes: _Processes, listeners: _Listeners) -> None:
    processes.start("mailbox", partial(_take_mails, current_settings(), listeners.mail))
    processes.finish("sample", partial(_make_sample, installation, current_settings()))
    if processes.stop.is_requested:
        return
    processes.start("web", partial(_serve, listeners.web))
    processes.start("worker", run_worker)
    click.echo("\nEverything runs. Open:\n")
    processes.finish("addresses", partial(_print_addresses, installation))
    click.echo("\nCtrl-C ends it. The next start finds the data again.\n")


def _take_mails(settings: Settings, listener: socket.socket) -> None:
    from supporters.development.mailbox import run_mailbox  # noqa: PLC0415 - only here is a server

    run_mailbox(listener, settings.instance_dir / "inbox")


def _make_sample(installation: SampleInstallation, settings: Settings) -> None:
    stop = StopRequest()
    log_warnings_only()
    shown = 0
    try:
        with own_session():
            installation.prepare_database()
            for percent in local_installation.prepare_sample(settings):
                if percent >= shown + STEP_SHOWN:
                    shown = percent
                    click.echo(f"Making the sample party: {percent} %")
                if stop.is_requested:
                    return
    except StartFailed as error:
        refuse(str(error))


def _serve(listener: socket.socket) -> None:
    """Serve the pages with gunicorn, which finds its configuration in our folder."""
    from gunicorn.app.wsgiapp import run  # noqa: PLC0415 - only here

    root = local_installation.ROOT
    sys.argv = [
        *("gunicorn", "app:app", "--chdir", str(root)),
        *("--config", str(root / "gunicorn.conf.py"), "--bind", f"fd://{listener.fileno()}"),
        *("--log-level", "warning", "--graceful-timeout", WEB_ENDS_WITHIN_SECONDS),
    ]
    run()


def _print_addresses(installation: SampleInstallation) -> None:
    with own_session():
        click.echo("\n".join(installation.describe()))
