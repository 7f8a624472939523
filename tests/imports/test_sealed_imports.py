"""Files of former lists are encrypted on the disk; those of before are encrypted later."""

from pathlib import Path

import pytest

from supporters import clock
from supporters.imports.file_upload import preview_rows
from supporters.imports.import_cleanup import clean_up_imports
from supporters.imports.import_files import path_of, redact_address, seal_files
from supporters.imports.import_jobs import FileMissing
from supporters.sealed_files import is_sealed
from tests.factories.imports import (
    approve,
    checked,
    csv_of,
    declared,
    draft,
    invitations,
    process_file,
    reload,
    text_of_file,
)

pytestmark = pytest.mark.usefixtures("app")

TWO = csv_of("anne@example.org,Zoé,en", "boris@example.org,,")


def file_of(import_id: int) -> Path:
    """Return the path of the file of an import."""
    return path_of(reload(import_id).file_key)


def in_clear(import_id: int) -> Path:
    """Put the file of an import in clear, as it was before the encryption."""
    path, content = file_of(import_id), text_of_file(import_id)
    path.write_text(content, encoding="utf-8")
    return path


def test_an_uploaded_file_is_unreadable_on_the_disk() -> None:
    path = file_of(draft(TWO))
    assert b"anne" not in path.read_bytes()
    assert is_sealed(path)


def test_a_file_in_clear_is_still_read_to_its_end() -> None:
    import_id = checked(TWO)
    in_clear(import_id)
    approve(import_id)
    assert [each.address for each in invitations()] == ["anne@example.org", "boris@example.org"]


def test_a_file_in_clear_is_encrypted_by_the_clean_up() -> None:
    import_id = declared(TWO)
    path = in_clear(import_id)
    clean_up_imports(clock.now())
    assert (is_sealed(path), seal_files()) == (True, 0)
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    assert process_file(import_id).fitting == 2


def test_an_erased_person_is_blanked_in_a_file_in_clear_too() -> None:
    import_id = checked(TWO)
    in_clear(import_id)
    assert redact_address("anne@example.org") == 1
    assert "anne" not in text_of_file(import_id)


def test_a_file_that_no_key_opens_counts_as_missing() -> None:
    import_id = draft(TWO)
    path = file_of(import_id)
    content = bytearray(path.read_bytes())
    content[40] ^= 1
    path.write_bytes(content)
    with pytest.raises(FileMissing):
        preview_rows(reload(import_id))
