"""`flask settings`: the settings as they are now, where each comes from, and what it means."""

from collections.abc import Iterator
from dataclasses import asdict

import click
from flask.cli import with_appcontext

from supporters.cli.output import Command, as_json, print_json, print_table
from supporters.extensions import current_settings
from supporters.settings.descriptions import DESCRIPTIONS
from supporters.settings.setting_sources import PREFIX, SettingSource
from supporters.settings.variables import EffectiveSetting


@click.command("settings", cls=Command)
@click.argument("name", default="")
@click.option("--given", "only_given", is_flag=True, help="Leave out the defaults.")
@click.option("--explain", "explains", is_flag=True, help="Say what each setting means.")
@as_json
@with_appcontext
def settings(*, name: str, only_given: bool, explains: bool, is_json: bool) -> None:
    """Show the settings of now, and where each comes from.

    A NAME, or a part of one, chooses some. Secrets are left out.
    """
    found = [*_choose(name.upper(), only_given=only_given)]
    if is_json:
        print_json({"settings": [asdict(each) for each in found]})
    elif explains:
        for each in found:
            click.echo(f"{each.name}={each.value}   [{each.source}]")
            click.echo(f"    {DESCRIPTIONS[each.name.removeprefix(PREFIX)]}")
    else:
        rows = [{"setting": each.name, "value": each.value, "from": each.source} for each in found]
        print_table(rows, if_none="No setting has such a name.")


def _choose(part: str, *, only_given: bool) -> Iterator[EffectiveSetting]:
    for each in current_settings().overview:
        if part in each.name and not (only_given and each.source is SettingSource.DEFAULT):
            yield each
