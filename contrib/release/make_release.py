"""Makes a release: wheel, source, lock, bill of materials, sums and signature (ADR 117).

    python contrib/release/make_release.py dist [--of COMMIT] [--key MINISIGN-KEY]

The same source gives the same bytes, whether it is a commit or the source of a release. So anybody
can make a release again and compare.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from supporters.program_files import list_source, pack_source  # noqa: E402

PYTHON = Path(sys.executable)
MADE = "supporters/release.json"
UMASK = 0o022
# Python of Debian 12 can't be told which members of an archive it may unpack.
UNPACK = ("tar", "--extract", "--no-same-owner", "--no-same-permissions", "--file")


def main() -> None:
    """Make the files of a release in a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--of", help="the commit; by default the one that is checked out, clean")
    parser.add_argument("--key", default="", help="the secret key for minisign")
    options = parser.parse_args()
    os.umask(UMASK)
    folder = options.folder.absolute()
    with tempfile.TemporaryDirectory(prefix="release-") as temporary:
        stage = Path(temporary) / "stage"
        made = export_commit(stage, options.of) if (ROOT / ".git").exists() else copy_source(stage)
        if f"\n## {made['version']}\n" not in (stage / "CHANGELOG.md").read_text("utf-8"):
            sys.exit(f"CHANGELOG.md has no chapter for {made['version']}.")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        make_files(stage, folder, made)
    sign(folder, made, options.key)
    for path in sorted(folder.iterdir()):
        print(path)  # noqa: T201


def export_commit(stage: Path, commit: str | None) -> dict[str, object]:
    """Write the files of a commit into a folder; return what the release says of itself."""
    if commit is None and git("status", "--porcelain", "--untracked-files=no"):
        sys.exit("The checkout has changes. Commit them, or name a commit: --of HEAD")
    found = git("rev-parse", "--verify", f"{commit or 'HEAD'}^{{commit}}")
    packed = stage.with_suffix(".tar")
    git("archive", "--output", str(packed), found)
    stage.mkdir()
    subprocess.run([*UNPACK, packed, "--directory", stage], check=True)
    made = {
        "version": version_of(stage),
        "commit": found,
        "made_at": int(git("log", "-1", "--format=%ct", found)),
    }
    (stage / MADE).write_text(json.dumps(made) + "\n")
    return made


def copy_source(stage: Path) -> dict[str, object]:
    """Copy the source of a release into a folder; return what the release says of itself."""
    for path in list_source(ROOT):
        target = stage / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    return dict(json.loads((stage / MADE).read_text()))


def git(*words: str) -> str:
    """Return what git prints."""
    return subprocess.check_output(["git", *words], cwd=ROOT, text=True).strip()


def version_of(stage: Path) -> str:
    """Return the version: it stands in one place."""
    return str(tomllib.loads((stage / "pyproject.toml").read_text())["project"]["version"])


def make_files(stage: Path, folder: Path, made: dict[str, object]) -> None:
    """Make the files; the wheel has the source within it, as the pages offer it."""
    version, made_at = str(made["version"]), int(str(made["made_at"]))
    source = pack_source(stage, f"supporters-{version}", made_at=made_at)
    (folder / f"supporters-{version}.tar.gz").write_bytes(source)
    shutil.copy(stage / "requirements.lock", folder)
    shutil.copy(stage / "contrib" / "release" / "supporters-release", folder)
    environment = {
        **os.environ,
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(stage),
        "PYTHONWARNINGS": "ignore",
        "SOURCE_DATE_EPOCH": str(made_at),
    }

    def run(*words: str) -> None:
        subprocess.run([str(PYTHON), "-m", *words], cwd=stage, env=environment, check=True)

    bill = folder / f"supporters-{version}.cdx.json"
    run(
        *("cyclonedx_py", "requirements", "--pyproject", "pyproject.toml"),
        *("--output-reproducible", "--output-format", "JSON", "--output-file", str(bill)),
        "requirements.lock",
    )
    run("babel.messages.frontend", "--quiet", "compile", "--directory", "supporters/translations")
    run("supporters.web.static_copies")
    shutil.move(stage / "build" / "static", stage / "supporters" / "static_copies")
    for part in ("templates", "static"):
        shutil.move(stage / part, stage / "supporters" / part)
    (stage / "supporters" / "docs").mkdir()
    for script in (stage / "docs").glob("*.py"):
        shutil.copy(script, stage / "supporters" / "docs")
    (stage / "supporters" / "source.tar.gz").write_bytes(source)
    level_modes(stage)
    how = ("--wheel", "--no-isolation", "--skip-dependency-check", "--quiet")
    run("build", *how, "--outdir", str(folder), ".")


def level_modes(stage: Path) -> None:
    """Give each file the same mode on every machine: the wheel has them."""
    for path in stage.rglob("*"):
        if path.is_file():
            path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)


def sign(folder: Path, made: dict[str, object], key: str) -> None:
    """Write the sums, and sign them if there is a key."""
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"
        for path in sorted(folder.iterdir())
    ]
    sums = folder / "SHA256SUMS"
    sums.write_text("".join(lines))
    if key:
        comment = f"Supporters {made['version']} {made['commit']}"
        command = ["minisign", "-S", "-s", key, "-m", str(sums), "-t", comment]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
