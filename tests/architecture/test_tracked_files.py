"""The files of the repository: small, in small folders, and as what makes them writes them."""

import subprocess
from collections import Counter
from io import BytesIO
from pathlib import PurePath

import pytest
from babel.messages.pofile import write_po

from supporters.languages import LANGUAGES
from tests.architecture.syntax_trees import ROOT
from tests.public_texts import read_catalogue

LARGEST = 300_000
MOST_FILES = 30
NUMBERED = {"docs/adr"}
# The larger files, with the reason.
LARGE_FILES = {
    "supporters/translations/fr/LC_MESSAGES/messages.po": "every text of the console and the pages",
}


def tracked_files() -> list[str]:
    """Return the files of the repository."""
    command = ["git", "ls-files"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("UNTRIED: this is no git checkout")
    return listed.stdout.splitlines()


def test_no_large_file_is_tracked_without_a_reason() -> None:
    sizes = {
        name: (ROOT / name).stat().st_size for name in tracked_files() if (ROOT / name).exists()
    }
    large = {name for name, size in sizes.items() if size > LARGEST}
    assert large == set(LARGE_FILES)


def test_no_folder_has_more_than_thirty_files() -> None:
    sizes = Counter(str(PurePath(each).parent) for each in tracked_files())
    full = {each: count for each, count in sizes.items() if count > MOST_FILES}
    assert full.keys() <= NUMBERED, "Give each subject a folder of its own (ADR 094)."


@pytest.mark.parametrize("language", [each for each in LANGUAGES if each != "en"])
def test_catalogues_are_as_make_messages_writes_them(language: str) -> None:
    path = ROOT / "supporters" / "translations" / language / "LC_MESSAGES" / "messages.po"
    written = BytesIO()
    write_po(
        written,
        read_catalogue(language),
        sort_output=True,
        ignore_obsolete=True,
        width=76,
    )
    assert path.read_bytes() == written.getvalue(), "Run: make messages"
