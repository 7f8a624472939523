"""`flask retention`: shows the retention times, and purges data on demand."""

from collections.abc import Iterator
from datetime import datetime

import click
from flask_babel import force_locale

from supporters import clock
from supporters.cli.output import Cell, Group, as_json, print_json, print_table, refuse
from supporters.retention.clock_doubts import find_clock_fault
from supporters.retention.labels import basis_of
from supporters.retention.queries import Run, find_last_round, find_round_times, list_rules
from supporters.retention.retention_actions import get_retention_actions
from supporters.retention.retention_rounds import run_retention
from supporters.retention.rules import is_late, next_round

group = Group("retention", help="Purge data past its retention time.")


@group.command("run")
@as_json
def run(is_json: bool) -> None:
    """Purge all data that is past its retention time.

    Ends with 1 if there were errors.
    """
    if fault := find_clock_fault():
        refuse(fault)
    run_retention(clock.now(), get_retention_actions())
    last = find_last_round()
    if last is None:
        refuse("The run did not finish. See the log.")
    if is_json:
        print_json(_describe(last))
    else:
        print_table([*_rows(last)], if_none="There was nothing to check.")
    if errors := sum(result.errors for result in last[1]):
        refuse(f"There were {errors} errors. See the log.")


@group.command("status")
@as_json
def status(is_json: bool) -> None:
    """Show the retention times and the last run.

    Ends with 1 if no run finished within two days.
    """
    times, now = find_round_times(), clock.now()
    if times is None:
        refuse("There is no rule. Run: flask db upgrade")
    late, last = is_late(times, now), find_last_round()
    with force_locale("en"):
        rules: list[dict[str, Cell]] = [
            {"category": rule.category, "days": rule.days, "basis": basis_of(rule.basis)}
            for rule in list_rules()
        ]
    if is_json:
        times_of_runs = {"is_late": late, "next_run_at": _iso(next_round(times))}
        last_run = None if last is None else _describe(last)
        print_json({**times_of_runs, "rules": rules, "last_run": last_run})
    else:
        print_table(rules, if_none="")
        ended = "never" if last is None else _iso(last[0].finished_at)
        click.echo(f"\nLast run: {ended}. Next: {_iso(next_round(times))}")
    if late:
        refuse("No run finished within 48 hours. Does the worker run?")


def _describe(run_: Run) -> dict[str, object]:
    round_, results = run_
    return {
        "started_at": _iso(round_.started_at),
        "finished_at": _iso(round_.finished_at),
        "categories": {
            result.category: {
                "looked_at": result.looked_at,
                "deleted": result.deleted,
                "asked": result.asked,
                "errors": result.errors,
            }
            for result in results
        },
    }


def _rows(run_: Run) -> Iterator[dict[str, Cell]]:
    for result in run_[1]:
        yield {
            "category": result.category,
            "looked_at": result.looked_at,
            "deleted": result.deleted,
            "asked": result.asked,
            "errors": result.errors,
        }


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")
