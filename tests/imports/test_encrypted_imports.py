"""Files of former lists are encrypted on the disk; those of before are encrypted later."""

from pathlib import Path

import pytest

from supporters.crypto.encrypted_files import MAGIC
from supporters.imports.file_upload import preview_rows
from supporters.imports.import_files import path_of
from supporters.imports.import_jobs import FileMissing
from tests.factories.imports import csv_of, draft, reload

pytestmark = pytest.mark.usefixtures("app")

TWO = csv_of("anne@example.org,Zoé,en", "boris@example.org,,")


def file_of(import_id: int) -> Path:
    return path_of(reload(import_id).file_key)


def test_an_uploaded_file_is_unreadable_on_the_disk() -> None:
    path = file_of(draft(TWO))
    assert b"anne" not in path.read_bytes()
    assert path.read_bytes().startswith(MAGIC)


def test_a_file_that_no_key_opens_counts_as_missing() -> None:
    import_id = draft(TWO)
    path = file_of(import_id)
    content = bytearray(path.read_bytes())
    content[40] ^= 1
    path.write_bytes(content)
    with pytest.raises(FileMissing):
        preview_rows(reload(import_id))
