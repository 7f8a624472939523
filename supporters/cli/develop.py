"""`flask develop`: what `make run` starts on a development machine, and ends again."""

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
    Ending,
    end_children,
    flask_command,
    own_session,
    start_child,
)
from supporters.config import Settings
from supporters.development import local_installation
from supporters.development.mailbox import run_mailbox
from supporters.extensions import current_settings
from supporters.logs import log_warnings_only

ENDS_WITHIN_SECONDS = 40
STEP_SHOWN = 20
WEB_ENDS_WITHIN_SECONDS = "2"


@click.command("mailbox", cls=Command, hidden=True)
@with_appcontext
def mailbox() -> None:
    """Take every mail for everybody, and keep it for /dev/inbox."""
    settings = _development_settings()
    place = local_installation.mail_place(settings)
    run_mailbox(place.host, place.port, settings.instance_dir / "inbox")


@click.command("develop", cls=Command)
@with_appcontext
def develop() -> None:
    """Start everything on this machine, with sample data and a mailbox; Ctrl-C ends it."""
    settings = _development_settings()
    ending = Ending()
    children: dict[str, Child] = {}
    try:
        with _children_of(children):
            _start(settings, children, ending)
            _wait(children, ending)
    except local_installation.NotStarted as error:
        if not ending.is_asked_for:
            refuse(str(error))


def _development_settings() -> Settings:
    settings = current_settings()
    if not settings.is_development:
        refuse("This is a production, by SUPPORTERS_BASE_URL: a known sign-in has no place there.")
    return settings


@contextmanager
def _children_of(children: dict[str, Child]) -> Iterator[None]:
    """End all children at the end, the mailbox last: the worker may have a letter in hand."""
    try:
        yield
    finally:
        running_ones = [child for name, child in children.items() if name != "mailbox"]
        end_children(running_ones, patience=ENDS_WITHIN_SECONDS)
        end_children([*children.values()], patience=ENDS_WITHIN_SECONDS)


def _start(settings: Settings, children: dict[str, Child], ending: Ending) -> None:
    web, mail = local_installation.web_place(settings), local_installation.mail_place(settings)
    local_installation.make_sure_it_is_free(web)
    local_installation.make_sure_it_is_free(mail)
    with own_session():
        local_installation.prepare_database()
    children["mailbox"] = start_child(flask_command("mailbox"))
    local_installation.wait_until_it_answers(mail, lambda: _has_ended(children["mailbox"], ending))
    with own_session():
        _make_sample(settings, ending)
    if ending.is_asked_for:
        return
    children["web"] = start_child(_gunicorn(web))
    children["worker"] = start_child(flask_command("worker", "--processes", "1"))
    local_installation.wait_until_it_answers(web, lambda: _has_ended(children["web"], ending))
    click.echo("\nEverything runs. Open:\n")
    with own_session():
        addresses = local_installation.describe_addresses()
    click.echo("\n".join(addresses))
    click.echo("\nCtrl-C ends it; the next start finds the data again.\n")


def _has_ended(child: Child, ending: Ending) -> bool:
    return ending.is_asked_for or child.poll() is not None


def _make_sample(settings: Settings, ending: Ending) -> None:
    log_warnings_only()
    shown = 0
    for percent in local_installation.prepare_sample(settings):
        if percent >= shown + STEP_SHOWN:
            shown = percent
            click.echo(f"Making the sample party: {percent} %")
        if ending.is_asked_for:
            return


def _gunicorn(place: local_installation.Place) -> list[str]:
    host = f"[{place.host}]" if ":" in place.host else place.host
    root = APPLICATION.parent
    return [
        *(sys.executable, "-m", "gunicorn", "app:app", "--chdir", str(root)),
        *("--config", str(root / "gunicorn.conf.py"), "--bind", f"{host}:{place.port}"),
        *("--log-level", "warning", "--graceful-timeout", WEB_ENDS_WITHIN_SECONDS),
    ]


def _wait(children: dict[str, Child], ending: Ending) -> None:
    """Wait until this process is asked to end, or a child ends by itself."""
    while not ending.is_asked_for:
        for name, child in children.items():
            if child.poll() is not None:
                refuse(f"The {name} ended by itself (status {child.returncode}); so all of it did.")
        time.sleep(LOOK_EVERY_SECONDS)
    click.echo("\nEnding.")
