"""`flask people export` writes a private file, records it, and overwrites nothing."""

import os
import re
import stat
from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner

from supporters.accounts.models import RoleName
from supporters.consent.record_models import Disclosure
from supporters.database import db
from tests.factories.accounts import make_organiser
from tests.factories.campaigns import ANNA
from tests.factories.exports import REASON, read_rows
from tests.factories.lists import make_list
from tests.factories.rows import count_rows
from tests.factories.signups import make_subscriber
from tests.machinery.prepared_states import always_made_once

pytestmark = pytest.mark.usefixtures("app")

EXPORT = ["people", "export", "national", "--reason", REASON]


@always_made_once
def anna(app: object) -> None:
    """Subscribe Anna to a list."""
    make_subscriber(ANNA, make_list())


def test_the_file_goes_to_standard_output_without_messages(runner: FlaskCliRunner) -> None:
    ran = runner.invoke(args=EXPORT)
    assert [row["address"] for row in read_rows(ran.stdout_bytes)] == [ANNA]
    assert "1 people" in ran.stderr
    assert ANNA not in ran.stderr


def test_the_file_is_private(runner: FlaskCliRunner, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    before = os.umask(0)
    try:
        ran = runner.invoke(args=[*EXPORT, "--excel", "--output", str(path)])
    finally:
        os.umask(before)
    assert (ran.exit_code, ran.stdout) == (0, "")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert [row["address"] for row in read_rows(path.read_bytes())] == [ANNA]


def test_it_is_recorded_with_the_name_of_the_user(runner: FlaskCliRunner) -> None:
    runner.invoke(args=EXPORT, env={"LOGNAME": "nobody", "USER": "nobody"})
    row = db.session.scalars(db.select(Disclosure)).one()
    assert row.asked_by.startswith("shell:")
    assert row.asked_by != "shell:nobody"
    assert (row.reason, row.people) == (REASON, 1)


def test_an_existing_file_is_not_changed_and_nothing_is_recorded(
    runner: FlaskCliRunner, tmp_path: Path
) -> None:
    path = tmp_path / "out.csv"
    path.write_text("precious")
    ran = runner.invoke(args=[*EXPORT, "--output", str(path)])
    assert ran.exit_code == 1
    assert "already" in ran.stderr
    assert (path.read_text(), count_rows(Disclosure)) == ("precious", 0)


def test_a_link_is_not_followed(runner: FlaskCliRunner, tmp_path: Path) -> None:
    link, target = tmp_path / "link", tmp_path / "target"
    link.symlink_to(target)
    assert runner.invoke(args=[*EXPORT, "--output", str(link)]).exit_code == 1
    assert not target.exists()
    assert count_rows(Disclosure) == 0


def test_a_refusal_has_a_reason_and_leaves_no_file(runner: FlaskCliRunner, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    cases = [
        (["people", "export", "nowhere", "--reason", REASON], "no list"),
        (["people", "export", "national", "--reason", "short"], "10 characters"),
        (["people", "export", "national", "--reason", "x" * 501], "500 characters"),
        (["people", "export", "national"], "--reason"),
    ]
    for arguments, word in cases:
        ran = runner.invoke(args=[*arguments, "--output", str(path)])
        assert (ran.exit_code, count_rows(Disclosure), path.exists()) == (1, 0, False)
        assert word in ran.stderr
        assert ran.stderr.count("\n") == 1


def test_a_missing_folder_is_one_line(runner: FlaskCliRunner, tmp_path: Path) -> None:
    ran = runner.invoke(args=[*EXPORT, "--output", str(tmp_path / "no" / "out.csv")])
    assert (ran.exit_code, count_rows(Disclosure)) == (1, 0)
    assert ran.stderr.count("\n") == 1


def test_a_fourth_export_within_a_day_is_refused(runner: FlaskCliRunner) -> None:
    codes = [runner.invoke(args=EXPORT).exit_code for _ in range(4)]
    assert codes == [0, 0, 0, 1]
    assert count_rows(Disclosure) == 3


def test_the_right_is_granted_and_revoked(runner: FlaskCliRunner) -> None:
    account = make_organiser("bob@parti.example")
    granted = runner.invoke(args=["organisers", "grant", "Bob@parti.example", "export"])
    assert granted.exit_code == 0
    assert re.fullmatch(
        r"Granted\. Where a second person must agree, it counts from \S+ \d\d:\d\d UTC\.\n",
        granted.output,
    )
    assert account.has_role(RoleName.EXPORTER.value)
    runner.invoke(args=["organisers", "revoke", "bob@parti.example", "export"])
    assert not account.has_role(RoleName.EXPORTER.value)


def test_a_right_of_an_account_that_waits_to_be_opened_counts_later(runner: FlaskCliRunner) -> None:
    invite = ["organisers", "invite", "eve@parti.example", "--role", "owner", "--print-link"]
    invited = runner.invoke(args=invite)
    assert "A second person must approve" in invited.output
    granted = runner.invoke(args=["organisers", "grant", "eve@parti.example", "approve"])
    assert "counts 72 hours after the account is opened" in granted.output


@pytest.mark.parametrize("arguments", [["nobody@parti.example", "export"], ["a@b.fr", "import"]])
def test_an_invalid_grant_is_one_line(runner: FlaskCliRunner, arguments: list[str]) -> None:
    ran = runner.invoke(args=["organisers", "grant", *arguments])
    assert ran.exit_code == 1
    assert ran.stderr.count("\n") == 1
