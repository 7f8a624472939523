"""The earlier editions of migrations that were changed after databases had run them.

Each edition is described by its changes. Migrations are not changed any more.
"""

import shutil
from pathlib import Path
from typing import NamedTuple

MIGRATIONS = Path(__file__).parents[2] / "supporters" / "migrations"
VERSIONS = MIGRATIONS / "versions"
BEFORE_THE_REPAIR = "0023"

Change = tuple[str, str]

INDEX_OF_CLAIMS = """\
    op.create_index(
        "ix_delivery_claimed_by",
        "delivery",
        ["claimed_by"],
        sqlite_where=sa.text("claimed_by IS NOT NULL"),
        postgresql_where=sa.text("claimed_by IS NOT NULL"),
    )
"""
SIZE_OF_A_BACKUP = """\
    with op.batch_alter_table("restoration") as restoration:
        restoration.add_column(sa.Column("restored_size", sa.BigInteger(), nullable=False))
"""
OLD_KINDS = (
    'KINDS = ("confirm_signup", "already_subscribed", "invitation", "reset_password",'
    ' "campaign_test")\n'
)
CHANGES: dict[str, list[Change]] = {
    "0003": [("sa.UnicodeText()", "sa.String(length=200)")],
    "0005": [('        sa.Column("code_guesses", sa.Integer(), nullable=False),\n', "")],
    "0006": [(INDEX_OF_CLAIMS, "")],
    "0007": [
        ('        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),\n', ""),
    ],
    "0013": [
        ('KIND = "re_permission"\n', f'{OLD_KINDS}KIND = "re_permission"\n'),
        ("_allow_kinds([*_letter_kinds(), KIND])", "_allow_kinds([*KINDS, KIND])"),
    ],
    "0014": [(SIZE_OF_A_BACKUP, "")],
}


class Edition(NamedTuple):
    """A database that ran an earlier edition, and its newest migration then."""

    changed: str
    newest: str


EDITIONS = [
    *(Edition("0003", "0006"), Edition("0003", BEFORE_THE_REPAIR)),
    *(Edition("0005", "0006"), Edition("0005", BEFORE_THE_REPAIR)),
    Edition("0006", "0006"),
    *(Edition("0007", "0009"), Edition("0007", BEFORE_THE_REPAIR)),
    *(Edition("0013", "0013"), Edition("0013", BEFORE_THE_REPAIR)),
    *(Edition("0014", "0014"), Edition("0014", BEFORE_THE_REPAIR)),
]


def lay_out(edition: Edition, folder: Path) -> Path:
    """Write the migrations of an edition into a folder; return the folder."""
    versions = folder / "versions"
    versions.mkdir(parents=True)
    shutil.copy(MIGRATIONS / "env.py", folder)
    for path in VERSIONS.glob("*.py"):
        number = path.name[:4]
        if number > edition.newest:
            continue
        source = path.read_text()
        for now, then in CHANGES[number] if number == edition.changed else []:
            assert source.count(now) == 1, f"{path.name} doesn't have: {now}"
            source = source.replace(now, then)
        (versions / path.name).write_text(source)
    return folder
