"""Creates exports, and reads their files as another program would."""

import csv
from io import StringIO

from supporters.lists.models import MailingList
from supporters.personal_data.list_exports import Export, disclose_list, write_file
from supporters.text.spreadsheets import restore

EXPORTER = "org@parti.example"
REASON = "Postage of the letters of this spring"


def export(mailing_list: MailingList, asked_by: str = EXPORTER) -> Export:
    """Return a recorded export."""
    made = disclose_list(mailing_list.id, asked_by=asked_by, reason=REASON)
    assert isinstance(made, Export)
    return made


def read_rows(file: bytes) -> list[dict[str, str]]:
    """Return the rows of a file by column name, without the marks of our export."""
    rows = csv.DictReader(StringIO(file.decode("utf-8-sig"), newline=""), strict=True)
    return [{name: restore(cell) for name, cell in row.items()} for row in rows]


def exported(mailing_list: MailingList) -> list[str]:
    """Return the addresses in an export of a list."""
    file = b"".join(write_file(export(mailing_list), has_mark=False))
    return [row["address"] for row in read_rows(file)]
