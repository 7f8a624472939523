"""Each alarm rings by its figures and is quiet without them; the guide says what to do."""

import re
from pathlib import Path

import pytest

from tests.monitoring.alert_cases import CASES, QUIET, Case
from tests.monitoring.prometheus_tool import promtool, write
from tests.servers.processes import ROOT

ALERTS = ROOT / "contrib" / "alerts.yml"
NAMES = re.findall(r"- alert: (\w+)", ALERTS.read_text())
LONGEST = "90m"


def test_the_rules_are_valid() -> None:
    assert f"{len(NAMES)} rules found" in promtool("check", "rules", ALERTS)


def test_each_alarm_rings_by_its_figures_alone(tmp_path: Path) -> None:
    assert {*NAMES} == {*CASES}
    tests = [make_test(name, case) for name, case in CASES.items()]
    tests.append(make_test("", Case({}, 90)))
    path = write(tmp_path, {"rule_files": [str(ALERTS)], "tests": tests})
    assert "SUCCESS" in promtool("test", "rules", path)


def make_test(ringing: str, case: Case) -> dict[str, object]:
    """Return a test of promtool: one alarm rings at the minute of a case, and no other."""
    figures = {**QUIET, **case.figures}
    return {
        "interval": "1m",
        "input_series": [{"series": name, "values": f"{v}"} for name, v in figures.items()],
        "promql_expr_test": [
            {
                "expr": 'group by (alertname) (ALERTS{alertstate="firing"})',
                "eval_time": f"{case.minute}m",
                "exp_samples": [{"labels": f'{{alertname="{ringing}"}}', "value": 1}]
                if ringing
                else [],
            }
        ],
    }


@pytest.mark.parametrize("name", NAMES)
def test_the_guide_says_what_to_do(name: str) -> None:
    assert f"- `{name.removeprefix('Supporters')}`:" in (ROOT / "docs" / "operators.md").read_text()
