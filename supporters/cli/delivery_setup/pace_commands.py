"""`flask delivery pace`: shows the ceilings of providers, what left below them, and the warm-up."""

from collections.abc import Mapping

import click
from flask_babel import force_locale

from supporters.cli.delivery_commands import group
from supporters.cli.output import Cell, as_json, print_json, print_table
from supporters.delivery.database_clock import database_time
from supporters.delivery.pace.connection_leases import find_connections
from supporters.delivery.planned.pace_forecast import ProviderPace, list_paces
from supporters.web.labels import label


@group.command("pace")
@as_json
def pace(is_json: bool) -> None:
    """Show ceilings of providers, and what left today."""
    now = database_time()
    paces, connections = list_paces(now), find_connections(now)
    if is_json:
        limits = {"most": connections.most, "held": connections.held} if connections else None
        print_json({"providers": [*map(_figures, paces)], "connections": limits})
        return
    with force_locale("en"):
        rows = [
            {**_figures(each), "provider": label(each.group)} for each in paces if each.is_limited
        ]
    print_table(rows, if_none="No ceiling is set: campaigns leave as fast as the relay takes them.")
    if connections:
        click.echo(
            f"Connections of campaigns over all machines: {connections.held} of {connections.most}."
        )


def _figures(each: ProviderPace) -> Mapping[str, Cell]:
    return {
        "provider": each.group.value,
        "an_hour": each.now.an_hour,
        "a_day": each.now.a_day,
        "this_hour": each.use.an_hour,
        "today": each.use.a_day,
        "plan": each.warm_up.plan.value if each.warm_up else None,
        "plan_day": each.warm_up.number if each.warm_up else None,
        "lowered_until": each.lowered_until.isoformat() if each.lowered_until else None,
        "lowered_because": each.lowered_because.value if each.lowered_because else None,
        "full_until": each.full_until.isoformat() if each.full_until else None,
    }
