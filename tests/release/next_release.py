"""A release after the last commit: other styles, and a migration that lets the one before go on."""

import re
import shutil
import subprocess
import zipfile
from pathlib import Path

from tests.release.conftest import VERSION

NEXT = f"{VERSION}.1"
MIGRATION = """
import sqlalchemy as sa
from alembic import op

revision = "{newest}.1"
down_revision = "{newest}"

def upgrade() -> None:
    op.create_table("later", sa.Column("id", sa.Integer(), primary_key=True))
    op.add_column("mailing_list", sa.Column("later", sa.String(), nullable=True))

def downgrade() -> None:
    op.drop_column("mailing_list", "later")
    op.drop_table("later")
"""
TABLE = '__tablename__ = "mailing_list"\n'
COLUMN = "    later: Mapped[str | None]\n"
MODELS = "supporters/lists/models.py"
STYLE = "supporters/static/css/base.css"


def make_next(files: Path, folder: Path) -> str:
    """Make the files of a next release, with other styles and a migration; return its number."""
    shutil.copytree(files, folder)
    (wheel,) = folder.glob("*.whl")
    with (
        zipfile.ZipFile(wheel) as old,
        zipfile.ZipFile(folder / f"supporters-{NEXT}-py3-none-any.whl", "w") as new,
    ):
        names = old.namelist()
        newest = max(re.findall(r"/versions/(\d{4})", " ".join(names)))
        for each in names:
            content = old.read(each)
            if each.endswith(("METADATA", "RECORD", "release.json")):
                content = content.replace(VERSION.encode(), NEXT.encode())
            if each == MODELS:
                content = content.replace(TABLE.encode(), (TABLE + COLUMN).encode())
            if each == STYLE:
                content += b"\n.later { color: red; }\n"
            new.writestr(each.replace(f"-{VERSION}.d", f"-{NEXT}.d"), content)
        place = f"supporters/migrations/versions/{newest}_1_later.py"
        new.writestr(place, MIGRATION.format(newest=newest))
    wheel.unlink()
    sums = subprocess.check_output("sha256sum -- *.whl *.lock *.json", shell=True, cwd=folder)  # noqa: S602
    (folder / "SHA256SUMS").write_bytes(sums)
    return f"{newest}.1"
