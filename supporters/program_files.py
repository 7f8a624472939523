"""The files of the program: in a checkout beside the package, in a release within it (ADR 117).

A release has the source that it was made of as one file, with the scripts that make a release.
"""

import gzip
import io
import tarfile
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parent
CHECKOUT = PACKAGE.parent
IS_RELEASE = (PACKAGE / "templates").is_dir()
TEMPLATES = (PACKAGE if IS_RELEASE else CHECKOUT) / "templates"
STATIC = (PACKAGE if IS_RELEASE else CHECKOUT) / "static"
SCRIPTS = (PACKAGE if IS_RELEASE else CHECKOUT) / "docs"  # for readers of the consent log
COPIES = PACKAGE / "static_copies" if IS_RELEASE else CHECKOUT / "build" / "static"
RELEASE = PACKAGE / "release.json"
SOURCE_OF_RELEASE = PACKAGE / "source.tar.gz"
# The parts of this program: all files that it is developed with. The others in its folder belong to
# the operator.
SOURCE_PARTS = (
    *(".ci/run", ".editorconfig", ".gitignore", ".pre-commit-config.yaml"),
    *("app.py", "gunicorn.conf.py", "supporters_command.py", "pyproject.toml", "babel.cfg"),
    *("Makefile", "requirements.lock", "requirements-workshop.lock"),
    *("LICENSE", "README.md", "CONTRIBUTING.md", "CHANGELOG.md"),
    *("supporters", "templates", "static", "tests", "benchmarks", "docs", "contrib"),
)
MADE_SUFFIXES = {".pyc", ".mo"}
PACKING_LEVEL = 4  # half of the time of the smallest form, which is 5 % smaller
EXECUTABLE, READABLE = 0o755, 0o644


def pack_source(folder: Path, name: str = "supporters", *, made_at: int = 0) -> bytes:
    """Return the source in a folder as one file: the same files give the same bytes."""
    packed = io.BytesIO()
    with (
        gzip.GzipFile("", "wb", PACKING_LEVEL, packed, mtime=made_at) as compressed,
        tarfile.open(fileobj=compressed, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for path in list_source(folder):
            file = tar.gettarinfo(path, f"{name}/{path.relative_to(folder)}")
            file.uid = file.gid = 0
            file.uname = file.gname = ""
            file.mtime = made_at
            file.mode = EXECUTABLE if file.mode & 0o100 else READABLE
            with path.open("rb") as content:
                tar.addfile(file, content)
    return packed.getvalue()


def list_source(folder: Path) -> Iterator[Path]:
    """Yield the files of the source, without hidden files, caches and special files."""
    for part in SOURCE_PARTS:
        path = folder / part
        within = sorted(path.rglob("*")) if path.is_dir() else [path]
        for each in within:
            hidden = [word for word in each.relative_to(path).parts if word.startswith(".")]
            is_made = each.suffix in MADE_SUFFIXES or "__pycache__" in each.parts
            if each.is_file() and not each.is_symlink() and not hidden and not is_made:
                yield each
