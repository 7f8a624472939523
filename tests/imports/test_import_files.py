"""Files of imports: encrypted, redacted by an erasure, and read on after a process was killed."""

import signal
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from supporters import clock
from supporters.config import Settings
from supporters.consent.suppression import EVERYTHING, suppress
from supporters.crypto.encrypted_parts import PART
from supporters.crypto.encryption import Encryptor
from supporters.database import db, delete_where, transaction, update_where
from supporters.imports.file_upload import preview_rows
from supporters.imports.import_approval import approve_import, request_approval
from supporters.imports.import_files import FileMissing, redact_address, redact_hashed_addresses
from supporters.imports.models import ImportFilePart, ImportStatus, ListImport
from supporters.people.addresses import address_mac, parse_address
from tests.factories.imports import (
    APPROVER,
    IMPORTER,
    approved,
    checked,
    count_parts,
    csv_of,
    csv_of_many,
    declared,
    draft,
    invitations,
    lift_limit,
    national,
    owner,
    process_file,
    refusals,
    reload,
    text_of_file,
    waiting,
)
from tests.factories.rows import count_rows
from tests.servers.processes import environment_of, start_process, wait_until

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]
ZOE = "zoe@example.org"
KEPT = "anne@example.org,Anne,fr", "joezoe@example.org,Joe,fr", "zoe@example.organic,Zoé,fr"
TWO = csv_of("anne@example.org,Zoé,en", "boris@example.org,,")
ROWS = 30_000
WORK = """
import sys
from supporters import create_app
from supporters.imports.import_jobs import process_import
with create_app().app_context():
    for _ in process_import(int(sys.argv[1]), at_once=200):
        pass
"""
UPLOAD = """
import io, os, signal, sys
from sqlalchemy import event
from supporters import create_app
from supporters.database import db
from supporters.imports.file_upload import Upload, upload_file

def die(_connection, _cursor, statement, parameters, *_rest):
    if "import_file_part" in statement and 2 in (*(
        parameters.values() if isinstance(parameters, dict) else parameters
    ),):
        os.kill(os.getpid(), signal.SIGKILL)

with create_app().app_context():
    event.listen(db.engine, "after_cursor_execute", die)
    file = io.BytesIO(b"email\\n" + b"a@example.org\\n" * 20_000)
    upload_file(
        Upload(
            file=file, name="x.csv", mailing_list_id=1, language="fr",
            imported_by_id=int(sys.argv[1]),
        )
    )
"""


def redact_by_hash(address: str) -> int:
    """Redact an address by its keyed hash only, as a replay does."""
    return redact_hashed_addresses({address_mac(address): clock.now()})


def kill_in_the_middle(settings: Settings, import_id: int) -> ListImport:
    """Process an import in another process, and kill it after its start."""
    arguments = [sys.executable, "-c", WORK, str(import_id)]
    process = start_process(arguments, environment_of(settings), stderr=subprocess.DEVNULL)
    assert wait_until(lambda: reload(import_id).line > 1000)
    process.send_signal(signal.SIGKILL)
    assert process.wait(10) == -signal.SIGKILL
    return reload(import_id)


@pytest.mark.parametrize(
    "row",
    [
        "zoe@example.org,Zoé Canari,fr",
        "ZOE@Example.ORG,Zoé Canari,fr",
        '"Canari, Zoé <zoe@example.org>",,fr',
        "leon@example.org,wrote for Zoé Canari (zoe@example.org),fr",
        '"zoe@example.org","Zoé\n""Canari""\nof Brest",fr',
        "zoe@example.org,Zoé Canari,fr,one,cell,too,many",
        '"zoe@example.org,Zoé Canari,fr',
        "'zoe@example.org',Zoé Canari,fr",
        "zoe@example.org!,Zoé Canari,fr",
        "“zoe@example.org”,Zoé Canari,fr",
        "[zoe@example.org],Zoé Canari,fr",
        "zoe@example.org/joe@example.org,Zoé Canari,fr",
        "joe@example.org/zoe@example.org|06 12,Zoé Canari,fr",
        "mailto:zoe@example.org?subject=x,Zoé Canari,fr",
        "https://x.example/u?e=zoe@example.org&b=1,Zoé Canari,fr",
        "zoe@example.org\u200b,Zoé Canari,fr",
    ],
)
@pytest.mark.parametrize("redact", [redact_address, redact_by_hash])
def test_a_whole_record_is_redacted_in_any_spelling(row: str, redact: Callable[[str], int]) -> None:
    import_id = draft(csv_of(KEPT[0], row, *KEPT[1:]))
    before = text_of_file(import_id)
    assert redact(ZOE) == 1
    after = text_of_file(import_id)
    assert (len(after.encode()), after.count("\n")) == (len(before.encode()), before.count("\n"))
    assert "canari" not in after.replace("joezoe", "").lower()
    assert [line for line in after.splitlines() if line.strip()] == [
        "email,first name,language",
        *KEPT,
    ]


@pytest.mark.parametrize("stage", [draft, checked, waiting, approved])
def test_an_erased_person_is_not_invited_at_any_stage(stage: Callable[[bytes], int]) -> None:
    import_id = stage(csv_of("zoe@example.org,Zoé,fr", *KEPT))
    assert redact_address(ZOE) == 1
    assert redact_address(ZOE) == 0
    if reload(import_id).status is ImportStatus.MAKING:
        process_file(import_id)
        assert len(invitations()) == len(KEPT)


def test_redaction_keeps_the_line_numbers_of_the_dry_run() -> None:
    import_id = checked(csv_of("zoe@example.org,Zoé,fr", "nobody,,", *KEPT))
    lines = refusals(import_id)
    redact_address(ZOE)
    assert refusals(import_id) == lines


def test_a_file_uploaded_after_the_erasure_is_not_redacted() -> None:
    import_id = draft(csv_of("zoe@example.org,Zoé,fr", *KEPT))
    came = reload(import_id).created_at
    mac = address_mac(ZOE)
    assert redact_hashed_addresses({mac: came - timedelta(seconds=1)}) == 0
    assert redact_hashed_addresses({mac: clock.now()}) == 1
    assert "\nzoe@example.org," not in text_of_file(import_id)


@pytest.mark.parametrize("redact", [redact_address, redact_by_hash])
def test_an_address_beyond_ascii_is_found(redact: Callable[[str], int]) -> None:
    draft(csv_of("zoe@parti-d-été.example,Zoé,fr", "Zoe@Parti-D-Été.example,,", *KEPT))
    assert redact(parse_address("zoe@parti-d-été.example").key) == 2


@pytest.mark.parametrize("cell", ["@" + 200_000 * "a", 200_000 * "@", "zoe@" + 50_000 * "/@"])
def test_hostile_cells_do_not_delay_an_erasure(cell: str) -> None:
    import_id = draft(csv_of(f"{cell},,", *(["a@b.example," + 60_000 * "/@"]), *KEPT))
    assert redact_address("zoe@nowhere.example") == redact_by_hash("zoe@nowhere.example") == 0
    assert redact_address("anne@example.org") == 1
    assert import_id


def test_people_erased_during_the_dry_run_are_redacted_after_it() -> None:
    import_id = declared(csv_of("zoe@example.org,Zoé,fr", *KEPT))
    with transaction():
        suppress(address_mac(ZOE), EVERYTHING, now=clock.now(), until=None)
    process_file(import_id)
    assert "\nzoe@example.org," not in text_of_file(import_id)
    assert reload(import_id).status is ImportStatus.CHECKED


@pytest.mark.both_databases
def test_a_record_across_two_parts_is_redacted() -> None:
    row, rest = f"zoe@example.org,{'Zoé' * 100},fr", f"\n{KEPT[0]}\n"
    head = "email,first name,language\n"
    head += f"anne@example.org,{'x' * (PART - len(head) - 50)},\n"
    import_id = draft((head + row + rest).encode())
    before = text_of_file(import_id)
    assert before.index(row) < PART < before.index(rest)
    assert redact_address(ZOE) == 1
    assert text_of_file(import_id) == before.replace(row, " " * len(row.encode()))


def test_a_missing_file_stops_no_erasure() -> None:
    draft(csv_of("zoe@example.org,Zoé,fr"))
    with transaction():
        delete_where(ImportFilePart)
    assert redact_address(ZOE) == 0
    assert redact_hashed_addresses({address_mac(ZOE): clock.now()}) == 0


def test_an_uploaded_file_is_unreadable_in_the_database() -> None:
    draft(TWO)
    [part] = db.session.scalars(select(ImportFilePart.content)).all()
    assert b"anne" not in part


def test_a_file_that_no_key_opens_counts_as_missing() -> None:
    import_id = draft(TWO)
    with transaction():
        update_where(ListImport, encrypted=Encryptor(["other" * 8]).encrypt(b"key"))
    with pytest.raises(FileMissing):
        preview_rows(reload(import_id))


def test_an_upload_needs_little_memory() -> None:
    content = csv_of_many(600_000)
    tracemalloc.start()
    try:
        import_id = draft(content)
        assert tracemalloc.get_traced_memory()[1] < len(content) / 2
    finally:
        tracemalloc.stop()
    assert (len(content) > 10_000_000, count_parts()) == (
        True,
        -(-reload(import_id).file_bytes // PART),
    )


@pytest.mark.both_databases
def test_a_file_of_one_machine_is_processed_by_another(settings: Settings, tmp_path: Path) -> None:
    import_id = declared(TWO)
    other = replace(settings, instance_dir=tmp_path / "machine-2")
    arguments = [sys.executable, "-c", WORK, str(import_id)]
    process = start_process(arguments, environment_of(other), stderr=subprocess.DEVNULL)
    assert process.wait(30) == 0
    found = reload(import_id)
    assert (found.status, found.fitting) == (ImportStatus.CHECKED, 2)


@pytest.mark.both_databases
def test_kill_9_in_the_middle_of_an_upload_leaves_nothing(settings: Settings) -> None:
    national()
    arguments = [sys.executable, "-c", UPLOAD, str(owner(IMPORTER).id)]
    process = start_process(arguments, environment_of(settings), stderr=subprocess.DEVNULL)
    assert process.wait(30) == -signal.SIGKILL
    assert (count_rows(ListImport), count_parts()) == (0, 0)
    assert draft(TWO)


@pytest.mark.both_databases
def test_after_kill_9_each_row_is_checked_and_invited_exactly_once(settings: Settings) -> None:
    rows = (f"p{number}@example.org" if number % 100 else "nobody" for number in range(ROWS))
    import_id = declared("\n".join(["email", *rows]).encode())
    killed = kill_in_the_middle(settings, import_id)
    assert killed.status is ImportStatus.CHECKING
    assert 0 < killed.rows < ROWS
    found = process_file(import_id)
    assert (found.rows, found.fitting, len(refusals(import_id))) == (ROWS, 29_700, 300)
    request_approval(import_id)
    approve_import(import_id, owner(APPROVER).id)
    lift_limit(import_id)
    killed = kill_in_the_middle(settings, import_id)
    assert killed.status is ImportStatus.MAKING
    assert 0 < killed.invited < 29_700
    found = process_file(import_id)
    addresses = [each.address for each in invitations()]
    assert (found.invited, len(addresses), len(set(addresses))) == (29_700, 29_700, 29_700)
    assert count_parts() == 0
