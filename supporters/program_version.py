"""The version of this program: the number of its release, and the commit that it was made of."""

import json
import re
import tomllib
from functools import cache
from pathlib import Path

from supporters.program_files import CHECKOUT, RELEASE

COMMIT_CHARACTERS = 12


@cache
def program_version() -> str:
    """Return the version of the files as the process read them, such as 1.0.0+5f3a9c01d2e4."""
    if RELEASE.exists():
        made = json.loads(RELEASE.read_text())
        return f"{made['version']}+{made['commit'][:COMMIT_CHARACTERS]}"
    release = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]["version"]
    commit = _find_commit(CHECKOUT / ".git")
    return f"{release}+{commit}" if commit else str(release)


def _find_commit(repository: Path) -> str:
    """Return the beginning of the commit; empty without a repository, or in a linked one."""
    try:
        head = (repository / "HEAD").read_text().strip()
        reference = head.removeprefix("ref: ")
        if reference == head:
            return head[:COMMIT_CHARACTERS]
        loose, packed = repository / reference, repository / "packed-refs"
        if loose.exists():
            return loose.read_text().strip()[:COMMIT_CHARACTERS]
        found = re.search(rf"^(\w+) {re.escape(reference)}$", packed.read_text(), re.MULTILINE)
    except OSError:
        return ""
    return found[1][:COMMIT_CHARACTERS] if found else ""
