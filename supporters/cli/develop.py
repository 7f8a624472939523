"""`flask develop`: starts web, worker and mailbox for `make run`, and stops them again."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask.cli import with_appcontext

from supporters.cli.output import Command, refuse
from supporters.cli.processes import (
    APPLICATION,
    LOOK_EVERY_SECONDS,
    Child,
    StopRequest,
    end_children,
    flask_command,
    own_session,
    start_command,
)
from supporters.config import Settings
from supporters.development import local_installation
from supporters.extensions import current_settings
from supporters.logs import log_warnings_only

ENDS_WITHIN_SECONDS = 40
STEP_SHOWN = 20
WEB_ENDS_WITHIN_SECONDS = "2"


@click.command("mailbox", cls=Command, hidden=True)
@with_appcontext
def mailbox() -> None:
    """Accept all emails and keep them for /dev/inbox."""
    from supporters.development.mailbox import run_mailbox  # noqa: PLC0415 - only here is a server

    settings = _development_settings()
    address = local_installation.mail_address(settings)
    run_mailbox(address.host, address.port, settings.instance_dir / "inbox")


@click.command("develop", cls=Command)
@with_appcontext
def develop() -> None:
    """Start everything for development. Ctrl-C stops it.

    Starts web, worker and mailbox on this machine, with sample data.
    """
    settings = _development_settings()
    stop = StopRequest()
    children: dict[str, Child] = {}
    try:
        with _children_of(children):
            _start(settings, children, stop)
            _wait(children, stop)
    except local_installation.StartFailed as error:
        if not stop.is_requested:
            refuse(str(error))


def _development_settings() -> Settings:
    settings = current_settings()
    if not settings.is_development:
        refuse(
            "SUPPORTERS_BASE_URL is a production address. flask develop creates an account with a "
            "known password, so it runs on development machines only."
        )
    return settings


@contextmanager
def _children_of(children: dict[str, Child]) -> Iterator[None]:
    """Stop all children at the end, the mailbox last: the worker may still be sending an email."""
    try:
        yield
    finally:
        running_ones = [child for name, child in children.items() if name != "mailbox"]
        end_children(running_ones, patience=ENDS_WITHIN_SECONDS)
        end_children([*children.values()], patience=ENDS_WITHIN_SECONDS)


def _start(settings: Settings, children: dict[str, Child], stop: StopRequest) -> None:
    web, mail = local_installation.web_address(settings), local_installation.mail_address(settings)
    local_installation.check_port_is_free(web)
    local_installation.check_port_is_free(mail)
    with own_session():
        local_installation.prepare_database()
    children["mailbox"] = start_command(*flask_command("mailbox"))
    local_installation.wait_for_answer(mail, lambda: _has_stopped(children["mailbox"], stop))
    with own_session():
        _make_sample(settings, stop)
    if stop.is_requested:
        return
    children["web"] = start_command(*_gunicorn(web))
    children["worker"] = start_command(*flask_command("worker"))
    local_installation.wait_for_answer(web, lambda: _has_stopped(children["web"], stop))
    click.echo("\nEverything runs. Open:\n")
    with own_session():
        addresses = local_installation.describe_addresses()
    click.echo("\n".join(addresses))
    click.echo("\nCtrl-C ends it. The next start finds the data again.\n")


def _has_stopped(child: Child, stop: StopRequest) -> bool:
    return stop.is_requested or child.exitcode is not None


def _make_sample(settings: Settings, stop: StopRequest) -> None:
    log_warnings_only()
    shown = 0
    for percent in local_installation.prepare_sample(settings):
        if percent >= shown + STEP_SHOWN:
            shown = percent
            click.echo(f"Making the sample party: {percent} %")
        if stop.is_requested:
            return


def _gunicorn(address: local_installation.ListenAddress) -> list[str]:
    host = f"[{address.host}]" if ":" in address.host else address.host
    root = APPLICATION.parent
    return [
        *(sys.executable, "-m", "gunicorn", "app:app", "--chdir", str(root)),
        *("--config", str(root / "gunicorn.conf.py"), "--bind", f"{host}:{address.port}"),
        *("--log-level", "warning", "--graceful-timeout", WEB_ENDS_WITHIN_SECONDS),
    ]


def _wait(children: dict[str, Child], stop: StopRequest) -> None:
    """Wait until this process is asked to stop, or a child stops by itself."""
    while not stop.is_requested:
        for name, child in children.items():
            if child.exitcode is not None:
                refuse(f"The {name} stopped by itself (status {child.exitcode}), so all stopped.")
        time.sleep(LOOK_EVERY_SECONDS)
    click.echo("\nStopping.")
