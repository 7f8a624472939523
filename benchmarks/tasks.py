"""Counts the acts of ten tasks of a writer, in a real Chromium on a running site.

A party with three lists runs with its pages, a worker and a mail server. The author, and for an
approval or a comment a colleague, do each task as a person does who knows the pages, by mouse and
by the keys that writing takes (`parts/writer.py` says what counts). A task begins at the page where
one is anyway, and ends when the page says that it is done. It fails if a task takes more acts than
its target, or can't be done.

    PYTHONPATH=. .venv/bin/python benchmarks/tasks.py --json
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

from playwright.sync_api import sync_playwright

from benchmarks.parts.printing import print_step
from benchmarks.parts.writer import Tally, at_work
from benchmarks.parts.writers_day import WritersDay
from tests.browser.conftest import start_chromium
from tests.browser.sending_day.party_of_day import APPROVER, AUTHOR, running_party
from tests.machinery.databases import make_migrated_sqlite
from tests.servers.ports import free_port
from tests.servers.relay import Relay


@dataclass(frozen=True)
class Task:
    """A task with the most acts that it may take, and those of the review of November 2026."""

    name: str
    target: int
    before: int | None
    do: Callable[[WritersDay], None]


@dataclass(frozen=True)
class Done:
    """A task that was done, with its acts and its typed texts."""

    task: str
    acts: int
    texts: int
    target: int
    before: int | None
    is_met: bool


# In the order of a day: each begins where the one before it ended.
TASKS = (
    Task("first campaign: picture, button, name; launched", 14, 23, WritersDay.first_campaign),
    Task("after the text: test, ask, approve, launch", 6, 9, WritersDay.after_the_text),
    Task("take a launch back", 1, None, WritersDay.take_back),
    Task("write to a second list", 2, None, WritersDay.add_list),
    Task("add a second language", 2, None, WritersDay.add_language),
    Task("comment on words, correct them, answer", 4, None, WritersDay.comment),
    Task("schedule what was approved", 3, None, WritersDay.schedule),
    Task("move it to another hour", 2, None, WritersDay.move),
    Task("write to those whom a cancellation left out", 3, None, WritersDay.write_to_missed),
    Task("a correction to the same people, after writing", 2, None, WritersDay.correct),
)


def main() -> int:
    """Run once. Return 0 if all targets are met."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--json", action="store_true", help="one line of JSON last")
    parser.add_argument("--acts", action="store_true", help="name each act")
    options = parser.parse_args()
    results = _do_all(is_told=options.acts)
    width = max(len(each.name) for each in TASKS)
    print(f"{'task':<{width}}  acts  target  before  texts  ok")
    for each in results:
        before = "" if each.before is None else str(each.before)
        row = f"{each.acts:>4}  {each.target:>6}  {before:>6}  {each.texts:>5}"
        print(f"{each.task:<{width}}  {row}  {'yes' if each.is_met else 'NO'}")
    if options.json:
        print(json.dumps([asdict(each) for each in results]))
    return 0 if all(each.is_met for each in results) else 1


def _do_all(*, is_told: bool) -> list[Done]:
    tally, results = Tally(), []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        migrated, instance = folder / "migrated", folder / "instance"
        for each in (migrated, instance):
            each.mkdir()
        make_migrated_sqlite(migrated)
        relay = stack.enter_context(Relay(free_port()))
        party = stack.enter_context(running_party(instance, migrated / "supporters.db", relay))
        browser = start_chromium(stack.enter_context(sync_playwright()))
        stack.callback(browser.close)
        author, approver = (
            stack.enter_context(at_work(browser, party, email=email, tally=tally))
            for email in (AUTHOR, APPROVER)
        )
        day = WritersDay(party, author, approver, tally)
        for task in TASKS:
            print_step(task.name)
            task.do(day)
            if is_told:
                print("  " + ", ".join(tally.acts))
            acts, texts = len(tally.acts), len(tally.texts)
            met = acts <= task.target
            results.append(Done(task.name, acts, texts, task.target, task.before, met))
    return results


if __name__ == "__main__":
    sys.exit(main())
