"""`flask people import` checks a former list, and another owner approves it."""

import json
from pathlib import Path

import pytest
from click.testing import Result
from flask.testing import FlaskCliRunner

from supporters.imports.models import ImportStatus
from supporters.imports.queries import list_imports
from supporters.imports.rules import RefusedOrigin
from tests.factories.imports import (
    APPROVER,
    IMPORTER,
    count_parts,
    csv_of,
    invited,
    national,
    owner,
    process_file,
    reload,
    waiting,
)

pytestmark = pytest.mark.usefixtures("app")

FILE = csv_of("anne@example.org,Zoé,en", "info@example.org,,", header="email,name,town")


def run(runner: FlaskCliRunner, folder: Path, content: bytes = FILE, *more: str) -> Result:
    """Import a file as an owner."""
    national()
    owner(IMPORTER)
    path, proof = folder / "former.csv", folder / "form.pdf"
    path.write_bytes(content)
    proof.write_bytes(b"%PDF")
    typed = {
        "--list": "national",
        "--by": IMPORTER,
        "--way": "paper",
        "--collected-by": "la section de Brest",
        "--collected-from": "2015",
        "--collected-until": "2019",
        "--statement": "Sur des fiches.",
        "--evidence": str(proof),
    }
    typed |= dict(zip(more[::2], more[1::2], strict=True))
    options = [word for pair in typed.items() for word in pair if word]
    return runner.invoke(args=["people", "import", str(path), *options])


def test_an_import_waits_for_another_owner(runner: FlaskCliRunner, tmp_path: Path) -> None:
    ran = run(runner, tmp_path, FILE, "--json", "")
    figures = json.loads(ran.stdout)
    assert (figures["status"], figures["rows"], figures["fitting"]) == ("waiting", 2, 1)
    assert figures["refused: address of an office, not of a person"] == 1
    assert "anne" not in ran.output


def test_dropped_columns_and_the_next_step_are_printed(
    runner: FlaskCliRunner, tmp_path: Path
) -> None:
    ran = run(runner, tmp_path)
    assert "Dropped: town." in ran.stderr
    assert "flask people imports approve" in ran.stdout


def test_a_second_run_continues_the_same_import(runner: FlaskCliRunner, tmp_path: Path) -> None:
    run(runner, tmp_path)
    assert run(runner, tmp_path).exit_code == 0
    assert [each.status for each, _ in list_imports()] == [ImportStatus.WAITING]


def test_a_dry_run_leaves_no_file_and_nothing_to_approve(
    runner: FlaskCliRunner, tmp_path: Path
) -> None:
    ran = run(runner, tmp_path, FILE, "--dry-run", "")
    assert "This was a dry run" in ran.stdout
    assert [each.status for each, _ in list_imports()] == [ImportStatus.CANCELLED]
    assert count_parts() == 0


def test_a_vendors_list_is_refused_in_one_line(runner: FlaskCliRunner, tmp_path: Path) -> None:
    for way in RefusedOrigin:
        ran = run(runner, tmp_path, FILE, "--way", way.value)
        assert (ran.exit_code, ran.stderr.count("\n")) == (1, 1)
        assert "nobody in it gave their address to this party" in ran.stderr
        assert list_imports() == []


def test_a_file_that_can_not_be_imported_says_why(runner: FlaskCliRunner, tmp_path: Path) -> None:
    cases = [
        (b"", "empty"),
        (b"PK\x03\x04", "workbook"),
        (b"%PDF", "isn't a text"),
        (b"a@x.fr,Anne\n", "instead of column names"),
        (b"a\xc3\xa9\n\xff", "Line 2"),
        (csv_of("a@x.fr,b@x.fr", header="email,email"), "--address-column"),
        (csv_of("info@x.fr,,"), "No row is left"),
    ]
    for content, words in cases:
        ran = run(runner, tmp_path, content)
        assert ran.exit_code == 1
        assert words in ran.stderr


def test_columns_can_be_given_by_number(runner: FlaskCliRunner, tmp_path: Path) -> None:
    content = csv_of("Lyon,a@x.fr", header="email,email")
    figures = json.loads(
        run(runner, tmp_path, content, "--address-column", "2", "--json", "").stdout
    )
    assert (figures["status"], figures["fitting"]) == ("waiting", 1)


@pytest.mark.parametrize("by", ["nobody@parti.example", "organiser@parti.example"])
def test_only_an_owner_imports(runner: FlaskCliRunner, tmp_path: Path, by: str) -> None:
    ran = run(runner, tmp_path, FILE, "--by", by)
    assert (ran.exit_code, list_imports()) == (1, [])
    assert "Only an owner" in ran.stderr


def test_another_owner_approves_and_the_importer_can_not(runner: FlaskCliRunner) -> None:
    import_id = waiting(csv_of("a@x.fr,,"))
    order = ["people", "imports", "approve", str(import_id), "--by"]
    own = runner.invoke(args=[*order, IMPORTER])
    assert (own.exit_code, "Ask another owner" in own.stderr) == (1, True)
    owner(APPROVER)
    approved = runner.invoke(args=[*order, APPROVER])
    assert "1 invitations over about 1 days" in approved.stdout
    process_file(import_id)
    assert reload(import_id).status is ImportStatus.ASKING


def test_approval_needs_the_name_of_an_owner(runner: FlaskCliRunner) -> None:
    import_id = waiting(csv_of("a@x.fr,,"))
    nameless = runner.invoke(args=["people", "imports", "approve", str(import_id)])
    unknown = runner.invoke(
        args=["people", "imports", "approve", str(import_id), "--by", "nobody@parti.example"]
    )
    assert (nameless.exit_code, unknown.exit_code) == (1, 1)
    assert reload(import_id).status is ImportStatus.WAITING


def test_imports_are_listed_shown_and_cancelled(runner: FlaskCliRunner) -> None:
    import_id = invited(csv_of("a@x.fr,,"))
    listed = json.loads(runner.invoke(args=["people", "imports", "list", "--json"]).stdout)
    assert [each["status"] for each in listed["imports"]] == ["asking"]
    shown = json.loads(
        runner.invoke(args=["people", "imports", "show", str(import_id), "--json"]).stdout
    )
    assert (shown["waiting"], shown["approved_by"]) == (1, APPROVER)
    cancelled = runner.invoke(args=["people", "imports", "cancel", str(import_id)])
    assert cancelled.stdout == "Cancelled: no more invitations are sent.\n"
    assert runner.invoke(args=["people", "imports", "resume", str(import_id)]).exit_code == 1


@pytest.mark.parametrize("order", ["show", "cancel", "resume"])
def test_an_unknown_import_is_refused_in_one_line(runner: FlaskCliRunner, order: str) -> None:
    ran = runner.invoke(args=["people", "imports", order, "404"])
    assert (ran.exit_code, ran.stderr.count("\n")) == (1, 1)
