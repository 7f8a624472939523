"""The files of imports that an earlier program left on a disk come into the database, once."""

import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from supporters import clock
from supporters.consent.suppression import EVERYTHING, suppress
from supporters.database import db, transaction
from supporters.extensions import current_encryptor, current_settings
from supporters.imports.files_of_before import LEFT_OVER_AFTER, take_in_files
from supporters.imports.import_approval import cancel_import
from supporters.imports.import_files import delete_file, redact_address
from supporters.imports.models import ImportStatus, ListImport
from supporters.people.addresses import address_mac
from tests.factories.imports import (
    checked,
    count_parts,
    csv_of,
    declared,
    draft,
    process_file,
    reload,
    text_of_file,
)

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]
PAGE, CONTENT = 4096, 4068
ROWS = [f"person{number}@example.org,Anne,fr" for number in range(5000)]
ZOE = "zoe@example.org"


def on_disk(import_id: int) -> Path:
    """Move the file of an import to the disk, as the program before migration 0018 stored it."""
    content, name = text_of_file(import_id).encode(), reload(import_id).file_key
    path = current_settings().instance_dir / "imports" / f"{name}.csv"
    path.parent.mkdir(mode=0o700, exist_ok=True)
    key = AESGCM.generate_key(bit_length=256)
    sealed = current_encryptor().encrypt(key)
    header = b"supporters sealed file 1\n" + len(sealed).to_bytes(2) + sealed
    pages = [header.ljust(PAGE, b"\0")]
    for number, start in enumerate(range(0, len(content), CONTENT)):
        nonce, clear = os.urandom(12), content[start : start + CONTENT]
        pages.append(nonce + AESGCM(key).encrypt(nonce, clear, number.to_bytes(8)))
    path.write_bytes(b"".join(pages))
    with transaction():
        delete_file(db.session.get_one(ListImport, import_id))
    return path


def make_old(path: Path) -> None:
    """Let a file be so old that no upload can still need it."""
    moment = (clock.now() - LEFT_OVER_AFTER).timestamp() - 60
    os.utime(path, (moment, moment))


def test_a_file_on_the_disk_is_taken_in_once_and_its_import_goes_on() -> None:
    import_id = declared(csv_of(*ROWS))
    before = text_of_file(import_id)
    path = on_disk(import_id)
    take_in_files()
    assert (text_of_file(import_id), path.parent.exists()) == (before, False)
    take_in_files()
    assert (process_file(import_id).fitting, count_parts()) == (len(ROWS), 3)


def test_people_erased_meanwhile_are_blanked_in_it() -> None:
    import_id = checked(csv_of(ROWS[0], f"{ZOE},Zoé,fr"))
    on_disk(import_id)
    assert redact_address(ZOE) == 0  # it isn't there to be searched
    with transaction():
        suppress(address_mac(ZOE), EVERYTHING, now=clock.now(), until=None)
    take_in_files()
    assert ROWS[0] in text_of_file(import_id)
    assert "zoe" not in text_of_file(import_id).lower()


def test_a_kill_after_the_file_was_stored_loses_nothing() -> None:
    import_id = draft(csv_of(*ROWS))
    before, path = text_of_file(import_id), on_disk(import_id)
    copy = path.read_bytes()
    take_in_files()
    path.parent.mkdir()
    path.write_bytes(copy)
    take_in_files()
    assert (text_of_file(import_id), path.exists()) == (before, False)


def test_a_file_that_no_import_needs_is_deleted_once_it_is_old() -> None:
    import_id = draft(csv_of(*ROWS))
    path = on_disk(import_id)
    cancel_import(import_id)
    take_in_files()
    assert path.exists()  # an earlier program may be storing it for a new import
    make_old(path)
    take_in_files()
    assert (path.exists(), count_parts()) == (False, 0)


@pytest.mark.parametrize("damage", ["cut", "altered", "foreign"])
def test_a_damaged_file_is_left_where_it_is(damage: str) -> None:
    import_id = draft(csv_of(*ROWS))
    path = on_disk(import_id)
    content = bytearray(path.read_bytes())
    content[5000] ^= damage == "altered"
    content[3] ^= damage == "foreign"
    path.write_bytes(content[: -PAGE if damage == "cut" else None])
    take_in_files()
    assert (path.exists(), count_parts()) == (True, 0)
    assert reload(import_id).status is ImportStatus.DRAFT
