"""`flask setup`: a first installation from its settings to its owner, in questions (ADR 116)."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from supporters.cli.installation.setup_answers import (
    ASKED,
    OF_THE_RELAY,
    SetupAnswers,
    collect_answers,
)
from supporters.cli.installation.setup_steps import SetupSteps
from supporters.cli.output import Command, refuse
from supporters.cli.parameters import SecretShown, read_answer
from supporters.settings.setting_sources import PREFIX, SETTINGS_FILE, FileUnreadable
from supporters.settings.settings_file import ValueUnwritable, write_settings_file

AS_ROOT = (
    "You are root, so files of the program would be root's. Run it as the user of the services "
    "(sudo -u supporters …), unless these run as root as well."
)


@click.command("setup", cls=Command)
@click.option(
    "--file",
    type=click.Path(dir_okay=False, path_type=Path),
    envvar=SETTINGS_FILE,
    required=True,
    help="The settings file, as /etc/supporters/party.env. Default: SUPPORTERS_SETTINGS_FILE.",
)
@click.option(
    "--set",
    "given",
    multiple=True,
    metavar="NAME=VALUE",
    help="An answer: PARTY_NAME=…; a secret is in a file: MAIL_PASSWORD=@FILE. Repeat it.",
)
@click.option("--owner", default="", metavar="EMAIL", help="The first owner, who gets a link.")
@click.option("--yes", "is_sure", is_flag=True, help="Ask nothing: change the file, go on.")
@click.option("--no-email", "is_silent", is_flag=True, help="Send no email through the relay.")
def setup(
    *, file: Path, given: tuple[str, ...], owner: str, is_sure: bool, is_silent: bool
) -> None:
    """Guide through a first installation.

    Asks for the settings, writes them into a file, makes the tables, sends an email through the
    relay, checks the DNS, invites the first owner, and ends with the findings of doctor. Run it
    again at any time: it keeps what is there, and asks before it changes the file.
    """
    try:
        answers = collect_answers(file.absolute(), _read_options(given))
    except FileUnreadable as error:
        refuse(str(error))
    dialogue = _Dialogue(answers, SetupSteps(file.absolute()), is_sure or not sys.stdin.isatty())
    if os.geteuid() == 0:
        click.echo(AS_ROOT, err=True)
    dialogue.settle_settings()
    if not dialogue.steps.make_tables():
        refuse("The tables were not made. Correct the settings, and run this again.")
    dialogue.settle_owner(owner, is_silent=is_silent)
    if not dialogue.steps.examine():
        refuse("Not everything is right yet: each line that begins with BAD says what to do.")
    click.echo("\nStart the pages and a worker now, then run: flask doctor")


def _read_options(given: tuple[str, ...]) -> Mapping[str, str]:
    found = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not equals:
            refuse(f"Write --set {name}=VALUE.")
        short = name.removeprefix(PREFIX)
        try:
            found[short] = read_answer(short, value)
        except SecretShown as shown:
            refuse(
                f"{shown} Write the value into a file, and give --set {name}=@FILE; @/dev/stdin is "
                "standard input. Without --set you are asked for it."
            )
    return found


@dataclass(frozen=True)
class _Dialogue:
    """The questions and the steps. A script is asked nothing: a missing answer ends it."""

    answers: SetupAnswers
    steps: SetupSteps
    is_script: bool

    def settle_settings(self) -> None:
        """Ask for the settings, and write the file."""
        if not self.is_script:
            for name in ASKED:
                self.answers.ask(name)
        if faults := self.answers.faults():
            refuse("These settings can't be used: " + " ".join(faults))
        self._write()

    def settle_owner(self, owner: str, *, is_silent: bool) -> None:
        """Try the relay with an email to the owner, check the DNS, and invite the owner."""
        is_new = not self.steps.has_owner()
        if is_new and not owner and self.is_script:
            refuse("There is no owner yet. Give --owner EMAIL.")
        if not owner and not self.is_script and (is_new or not is_silent):
            owner = click.prompt("\nYour own email address, as an owner", err=True)
        if owner and not is_silent:
            self._try_relay(owner)
        self.steps.check_delivery()
        if is_new and not self.steps.invite(owner):
            refuse("The owner was not invited. Run this again.")

    def _try_relay(self, owner: str) -> None:
        """Send an email until it arrives, or the operator goes on without it."""
        while True:
            is_taken = self.steps.send_email(owner)
            if self.is_script:
                if not is_taken:
                    refuse("The relay took no email. Correct SUPPORTERS_MAIL_*, or add --no-email.")
                return
            if is_taken and click.confirm(f"Did it arrive at {owner}?", default=True, err=True):
                return
            if not click.confirm("Change the relay's settings?", default=True, err=True):
                return
            for name in OF_THE_RELAY:
                self.answers.ask(name)
            self._write()

    def _write(self) -> None:
        """Write the settings that the file lacks or has otherwise, after a question."""
        changed, file = self.answers.changes(), self.answers.file
        if not changed:
            return
        names = ", ".join(changed)
        if file.exists() and not self.is_script:
            click.confirm(f"\nChange {names} in {file}?", default=True, abort=True, err=True)
        try:
            write_settings_file(file, {each: self.answers.values[each] for each in changed})
        except (OSError, ValueUnwritable) as error:
            refuse(f"{file} was not written: {getattr(error, 'strerror', None) or error}.")
        click.echo(f"Written: {file} ({names})", err=True)
        if not self.answers.before.get(keys := f"{PREFIX}SECRET_KEYS") and keys in changed:
            click.echo(
                f"Keep a copy of {keys} neither on this machine nor in its backups: without it a "
                "backup is nearly useless.",
                err=True,
            )
        self.answers.before = dict(self.answers.values)
