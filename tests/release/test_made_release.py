"""A release has the same bytes each time, and its signature can be verified as the guide says."""

import json
import re
import runpy
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.release.conftest import VERSION, make_files, run
from tests.servers.processes import ROOT
from tests.servers.programs import find_program

GUIDE = ROOT / "docs" / "operators.md"
MAKER = ROOT / "contrib" / "release" / "make_release.py"


@pytest.fixture
def signed(files: Path, tmp_path: Path) -> Path:
    """Return a copy of the release, signed with a key of this test."""
    folder = Path(shutil.copytree(files, tmp_path / "signed"))
    key, public = tmp_path / "secret", tmp_path / "supporters.pub"
    run([find_program("minisign"), "-G", "-W", "-s", str(key), "-p", str(public)], tmp_path, {})
    sums = (folder / "SHA256SUMS").read_bytes()
    (folder / "SHA256SUMS").unlink()
    runpy.run_path(str(MAKER))["sign"](folder, {"version": VERSION, "commit": "abc"}, str(key))
    assert (folder / "SHA256SUMS").read_bytes() == sums
    shutil.copy(public, folder)
    return folder


def verify(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the line of the guide."""
    lines = re.findall(r"^minisign .*$", GUIDE.read_text(), re.MULTILINE)
    assert len(lines) == 1
    return run(["sh", "-c", lines[0]], folder, {})


def test_the_source_makes_the_same_release_elsewhere(files: Path, tmp_path: Path) -> None:
    run(["tar", "--extract", "--file", str(next(files.glob("*.tar.gz")))], tmp_path, {})
    (source,) = tmp_path.iterdir()
    (source / "instance").mkdir()
    (source / "instance" / "party.db").touch()
    (source / ".env").touch()
    make_files(source, tmp_path / "again")
    names = {each.name for each in files.iterdir()}
    again = {each.name for each in (tmp_path / "again").iterdir()}
    assert len(names) == 6
    assert again == names
    for name in names:
        assert (files / name).read_bytes() == (tmp_path / "again" / name).read_bytes(), name


def test_the_line_of_the_guide_verifies_it_and_sees_a_change(signed: Path) -> None:
    assert verify(signed).returncode == 0
    lock = signed / "requirements.lock"
    lock.write_text(lock.read_text() + "\n")
    assert verify(signed).returncode != 0
    sums = signed / "SHA256SUMS"
    done = run(["sha256sum", "requirements.lock"], signed, {})
    sums.write_text(done.stdout)
    assert verify(signed).returncode != 0


def test_the_bill_of_materials_has_the_packages_of_the_lock(files: Path) -> None:
    bill = json.loads(next(files.glob("*.cdx.json")).read_text())
    assert bill["metadata"]["component"]["version"] == VERSION
    listed = {f"{each['name']}=={each['version']}" for each in bill["components"]}
    lock = (files / "requirements.lock").read_text()
    locked = re.findall(r"^([a-z0-9.-]+==\S+) ", lock, re.MULTILINE)
    assert len(locked) > 50
    assert listed == set(locked)
