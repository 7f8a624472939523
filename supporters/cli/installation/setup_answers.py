"""The answers of a guided setup: what is given already, what is asked, and what is wrong."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_urlsafe

import click

from supporters.config import SettingsError, load_settings
from supporters.settings.descriptions import DESCRIPTIONS
from supporters.settings.setting_sources import (
    PREFIX,
    SETTINGS_FILE,
    collect_variables,
    read_settings_file,
)
from supporters.settings.variables import hide_secret

OF_THE_RELAY = ("MAIL_SERVER", "MAIL_PORT", "MAIL_USERNAME", "MAIL_PASSWORD", "MAIL_FROM")
ASKED = (
    *("BASE_URL", "PARTY_NAME", "PARTY_ADDRESS", "PARTY_CONTACT", "DPO_CONTACT"),
    *("PUBLICATION_DIRECTOR", "HOSTING", "INSTANCE_DIR", "DATABASE_URL"),
    *OF_THE_RELAY,
)
EMPTY_MEANS = {
    "DATABASE_URL": "an SQLite file in that folder",
    "MAIL_USERNAME": "no sign-in",
    "MAIL_PASSWORD": "none",
}
FOLDER = Path("/var/lib/supporters")


@dataclass
class SetupAnswers:
    """The settings of the file, with the answers of today.

    `elsewhere`: those that the environment or a credential gives. They count, and are not asked.
    """

    file: Path
    values: dict[str, str]
    elsewhere: Mapping[str, str]
    before: Mapping[str, str] = field(default_factory=dict)

    def faults(self, name: str = "") -> list[str]:
        """Return what is wrong with all settings, or with one of them."""
        given = {each: value for each, value in self.values.items() if value}
        try:
            load_settings({**given, **self.elsewhere})
        except SettingsError as error:
            return [each for each in error.faults if not name or each.split()[0] == PREFIX + name]
        return []

    def changes(self) -> list[str]:
        """Return the names of the settings that the file has otherwise, or not yet."""
        return [each for each, value in self.values.items() if self.before.get(each, "") != value]

    def ask(self, name: str) -> None:
        """Ask for a setting until its value is right. The value of now is the default."""
        variable = PREFIX + name
        if variable in self.elsewhere:
            return
        click.echo(f"\n{DESCRIPTIONS[name]}", err=True)
        empty = f" (empty: {EMPTY_MEANS[name]})" if name in EMPTY_MEANS else ""
        known = self.values.get(variable) or list_usual(self.file).get(variable)
        while True:
            is_secret = name.endswith("PASSWORD")
            self.values[variable] = str(
                click.prompt(
                    f"{variable}{empty}",
                    default="" if known is None and empty else known,
                    hide_input=is_secret,
                    show_default=hide_secret(variable, known) if known else False,
                    err=True,
                )
            ).strip()
            faults = self.faults(name)
            if not faults:
                return
            click.echo("\n".join(faults), err=True)


def list_usual(file: Path) -> dict[str, str]:
    """Return what a new party has, unless it is told otherwise."""
    usual = {"INSTANCE_DIR": str(FOLDER / file.stem), "MAIL_PORT": "587"}
    return {PREFIX + name: value for name, value in usual.items()}


def collect_answers(file: Path, given: Mapping[str, str]) -> SetupAnswers:
    """Return the answers that are there: of the file, and of options. A new key is made.

    Raises FileUnreadable.
    """
    before = read_settings_file(file) if file.exists() else {}
    others = {name: value for name, value in os.environ.items() if name != SETTINGS_FILE}
    elsewhere, _ = collect_variables(others)
    values = {**before, **{PREFIX + name: value for name, value in given.items()}}
    if not before:  # a party that runs keeps the folder that it has
        usual = {name: each for name, each in list_usual(file).items() if name not in elsewhere}
        values = {**usual, **values}
    keys = f"{PREFIX}SECRET_KEYS"
    if not values.get(keys) and keys not in elsewhere:
        values[keys] = token_urlsafe(48)
    return SetupAnswers(file, values, elsewhere, before)
