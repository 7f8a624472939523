"""The releases that the machines run: of the last commit, and the next one."""

import os
import shutil
import sys
from pathlib import Path

from benchmarks.parts.printing import print_step
from tests.release.conftest import PACKAGES, make_files, run
from tests.release.next_release import make_next
from tests.servers.processes import ROOT

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
    make_next(files, later)
    install(later, releases.parent)
    shutil.copy(files / "supporters-release", releases)


def install(files: Path, base: Path) -> None:
    """Install the files of a release; its packages are those of this environment."""
    variables = {"BASE": str(base), "PYTHON": sys.executable, "PYTHONPATH": PACKAGES}
    variables["VENV_OPTIONS"] = "--without-pip"
    done = run(["sh", "supporters-release", "install"], files, variables)
    assert done.returncode == 0, done.stderr
