"""Records the SHA-256 of each migration, so that no migration is changed afterwards.

    python -m tests.storage.record_sums

adds the sums of new migrations and removes the sums of missing files. It never replaces a sum: a
database that ran the earlier text would not notice the change. Add another migration instead.
"""

import hashlib
import sys
from pathlib import Path

VERSIONS = Path(__file__).parents[2] / "supporters" / "migrations" / "versions"
SUMS = VERSIONS.parent / "sums.txt"


def sums_of_files() -> dict[str, str]:
    """Return the sum of each migration by file name."""
    files = sorted(VERSIONS.glob("*.py"))
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def recorded_sums() -> dict[str, str]:
    """Return the recorded sums by file name."""
    lines = (line.split() for line in SUMS.read_text().splitlines())
    return {name: digest for digest, name in lines}


def find_changed() -> list[str]:
    """Return the migrations that differ from their recorded sum."""
    recorded = recorded_sums()
    return [
        name for name, digest in sums_of_files().items() if recorded.get(name, digest) != digest
    ]


def main() -> None:
    """Record the sums of new migrations."""
    if changed := find_changed():
        sys.exit(
            f"{', '.join(changed)} ran on databases as it was. Put it back, and make a further "
            "migration. (One that never left this branch: delete its line, and run this again.)"
        )
    SUMS.write_text("".join(f"{digest}  {name}\n" for name, digest in sums_of_files().items()))


if __name__ == "__main__":
    main()
