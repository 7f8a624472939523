"""Files of imports: encrypted, redacted by an erasure, and read on after a process was killed."""

import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from supporters import clock
from supporters.config import Settings
from supporters.consent.suppression import EVERYTHING, suppress
from supporters.crypto.encrypted_files import MAGIC
from supporters.database import transaction
from supporters.imports.file_upload import preview_rows
from supporters.imports.import_approval import approve_import, request_approval
from supporters.imports.import_files import path_of, redact_address, redact_hashed_addresses
from supporters.imports.import_jobs import FileMissing
from supporters.imports.models import ImportStatus, ListImport
from supporters.people.addresses import address_mac, parse_address
from tests.factories.imports import (
    APPROVER,
    approved,
    checked,
    csv_of,
    declared,
    draft,
    invitations,
    lift_limit,
    owner,
    process_file,
    refusals,
    reload,
    text_of_file,
    waiting,
)
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


def file_of(import_id: int) -> Path:
    return path_of(reload(import_id).file_key)


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


def test_a_missing_file_stops_no_erasure() -> None:
    import_id = draft(csv_of("zoe@example.org,Zoé,fr"))
    file_of(import_id).unlink()
    assert redact_address(ZOE) == 0
    assert redact_hashed_addresses({address_mac(ZOE): clock.now()}) == 0


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
    assert [*Path(settings.instance_dir).glob("imports/*")] == []
