"""The vendored files are those that were locked, with their licences."""

import hashlib
import json
from pathlib import Path

ROOT = Path(__file__).parents[2]
VENDOR = ROOT / "contrib" / "vendor"
LICENCES = ROOT / "static" / "vendor" / "LICENSES.txt"


def test_the_vendored_files_have_the_sums_that_were_recorded() -> None:
    lines = (VENDOR / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 5
    for line in lines:
        recorded, _, name = line.partition("  ")
        assert hashlib.sha256((ROOT / name).read_bytes()).hexdigest() == recorded, (
            f"{name} differs. Run: make vendor"
        )


def test_the_lock_of_the_vendored_packages_names_no_host_and_each_licence_is_there() -> None:
    lock = json.loads((VENDOR / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name.rpartition("/")[2]: each for name, each in lock["packages"].items() if name}
    assert [name for name, each in packages.items() if "resolved" in each] == []
    assert {each["license"] for each in packages.values()} == {"MIT"}
    licences = LICENCES.read_text(encoding="utf-8")
    shipped = [name for name in packages if "linux" not in name and not _is_tool(name, packages)]
    assert [
        name for name in shipped if f"== {name} {packages[name]['version']} ==" not in licences
    ] == []


def _is_tool(name: str, packages: dict[str, dict[str, object]]) -> bool:
    """Tell whether nothing of a package is in the files: esbuild, its binaries, altcha's Argon2."""
    return name in {"esbuild", "hash-wasm"} or "cpu" in packages[name]
