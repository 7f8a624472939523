"""`flask develop`: starts web, worker and mailbox for `make run`, and stops them again.

All are forks of this process, so this one opens no connection: forks prepare and read the database.
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

import click
from flask.cli import with_appcontext

from supporters.cli.output import Command, refuse
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

ENDS_WITHIN_SECONDS = 40
STEP_SHOWN = 20
WEB_ENDS_WITHIN_SECONDS = "2"


@click.command("develop", cls=Command)
@with_appcontext
def develop() -> None:
    """Start everything for development. Ctrl-C stops it.

    Starts web, worker and mailbox on this machine, with sample data.
    """
    settings = current_settings()
    if not settings.is_development:
        refuse(
            "SUPPORTERS_BASE_URL is a production address. flask develop creates an account with a "
            "known password, so it runs on development machines only."
        )
    processes = _Processes(StopRequest())
    try:
        with processes.ended():
            _start(settings, processes)
            processes.wait()
    except StartFailed as error:
        if not processes.stop.is_requested:
            refuse(str(error))


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

    def wait(self) -> None:
        """Wait until this process is asked to stop, or one stops by itself."""
        while not self.stop.is_requested:
            for name, child in self.children.items():
                if (status := child.exitcode) is not None:
                    refuse(f"The {name} stopped by itself (status {status}), so all stopped.")
            time.sleep(LOOK_EVERY_SECONDS)
        click.echo("\nStopping.")

    @contextmanager
    def ended(self) -> Iterator[None]:
        """Stop all at the end, the mailbox last: the worker may still be sending an email."""
        try:
            yield
        finally:
            others = [child for name, child in self.children.items() if name != "mailbox"]
            end_children(others, patience=ENDS_WITHIN_SECONDS)
            end_children([*self.children.values()], patience=ENDS_WITHIN_SECONDS)


def _start(settings: Settings, processes: _Processes) -> None:
    web, mail = local_installation.web_address(settings), local_installation.mail_address(settings)
    local_installation.check_port_is_free(web)
    local_installation.check_port_is_free(mail)
    processes.start("mailbox", partial(_take_mails, settings, mail))
    local_installation.wait_for_answer(mail, lambda: processes.has_stopped("mailbox"))
    processes.finish("sample", partial(_make_sample, settings))
    if processes.stop.is_requested:
        return
    processes.start("web", partial(_serve, web))
    processes.start("worker", run_worker)
    local_installation.wait_for_answer(web, lambda: processes.has_stopped("web"))
    click.echo("\nEverything runs. Open:\n")
    processes.finish("addresses", _print_addresses)
    click.echo("\nCtrl-C ends it. The next start finds the data again.\n")


def _take_mails(settings: Settings, address: ListenAddress) -> None:
    from supporters.development.mailbox import run_mailbox  # noqa: PLC0415 - only here is a server

    run_mailbox(address.host, address.port, settings.instance_dir / "inbox")


def _make_sample(settings: Settings) -> None:
    stop = StopRequest()
    log_warnings_only()
    shown = 0
    try:
        with own_session():
            local_installation.prepare_database()
            for percent in local_installation.prepare_sample(settings):
                if percent >= shown + STEP_SHOWN:
                    shown = percent
                    click.echo(f"Making the sample party: {percent} %")
                if stop.is_requested:
                    return
    except StartFailed as error:
        refuse(str(error))


def _serve(address: ListenAddress) -> None:
    """Serve the pages with gunicorn, which finds its configuration in our folder."""
    from gunicorn.app.wsgiapp import run  # noqa: PLC0415 - only here

    host = f"[{address.host}]" if ":" in address.host else address.host
    root = local_installation.ROOT
    sys.argv = [
        *("gunicorn", "app:app", "--chdir", str(root)),
        *("--config", str(root / "gunicorn.conf.py"), "--bind", f"{host}:{address.port}"),
        *("--log-level", "warning", "--graceful-timeout", WEB_ENDS_WITHIN_SECONDS),
    ]
    run()


def _print_addresses() -> None:
    with own_session():
        click.echo("\n".join(local_installation.describe_addresses()))
