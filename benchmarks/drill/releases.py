"""The releases that the machines run: of the last commit, and the next one."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from benchmarks.parts.printing import print_step
from tests.release.conftest import PACKAGES, VERSION, make_files, run
from tests.servers.processes import ROOT

NEXT = f"{VERSION}.1"
GIVEN = "DRILL_RELEASE"  # a folder with the files of a release, for a second run


def make_both_releases(releases: Path) -> None:
    """Install the release of the last commit, and the same program under the next number."""
    files = releases.parent / "files"
    if given := os.environ.get(GIVEN):
        shutil.copytree(given, files)
    else:
        print_step("A release is made of the last commit")
        make_files(ROOT, files, "--of", "HEAD")
    print_step("It is installed, and the next one beside it")
    install(files, releases.parent)
    later = releases.parent / "later"
    renumber(files, later)
    install(later, releases.parent)
    shutil.copy(files / "supporters-release", releases)


def install(files: Path, base: Path) -> None:
    """Install the files of a release; its packages are those of this environment."""
    variables = {"BASE": str(base), "PYTHON": sys.executable, "PYTHONPATH": PACKAGES}
    variables["VENV_OPTIONS"] = "--without-pip"
    done = run(["sh", "supporters-release", "install"], files, variables)
    assert done.returncode == 0, done.stderr


def renumber(files: Path, later: Path) -> None:
    """Make the files of the next release: the same program under another number."""
    shutil.copytree(files, later)
    (wheel,) = later.glob("*.whl")
    with (
        zipfile.ZipFile(wheel) as old,
        zipfile.ZipFile(later / f"supporters-{NEXT}-py3-none-any.whl", "w") as new,
    ):
        for each in old.namelist():
            content = old.read(each)
            if each.endswith(("METADATA", "RECORD", "release.json")):
                content = content.replace(VERSION.encode(), NEXT.encode())
            new.writestr(each.replace(f"-{VERSION}.d", f"-{NEXT}.d"), content)
    wheel.unlink()
    names = [*later.glob("*.whl"), *later.glob("*.lock"), *later.glob("*.json")]
    sums = subprocess.check_output(["sha256sum", "--", *(each.name for each in names)], cwd=later)
    (later / "SHA256SUMS").write_bytes(sums)
