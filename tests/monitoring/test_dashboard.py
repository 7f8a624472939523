"""The dashboard asks valid questions, and its tiles are true in a fault and without an answer."""

import json
import re
from collections.abc import Iterator, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from supporters.feedback.models import Effect
from tests.monitoring.alert_cases import CASES, QUIET
from tests.monitoring.prometheus_tool import promtool, write
from tests.servers.processes import ROOT

Panel = dict[str, Any]
CONTRIB = ROOT / "contrib"
PANELS: list[Panel] = json.loads((CONTRIB / "grafana.json").read_text())["panels"]
SHOWN = [each for each in PANELS if each["type"] != "row"]
TILES = {each["title"]: each for each in SHOWN if each["type"] == "stat"}
NOT_A_JUDGEMENT = {"Versions"}
COLUMNS = 24
NO_EFFECT = {Effect.NONE, Effect.REPEATED}
ALERTS_OF_TWO = {
    f'ALERTS{{alertname="Supporters{name}", alertstate="{state}", instance="{instance}"}}': "1x90"
    for name, state, instance in (
        *(("DiskFull", "firing", "web1"), ("DiskFull", "firing", "web2")),
        *(("Held", "firing", "web1"), ("Slow", "pending", "web1")),
    )
}


def questions_of(panel: Panel, name: str = "") -> list[str]:
    """Return the questions of a panel, or the one whose answer has a name; over five minutes."""
    return [
        each["expr"].replace("$__rate_interval", "5m")
        for each in panel["targets"]
        if name in ("", each["legendFormat"])
    ]


def figures_in(text: str) -> set[str]:
    """Return the figures that a text names."""
    return {*re.findall(r"\b(?:supporters_\w+|up(?=\{))", text)}


def test_each_question_is_valid(tmp_path: Path) -> None:
    questions = [question for panel in SHOWN for question in questions_of(panel)]
    rules = [{"record": f"panel:{n}", "expr": each} for n, each in enumerate(questions)]
    path = write(tmp_path, {"groups": [{"name": "dashboard", "rules": rules}]})
    assert f"{len(questions)} rules found" in promtool("check", "rules", path)


def test_what_an_alarm_is_about_has_a_panel() -> None:
    shown = figures_in("\n".join(question for each in SHOWN for question in questions_of(each)))
    assert figures_in((CONTRIB / "alerts.yml").read_text()) <= shown


def test_each_way_in_which_an_email_comes_back_is_drawn_once() -> None:
    [panel] = [each for each in SHOWN if each["title"] == "Emails that came back"]
    patterns = [re.findall(r'effect=~"(.+?)"', each)[0] for each in questions_of(panel)]
    drawn = {
        each: sum(re.fullmatch(pattern, each) is not None for pattern in patterns)
        for each in Effect
    }
    assert drawn == {each: int(each not in NO_EFFECT) for each in Effect}


def test_the_panels_lie_beside_each_other() -> None:
    assert len({each["id"] for each in PANELS}) == len(PANELS)
    cells = [(each["title"], each["gridPos"]) for each in PANELS]
    assert not [title for title, at in cells if at["x"] + at["w"] > COLUMNS]
    assert not [(a, b) for (a, one), (b, other) in combinations(cells, 2) if overlap(one, other)]


def overlap(one: Mapping[str, int], other: Mapping[str, int]) -> bool:
    """Tell whether two panels lie on each other."""
    return all(
        one[at] < other[at] + other[size] and other[at] < one[at] + one[size]
        for at, size in (("x", "w"), ("y", "h"))
    )


def test_tiles_tell_this_moment_and_not_the_last_that_answered() -> None:
    assert not [
        title
        for title, panel in TILES.items()
        if not all(each["instant"] and not each["range"] for each in panel["targets"])
    ]


def test_a_tile_without_an_answer_is_not_green() -> None:
    def configurations(panel: Panel) -> Iterator[Mapping[str, Any]]:
        yield panel["fieldConfig"]["defaults"]["thresholds"]
        for override in panel["fieldConfig"]["overrides"]:
            for each in override["properties"]:
                if each["id"] == "thresholds":
                    yield each["value"]

    assert not [
        title
        for title, panel in TILES.items()
        if title not in NOT_A_JUDGEMENT
        for each in configurations(panel)
        if each["steps"][0]["value"] is not None or each["steps"][0]["color"] == "green"
    ]


@pytest.mark.parametrize(
    ("tile", "figures", "answer"),
    [
        ("Alarms", {}, {'{word="none"}': 0}),
        ("Alarms", ALERTS_OF_TWO, {'{word="DiskFull", alertname="SupportersDiskFull"}': 1,
                                   '{word="Held", alertname="SupportersHeld"}': 1}),
        ("Problems", {}, {'{problem="no answer"}': 1}),
        ("Problems", QUIET, {'{problem="none"}': 0}),
        ("Problems", QUIET | CASES["SupportersForked"].figures, {'{problem="forked"}': 1}),
        ("Silent processes", {}, {}),
        ("Silent processes", QUIET, {"{}": 0}),
        ("Silent processes", QUIET | CASES["SupportersMachineGone"].figures, {"{}": 1}),
        ("Consent log: verified", {}, {}),
        ("Consent log: verified", {"supporters_verified_seconds": "9x90"}, {"{}": 9}),
        ("Database", QUIET | CASES["SupportersDatabaseDown"].figures, {"{}": 0}),
    ],
)  # fmt: skip
def test_a_tile_tells(
    tile: str, figures: Mapping[str, str], answer: Mapping[str, int], tmp_path: Path
) -> None:
    title, _, name = tile.partition(": ")
    [question] = questions_of(TILES[title], name)
    samples = [{"labels": labels, "value": value} for labels, value in answer.items()]
    test = {
        "interval": "1m",
        "input_series": [{"series": name, "values": each} for name, each in figures.items()],
        "promql_expr_test": [{"expr": question, "eval_time": "10m", "exp_samples": samples}],
    }
    assert "SUCCESS" in promtool("test", "rules", write(tmp_path, {"tests": [test]}))
