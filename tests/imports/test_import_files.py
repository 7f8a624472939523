"""An erasure redacts the person, and nobody else, in the files of unfinished imports."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from supporters import clock
from supporters.consent.suppression import EVERYTHING, suppress
from supporters.database import transaction
from supporters.imports.import_files import path_of, redact_address, redact_hashed_addresses
from supporters.imports.models import ImportStatus
from supporters.people.address_hashes import address_mac
from supporters.people.addresses import parse_address
from tests.factories.imports import (
    approved,
    checked,
    csv_of,
    declared,
    draft,
    invitations,
    process_file,
    refusals,
    reload,
    text_of_file,
    waiting,
)

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

ZOE = "zoe@example.org"
KEPT = "anne@example.org,Anne,fr", "joezoe@example.org,Joe,fr", "zoe@example.organic,Zoé,fr"


def file_of(import_id: int) -> Path:
    return path_of(reload(import_id).file_key)


def redact_by_hash(address: str) -> int:
    """Redact an address by its keyed hash only, as a replay does."""
    return redact_hashed_addresses({address_mac(address): clock.now()})


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
