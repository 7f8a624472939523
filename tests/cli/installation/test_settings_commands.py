"""`flask settings` shows what counts, and never a secret."""

import json
import os
import re
from pathlib import Path

from flask import Flask
from flask.testing import FlaskCliRunner

from supporters.extensions import current_settings
from supporters.settings.descriptions import DESCRIPTIONS
from tests.servers.processes import ROOT, run_flask
from tests.test_config import PRODUCTION, STRONG_KEY

NAMED = re.compile(r"SUPPORTERS_([A-Z_]+[A-Z])\b(?!_)")


def test_a_production_shows_values_and_sources_without_secrets(tmp_path: Path) -> None:
    file = tmp_path / "party.env"
    whole = {**PRODUCTION, "MAIL_USERNAME": "party", "MAIL_PASSWORD": "of the relay"}
    file.write_text("".join(f"SUPPORTERS_{name}={each}\n" for name, each in whole.items()))
    file.chmod(0o600)
    others = {name: each for name, each in os.environ.items() if "SUPPORTERS_" not in name}
    variables = {
        **others,
        "SUPPORTERS_SETTINGS_FILE": str(file),
        "SUPPORTERS_INSTANCE_DIR": str(tmp_path / "instance"),
    }
    shown = run_flask(variables, "settings")
    assert re.search(r"SUPPORTERS_PARTY_NAME +Parti +file\n", shown.stdout)
    assert re.search(r"SUPPORTERS_MAIL_PASSWORD +… +file\n", shown.stdout)
    assert re.search(r"SUPPORTERS_MAIL_PORT +587 +default\n", shown.stdout)
    assert re.search(r"SUPPORTERS_INSTANCE_DIR +\S+ +environment\n", shown.stdout)
    assert not [each for each in (STRONG_KEY, "of the relay") if each in shown.stdout]


def test_settings_are_chosen_and_explained(runner: FlaskCliRunner) -> None:
    explained = runner.invoke(args=["settings", "dpo", "--explain"]).output
    assert "SUPPORTERS_DPO_CONTACT=donnees@parti.example   [default]" in explained
    assert DESCRIPTIONS["DPO_CONTACT"] in explained
    found = json.loads(runner.invoke(args=["settings", "grace", "--json"]).output)["settings"]
    assert [each["value"] for each in found] == ["0"]
    given = runner.invoke(args=["settings", "--given"]).output
    assert "default" not in given
    assert "SUPPORTERS_GRACE_SECONDS" in given


def test_each_setting_has_its_sentence(app: Flask) -> None:
    known = {each.name.removeprefix("SUPPORTERS_") for each in current_settings().overview}
    assert known | {"SETTINGS_FILE"} == set(DESCRIPTIONS)


def test_the_guides_name_no_setting_that_there_is_not() -> None:
    for guide in ("README.md", "docs/operators.md", "docs/form-api.md"):
        named = {*NAMED.findall((ROOT / guide).read_text())}
        beginnings = tuple(f"{each}_" for each in ("MAIL", "TRANSACTIONAL_MAIL", "PARTY", "OIDC"))
        assert {each for each in named if f"{each}_" not in beginnings} <= set(DESCRIPTIONS), guide
